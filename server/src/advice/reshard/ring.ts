/** Consistent hashing: each server has points on a ring, a key belongs to the next point. */

export interface RingMove {
  /** Share of the ring (0 to 1) that another server owns afterwards. */
  readonly moved: number;
  /** Share of the ring of each server. */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** What a perfect ring moves: the parts of the servers that come or go. */
export const expectedRingMove = (from: number, to: number): number => Math.abs(to - from) / Math.max(from, to);

/**
 * One ring, made of a hash of our own, measured arc by arc: exact for this ring, and typical for others. Servers with
 * the same number have the same points before and after.
 */
export function ringMove(from: number, to: number, points: number): RingMove {
  const ring = ringOf(Math.max(from, to), points);
  const before = new Array<number>(from).fill(0);
  const after = new Array<number>(to).fill(0);
  let moved = 0;
  let ownerBefore = firstBelow(ring, from);
  let ownerAfter = firstBelow(ring, to);
  // Backwards, so that the owner of an arc is the point at its end; the arc over zero belongs to the first point.
  let end = size;
  for (let i = ring.length - 1; i >= -1; i--) {
    const point = ring[i];
    const start = point?.at ?? 0;
    const arc = end - start;
    before[ownerBefore] = (before[ownerBefore] ?? 0) + arc;
    after[ownerAfter] = (after[ownerAfter] ?? 0) + arc;
    if (ownerBefore !== ownerAfter) moved += arc;
    if (!point) break;
    if (point.server < from) ownerBefore = point.server;
    if (point.server < to) ownerAfter = point.server;
    end = start;
  }
  const share = (arc: number): number => arc / size;
  return { moved: share(moved), before: before.map(share), after: after.map(share) };
}

interface Point {
  readonly at: number;
  readonly server: number;
}

const size = 2 ** 32;

/** Sorted by place. Exported for the simulation in the tests. */
export function ringOf(servers: number, points: number): readonly Point[] {
  const all: Point[] = [];
  for (let server = 0; server < servers; server++)
    for (let point = 0; point < points; point++) all.push({ at: spread(server * 1_000_003 + point), server });
  return all.sort((a, b) => a.at - b.at || a.server - b.server);
}

const firstBelow = (ring: readonly Point[], servers: number): number =>
  ring.find(({ server }) => server < servers)?.server ?? 0;

/** The finaliser of MurmurHash3: neighbouring numbers come out far apart. Unsigned, 32 bits. */
export function spread(number: number): number {
  let h = (number + 0x9e3779b9) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
