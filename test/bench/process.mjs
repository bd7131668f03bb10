// Programs run and measured: wall time, the processor's time, and the most memory that they took.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const bundle = path.join(repository, 'dist', 'cli.js');

export const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};

/** A folder of its own, removed when the process ends. */
export function workFolder(name) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `shardlint-${name}-`));
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function run(program, args, env = {}) {
  const started = performance.now();
  const done = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    timeout: 600_000,
    env: { ...process.env, ...env },
  });
  return { ms: performance.now() - started, out: done.stdout, err: done.stderr, status: done.status };
}

/** A check of the built command line in a process of its own; `cpu`: milliseconds of the processor, all threads. */
export function check(folder, args, env = {}) {
  const usage = path.join(os.tmpdir(), `shardlint-usage-${process.pid}.json`);
  const preload = path.join(os.tmpdir(), `shardlint-usage-${process.pid}.cjs`);
  fs.writeFileSync(
    preload,
    "process.on('exit', () => require('node:fs').writeFileSync(process.env.BENCH_USAGE, JSON.stringify(process.resourceUsage())));",
  );
  const all = ['--require', preload, bundle, 'check', folder, '--format', 'json', ...args];
  const done = run(process.execPath, all, { ...env, BENCH_USAGE: usage });
  if (done.status === null || done.status > 1) throw new Error(done.err);
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(fs.readFileSync(usage, 'utf8'));
  fs.rmSync(usage);
  fs.rmSync(preload);
  return { ...done, cpu: (userCPUTime + systemCPUTime) / 1000, megabytes: maxRSS / 1024 };
}

/** Says the figures as people or as the whole benchmark reads them, and fails where one is missed. */
export function report(rows) {
  if (process.argv.includes('--json')) console.log(JSON.stringify(rows));
  else for (const row of rows) console.log(line(row));
  process.exitCode = rows.some(isMissed) ? 1 : 0;
}

export const isMissed = ({ value, target, skipped }) => skipped === undefined && !(value <= target);

export const line = ({ name, value, unit, target, note, skipped }) =>
  skipped === undefined
    ? `${isMissed({ value, target }) ? 'missed' : 'met   '}  ${name.padEnd(62)} ${shown(value).padStart(8)} ${unit} (target ${target})${note ? `  ${note}` : ''}`
    : `-       ${name.padEnd(62)} ${skipped}`;

const shown = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));
