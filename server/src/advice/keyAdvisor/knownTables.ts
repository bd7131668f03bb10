/** Every table that a workspace's schema or statements name, whether or not its map says anything of it. */
import { findTable, type Schema, type Table } from '../../schema/model';
import { schemaTable, withSchema } from '../../shards/enrich';
import type { ShardMap, ShardTable } from '../../shards/model';
import { plainTable } from '../../shards/plainTable';
import { tableIndex } from '../../shards/resolve';
import type { Survey, Surveyed } from '../survey';

export interface KnownTable {
  /** As in `Surveyed.tables`. */
  readonly name: string;
  readonly table: ShardTable;
  /** Undefined where no declaration was read. */
  readonly ddl: Table | undefined;
  /** Of the application itself, that name it. */
  readonly statements: readonly Surveyed[];
}

export interface KnownTables {
  /** The survey's map with an entry for every table: what nobody declares is not sharded. */
  readonly map: ShardMap;
  readonly schema: Schema;
  /** By name. */
  readonly all: readonly KnownTable[];
  /** What is counted: statements of the application itself on tables; no definitions. */
  readonly statements: readonly Surveyed[];
  find(name: readonly string[]): KnownTable | undefined;
}

/** Tables of the database itself, and those that are chosen at run time. */
const foreign = /^(?:information_schema|pg_catalog|performance_schema|mysql|sys)\.|^(?:pg_|\$)/i;

/** What tools that migrate keep for themselves. */
const bookkeeping =
  /(?:^|\.)(?:_?prisma_?migrations|knex_migrations\w*|sequelizemeta|sequelizedata|__drizzle_migrations|schema_migrations|ar_internal_metadata|mikro_orm_migrations|typeorm_metadata|flyway_schema_history|databasechangelog\w*)$/i;

export function knownTables({ map: own, schema, statements: all }: Survey): KnownTables {
  const statements = all.filter((one) => one.own && one.query.kind !== 'other' && one.tables.length > 0);
  const index = tableIndex(own, schema);
  const added = new Map<string, ShardTable>();
  const path = own.searchPath.length > 0 ? own.searchPath : undefined;
  for (const { name, kind, at } of schema.tables.values())
    if (kind === 'table' && !index.declared(name) && !isForeign(name.join('.')))
      added.set(name.join('.').toLowerCase(), plainTable(name, 'unsharded', { at }));
  for (const written of new Set(statements.flatMap(({ tables }) => tables))) {
    const name = written.split('.');
    if (isForeign(written) || index.declared(name) || findTable(schema, name, path)) continue;
    added.set(written.toLowerCase(), plainTable(name));
  }
  const map = withSchema({ ...own, tables: [...index.tables, ...added.values()] }, schema);
  const full = tableIndex(map, schema);
  const byTable = new Map<ShardTable, Surveyed[]>(full.tables.map((table) => [table, []]));
  for (const one of statements)
    for (const table of new Set(one.tables.map((name) => full.find(name.split('.')))))
      if (table) byTable.get(table)?.push(one);
  const known = [...byTable].flatMap(([table, used]): readonly KnownTable[] =>
    table.kind === 'view'
      ? []
      : [{ name: table.name.join('.'), table, ddl: schemaTable(map, schema, table.name), statements: used }],
  );
  const byShardTable = new Map(known.map((one) => [one.table, one] as const));
  return {
    map,
    schema,
    all: known.sort((a, b) => (a.name < b.name ? -1 : 1)),
    statements,
    find: (name) => {
      const table = full.find(name);
      return table && byShardTable.get(table);
    },
  };
}

const isForeign = (name: string): boolean => foreign.test(name) || bookkeeping.test(name);
