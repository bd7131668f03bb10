/** What statistics and declarations say of a shard key, in the words of `analyzeShardKey`. */
import type { ColumnStatistics } from '../../schema/model';
import { isUnique, type KeyColumn, type ShardKey } from '../shardKeys';
import { type ColumnCharacteristics, type KeyCharacteristics, monotonicFrom } from './model';

export function keyCharacteristics(key: ShardKey): KeyCharacteristics {
  const [only, ...others] = key.columns;
  const rows = key.ddl?.statistics?.rows ?? only?.facts?.statistics?.rows;
  const common = {
    isUnique: key.ddl || key.table.unique.length > 0 ? isUniqueKey(key) : null,
    ...(rows !== undefined && { numRowsTotal: rows }),
  };
  return only && others.length === 0
    ? { ...common, ...ofColumn(only, rows) }
    : { ...common, columns: key.columns.map((column) => ({ column: column.name, ...ofColumn(column, rows) })) };
}

/** One of its columns is unique, or all of them together are. */
function isUniqueKey(key: ShardKey): boolean {
  if (key.columns.some((column) => isUnique(column, key))) return true;
  const names = new Set(key.columns.map(({ name }) => name.toLowerCase()));
  const keys = [
    key.ddl?.primaryKey,
    ...(key.ddl?.uniques ?? []),
    ...(key.ddl?.indexes.filter(({ unique, partial }) => unique && !partial) ?? []),
  ];
  const lists = [...keys.flatMap((one) => (one ? [one.columns] : [])), ...key.table.unique];
  return lists.some((columns) => columns.every((column) => column !== undefined && names.has(column.toLowerCase())));
}

function ofColumn({ type, facts }: KeyColumn, rows: number | undefined): ColumnCharacteristics {
  const measured = facts?.statistics;
  const distinct = distinctOf(measured, rows);
  const common = measured?.mostCommon?.slice(0, 5);
  return {
    type,
    nullable: facts?.nullable ?? null,
    ...(distinct !== undefined && { numDistinctValues: distinct }),
    ...(common && {
      mostCommonValues: common.map(({ value, share }) => ({
        value: value ?? null,
        ...(rows !== undefined && { frequency: Math.round(share * rows) }),
        share,
      })),
    }),
    ...(measured?.nullShare !== undefined && { nullShare: measured.nullShare }),
    monotonicity: monotonicityOf(measured?.correlation),
  };
}

/** A negative number is a share of the rows. */
function distinctOf(measured: ColumnStatistics | undefined, rows: number | undefined): number | undefined {
  const { distinct } = measured ?? {};
  if (distinct === undefined || distinct >= 0) return distinct;
  return rows === undefined ? undefined : Math.round(-distinct * rows);
}

function monotonicityOf(correlation: number | undefined): ColumnCharacteristics['monotonicity'] {
  if (correlation === undefined) return { type: 'unknown' };
  const type = Math.abs(correlation) >= monotonicFrom ? 'monotonic' : 'not monotonic';
  return { recordIdCorrelationCoefficient: correlation, type };
}
