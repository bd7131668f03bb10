/** One target in a thread of its own, which can be ended when it hangs. */
import v8 from 'node:v8';
import vm from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { runTarget } from './runTarget';
import { targets } from './targets';

export interface Task {
  readonly target: string;
  readonly from: number;
  readonly to: number;
  readonly seed: number;
  /** The number of the input that runs now. */
  readonly now: SharedArrayBuffer;
}

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc') as () => void;
const task = workerData as Task;
const target = targets.find(({ id }) => id === task.target);
const now = new Int32Array(task.now);
const held: number[] = [];
const step = Math.max(1, Math.floor((task.to - task.from) / 4));

if (target) {
  const { slowest } = await runTarget(target, {
    ...task,
    watch: {
      begins(number) {
        Atomics.store(now, 0, number);
        if ((number - task.from) % step !== step - 1) return;
        collect();
        const { heapUsed, arrayBuffers } = process.memoryUsage();
        held.push(Math.round((heapUsed + arrayBuffers) / 1024 / 1024));
      },
      failed: (failure) => parentPort?.postMessage({ failure }),
    },
  });
  parentPort?.postMessage({ done: { slowest, held } });
}
