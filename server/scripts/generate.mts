// Writes every generated file that is not current, and says which.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateAll } from './generators/index.mts';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
let written = 0;
for (const { path: name, text } of await generateAll()) {
  const file = path.join(root, name);
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text) continue;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  console.log(`wrote ${name}`);
  written += 1;
}
if (written === 0) console.log('everything generated is current');
