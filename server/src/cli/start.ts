/** What `bin` starts: the program itself is a bundle of its own, whose compiled form is kept between runs. */
import { createRequire } from 'node:module';
import path from 'node:path';
import v8 from 'node:v8';
import { runCompiled } from './compiled';
import { cacheFolder } from './memory';

// A check runs much code a few times each. Half of its processor time went into optimising what was soon done: V8 waits
// twice as long.
v8.setFlagsFromString('--interrupt-budget=135168');

const program = path.join(__dirname, 'program.js');
if (process.argv.includes('--no-cache')) createRequire(__filename)(program);
else runCompiled(program, ['vendor'], cacheFolder(process.env, process.platform), 1000);
