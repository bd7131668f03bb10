/** Statements that give rows another shard key; those that only seem to are left out. */
import type { Assignment, Expr, Insert, Query, TableRef, Update } from '../query/model';
import { conjuncts, normalize } from '../query/normalize';
import { leavesOf } from '../query/walk';
import { sameColumn } from '../routing/declaredTables';
import { keyValueOf } from '../routing/keyValue';
import type { Route } from '../routing/route';
import type { Schema } from '../schema/model';
import type { ShardMap, ShardTable } from '../shards/model';
import { tableIndex } from '../shards/resolve';
import type { Location } from '../text/span';
import { shardKeys } from './shardKeys';
import type { Sent } from './tableUse';

export interface KeyAssignment {
  readonly column: string;
  readonly at: Location;
}

/** By table, in the order of the statements, each place once. */
export function keyAssignments(
  statements: readonly Sent[],
  map: ShardMap,
  schema: Schema,
): ReadonlyMap<ShardTable, readonly KeyAssignment[]> {
  const index = tableIndex(map, schema);
  const columnsOf = new Map(
    shardKeys(map, schema).map(({ table, ddl }) => [table, ddl ? [...ddl.columns.keys()] : [...table.columns.keys()]]),
  );
  const found = new Map<ShardTable, KeyAssignment[]>();
  const lookedUp = rowsLookedUp(statements);
  for (const sent of statements) {
    if (!sent.own) continue;
    for (const { ref, set } of changes(sent.query)) {
      const table = index.find(ref.name.parts);
      if (table?.kind !== 'sharded') continue;
      const named = set.filter(({ qualifier }) => isOf(qualifier, ref));
      if (isWholeRow(named, columnsOf.get(table) ?? [])) continue;
      for (const one of named) {
        const column = table.shardKey.find((key) => sameColumn(key, one.column));
        const id = keyValueOf(one.value)?.id;
        if (column === undefined || one.kept || lookedUp.has(`${table.name.join('.')} ${id}`)) continue;
        const at = { file: sent.file, span: sent.toSource(one.span) };
        const known = found.get(table) ?? [];
        const twice = known.some((other) => other.at.file === at.file && other.at.span.start === at.span.start);
        if (!twice) found.set(table, [...known, { column, at }]);
      }
    }
  }
  return found;
}

/**
 * Host values by which one row of a table was read, as `table value`: what is saved later under that very value stays
 * where it is. Placeholders such as `$1` are other values in each statement.
 */
export function rowsLookedUp(
  statements: readonly { readonly query: Query | undefined; readonly route: Route }[],
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { query, route } of statements) {
    if (query?.kind !== 'select' || query.limit?.kind !== 'const' || query.limit.value !== 1) continue;
    for (const { table, key, values } of route.bindings)
      if (key.length > 0) for (const value of values) if (value.includes('@')) found.add(`${table} ${value}`);
  }
  return found;
}

interface Change {
  readonly ref: TableRef;
  readonly set: readonly (Assignment & { readonly kept: boolean })[];
}

function changes(query: Query): readonly Change[] {
  const inner = 'with' in query ? (query.with?.ctes ?? []).flatMap((cte) => changes(cte.query)) : [];
  switch (query.kind) {
    case 'update':
      return [...inner, ...updated(query)];
    case 'insert':
      return [...inner, ...upserted(query)];
    case 'merge': {
      const { target, actions } = query;
      const set = actions.flatMap((action) => action.set ?? []).map((one) => ({ ...one, kept: isCopied(one) }));
      return target.kind === 'table' ? [...inner, { ref: target, set }] : inner;
    }
    case 'other':
      return query.inner ? changes(query.inner) : [];
    default:
      return inner;
  }
}

function updated({ targets, from, set, where }: Update): readonly Change[] {
  const alone = leavesOf(from).length === 1;
  const parts = where ? conjuncts(normalize(where)) : [];
  return targets.flatMap((ref): readonly Change[] =>
    ref.kind === 'table' && (targets.length === 1 || set.some(({ qualifier }) => qualifier.length > 0))
      ? [
          {
            ref,
            set: set.map((one) => ({ ...one, kept: isCopied(one) || isEmptied(one) || keeps(one, parts, ref, alone) })),
          },
        ]
      : [],
  );
}

