/** Which virtual shards to give to which server, so that all servers have the same number and the fewest move. */

export interface Move {
  readonly shard: number;
  /** Servers, counted from 0. */
  readonly from: number;
  readonly to: number;
}

export interface Plan {
  /** The server of each virtual shard, by its number. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** By virtual shard. */
  readonly moves: readonly Move[];
}

/** Equal consecutive blocks: what people begin with. The first servers get one more where it does not divide. */
export function evenBlocks(shards: number, servers: number): readonly number[] {
  const sizes = fairSizes(shards, servers);
  return sizes.flatMap((size, server) => Array.from({ length: size }, () => server));
}

/** How many each server gets: sizes differ by one at most. */
export function fairSizes(shards: number, servers: number): readonly number[] {
  const least = Math.floor(shards / servers);
  const larger = shards % servers;
  return Array.from({ length: servers }, (_, server) => least + (server < larger ? 1 : 0));
}

/**
 * No plan with the same even result moves fewer: whatever a server has above its part has to leave it, and nothing else
 * does. The larger parts go to those that have the most, which makes that sum the smallest.
 */
export function planMoves(before: readonly number[], servers: number): Plan {
  const owned = shardsOf(before, servers);
  const targets = targetsFor(
    Array.from({ length: servers }, (_, server) => owned.get(server)?.length ?? 0),
    before.length,
  );
  const leaving: { readonly shard: number; readonly from: number }[] = [];
  for (const [server, shards] of owned) {
    const kept = targets[server] ?? 0;
    // The last ones: what stays is a block from the beginning.
    for (const shard of shards.slice(kept)) leaving.push({ shard, from: server });
  }
  const wanting = targets.flatMap((target, server) =>
    Array.from({ length: Math.max(0, target - (owned.get(server)?.length ?? 0)) }, () => server),
  );
  const after = [...before];
  const moves = leaving
    .sort((a, b) => a.shard - b.shard)
    .flatMap(({ shard, from }, i): readonly Move[] => {
      const to = wanting[i];
      if (to === undefined) return [];
      after[shard] = to;
      return [{ shard, from, to }];
    });
  return { before, after, moves };
}

/** The lower bound: the sum of what servers have above their part, with the larger parts where they save most. */
export function leastMoves(counts: readonly number[], servers: number): number {
  const shards = counts.reduce((sum, count) => sum + count, 0);
  const targets = targetsFor(
    Array.from({ length: servers }, (_, server) => counts[server] ?? 0),
    shards,
  );
  return counts.reduce((sum, count, server) => sum + Math.max(0, count - (targets[server] ?? 0)), 0);
}

function shardsOf(owners: readonly number[], servers: number): ReadonlyMap<number, readonly number[]> {
  const owned = new Map<number, number[]>(Array.from({ length: servers }, (_, server) => [server, []]));
  for (const [shard, server] of owners.entries()) {
    const list = owned.get(server);
    if (list) list.push(shard);
    else owned.set(server, [shard]);
  }
  return owned;
}

/** Fair sizes, the larger ones for the servers that have most already. */
function targetsFor(counts: readonly number[], shards: number): readonly number[] {
  const sizes = fairSizes(shards, counts.length);
  const order = counts
    .map((count, server) => ({ count, server }))
    .sort((a, b) => b.count - a.count || a.server - b.server);
  const targets = new Array<number>(counts.length).fill(0);
  for (const [rank, { server }] of order.entries()) targets[server] = sizes[rank] ?? 0;
  return targets;
}
