/**
 * The vindex types that Vitess ships, as its documentation and its vtgate/vindexes package state them: unique or not,
 * functional or lookup, and the planner's cost.
 */
export interface VindexType {
  readonly unique: boolean;
  readonly lookup: boolean;
  readonly cost: number;
  /** Takes several columns, and a prefix of them gives a range of shards. */
  readonly multiColumn?: boolean;
  /** Parameters that decide where a value lies; two vindexes that agree in them place rows alike. */
  readonly placement?: readonly string[];
}

const functional = (cost = 1, placement: readonly string[] = []): VindexType => ({
  unique: true,
  lookup: false,
  cost,
  placement,
});
const multi = (cost: number, placement: readonly string[]): VindexType => ({
  ...functional(cost, placement),
  multiColumn: true,
});
const lookup: VindexType = { unique: false, lookup: true, cost: 20 };
const lookupUnique: VindexType = { unique: true, lookup: true, cost: 10 };

export const vindexTypes: Readonly<Record<string, VindexType>> = {
  binary: functional(0),
  numeric: functional(0),
  binary_md5: functional(),
  hash: functional(),
  numeric_static_map: functional(1, ['json_path', 'json', 'fallback_type']),
  reverse_bits: functional(),
  unicode_loose_md5: functional(),
  unicode_loose_xxhash: functional(),
  xxhash: functional(),
  null: functional(100),
  cfc: functional(1, ['hash', 'offsets']),
  multicol: multi(1, ['column_count', 'column_bytes', 'column_vindex']),
  region_experimental: multi(1, ['region_bytes']),
  region_json: multi(1, ['region_bytes', 'region_map']),
  lookup,
  lookup_hash: lookup,
  lookup_unicodeloosemd5_hash: lookup,
  consistent_lookup: lookup,
  lookup_unique: lookupUnique,
  lookup_hash_unique: lookupUnique,
  lookup_unicodeloosemd5_hash_unique: lookupUnique,
  consistent_lookup_unique: lookupUnique,
  // Kinds that exist for Vitess's own planner tests; `cost` is a parameter of the first.
  lookup_cost: { ...lookup, cost: 5 },
  hash_test: functional(),
  lookup_test: { ...lookupUnique, cost: 2 },
  lookup_unique_test: { ...lookupUnique, cost: 2 },
  name_lkp_test: { ...lookup, cost: 3 },
  costly: { ...lookup, cost: 10 },
  multicol_test: multi(4, []),
};
