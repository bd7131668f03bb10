/** Whether a table's shard key as a whole has too few values for the shards, by what is known of its columns. */
import type { Schema } from '../schema/model';
import type { ShardMap } from '../shards/model';
import { type FewValues, fewValues, verdictOn } from './cardinality';
import type { Evidence } from './keyEvidence';
import { placementOf, roomOf, type ShardKey } from './shardKeys';

export interface FewKeys {
  readonly parts: readonly FewValues[];
  readonly evidence: readonly Evidence[];
  /** Undefined where only the nature of the values is known. */
  readonly distinct?: number;
  readonly verdict: 'few' | 'uneven';
}

/** Undefined: enough values, or nobody says; and where few values are the design. */
export function fewKeys(key: ShardKey, map: ShardMap, schema: Schema): FewKeys | undefined {
  const placement = placementOf(key);
  // A list or a directory names its values one by one, and parts of time are as many as it takes.
  if (placement?.by !== 'hash' && placement?.by !== 'range') return undefined;
  const parts = placement.columns.flatMap((column) => fewValues(column, key, map, schema) ?? []);
  if (parts.length < placement.columns.length) return undefined;
  const evidence = parts.map((part) => part.evidence);
  const counts = parts.flatMap((part) => part.distinct ?? []);
  if (counts.length < parts.length) return { parts, evidence, verdict: 'few' };
  const distinct = counts.reduce((product, count) => product * count, 1);
  const verdict = verdictOn(distinct, roomOf(key));
  return verdict && { parts, evidence, distinct, verdict };
}
