/** The sharded tables of a map, with what is declared of the columns that they are sharded by. */
import { declaredTables, sameColumn } from '../routing/declaredTables';
import { type ColumnFacts, findColumn, type Schema, type Table } from '../schema/model';
import type { Database, ShardMap, ShardTable, Strategy } from '../shards/model';
import { tableIndex } from '../shards/resolve';
import type { Location } from '../text/span';

export interface ShardKey {
  readonly table: ShardTable;
  /** Undefined where no schema was read, or several tables could be meant. */
  readonly ddl: Table | undefined;
  readonly database: Database | undefined;
  readonly columns: readonly KeyColumn[];
  /** Where the map, or the declaration that stands in for it, says the key. */
  readonly at: Location;
}

export interface KeyColumn {
  readonly name: string;
  readonly facts: ColumnFacts | undefined;
  /** As in `ColumnFacts`; '' where nobody says it. */
  readonly type: string;
}

/** How rows are spread first, and by which columns; what the levels below do then is a matter of one shard. */
export interface Placement {
  readonly by: Exclude<Strategy, 'composite'>;
  readonly columns: readonly KeyColumn[];
}

const known = new WeakMap<ShardMap, WeakMap<Schema, readonly ShardKey[]>>();

export function shardKeys(map: ShardMap, schema: Schema): readonly ShardKey[] {
  const bySchema = known.get(map) ?? new WeakMap<Schema, readonly ShardKey[]>();
  known.set(map, bySchema);
  const made = bySchema.get(schema) ?? build(map, schema);
  bySchema.set(schema, made);
  return made;
}

function build(map: ShardMap, schema: Schema): readonly ShardKey[] {
  const ddls = new Map(declaredTables(map, schema).all.map(({ table, ddl }) => [table, ddl]));
  return tableIndex(map, schema).tables.flatMap((table): readonly ShardKey[] => {
    const at = table.keyAt ?? table.at;
    if (table.kind !== 'sharded' || table.shardKey.length === 0 || !at) return [];
    const ddl = ddls.get(table);
    const columns = table.shardKey.map((name): KeyColumn => {
      const facts = ddl && findColumn(ddl, name);
      const said = [...table.columns].find(([one]) => sameColumn(one, name))?.[1] ?? '';
      return { name, facts, type: facts && facts.type !== '' ? facts.type : said };
    });
    return [{ table, ddl, database: databaseOf(table, map), columns, at }];
  });
}

function databaseOf({ name }: ShardTable, map: ShardMap): Database | undefined {
  const qualifier = name.length > 1 ? name.at(-2) : undefined;
  const find = (wanted: string | undefined) => map.databases.find((each) => each.name === wanted);
  return find(qualifier) ?? find(map.defaultDatabase) ?? (map.databases.length === 1 ? map.databases[0] : undefined);
}

/** Undefined where the levels of a composite strategy are not declared. */
export function placementOf({ table, columns }: ShardKey): Placement | undefined {
  const [first] = table.levels ?? [];
  if (first) {
    const own = columns.filter(({ name }) => first.key.some((one) => sameColumn(one, name)));
    return first.strategy === 'composite' || own.length === 0 ? undefined : { by: first.strategy, columns: own };
  }
  return table.strategy === 'composite' ? undefined : { by: table.strategy, columns };
}

/** What the values of a key have to fill: the servers where they are known, and the logical shards. */
export interface Room {
  readonly servers?: number;
  readonly shards?: number;
}

export function roomOf({ table, database }: ShardKey): Room {
  const servers = database?.servers;
  const shards = table.shards ?? database?.virtualShards;
  return { ...(servers !== undefined && { servers }), ...(shards !== undefined && { shards }) };
}

/** The key as a person writes it: `tenant_id`, `region, id`. */
export const keyText = (columns: readonly KeyColumn[]): string => columns.map(({ name }) => name).join(', ');

export const tableText = ({ table }: ShardKey): string => table.name.join('.');

/** As many values as rows. */
export const isUnique = ({ name }: KeyColumn, { table, ddl }: ShardKey): boolean => {
  const keys = [ddl?.primaryKey, ...(ddl?.uniques ?? []), ...(ddl?.indexes.filter(({ unique }) => unique) ?? [])];
  const alone = (columns: readonly (string | undefined)[]): boolean =>
    columns.length === 1 && sameColumn(columns[0], name);
  return keys.some((one) => one !== undefined && !one.partial && alone(one.columns)) || table.unique.some(alone);
};
