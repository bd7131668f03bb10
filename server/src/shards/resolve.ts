/** Which table of the map a name in a statement means. */
import { emptySchema, findColumn, type Schema } from '../schema/model';
import { schemaTable } from './enrich';
import { withGroups } from './groups';
import { withVindexes } from './impliedVindexes';
import type { Database, ShardMap, ShardTable } from './model';
import { caseMatters, nameIndex } from './names';
import { plainTable } from './plainTable';

export interface TableIndex {
  /** All tables of the map, with those that only its default shard key makes sharded. */
  readonly tables: readonly ShardTable[];
  /** The one table that a name means; undefined where none or several do. */
  find(name: readonly string[]): ShardTable | undefined;
  /** All tables that a name may mean when nothing chooses between them. */
  candidates(name: readonly string[]): readonly ShardTable[];
  /** The map says something about a table of this name. */
  declared(name: readonly string[]): boolean;
  /** A Vitess routing rule without targets: statements that name it are rejected. */
  disabled(name: readonly string[]): boolean;
  /** Where a reference table's rows come from, if it is a copy of another keyspace's table. */
  sourceOf(table: ShardTable): ShardTable | undefined;
  /** Reference tables on shards that copy this table. */
  copiesOf(table: ShardTable): readonly ShardTable[];
}

const indexes = new WeakMap<ShardMap, WeakMap<Schema, TableIndex>>();

/** Built once for each map and schema. The schema adds tables that have the map's default shard key. */
export function tableIndex(map: ShardMap, schema: Schema = emptySchema): TableIndex {
  const known = indexes.get(map)?.get(schema);
  if (known) return known;
  const bySchema = indexes.get(map) ?? new WeakMap<Schema, TableIndex>();
  indexes.set(map, bySchema);
  const built = build(map, schema);
  bySchema.set(schema, built);
  return built;
}

function build(map: ShardMap, schema: Schema): TableIndex {
  const ignoreCase = !caseMatters.has(map.dialect);
  const only = map.databases.length === 1 ? map.databases[0] : undefined;
  const keyspaces = map.router.name === 'vitess';
  const home = map.defaultDatabase ?? (keyspaces ? only?.name : undefined);
  const places = home !== undefined ? [home] : map.searchPath;
  // Vitess rejects what the session's keyspace does not have; elsewhere a search path may be set that no file says.
  const everywhere = !(keyspaces && home !== undefined);
  const tables = withDefaultKey(map, schema);
  const named = nameIndex(tables, { ignoreCase, places, everywhere });
  const rules = new Map(map.routingRules.map(({ from, to }) => [from.toLowerCase(), to]));
  const implicit = new Map<string, ShardTable>();
  const explicitOnly = new Set(map.databases.filter((each) => each.explicitOnly).map(({ name }) => name));

  const candidates = (written: readonly string[]): readonly ShardTable[] => {
    const name = withoutTarget(written);
    const targets = ruleFor(name);
    const found = targets ? targets.flatMap((target) => lookup(target.split('.'))) : lookup(name);
    return name.length > 1 || found.length < 2 ? found : choose(found);
  };

  const ruleFor = (name: readonly string[]): readonly string[] | undefined => {
    if (rules.size === 0) return undefined;
    const qualified = name.length === 1 && home !== undefined ? [home, ...name] : name;
    for (const each of [qualified, name]) {
      const from = each.join('.').toLowerCase();
      const table = rules.get(`${from}@primary`) ?? rules.get(from);
      if (table) return table;
    }
    const keyspace = qualified.length > 1 ? rules.get(`${qualified[0]?.toLowerCase()}.*`)?.[0] : undefined;
    return keyspace === undefined ? undefined : [keyspace.replace('*', () => qualified.at(-1) ?? '')];
  };

  const lookup = (name: readonly string[]): readonly ShardTable[] => {
    const found = named(name);
    if (found.length > 0) return found;
    const keyspace = name.length > 1 ? name.at(-2) : home;
    const database = map.databases.find((each) => same(each.name, keyspace, ignoreCase));
    return database?.sharded === false ? [ordinary(database, name.at(-1) ?? '', implicit)] : [];
  };

  /** Copies give way to their source, and keyspaces that want explicit names to the others. */
  const choose = (found: readonly ShardTable[]): readonly ShardTable[] => {
    const open = found.filter(({ name }) => !explicitOnly.has(name[0] ?? ''));
    const originals = open.filter((table) => {
      const source = sourceOf(table);
      return source === undefined || !open.includes(source);
    });
    return originals.length > 0 ? originals : open;
  };

  const sourceOf = (table: ShardTable): ShardTable | undefined => {
    if (table.source === undefined) return undefined;
    const found = lookup(table.source.split('.')).filter((each) => each !== table);
    return found.length === 1 ? found[0] : undefined;
  };

  const known = new Map<string, ShardTable | undefined>();
  const find = (name: readonly string[]): ShardTable | undefined => {
    const key = name.join('\0');
    if (known.has(key)) return known.get(key);
    const found = candidates(name);
    const table = found.length === 1 ? found[0] : undefined;
    // Statements made by machines may name tables without end.
    if (known.size < 10_000) known.set(key, table);
    return table;
  };

  return {
    tables,
    candidates,
    find,
    declared: (name) => candidates(name).length > 0 || ruleFor(withoutTarget(name)) !== undefined,
    disabled: (name) => ruleFor(withoutTarget(name))?.length === 0,
    sourceOf,
    copiesOf: (table) => tables.filter((each) => each.source !== undefined && sourceOf(each) === table),
  };
}

const same = (a: string, b: string | undefined, ignoreCase: boolean): boolean =>
  a === b || (ignoreCase && a.toLowerCase() === b?.toLowerCase());

/** Vitess: `ks@replica.t` and `ks:-80.t` are tables of `ks`. */
const withoutTarget = (name: readonly string[]): readonly string[] =>
  name.length > 1 ? name.map((part, i) => (i === name.length - 2 ? part.replace(/[@:/[].*$/s, '') : part)) : name;

/** In a Vitess keyspace that is not sharded, tables need no declaration. */
function ordinary({ name, at }: Database, table: string, known: Map<string, ShardTable>): ShardTable {
  const key = `${name}.${table}`.toLowerCase();
  const made = known.get(key) ?? plainTable([name, table], 'unsharded', at && { at });
  known.set(key, made);
  return made;
}

/** `defaults.shardKey`: tables that only the schema knows are sharded by it if they have it, else by the next. */
function withDefaultKey(map: ShardMap, schema: Schema): readonly ShardTable[] {
  const keys = map.defaultShardKeys;
  if (!keys || schema.tables.size === 0) return map.tables;
  const declared = new Set(map.tables.map(({ name }) => schemaTable(map, schema, name)));
  const added = [...schema.tables.values()].flatMap((table): readonly ShardTable[] => {
    const [column] = keys.flatMap((key) => findColumn(table, key) ?? []);
    if (declared.has(table) || !column || table.kind !== 'table') return [];
    const columns = new Map([...table.columns.values()].map(({ name, type }) => [name, type]));
    const { columnsComplete, at } = table;
    const shards = map.databases.length === 1 ? map.databases[0]?.virtualShards : undefined;
    const common = { strategy: 'hash', group: '', generated: [], unique: [], ...(shards && { shards }) } as const;
    return [{ name: table.name, kind: 'sharded', shardKey: [column.name], columns, columnsComplete, at, ...common }];
  });
  return withVindexes(withGroups([...map.tables, ...added], map), map);
}
