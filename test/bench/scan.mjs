// What a scan costs above its floor, and what a second one costs: `npm run bench -- --app FOLDER [--config MAP]`, or with
// an application of its own, `npm run bench -- --files 4000 --seed 1`. `--floor PROGRAM` takes another program for the
// floor, which prints `floorMs` and `loadMs` as JSON. Rounds are interleaved and the best of each is taken: other load on
// the machine only ever adds. Exits 1 where a target is missed.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from './generate.mjs';
import { check, option, report, run, workFolder } from './process.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const rounds = Number(option('rounds', 3));
const work = workFolder('scan');
const app = path.join(work, 'app');

const given = option('app');
if (given === undefined) generate(app, Number(option('files', 4000)), Number(option('seed', 1)));
else {
  // A copy: one of its files is changed.
  const left = new Set(['node_modules', '.git']);
  fs.cpSync(given, app, { recursive: true, filter: (file) => !left.has(path.basename(file)) });
}
const config = option('config');
const cache = path.join(work, 'cache');
const node = (args) => run(process.execPath, args);
const checked = () => check(app, config ? ['--config', path.resolve(config)] : [], { SHARDLINT_CACHE: cache });

/** A file that sends something, and one that does not. */
const sender = (answer) =>
  JSON.parse(answer)
    .findings.map(({ file }) => file)
    .find((file) => /\.[jt]sx?$/.test(file));
const silent = () => {
  const folders = [app];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop())
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) folders.push(path.join(folder, entry.name));
      else if (entry.name.endsWith('.tsx')) {
        const file = path.join(folder, entry.name);
        if (/from ['"]react['"]/.test(fs.readFileSync(file, 'utf8'))) return file;
      }
    }
  return undefined;
};

const floors = [];
const times = {
  cold: [],
  compiled: [],
  second: [],
  'one file changed that sends nothing': [],
  'one file changed that sends': [],
};
let memory = 0;
for (let round = 0; round < rounds; round++) {
  const floor = JSON.parse(node([option('floor', path.join(here, 'floor.mjs')), app]).out);
  floors.push(floor.floorMs + floor.loadMs);
  fs.rmSync(cache, { recursive: true, force: true });
  const cold = checked();
  memory = Math.max(memory, cold.megabytes);
  times.cold.push(cold);
  // The program has run before on this machine, on another folder.
  for (const file of fs.readdirSync(cache)) if (!file.endsWith('.code')) fs.rmSync(path.join(cache, file));
  times.compiled.push(checked());
  const second = checked();
  if (second.out !== cold.out) throw new Error('the second run says something else');
  times.second.push(second);
  const changed = (file) => {
    if (file === undefined) return undefined;
    fs.appendFileSync(file, `\n// changed ${round}\n`);
    return checked();
  };
  const name = sender(cold.out);
  times['one file changed that sends nothing'].push(changed(silent()) ?? { ms: Number.NaN, cpu: Number.NaN });
  times['one file changed that sends'].push(
    changed(name && path.join(app, name)) ?? { ms: Number.NaN, cpu: Number.NaN },
  );
}

const best = (list, of) => Math.min(...list.map((one) => one[of]));
const floor = Math.min(...floors);
const row = (name, list, by, target) => {
  const [ms, cpu] = [best(list, 'ms'), best(list, 'cpu')];
  const shares = by === undefined ? '' : `, ${(cpu / best(by, 'cpu')).toFixed(2)} of the processor's time`;
  const value = ms / (by === undefined ? floor : best(by, 'ms'));
  return { name, value, unit: '×', target, note: `${ms.toFixed(0)} ms${shares}` };
};
const ofFloor = (name, list) => ({
  ...row(`${name}, of the floor`, list, undefined, 2),
  note: `${best(list, 'ms').toFixed(0)} of ${floor.toFixed(0)} ms`,
});
const { cold, compiled, second, ...changes } = times;
report([
  ofFloor('cold check', cold),
  ofFloor('the same by a program that has run before', compiled),
  row('second run, nothing changed, of the cold one', second, cold, 0.25),
  ...Object.entries(changes).map(([name, list]) => row(`${name}, of the cold run`, list, cold, 0.3)),
  { name: 'memory of the cold run', value: memory, unit: 'MB', target: 300 },
]);
