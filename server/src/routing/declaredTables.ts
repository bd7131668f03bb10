/** What DDL declares, beside what the map says of the same table. */
import { findTable, type Schema, type Table } from '../schema/model';
import { schemaTable } from '../shards/enrich';
import type { ShardMap, ShardTable } from '../shards/model';
import { tableIndex } from '../shards/resolve';

export interface DeclaredTable {
  readonly ddl: Table;
  /** Undefined where the map does not name the table. */
  readonly table: ShardTable | undefined;
}

export interface DeclaredTables {
  /** Every table of the schema that the map gives one meaning at most, views left out. */
  readonly all: readonly DeclaredTable[];
  /** The table that a foreign key names. */
  target(name: readonly string[]): { readonly ddl?: Table; readonly table: ShardTable | undefined } | undefined;
}

const known = new WeakMap<ShardMap, WeakMap<Schema, DeclaredTables>>();

export function declaredTables(map: ShardMap, schema: Schema): DeclaredTables {
  const bySchema = known.get(map) ?? new WeakMap<Schema, DeclaredTables>();
  known.set(map, bySchema);
  const made = bySchema.get(schema) ?? build(map, schema);
  bySchema.set(schema, made);
  return made;
}

function build(map: ShardMap, schema: Schema): DeclaredTables {
  const index = tableIndex(map, schema);
  const meanings = new Map<Table, ShardTable[]>();
  for (const table of index.tables) {
    const ddl = schemaTable(map, schema, table.name);
    if (ddl) meanings.set(ddl, [...(meanings.get(ddl) ?? []), table]);
  }
  const of = (ddl: Table): DeclaredTable => ({ ddl, table: meanings.get(ddl)?.[0] });
  // Two keyspaces with a table of one name: nothing says whose DDL this is.
  const clear = (ddl: Table): boolean => (meanings.get(ddl)?.length ?? 0) < 2;
  return {
    all: [...schema.tables.values()].filter((ddl) => ddl.kind === 'table' && clear(ddl)).map(of),
    target: (name) => {
      const ddl = findTable(schema, name, map.searchPath.length > 0 ? map.searchPath : undefined);
      if (ddl) return clear(ddl) ? of(ddl) : undefined;
      const table = index.find(name);
      return table || !index.declared(name) ? { table } : undefined;
    },
  };
}

/** Names in DDL and in the map are one where they differ in case only. */
export const sameColumn = (a: string | undefined, b: string): boolean =>
  a !== undefined && a.toLowerCase() === b.toLowerCase();

/** Where the map says by what a table is sharded, as a related place. */
export const declaredAt = ({
  name,
  shardKey,
  kind,
  at,
}: ShardTable): readonly { readonly location: NonNullable<ShardTable['at']>; readonly message: string }[] => {
  const says = kind === 'sharded' ? `is sharded by \`${shardKey.join(', ')}\`` : `is ${kinds[kind]}`;
  return at ? [{ location: at, message: `\`${name.join('.')}\` ${says}` }] : [];
};

const kinds: Readonly<Record<Exclude<ShardTable['kind'], 'sharded'>, string>> = {
  reference: 'a reference table',
  unsharded: 'not sharded',
  'single-shard': 'on one shard as a whole',
  view: 'a view',
};
