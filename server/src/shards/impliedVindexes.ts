/** Vitess finds shards by vindexes: a table that the map shards by a key, without saying how, has one on that key. */
import { vindexTypes } from './importers/vitess/vindexTypes';
import type { ShardMap, ShardTable, Vindex } from './model';

/** Tables of one group share it, as tables of a VSchema do that name the same vindex. */
export function withVindexes(
  tables: readonly ShardTable[],
  { router }: Pick<ShardMap, 'router'>,
): readonly ShardTable[] {
  if (router.name !== 'vitess') return tables;
  return tables.map((table) =>
    table.kind === 'sharded' && !table.vindexes?.length ? { ...table, vindexes: [implied(table)] } : table,
  );
}

function implied({ shardKey, strategy, hash, group }: ShardTable): Vindex {
  const type = hash ?? (strategy === 'range' ? 'numeric' : shardKey.length > 1 ? 'multicol' : 'hash');
  const { unique, lookup, cost } = vindexTypes[type] ?? { unique: true, lookup: false, cost: 1 };
  return { name: group, type, columns: shardKey, unique, lookup, writeOnly: false, owned: false, cost, params: {} };
}
