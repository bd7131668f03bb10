// `npm run bench [-- --app FOLDER --config MAP --floor PROGRAM --only scan,keystroke]`: every figure beside its target.
// Exits 1 where one is missed. Each benchmark is a program of its own, which may be run alone.
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMissed, line, option, run } from './process.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const all = ['scan', 'units', 'sql', 'keystroke', 'start', 'sizes', 'edits', 'linear'];
const chosen = option('only')?.split(',') ?? all;
console.log(
  `${os.cpus().length} cores, ${Math.round(os.totalmem() / 2 ** 30)} GB, Node ${process.version}, load ${os.loadavg()[0].toFixed(1)}`,
);
let missed = false;
for (const name of chosen) {
  const { out, err } = run(process.execPath, [path.join(here, `${name}.mjs`), ...process.argv.slice(2), '--json']);
  let rows = [];
  try {
    rows = JSON.parse(out.trim().split('\n').at(-1) ?? '');
  } catch {
    console.log(`missed  ${name}: no figures\n${err}`);
    missed = true;
  }
  for (const row of rows) console.log(line(row));
  missed ||= rows.some(isMissed);
}
process.exitCode = missed ? 1 : 0;