/** `SET k = k`, and the key of a related row, which copies follow (`SET k = parent.k FROM parent`). */
const isCopied = ({ column, value }: Assignment): boolean => value.kind === 'column' && sameColumn(value.name, column);

/** A row that loses its key moves nowhere: it is given up. */
const isEmptied = ({ value }: Assignment): boolean => value.kind === 'const' && value.type === 'null';

/** The row has that value already, or has none yet: a backfill. */
function keeps(one: Assignment, parts: readonly Expr[], ref: TableRef, alone: boolean): boolean {
  const id = keyValueOf(one.value)?.id;
  const isKey = (expr: Expr): boolean =>
    expr.kind === 'column' &&
    sameColumn(expr.name, one.column) &&
    (expr.qualifier.length === 0 ? alone : isOf(expr.qualifier, ref));
  return parts.some((part) => {
    if (part.kind === 'is-null') return !part.negated && isKey(part.value);
    if (part.kind !== 'compare' || part.op !== '=' || id === undefined) return false;
    const other = isKey(part.left) ? part.right : isKey(part.right) ? part.left : undefined;
    return other !== undefined && keyValueOf(other)?.id === id;
  });
}

/** `ON CONFLICT (k) DO UPDATE SET k = excluded.k` meets the row that has this very key. */
function upserted({ table: ref, onConflict, columns = [], source }: Insert): readonly Change[] {
  if (ref.kind !== 'table' || !onConflict) return [];
  const [row, ...more] = source !== 'default' && source.kind === 'values' ? source.rows : [];
  /** `excluded.k`, or once more the value that the row has. */
  const isIncoming = ({ column, value }: Assignment): boolean => {
    const given = row?.[columns.findIndex(({ name }) => sameColumn(name, column))];
    const id = given && more.length === 0 ? keyValueOf(given)?.id : undefined;
    return isExcluded(value, column) || (id !== undefined && keyValueOf(value)?.id === id);
  };
  const incoming = onConflict.set.filter(isIncoming);
  // All that was inserted is written again: a save of a whole row, whose key nobody means to change.
  const whole = incoming.length >= 2 && columns.every(({ name }) => isSet(name, onConflict.target, incoming));
  const { target } = onConflict;
  const kept = (one: Assignment): boolean =>
    (isCopied(one) && !isIncoming(one)) ||
    (isIncoming(one) && (whole || target.length === 0 || target.some((column) => sameColumn(column, one.column))));
  return [{ ref, set: onConflict.set.map((one) => ({ ...one, kept: kept(one) })) }];
}

const isSet = (name: string, target: readonly string[], set: readonly Assignment[]): boolean =>
  target.some((one) => sameColumn(one, name)) || set.some(({ column }) => sameColumn(column, name));

/** `excluded.k`, `VALUES(k)`, `new.k`. */
function isExcluded(value: Expr, column: string): boolean {
  if (value.kind === 'call') {
    const [only] = value.args;
    return /^values$/i.test(value.name) && only?.kind === 'column' && sameColumn(only.name, column);
  }
  return value.kind === 'column' && sameColumn(value.name, column) && value.qualifier.length > 0;
}

const isOf = (qualifier: readonly string[], { alias, name }: TableRef): boolean =>
  qualifier.length === 0 || sameColumn(qualifier.at(-1), alias ?? name.parts.at(-1) ?? '');

/** Data access code that writes all columns back; ids and times of change may be missing. */
function isWholeRow(set: readonly Assignment[], columns: readonly string[]): boolean {
  const wanted = columns.filter(
    (name) => !/^(?:_?id|uuid|(?:created|updated|deleted)_?(?:at|on|date|time)?|version)$/i.test(name),
  );
  return wanted.length >= 4 && wanted.every((name) => set.some(({ column }) => sameColumn(column, name)));
}

/** `SET k = … WHERE k IS NULL`: the rows have no key yet, and lie where they lay before the table was sharded by it. */
export const isBackfill = (query: Query): boolean =>
  query.kind === 'update' &&
  conjuncts(
    query.where ? normalize(query.where) : { kind: 'const', type: 'boolean', value: true, span: query.span },
  ).some(
    (part) =>
      part.kind === 'is-null' &&
      !part.negated &&
      part.value.kind === 'column' &&
      query.set.some(({ column }) => part.value.kind === 'column' && sameColumn(part.value.name, column)),
  );
