/** What is known of the values of a family's key: few or many, growing, open, changed, and what stays unique. */
import { keysWithoutShardKey, uniqueKeys } from '../../routing/uniqueKeys';
import type { Schema } from '../../schema/model';
import type { ShardMap } from '../../shards/model';
import type { Location } from '../../text/span';
import { measuredValues } from '../cardinality';
import { fewKeys } from '../fewKeys';
import { isPlaceIn } from '../geography';
import { growthOf } from '../growth';
import { hotValue } from '../heat';
import { keyAssignments } from '../keyAssignments';
import type { Evidence } from '../keyEvidence';
import { nullableKey } from '../nullability';
import { keyText, type ShardKey, shardKeys, tableText } from '../shardKeys';
import type { Surveyed } from '../survey';

export interface KeyQuality {
  /** Tables whose key has too few values for the shards, strongest evidence first. */
  readonly few: readonly { readonly table: string; readonly column: string; readonly evidence: readonly Evidence[] }[];
  /** Places and times: what one value gets differs widely, or only the newest is written. */
  readonly uneven: readonly { readonly table: string; readonly column: string; readonly text: string }[];
  /** Counted up or made of the time: fine under hash, never under range. */
  readonly growing: readonly { readonly table: string; readonly column: string; readonly evidence: Evidence }[];
  readonly nullable: readonly { readonly table: string; readonly column: string; readonly nullShare?: number }[];
  readonly changed: readonly { readonly table: string; readonly column: string; readonly at: Location }[];
  readonly hot: readonly { readonly table: string; readonly text: string; readonly share: number }[];
  /** Distinct values, where measured: the least of all tables' counts. */
  readonly distinct?: number;
  readonly unique: Uniqueness;
}

export interface Uniqueness {
  /** Unique keys that contain the shard key: each shard checks its own. */
  readonly kept: number;
  /** Random or centrally numbered values: unique all the same, and a primary key can be widened by the shard key. */
  readonly byValue: number;
  /** What no shard can check alone. */
  readonly lost: readonly { readonly table: string; readonly what: string; readonly at: Location }[];
}

export function keyQuality(
  tables: ReadonlySet<string>,
  map: ShardMap,
  schema: Schema,
  statements: readonly Surveyed[],
): KeyQuality {
  const keys = shardKeys(map, schema).filter((key) => tables.has(tableText(key)));
  const column = (key: ShardKey): string => keyText(key.columns);
  const changes = keyAssignments(statements, map, schema);
  const counts = keys.flatMap(({ columns }) => columns.flatMap((one) => measuredValues(one) ?? []));
  return {
    few: keys.flatMap((key) => {
      const found = fewKeys(key, map, schema);
      return found ? [{ table: tableText(key), column: column(key), evidence: found.evidence }] : [];
    }),
    uneven: keys.flatMap((key) =>
      key.columns.flatMap((one) =>
        isPlaceIn(one, key)
          ? [
              {
                table: tableText(key),
                column: one.name,
                text: `\`${one.name}\` is a place, and places differ widely in size`,
              },
            ]
          : [],
      ),
    ),
    growing: keys.flatMap((key) =>
      key.columns.flatMap((one) => {
        const evidence = growthOf(one, key, map.dialect);
        return evidence ? [{ table: tableText(key), column: one.name, evidence }] : [];
      }),
    ),
    nullable: keys.flatMap((key) => {
      const open = nullableKey(key);
      if (!open) return [];
      const { nullShare } = open;
      return [{ table: tableText(key), column: keyText(open.columns), ...(nullShare !== undefined && { nullShare }) }];
    }),
    changed: keys.flatMap((key) =>
      (changes.get(key.table) ?? []).map(({ column: name, at }) => ({ table: tableText(key), column: name, at })),
    ),
    hot: keys.flatMap((key) => {
      const hot = hotValue(key);
      return hot ? [{ table: tableText(key), text: hot.evidence.text, share: hot.share }] : [];
    }),
    ...(counts.length > 0 && { distinct: Math.min(...counts) }),
    unique: uniqueness(keys, map),
  };
}

function uniqueness(keys: readonly ShardKey[], map: ShardMap): Uniqueness {
  let kept = 0;
  let byValue = 0;
  const lost: Uniqueness['lost'][number][] = [];
  for (const { table, ddl } of keys) {
    if (!ddl) continue;
    const without = keysWithoutShardKey(table, ddl, map.router);
    kept += uniqueKeys(ddl).length - without.length;
    for (const { what, key, at, made } of without) {
      // A row's own number is widened to (shard key, number); nobody relies on it across tenants.
      const isOwnNumber = key.columns.length === 1 && what === 'The primary key';
      if (made === 'random' || made === 'sequence' || isOwnNumber) byValue += 1;
      else {
        const columns = key.columns.map((one) => one ?? '…').join(', ');
        lost.push({
          table: table.name.join('.'),
          what: `${what.replace(/^The /, '').replace(/ \(.*$/, '')} (${columns})`,
          at,
        });
      }
    }
  }
  return { kept, byValue, lost };
}
