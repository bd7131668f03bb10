/** How much garbage a long run carries along. */
import v8 from 'node:v8';

const large = 100 * 1024 * 1024;

/** Percent of what is alive by which the heap may grow until garbage is collected: from the start, and once it is large. */
export const growth = { small: 100, large: 25 } as const;

let bounded = false;

/**
 * V8 lets a heap that grows fast grow to four times of what is alive, which a machine for CI may not have. Once the heap is
 * large, it is collected earlier instead: some percent of the time for up to half of the memory. What is said takes hold with
 * the next collection: until then it may grow to twice of what is alive.
 */
export function boundHeap(): void {
  if (bounded || process.memoryUsage().heapUsed < large) return;
  bounded = true;
  v8.setFlagsFromString(`--heap-growing-percent=${growth.large}`);
}
