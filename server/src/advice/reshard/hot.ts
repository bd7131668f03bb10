/** One value of a key stays together wherever its virtual shard goes: how much that is, and what can lie beside it. */
import { topShareOf } from '../heat';
import type { ShardKey } from '../shardKeys';

export interface HotShard {
  readonly table: string;
  readonly key: string;
  /** The value itself, where statistics say it. */
  readonly value?: string;
  /** Share of the rows (0 to 1) of that one value. */
  readonly share: number;
  /** Share of the virtual shard that holds it; the value and its part of all others. Undefined without virtual shards. */
  readonly shardShare?: number;
  /** "by statistics", "by `topShare` in the map". */
  readonly evidence: string;
  /** An even part of one server afterwards. */
  readonly fair: number;
  /** Its shard alone is more than an even part: no move makes the servers even. */
  readonly tooLarge: boolean;
  /** How many other virtual shards its server can hold beside it without more than an even part. */
  readonly beside?: number;
}

/** Below this, one value is not felt, however many servers there are. */
const smallest = 0.01;

/** The hottest of the tables; undefined where nobody has measured or declared one. */
export function hotShard(keys: readonly ShardKey[], shards: number | undefined, servers: number): HotShard | undefined {
  let found: HotShard | undefined;
  for (const key of keys) {
    const top = topShareOf(key);
    if (!top || top.share < smallest || (found && found.share >= top.share)) continue;
    const fair = 1 / servers;
    const { share } = top;
    const other = shards === undefined ? 0 : (1 - share) / shards;
    const shardShare = shards === undefined ? undefined : share + other;
    // Values below an even part of a virtual shard are no hot ones.
    if (shards !== undefined && share < 1 / shards) continue;
    const tooLarge = (shardShare ?? share) > fair;
    found = {
      table: key.table.name.join('.'),
      key: key.table.shardKey.join(', '),
      ...(top.value !== undefined && { value: top.value.replaceAll('`', "'") }),
      share,
      ...(shardShare !== undefined && { shardShare }),
      evidence: top.by === 'map' ? 'by `topShare` in the map' : 'by statistics',
      fair,
      tooLarge,
      ...(shardShare !== undefined &&
        !tooLarge &&
        other > 0 && { beside: Math.floor((fair - shardShare) / other + 1e-9) }),
    };
  }
  return found;
}
