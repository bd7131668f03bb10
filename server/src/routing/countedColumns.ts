/** Columns of sharded tables that the shards count up by themselves. */
import type { ColumnFacts, Table } from '../schema/model';
import type { RouterChoice, ShardTable } from '../shards/model';
import { sameColumn } from './declaredTables';
import { isCounted, isGivenOut, uniqueKeys } from './uniqueKeys';

export interface CountedColumn {
  readonly column: ColumnFacts;
  /** `repeats`: it is to be unique beyond its shard. `key`: it decides the shard that counts it. */
  readonly why: 'repeats' | 'key';
}

export function countedColumns(table: ShardTable, ddl: Table, router: RouterChoice): readonly CountedColumn[] {
  return [...ddl.columns.values()].flatMap((column): readonly CountedColumn[] => {
    if (!isCounted(column) || isGivenOut(table, column.name, router)) return [];
    if (table.shardKey.some((each) => sameColumn(each, column.name))) return [{ column, why: 'key' }];
    const alone = uniqueKeys(ddl).some(
      ({ key }) =>
        key.columns.some((part) => sameColumn(part, column.name)) &&
        !table.shardKey.every((each) => key.columns.some((part) => sameColumn(part, each))),
    );
    return alone ? [{ column, why: 'repeats' }] : [];
  });
}
