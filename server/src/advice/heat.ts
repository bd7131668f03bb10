/** How much of a table one value of its shard key takes: measured, or declared in the map. */
import type { Evidence } from './keyEvidence';
import { placementOf, roomOf, type ShardKey } from './shardKeys';

export interface HotValue {
  readonly evidence: Evidence;
  /** 0 to 1. */
  readonly share: number;
  /** The place that has it gets so many times its fair part; undefined where nobody says how many places there are. */
  readonly times?: number;
  /** A list or a directory can move it to a place of its own. */
  readonly movable: boolean;
  readonly level: 'hot' | 'warm';
}

/** No single tenant below this matters, however many shards there are. */
const smallest = 0.05;
/** Without a number of shards: more than a quarter is unfair to any number that is worth sharding for. */
const unplaced = 0.25;

/** Undefined: nobody has measured or declared it, or it is fair. */
export function hotValue(key: ShardKey): HotValue | undefined {
  const placement = placementOf(key);
  const found = topShareOf(key);
  if (!placement || placement.by === 'time' || !found || found.share < smallest) return undefined;
  const movable = placement.by === 'list' || placement.by === 'directory';
  const { servers, shards } = roomOf(key);
  const places = servers ?? shards;
  if (places === undefined)
    return found.share < unplaced ? undefined : { ...found, movable, level: movable ? 'warm' : 'hot' };
  // The place of that value has its part of everything else as well.
  const times = found.share * places + 1 - found.share;
  if (places < 2 || times < 1.5) return undefined;
  return { ...found, movable, times, level: times >= 2 && !movable ? 'hot' : 'warm' };
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** The most common value's share, and the value where statistics name it; undefined where nobody says it. */
export function topShareOf(
  key: ShardKey,
): (Pick<HotValue, 'evidence' | 'share'> & { readonly value?: string; readonly by: 'statistics' | 'map' }) | undefined {
  const [column, ...others] = key.columns;
  const top = others.length === 0 ? column?.facts?.statistics?.mostCommon?.[0] : undefined;
  if (top) {
    const whom = top.value === undefined ? 'one value' : `\`${top.value}\``;
    const text = `statistics give ${whom} ${percent(top.share)} of the rows`;
    return {
      evidence: { rung: 'statistics', text },
      share: top.share,
      by: 'statistics',
      ...(top.value !== undefined && { value: top.value }),
    };
  }
  const declared = key.table.topShare;
  if (declared === undefined) return undefined;
  const text = `the map declares that its most common value takes ${percent(declared)} (\`topShare\`)`;
  return { evidence: { rung: 'statistics', text }, share: declared, by: 'map' };
}
