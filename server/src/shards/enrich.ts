/** Lays what DDL and ORM schemas know (columns, types, unique keys) over the tables of a map. */
import { findTable, isFilledIn, type Schema, type Table } from '../schema/model';
import { withGroups } from './groups';
import { withVindexes } from './impliedVindexes';
import type { ShardMap, ShardTable } from './model';

/** What the map itself says stays; default groups are derived anew, since key types decide them. */
export function withSchema(map: ShardMap, schema: Schema): ShardMap {
  const tables = map.tables.map((table) => {
    const known = schema.tables.size === 0 ? undefined : schemaTable(map, schema, table.name);
    return known ? withGenerated(enrich(table, known), known, map) : table;
  });
  return { ...map, tables: withVindexes(withGroups(tables, map), map) };
}

/** The schema's table for a name of the map: as written, or without the database that only the map names. */
export function schemaTable(map: ShardMap, schema: Schema, name: readonly string[]): Table | undefined {
  const path = map.searchPath.length > 0 ? map.searchPath : undefined;
  const found = findTable(schema, name, path);
  if (found || name.length < 2) return found;
  const database = name.at(-2);
  const isDatabase = database === map.defaultDatabase || map.databases.some(({ name: each }) => each === database);
  return isDatabase ? findTable(schema, name.slice(-1), path) : undefined;
}

/** Citus asks for the default before it looks for the shard; elsewhere somebody must know the key first. */
function withGenerated(table: ShardTable, known: Table, { router }: ShardMap): ShardTable {
  if (router.name !== 'citus' || table.generated.length > 0) return table;
  return { ...table, generated: [...known.columns.values()].filter(isFilledIn).map(({ name }) => name) };
}

function enrich(table: ShardTable, known: Table): ShardTable {
  const columns = new Map([...known.columns.values()].map(({ name, type }) => [name, type]));
  for (const [name, type] of table.columns) if (type !== '' || !columns.has(name)) columns.set(name, type);
  const declared = [known.primaryKey, ...known.uniques, ...known.indexes.filter(({ unique }) => unique)];
  const unique = declared.flatMap((key) => {
    const plain = key?.columns.filter((column) => column !== undefined);
    return key && plain && plain.length === key.columns.length && !key.partial ? [plain] : [];
  });
  return {
    ...table,
    columns,
    columnsComplete: table.columnsComplete || known.columnsComplete,
    unique: table.unique.length > 0 ? table.unique : unique,
    ...(table.kind === 'view' && !table.definition && known.definition && { definition: known.definition }),
  };
}
