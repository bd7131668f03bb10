/** Co-location by default: tables of the same database, strategy, shard count and key type are one group. */
import type { ShardMap, ShardTable } from './model';

/** Names of one type. Where placement is by hash, another width is another hash. */
const sameTypes: Readonly<Record<string, string>> = {
  int: 'integer',
  int4: 'integer',
  int8: 'bigint',
  int2: 'smallint',
  'character varying': 'varchar',
  'timestamp with time zone': 'timestamptz',
  decimal: 'numeric',
};

/** One name for each type: what default groups are derived from. */
export const keyTypeName = (type: string): string => {
  const plain = type
    .toLowerCase()
    .replace(/\s*\(.*?\)/g, '')
    .trim();
  return sameTypes[plain] ?? plain;
};

/** Gives every sharded table a group; declared groups stay as they are. */
export function withGroups(
  tables: readonly ShardTable[],
  map: Pick<ShardMap, 'databases' | 'defaultDatabase'>,
): readonly ShardTable[] {
  const open = tables.filter((table) => table.kind === 'sharded' && !table.groupGiven);
  const families = new Map<string, ShardTable[]>();
  for (const table of open) {
    const family = familyOf(table, map);
    const members = families.get(family);
    if (members) members.push(table);
    else families.set(family, [table]);
  }
  const groups = new Map<ShardTable, string>();
  for (const [family, members] of families) {
    // What a table does not say is taken to be what most of its family say.
    const shards = mostCommon(members.map(shardsOf));
    const types = mostCommon(members.map(typesOf));
    for (const table of members) {
      const facts = [family, shardsOf(table) || shards, typesOf(table) || types];
      groups.set(table, facts.filter(Boolean).join(', '));
    }
  }
  return tables.map((table) => {
    const group = groups.get(table);
    return group === undefined ? table : { ...table, group };
  });
}

const shardsOf = (table: ShardTable): string => (table.shards === undefined ? '' : `${table.shards} shards`);

/** '' as soon as one column's type is not known. */
function typesOf(table: ShardTable): string {
  const types = table.shardKey.map((column) => keyTypeName(columnType(table, column)));
  return types.includes('') ? '' : types.join(',');
}

/** As the map spells it, whatever the case of the name; empty where it is not known. */
export function columnType(table: ShardTable, column: string): string {
  const exact = table.columns.get(column);
  if (exact !== undefined) return exact;
  const folded = column.toLowerCase();
  for (const [name, type] of table.columns) if (name.toLowerCase() === folded) return type;
  return '';
}

/** All that places rows, but for what may be left unsaid. */
function familyOf(table: ShardTable, map: Pick<ShardMap, 'databases' | 'defaultDatabase'>): string {
  const qualifier = table.name.length > 1 ? table.name.at(-2) : undefined;
  const named = map.databases.find(({ name }) => name === qualifier)?.name;
  const database = named ?? map.defaultDatabase ?? '';
  const levels = table.levels?.map(({ key, ...level }) => ({ ...level, key: key.length }));
  const facts = [table.mapping, levels, table.directory].filter((each) => each !== undefined);
  return [
    database,
    table.strategy,
    table.shardKey.length > 1 ? `${table.shardKey.length} columns` : '',
    table.hash ?? '',
    facts.length > 0 ? `layout ${digest(JSON.stringify(facts, digits))}` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

/** FNV-1a: groups are compared by name, and a whole mapping is no name. */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

const digits = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value);

function mostCommon(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
  let best = '';
  for (const [value, count] of counts) if (count > (counts.get(best) ?? 0)) best = value;
  return best;
}
