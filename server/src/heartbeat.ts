/**
 * The language server's thread beats, a second one listens (`watchdog.ts`). Where nothing is heard for too long the
 * process is ended: the editor starts another, which leaves alone the file that stopped this one until it is changed.
 */
import fs from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Analysis } from './engine/analysis';

export interface Watched {
  /** `beats[0]` counts; `beats[1]` is the length of the path in `file`, in bytes of UTF-8. */
  readonly beats: SharedArrayBuffer;
  readonly file: SharedArrayBuffer;
  /** Where the path is written when the process has to be ended. */
  readonly record: string;
  /** How many looks in vain end it, and the milliseconds between two. */
  readonly looks: number;
  readonly every: number;
}

export interface HeartbeatOptions {
  /** The bundle of the thread that listens. */
  readonly watchdog: string;
  /** For the record. */
  readonly folder: string;
  readonly say: (message: string) => void;
  readonly looks?: number;
  readonly every?: number;
  /** Milliseconds until the second thread begins: not while the first has much to do. */
  readonly after?: number;
}

const longestPath = 8192;

/** Notes every file before it is analysed; what stopped an earlier process of the same editor is not analysed. */
export function heartbeat(options: HeartbeatOptions): (analysis: Analysis) => Analysis {
  const { looks = 40, every = 250, after = 5000 } = options;
  const record = path.join(options.folder, `stopped-${process.ppid}`);
  const stopper = readRecord(record);
  if (stopper !== undefined)
    options.say(`${stopper} kept the server busy without end: it is read again when it has changed`);
  const beats = new Int32Array(new SharedArrayBuffer(8));
  const file = new Uint8Array(new SharedArrayBuffer(longestPath));
  const watched: Watched = {
    beats: beats.buffer as SharedArrayBuffer,
    file: file.buffer as SharedArrayBuffer,
    record,
    looks,
    every,
  };
  setTimeout(() => {
    // A debugger stops this thread on purpose.
    if (process.execArgv.some((argument) => argument.startsWith('--inspect'))) return;
    setInterval(() => Atomics.add(beats, 0, 1), every / 2).unref();
    const listener = new Worker(options.watchdog, { workerData: watched });
    listener.on('error', (error) => options.say(`nobody listens to the server's heartbeat: ${error.message}`));
    listener.unref();
  }, after).unref();

  const encoder = new TextEncoder();
  let stoppedAt: string | undefined;
  return (analysis) => ({
    ...analysis,
    async file(asked) {
      if (asked === stopper) {
        const text = await analysis.text(asked);
        stoppedAt ??= text;
        if (text === stoppedAt) return undefined;
      }
      Atomics.store(beats, 1, encoder.encodeInto(asked, file).written);
      return analysis.file(asked);
    },
  });
}

function readRecord(record: string): string | undefined {
  try {
    const text = fs.readFileSync(record, 'utf8');
    fs.rmSync(record, { force: true });
    return text;
  } catch {
    return undefined;
  }
}
