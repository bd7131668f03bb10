/** Placements and schema, put together into the tables of a shard map. */
import { isFilledIn, type Schema, type Table, tableKey } from '../../../schema/model';
import type { ShardTable } from '../../model';
import type { Placement, Placements } from './placements';

export function shardTables(schema: Schema, placements: Placements): readonly ShardTable[] {
  const { placed } = placements;
  const result: ShardTable[] = [];
  for (const [key, placement] of placed) if (!schema.tables.has(key)) result.push(shardTable(placement, undefined));
  // Without a single call this is a schema that nobody has distributed yet: it says nothing about placement.
  const distributed = placed.size > 0 || placements.schemas.size > 0;
  for (const table of schema.tables.values()) {
    if (table.temporary === true) continue;
    const placement =
      placed.get(tableKey(table.name)) ?? fromParent(table, schema, placements) ?? inSchema(table, placements);
    if (placement !== undefined) result.push(shardTable(placement, table));
    else if (table.kind === 'view') result.push(view(table));
    else if (distributed && !placements.open) result.push(shardTable(local(table), table));
  }
  return result;
}

/** Partitions are distributed as their parent is. */
function fromParent(table: Table, schema: Schema, placements: Placements): Placement | undefined {
  const parent = table.partitionOf === undefined ? undefined : schema.tables.get(tableKey(table.partitionOf));
  if (parent === undefined || parent === table) return undefined;
  const placement = placements.placed.get(tableKey(parent.name)) ?? fromParent(parent, schema, placements);
  return placement === undefined ? undefined : { ...placement, name: table.name };
}

/** Schema-based sharding: all tables of a schema are one group on one shard. */
function inSchema(table: Table, placements: Placements): Placement | undefined {
  const [schema = ''] = table.name.length > 1 ? table.name : [];
  const at = placements.schemas.get(schema);
  if (at === undefined || table.kind === 'view') return undefined;
  const group = { name: schema, type: '', implicit: false };
  return { name: table.name, kind: 'single-shard', key: [], strategy: 'hash', group, at };
}

/** A table that was never distributed stays on the coordinator. */
const local = (table: Table): Placement => ({
  name: table.name,
  kind: 'unsharded',
  key: [],
  strategy: 'hash',
  at: table.at,
});

function shardTable(placement: Placement, table: Table | undefined): ShardTable {
  const { name, kind, key, strategy, shards, group, at } = placement;
  return {
    name,
    kind,
    shardKey: key,
    strategy,
    ...(shards !== undefined && { shards }),
    group: group?.name ?? '',
    ...(group !== undefined && { groupGiven: true }),
    ...(kind === 'sharded' && strategy === 'hash' && { hash: 'postgresql' }),
    ...facts(table),
    at,
  };
}

const view = (table: Table): ShardTable => ({
  name: table.name,
  kind: 'view',
  shardKey: [],
  strategy: 'hash',
  group: '',
  ...facts(table),
  ...(table.definition !== undefined && { definition: table.definition }),
  at: table.at,
});

function facts(table: Table | undefined): Pick<ShardTable, 'columns' | 'columnsComplete' | 'unique' | 'generated'> {
  const columns = [...(table?.columns.values() ?? [])];
  const keys =
    table === undefined ? [] : [...(table.primaryKey === undefined ? [] : [table.primaryKey]), ...table.uniques];
  const indexes = table?.indexes.filter((index) => index.unique && index.partial !== true) ?? [];
  return {
    columns: new Map(columns.map(({ name, type }) => [name, type])),
    columnsComplete: table?.columnsComplete ?? false,
    unique: [...keys, ...indexes].flatMap((key) => {
      const plain = key.columns.filter((column) => column !== undefined);
      return plain.length === key.columns.length ? [plain] : [];
    }),
    generated: columns.filter(isFilledIn).map(({ name }) => name),
  };
}
