// Writes every generated file that is not current, and says which.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { barrelFiles } from './generators/barrels.mts';
import type { Generated } from './generators/index.mts';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
let written = 0;

function write(files: readonly Generated[]): void {
  for (const { path: name, text } of files) {
    const file = path.join(root, name);
    if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text) continue;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    console.log(`wrote ${name}`);
    written += 1;
  }
}

// The lists of modules come first: the other generators import the sources, and with them those lists.
write(await barrelFiles());
const { generateAll, stale } = await import('./generators/index.mts');
const all = await generateAll();
write(all);
for (const name of stale(all)) {
  fs.rmSync(path.join(root, name));
  console.log(`removed ${name}`);
  written += 1;
}
if (written === 0) console.log('everything generated is current');
