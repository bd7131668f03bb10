/** The map that a design would give: tables sharded by other keys than today, all else as it is. */
import type { Schema } from '../../schema/model';
import { withSchema } from '../../shards/enrich';
import type { ShardMap, ShardTable } from '../../shards/model';
import { tableIndex } from '../../shards/resolve';
import type { Family } from './families';

/** What a table would be. */
export type Placement =
  | { readonly kind: 'sharded'; readonly key: readonly string[]; readonly group: string }
  | { readonly kind: 'reference' }
  | { readonly kind: 'unsharded' };

/** Logical shards where nobody says how many: enough to grow from a few servers to many without a new layout. */
export const defaultShards = 256;

/** Tables of the map by name; those that are not named stay as they are. */
export function designed(map: ShardMap, schema: Schema, placements: ReadonlyMap<string, Placement>): ShardMap {
  const shards = map.databases.length === 1 ? map.databases[0]?.virtualShards : undefined;
  const tables = tableIndex(map, schema).tables.map((table): ShardTable => {
    const placed = placements.get(table.name.join('.'));
    return placed ? placedTable(table, placed, table.shards ?? shards ?? defaultShards) : table;
  });
  const { defaultShardKeys: _, ...rest } = map;
  return withSchema({ ...rest, tables }, schema);
}

function placedTable(table: ShardTable, placed: Placement, shards: number): ShardTable {
  const { name, columns, columnsComplete, unique, generated, at } = table;
  const plain: ShardTable = {
    name,
    kind: placed.kind,
    shardKey: [],
    strategy: 'hash',
    group: '',
    generated,
    columns,
    columnsComplete,
    unique,
    ...(at && { at }),
  };
  return placed.kind === 'sharded'
    ? { ...plain, shardKey: placed.key, group: placed.group, groupGiven: true, shards }
    : plain;
}

/** One family and its reference tables; every other table on one ordinary database. */
export function placementsOf(
  { key, members, references }: Family,
  all: readonly string[],
): ReadonlyMap<string, Placement> {
  const placements = new Map<string, Placement>(all.map((name) => [name, { kind: 'unsharded' }]));
  for (const { table } of references) placements.set(table.name, { kind: 'reference' });
  for (const { table, column } of members) placements.set(table.name, { kind: 'sharded', key: [column], group: key });
  return placements;
}
