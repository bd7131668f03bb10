/** Ranges of the key, or of its hash, one a server: what is split when servers come, what is merged when they go. */

export interface RangeMove {
  /** Share of rows (0 to 1) that lies on another server afterwards. */
  readonly moved: number;
  /** Share of rows in the ranges that are split or merged: what a system reads that writes each half anew. */
  readonly affected: number;
  /** Servers whose range is split. */
  readonly split: number;
  /** Share of rows of each server. */
  readonly after: readonly number[];
}

/** Each new server takes half of the largest range; of servers that go, each range goes to the emptiest that stays. */
export function splitRanges(from: number, to: number): RangeMove {
  const fair = 1 / from;
  const after = new Array<number>(Math.min(from, to)).fill(fair);
  let moved = 0;
  const touched = new Set<number>();
  for (let server = from; server < to; server++) {
    const largest = indexOf(after, (a, b) => a > b);
    const half = (after[largest] ?? 0) / 2;
    if (largest < from) touched.add(largest);
    after[largest] = half;
    after.push(half);
  }
  // Halves of halves come from the same old range: what is not on an old server has moved.
  if (to > from) moved = 1 - after.slice(0, from).reduce((sum, share) => sum + share, 0);
  for (let server = to; server < from; server++) {
    const smallest = indexOf(after, (a, b) => a < b);
    after[smallest] = (after[smallest] ?? 0) + fair;
    moved += fair;
  }
  return { moved, affected: to > from ? touched.size * fair : moved, split: touched.size, after };
}

/** What must move at least until all servers have the same: the parts of the new ones, or of those that go. */
export const evenMove = (from: number, to: number): number => Math.abs(to - from) / Math.max(from, to);

/** The first of the best; shares that differ by rounding alone are equal. */
function indexOf(shares: readonly number[], better: (a: number, b: number) => boolean): number {
  let best = 0;
  for (const [i, share] of shares.entries()) {
    const current = shares[best] ?? 0;
    if (Math.abs(share - current) > 1e-12 && better(share, current)) best = i;
  }
  return best;
}
