/** How the statements of a workspace find the rows of a table: by its shard key, or by something else. */

import { sameColumn } from '../routing/declaredTables';
import { keyValueOf } from '../routing/keyValue';
import type { Route, TableBinding } from '../routing/route';
import type { Schema } from '../schema/model';
import type { ShardMap, ShardTable } from '../shards/model';
import { tableIndex } from '../shards/resolve';
import { type BoundValue, boundValues } from './boundValues';
import { fewValues } from './cardinality';
import { isUnique, type ShardKey } from './shardKeys';
import type { Sent } from './tableUse';

export interface KeyUse {
  /** Statements that read, change or delete rows of the table and say by what. */
  readonly total: number;
  /** Those that bind the shard key. */
  readonly bound: number;
  /** Columns that statements bind to a value, most used first. */
  readonly columns: readonly ColumnUse[];
}

export interface ColumnUse {
  readonly column: string;
  readonly count: number;
  /** Statements that bind it and not the shard key. */
  readonly instead: readonly Sent[];
}

/** Rows that come or move are left out: where they go is said by their values. */
export function keyUses(statements: readonly Sent[], map: ShardMap, schema: Schema): ReadonlyMap<ShardTable, KeyUse> {
  const index = tableIndex(map, schema);
  const uses = new Map<
    ShardTable,
    { total: number; bound: number; columns: Map<string, { column: string; count: number; instead: Sent[] }> }
  >();
  const boundBy = new Map<object, readonly Bound[]>();
  const boundIn = ({ alike }: Sent, find: () => readonly Bound[]): readonly Bound[] => {
    const bound = (alike && boundBy.get(alike)) ?? find();
    if (alike) boundBy.set(alike, bound);
    return bound;
  };
  for (const sent of statements) {
    const { query, route } = sent;
    if (!sent.own || !asks.has(query.kind) || route.confidence === 'guess') continue;
    const tables = new Map<ShardTable, TableBinding['how'][]>();
    for (const { table: name, how } of route.bindings) {
      const table = index.find(name.split('.'));
      if (table?.kind === 'sharded') tables.set(table, [...(tables.get(table) ?? []), how]);
    }
    if (tables.size === 0) continue;
    const columns = boundIn(sent, () => boundValues(query, (name) => index.find(name)).flatMap(named));
    for (const [table, hows] of tables) {
      // What the source does not say counts for nothing.
      if (hows.some((how) => how === 'open') || (hows.includes('none') && mayBind(route))) continue;
      const use = uses.get(table) ?? { total: 0, bound: 0, columns: new Map() };
      uses.set(table, use);
      const isBound = hows.every((how) => how !== 'none' && how !== 'join');
      use.total += 1;
      if (isBound) use.bound += 1;
      const bound = columns.flatMap((one) =>
        one.table === table ? [[one.column.toLowerCase(), one.column] as const] : [],
      );
      for (const [folded, column] of new Map(bound)) {
        const counted = use.columns.get(folded) ?? { column, count: 0, instead: [] };
        counted.count += 1;
        if (!isBound) counted.instead.push(sent);
        use.columns.set(folded, counted);
      }
    }
  }
  return new Map(
    [...uses].map(([table, { total, bound, columns }]) => {
      const sorted = [...columns.values()].sort((a, b) => b.count - a.count);
      return [table, { total, bound, columns: sorted }];
    }),
  );
}

type Bound = Pick<BoundValue, 'table' | 'column'>;

/** Whatever the value is. */
const named = ({ table, column, value, how }: BoundValue): readonly Bound[] =>
  how === 'equality' && keyValueOf(value) ? [{ table, column }] : [];

/** Host code decides whether the key is bound: `{ tenantId: scope.tenantId ?? null }`. */
const mayBind = ({ alternatives }: Route): boolean => alternatives.some((one) => one === 'single' || one === 'subset');

const asks: ReadonlySet<string> = new Set(['select', 'set-operation', 'update', 'delete']);

/** Fewer statements say nothing. */
const enough = 8;

export interface BetterKey {
  readonly use: KeyUse;
  readonly better: ColumnUse;
}

/** A column that more statements bind than the shard key, and that could be one. */
export function betterKey(key: ShardKey, use: KeyUse, map: ShardMap, schema: Schema): BetterKey | undefined {
  const { total, bound } = use;
  if (total < enough || bound * 2 >= total) return undefined;
  const companions = tableIndex(map, schema).tables.filter((other) => other.group === key.table.group).length > 1;
  const better = use.columns.find((one) => {
    if (one.count * 2 < total || one.count < bound + Math.max(3, total / 4)) return false;
    return (
      !key.columns.some(({ name }) => sameColumn(name, one.column)) && isFit(one.column, key, companions, map, schema)
    );
  });
  return better && { use, better };
}

function isFit(name: string, key: ShardKey, companions: boolean, map: ShardMap, schema: Schema): boolean {
  const facts = key.ddl && [...key.ddl.columns.values()].find((one) => sameColumn(one.name, name));
  const column = { name, facts, type: facts?.type ?? '' };
  // A row's own id keeps it together with nothing: other tables of its group would be left behind.
  if (companions && (isUnique(column, key) || /^_?id$/.test(name))) return false;
  return facts?.nullable !== true && fewValues(column, key, map, schema) === undefined;
}
