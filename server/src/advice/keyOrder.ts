/** Keys of several columns whose order of columns decides how rows are divided. */
import type { Schema } from '../schema/model';
import type { ShardMap } from '../shards/model';
import { fewValues } from './cardinality';
import { isPlaceIn } from './geography';
import { growthOf } from './growth';
import type { Evidence } from './keyEvidence';
import { type KeyColumn, placementOf, type ShardKey } from './shardKeys';

export interface KeyOrder {
  readonly first: KeyColumn;
  /** Has many values, and they do not grow with time. */
  readonly fine: KeyColumn;
  readonly evidence: Evidence;
  /**
   * `grows`: new rows all go to the last range. `levels`: the outer level has no more places than values. `mapped`: the
   * declared ranges are those of the first column alone. `few`: the ranges can still divide by the columns behind it.
   */
  readonly what: 'grows' | 'levels' | 'mapped' | 'few';
  readonly distinct?: number;
}

/** Undefined: the order is good, does not matter, or is not known to be bad. */
export function keyOrder(key: ShardKey, map: ShardMap, schema: Schema): KeyOrder | undefined {
  const { table, columns } = key;
  const placement = placementOf(key);
  const [first] = placement?.columns ?? [];
  if (!placement || !first || columns.length < 2) return undefined;
  const few = fewValues(first, key, map, schema);
  const fine = columns.find(
    (column) =>
      column !== first &&
      !growthOf(column, key, map.dialect) &&
      !fewValues(column, key, map, schema) &&
      !isPlaceIn(column, key),
  );
  // Places first are how rows are kept where the law wants them.
  if (!fine || isPlaceIn(first, key)) return undefined;
  const base = { first, fine, ...(few?.distinct !== undefined && { distinct: few.distinct }) };
  if (placement.by === 'hash')
    return table.levels && few && placement.columns.length === 1
      ? { ...base, evidence: few.evidence, what: 'levels' }
      : undefined;
  if (placement.by !== 'range') return undefined;
  const growth = growthOf(first, key, map.dialect);
  if (growth) return { ...base, evidence: growth, what: 'grows' };
  return few && { ...base, evidence: few.evidence, what: table.mapping ? 'mapped' : 'few' };
}
