// `npm run new -- rule|orm|importer|router|dialect NAME`: a module and its fixture, and the lists that name it.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Kind, kinds, scaffold } from './scaffolds.mts';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, '..', '..');

function refuse(message: string): never {
  console.error(`new: ${message}\nusage: npm run new -- ${kinds.join('|')} NAME`);
  process.exit(2);
}

const [kind, name, ...more] = process.argv.slice(2);
if (!kinds.some((each) => each === kind)) refuse(kind === undefined ? 'what?' : `there is no kind ${kind}`);
if (name === undefined || more.length > 0) refuse('one name is needed');
if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) refuse(`the name must be in kebab-case: ${name}`);

const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const files = scaffold(kind as Kind, name, version);
const taken = files.find((file) => fs.existsSync(path.join(root, file.path)));
if (taken) refuse(`${taken.path} exists already`);
for (const file of files) {
  fs.mkdirSync(path.dirname(path.join(root, file.path)), { recursive: true });
  fs.writeFileSync(path.join(root, file.path), file.text);
  console.log(`wrote ${file.path}`);
}
const generated = spawnSync(process.execPath, [...process.execArgv, path.join(here, 'generate.mts')], {
  stdio: 'inherit',
});
if (generated.status !== 0) process.exit(1);
console.log(`\nChange the two files above, then: npx vitest run test/${files[1].path.split('/')[1]}`);
