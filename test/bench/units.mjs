// What following calls between functions adds to a scan: `node test/bench/units.mjs --app FOLDER [--config MAP]`, or with an
// application of its own. Exits 1 where it is more than three tenths of the rest.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from './generate.mjs';
import { option, report, run, workFolder } from './process.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const given = option('app');
const app = given ?? workFolder('units');
if (given === undefined) generate(app, Number(option('files', 4000)), Number(option('seed', 1)));
const config = option('config');

const rounds = Array.from({ length: Number(option('rounds', 2)) }, () => {
  const all = [path.join(here, 'run.mjs'), 'units', app, ...(config ? [path.resolve(config)] : [])];
  const { out, err, status } = run(process.execPath, all);
  if (status !== 0) throw new Error(err);
  return JSON.parse(out.trim().split('\n').at(-1));
});
const least = (of) => Math.min(...rounds.map((one) => one[of]));
const [files, units] = [least('files'), least('units')];
report([
  {
    name: 'calls followed between functions, of the rest of a cold scan',
    value: units / files,
    unit: '×',
    target: 0.3,
    note: `${units.toFixed(0)} and ${files.toFixed(0)} ms of the processor`,
  },
]);
