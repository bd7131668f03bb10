/**
 * `npm run fuzz -- [--seed N] [--share 0.1] [target…]`: the long run. Exit status 1 where an input threw, hung, broke a
 * promise or left memory behind; failing inputs are written to `test/fuzz/.out`.
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import * as esbuild from 'esbuild';
import type { Failure } from './runTarget';
import type { Target } from './target';
import { targets } from './targets';
import type { Task } from './worker';

/** An input that takes longer is ended from outside. Milliseconds. */
const hang = 20_000;
/** What a target may hold more at its end than after its first quarter, in MB. */
const growth = 24;

const { values, positionals } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, share: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const out = path.join('test', 'fuzz', '.out');
const bundle = path.join(out, `worker-${process.pid}.mjs`);
fs.mkdirSync(out, { recursive: true });
await esbuild.build({
  entryPoints: [path.join('test', 'fuzz', 'worker.ts')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  external: ['typescript', 'libpg-query/*', 'picomatch', 'yaml', 'smol-toml'],
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  logLevel: 'error',
});

let total = 0;
let failed = 0;
for (const target of targets) {
  if (positionals.length > 0 && !positionals.some((name) => target.id.startsWith(name))) continue;
  const inputs = Math.max(1, Math.round(target.inputs * Number(values.share)));
  const start = performance.now();
  const { failures, slowest, held } = await runAll(target, inputs);
  const grew = held.length > 1 && (held.at(-1) ?? 0) - (held[0] ?? 0) > growth;
  total += inputs;
  failed += failures + (grew ? 1 : 0);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(
    `${target.id.padEnd(34)} ${String(inputs).padStart(8)} inputs ${seconds.padStart(5)} s, slowest ${slowest.toFixed(0)} ms, held ${held.join(' ')} MB${grew ? ' GROWS' : ''}, ${failures} failed`,
  );
}
fs.rmSync(bundle);
console.log(`${total} inputs, seed ${values.seed}: ${failed === 0 ? 'nothing found' : `${failed} found`}`);
process.exitCode = failed === 0 ? 0 : 1;

async function runAll(
  target: Target,
  to: number,
): Promise<{ failures: number; slowest: number; held: readonly number[] }> {
  const now = new SharedArrayBuffer(4);
  let failures = 0;
  const fail = (failure: Failure): void => {
    failures += 1;
    if (failures > 40) return;
    const name = `${failure.target.replace(/\W+/g, '-')}-${failure.number}.json`;
    fs.writeFileSync(path.join(out, name), `${JSON.stringify(failure, null, 1)}\n`);
    console.log(
      `${failure.target} ${failure.number}: ${failure.what.split('\n').slice(0, 3).join(' ').slice(0, 300)} → ${name}`,
    );
  };
  let slowest = 0;
  let held: readonly number[] = [];
  for (let from = 0; from < to; ) {
    const task: Task = { target: target.id, from, to, seed: Number(values.seed) * 1_000_000_000, now };
    const stopped = await new Promise<number>((resolve) => {
      const worker = new Worker(path.resolve(bundle), { workerData: task });
      let [last, since] = [-1, Date.now()];
      const watch = setInterval(() => {
        const number = Atomics.load(new Int32Array(now), 0);
        if (number !== last) [last, since] = [number, Date.now()];
        else if (Date.now() - since > hang) void worker.terminate();
      }, 500);
      let done = false;
      worker.on('message', (message: { failure?: Failure; done?: { slowest: number; held: readonly number[] } }) => {
        if (message.failure) fail(message.failure);
        if (!message.done) return;
        done = true;
        slowest = Math.max(slowest, message.done.slowest);
        held = message.done.held;
      });
      worker.on('error', (error) => console.log(`${target.id}: ${error.stack}`));
      worker.on('exit', () => {
        clearInterval(watch);
        resolve(done ? to : Atomics.load(new Int32Array(now), 0));
      });
    });
    if (stopped < to) fail({ target: target.id, number: stopped, what: 'ended or hung', input: [] });
    from = stopped < to ? stopped + 1 : to;
  }
  return { failures, slowest, held };
}
