// What a scan costs above its floor, and what a second one costs: `npm run bench -- --app FOLDER [--config MAP]`, or with
// an application of its own, `npm run bench -- --files 4000 --seed 1`. `--floor PROGRAM` takes another program for the
// floor, which prints `floorMs` and `loadMs` as JSON. Rounds are interleaved and the best of each is taken: other load on
// the machine only ever adds. Exits 1 where a target is missed.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from './generate.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const cli = path.join(here, '..', '..', 'dist', 'cli.js');
const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const rounds = Number(option('rounds', 3));
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'shardlint-scan-'));
const app = path.join(work, 'app');
process.on('exit', () => fs.rmSync(work, { recursive: true, force: true }));

const given = option('app');
if (given === undefined) generate(app, Number(option('files', 4000)), Number(option('seed', 1)));
else {
  // A copy: one of its files is changed.
  const left = new Set(['node_modules', '.git']);
  fs.cpSync(given, app, { recursive: true, filter: (file) => !left.has(path.basename(file)) });
}
const config = option('config');
const cache = path.join(work, 'cache');
const usage = path.join(work, 'usage.json');
const preload = path.join(work, 'usage.cjs');
fs.writeFileSync(
  preload,
  "process.on('exit', () => require('node:fs').writeFileSync(process.env.BENCH_USAGE, JSON.stringify(process.resourceUsage())));",
);

const node = (args, env = {}) => {
  const started = performance.now();
  const done = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    env: { ...process.env, BENCH_USAGE: usage, SHARDLINT_CACHE: cache, ...env },
  });
  return { ms: performance.now() - started, out: done.stdout, err: done.stderr, status: done.status };
};
const check = () => {
  const args = [
    '--require',
    preload,
    cli,
    'check',
    app,
    '--format',
    'json',
    ...(config ? ['--config', path.resolve(config)] : []),
  ];
  const run = node(args);
  if (run.status > 1) throw new Error(run.err);
  return { ...run, megabytes: JSON.parse(fs.readFileSync(usage, 'utf8')).maxRSS / 1024 };
};

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
const times = { cold: [], second: [], 'one file changed that sends nothing': [], 'one file changed that sends': [] };
let memory = 0;
for (let round = 0; round < rounds; round++) {
  const floor = JSON.parse(node([option('floor', path.join(here, 'floor.mjs')), app]).out);
  floors.push(floor.floorMs + floor.loadMs);
  fs.rmSync(cache, { recursive: true, force: true });
  const cold = check();
  memory = Math.max(memory, cold.megabytes);
  times.cold.push(cold.ms);
  const second = check();
  if (second.out !== cold.out) throw new Error('the second run says something else');
  times.second.push(second.ms);
  const changed = (file) => {
    if (file === undefined) return undefined;
    fs.appendFileSync(file, `\n// changed ${round}\n`);
    return check().ms;
  };
  const name = sender(cold.out);
  times['one file changed that sends nothing'].push(changed(silent()) ?? Number.NaN);
  times['one file changed that sends'].push(changed(name && path.join(app, name)) ?? Number.NaN);
}

const best = (list) => Math.min(...list);
const floor = best(floors);
const cold = best(times.cold);
const figures = [
  ['cold, × the floor', cold, floor, 2],
  ['second run, × the cold one', best(times.second), cold, 0.25],
  ...Object.entries(times)
    .slice(2)
    .map(([name, list]) => [`${name}, × the cold run`, best(list), cold, 0.3]),
];
console.log(
  `${os.cpus().length} cores, ${Math.round(os.totalmem() / 2 ** 30)} GB, Node ${process.version}, best of ${rounds}`,
);
console.log(`floor, with the parser's loading  ${floor.toFixed(0)} ms`);
let missed = memory > 300;
for (const [name, ms, by, target] of figures) {
  const ratio = ms / by;
  if (ratio > target) missed = true;
  console.log(`${name.padEnd(54)} ${ms.toFixed(0).padStart(6)} ms  ${ratio.toFixed(2)} (target ${target})`);
}
console.log(`${'memory, at most'.padEnd(54)} ${memory.toFixed(0).padStart(6)} MB  (target 300)`);
process.exitCode = missed ? 1 : 0;
