/** Writes that do not say the shard key of their rows, and writes that change it. */
import type { Query } from '../../query/model';
import { declaredTables, sameColumn } from '../../routing/declaredTables';
import type { Schema, Table } from '../../schema/model';
import type { ShardMap, ShardTable } from '../../shards/model';
import { type TableIndex, tableIndex } from '../../shards/resolve';
import { boundValues } from '../boundValues';
import type { Surveyed } from '../survey';

/** What has to be known of the tables. */
export interface KeyedWrite {
  readonly index: TableIndex;
  /** What makes a row of the table the only one: lists of columns. */
  uniqueOf(table: ShardTable): readonly (readonly string[])[];
  /** What was found of each: every distribution asks anew. */
  readonly found: Map<Surveyed, Keyless>;
}

/** One or several rows without their key; undefined where the key is said, the source does not say, or nothing is sharded. */
type Keyless = 'single' | 'multi' | undefined;

export function keyedWrites(map: ShardMap, schema: Schema): KeyedWrite {
  const ddls = new Map(declaredTables(map, schema).all.map(({ table, ddl }) => [table, ddl]));
  const known = new Map<ShardTable, readonly (readonly string[])[]>();
  return {
    index: tableIndex(map, schema),
    found: new Map(),
    uniqueOf(table) {
      const found = known.get(table) ?? [...table.unique, ...uniqueIn(ddls.get(table))];
      known.set(table, found);
      return found;
    },
  };
}

const uniqueIn = (ddl: Table | undefined): readonly (readonly string[])[] =>
  [ddl?.primaryKey, ...(ddl?.uniques ?? []), ...(ddl?.indexes.filter(({ unique }) => unique) ?? [])].flatMap((key) => {
    if (!key || key.partial) return [];
    const columns = key.columns.flatMap((column) => (column === undefined ? [] : [column]));
    return columns.length === key.columns.length ? [columns] : [];
  });

export function keylessWrite(one: Surveyed, keyed: KeyedWrite): Keyless {
  if (!keyed.found.has(one)) keyed.found.set(one, keyless(one, keyed));
  return keyed.found.get(one);
}

function keyless(one: Surveyed, keyed: KeyedWrite): Keyless {
  const { route, writes, query } = one;
  const tables = writes.flatMap((name) => keyed.index.find(name.split('.')) ?? []).filter((t) => t.kind === 'sharded');
  if (tables.length === 0) return undefined;
  const leftOut = route.reasons.some(({ code }) => code === 'missing-key');
  // What is refused for another reason is not refused for its key.
  if (route.refused && !leftOut) return undefined;
  const unbound = (table: ShardTable): boolean =>
    route.bindings.some(({ table: name, how }) => how === 'none' && keyed.index.find(name.split('.')) === table);
  if (!leftOut && !tables.some(unbound)) return undefined;
  return tables.every((table) => isOneRow(query, table, keyed)) ? 'single' : 'multi';
}

function isOneRow(query: Query, table: ShardTable, keyed: KeyedWrite): boolean {
  switch (query.kind) {
    case 'insert': {
      const { source } = query;
      return source === 'default' || (source.kind === 'values' && source.rows.length === 1);
    }
    case 'update':
    case 'delete': {
      if (query.limit?.kind === 'const' && Number(query.limit.value) === 1) return true;
      const bound = boundValues(query, (name) => keyed.index.find(name)).filter((value) => value.table === table);
      const isOne = (part: string): boolean => {
        const values = bound.filter(({ column }) => sameColumn(part, column)).map(({ value }) => value);
        return values.length === 1 && values.every((value) => value.kind !== 'param' || value.many !== true);
      };
      return keyed.uniqueOf(table).some((key) => key.every(isOne));
    }
    default:
      return false;
  }
}

export const keyUpdateIn = ({ route }: Pick<Surveyed, 'route'>): boolean =>
  route.refused?.code === 'key-update' || route.reasons.some(({ code }) => code === 'key-update');
