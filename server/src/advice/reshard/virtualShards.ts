/** A fixed number of virtual shards between keys and servers: only whole ones move. */
import { evenBlocks, type Plan, planMoves } from './plan';

export interface VirtualMove {
  readonly plan: Plan;
  /** Share of virtual shards, which is that of rows where they are of one size. */
  readonly moved: number;
  /** Virtual shards of each server. */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

export function moveVirtualShards(shards: number, from: number, to: number): VirtualMove {
  const plan = planMoves(evenBlocks(shards, from), to);
  return {
    plan,
    moved: plan.moves.length / shards,
    before: countsOf(plan.before, from),
    after: countsOf(plan.after, to),
  };
}

export function countsOf(owners: readonly number[], servers: number): readonly number[] {
  const counts = new Array<number>(servers).fill(0);
  for (const server of owners) counts[server] = (counts[server] ?? 0) + 1;
  return counts;
}

/** Numbers with more divisors than any smaller one: they divide evenly by most numbers of servers. */
const manyDivisors = [
  60, 120, 180, 240, 360, 720, 840, 1260, 1680, 2520, 5040, 7560, 10080, 15120, 20160, 25200, 27720, 45360, 50400,
  55440, 83160, 110880,
];

/** A number of virtual shards for so many servers, where nobody has chosen one: a dozen or more for each. */
export const suggestedShards = (servers: number): number =>
  manyDivisors.find((count) => count >= 12 * servers) ?? 12 * servers;
