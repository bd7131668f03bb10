/** What `bin` starts: the program itself is a bundle of its own, whose compiled form is kept between runs. */
import { createRequire } from 'node:module';
import path from 'node:path';
import v8 from 'node:v8';
import { mayBeForeign, runCompiled } from './compiled';
import { growth } from './heap';
import { cacheFolder } from './memory';

/** V8's flags, under which its compiled form of the program is made, too: it is refused where they are others. */
function setFlags(): void {
  // A check runs much code a few times each. A third of its processor time went into optimising what was soon done: V8 waits
  // twice as long.
  v8.setFlagsFromString('--interrupt-budget=135168');
  v8.setFlagsFromString(`--heap-growing-percent=${growth.small}`);
}

setFlags();
const program = path.join(__dirname, 'program.js');
const cache = cacheFolder(process.env, process.platform);
const args = process.argv.slice(2);
if (args.includes('--no-cache') || mayBeForeign(cache, process.cwd(), args)) createRequire(__filename)(program);
else runCompiled(program, ['vendor'], { cache, after: 1000, restore: setFlags });
