/** The thread that listens to the server's heartbeat, and ends the process where it has stopped. */
import fs from 'node:fs';
import path from 'node:path';
import { workerData } from 'node:worker_threads';
import type { Watched } from './heartbeat';

const { beats: shared, file, record, looks, every } = workerData as Watched;
const beats = new Int32Array(shared);
let last = Atomics.load(beats, 0);
// Looks are counted, not time: a machine that slept has not looked.
let inVain = 0;

setInterval(() => {
  const now = Atomics.load(beats, 0);
  inVain = now === last ? inVain + 1 : 0;
  last = now;
  if (inVain < looks) return;
  try {
    const stopper = Buffer.from(new Uint8Array(file).slice(0, Atomics.load(beats, 1)));
    fs.mkdirSync(path.dirname(record), { recursive: true, mode: 0o700 });
    fs.writeFileSync(record, stopper, { mode: 0o600 });
    fs.writeSync(2, `shardlint: no answer for ${(looks * every) / 1000} s, this process ends\n`);
  } finally {
    process.kill(process.pid, 'SIGKILL');
  }
}, every);
