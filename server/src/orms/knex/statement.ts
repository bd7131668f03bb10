/** What a builder sends: the last verb said counts, without one it is a SELECT. */
import type { Ref } from '../../flow/flow';
import type { Assignment, Expr, Insert, OnConflict, OpaqueFrom, Query, TableRef } from '../../query/model';
import type { Span } from '../../text/span';
import { operation, param } from '../build/expr';
import { assignmentsOf, insertRows, type Placed, rowsOf } from '../build/rows';
import { insert, remove, update } from '../build/statements';
import { isUndefined, spanIn } from '../build/value';
import type { Operation } from '../orm';
import { conditionsOf, operand } from './condition';
import { type Context, columnNamed, identifier, lastPart, spanOf } from './context';
import type { CallStep } from './handle';
import { builtSelect, ctesOf, modified, tableOf, withJoins } from './select';
import { subqueryIn, withMore } from './subquery';

export interface Stated {
  readonly query: Query;
  readonly operation: Operation;
}

const verbs = /^(?:insert|update|del|delete|truncate|increment|decrement|batchInsert|upsert)$/;

export const isWrite = ({ name }: CallStep): boolean => verbs.test(name);

/** `open`: others may add conditions, or have. */
export const stated = (c: Context, written: readonly CallStep[], open: boolean): Stated => {
  const { query, operation } = closed(c, written);
  return { query: open ? withMore(query, c.site.value.span) : query, operation };
};

const closed = (c: Context, written: readonly CallStep[]): Stated => {
  const calls = modified(c, written);
  const verb = calls.findLast(isWrite);
  const span = c.site.value.span;
  if (verb === undefined) {
    const query = builtSelect(c, calls, span);
    return { query, operation: operationOf(query) };
  }
  const at = spanOf(c, verb);
  const where = conditionsOf(c, calls, 'where', at);
  const isBatch = verb.name === 'batchInsert';
  const named = isBatch ? [{ ...verb, name: 'from' }] : calls;
  const source = tableOf(c, named);
  const table: TableRef | OpaqueFrom =
    source?.kind === 'table' || source?.kind === 'opaque-from'
      ? source
      : { kind: 'opaque-from', why: 'a table that is not read', span: at };
  const ctes = ctesOf(c, calls);
  const tail = ctes.length === 0 ? {} : { with: { recursive: false, ctes } };
  const reached = {
    from: [withJoins(c, calls, table) ?? table],
    ...(calls.some(({ name }) => name === 'limit') ? { limit: param('limit', at) } : {}),
    ...tail,
  };
  switch (verb.name) {
    case 'insert':
    case 'upsert':
    case 'batchInsert':
      return inserted(c, calls, table, verb.args[isBatch ? 1 : 0], at, tail);
    case 'truncate': {
      const tables = table.kind === 'table' ? [table] : [];
      return { query: { kind: 'other', what: 'truncate', tables, span }, operation: 'delete' };
    }
    case 'del':
    case 'delete':
      return { query: remove(table, where, span, reached), operation: 'delete' };
    default: {
      const set = verb.name === 'update' ? assigned(c, verb.args) : counted(c, verb);
      return { query: update(table, where, span, { ...set, ...reached }), operation: 'update' };
    }
  }
};

const operationOf = (query: Query): Operation => {
  if (query.kind !== 'select') return 'select';
  const [item, ...more] = query.items;
  if (query.groupBy.length > 0) return query.items.some(isAggregate) ? 'aggregate' : 'select';
  if (item?.expr.kind === 'call' && item.expr.name === 'count' && more.length === 0) return 'count';
  return query.items.some(isAggregate) ? 'aggregate' : 'select';
};

const isAggregate = ({ expr }: { readonly expr: Expr }): boolean => expr.kind === 'call' && expr.aggregate === true;

const inserted = (
  c: Context,
  calls: readonly CallStep[],
  table: TableRef | OpaqueFrom,
  rows: Ref | undefined,
  at: Span,
  tail: Pick<Insert, 'with'>,
): Stated => {
  const conflict = calls.findLast(({ name }) => name === 'onConflict');
  const merge = calls.findLast(({ name }) => name === 'merge');
  const ignore = calls.some(({ name }) => name === 'ignore');
  const resolved: OnConflict | undefined =
    conflict === undefined || (merge === undefined && !ignore)
      ? undefined
      : {
          target: conflict.args.flatMap((arg) => columnsIn(c, arg)),
          set: merge === undefined ? [] : mergeSet(c, merge),
        };
  const parts: Partial<Insert> = { ...(resolved === undefined ? {} : { onConflict: resolved }), ...tail };
  const query = rows === undefined ? undefined : subqueryIn(c, rows);
  const made =
    query === undefined
      ? insertRows(c, table, rows === undefined ? [] : rowsOf(c, rows, place), rows, at, c.layer?.supplied)
      : insertedQuery(table, query, at);
  return {
    query: { ...made, ...parts, span: c.site.value.span },
    operation: merge === undefined ? 'insert' : 'upsert',
  };
};

/** Columns that stand beside the table's name are those that are inserted. */
const insertedQuery = (table: TableRef | OpaqueFrom, query: Query, at: Span): Insert => {
  if (table.kind !== 'table' || table.columns === undefined) return insert(table, query, at);
  const { columns, ...target } = table;
  return insert(target, query, at, { columns: columns.map((name) => ({ name, span: at })) });
};

const mergeSet = (c: Context, merge: CallStep): readonly Assignment[] => {
  const [arg] = merge.args;
  const object = arg !== undefined && c.flow.shapes(arg).some(({ kind }) => kind === 'object');
  return object ? assignmentsOf(rowsOf(c, arg, place)).set : [];
};

const columnsIn = (c: Context, ref: Ref): readonly string[] => {
  const [shape] = c.flow.shapes(ref);
  const refs = shape?.kind === 'list' ? shape.items.map(({ value }) => value) : [ref];
  return refs.flatMap((one) => {
    const name = identifier(c, one);
    return name === undefined ? [] : [lastPart(name)];
  });
};

/** `update({ a: 1 })`, `update('a', 1)`. */
const assigned = (c: Context, [first, second]: readonly Ref[]) => {
  if (first === undefined) return {};
  const name = second === undefined ? undefined : identifier(c, first);
  if (name !== undefined && second !== undefined && !c.flow.shapes(first).some(({ kind }) => kind === 'object'))
    return { set: [{ column: lastPart(name), qualifier: [], value: operand(c, second), span: spanIn(c, first) }] };
  return assignmentsOf(rowsOf(c, first, place));
};

const counted = (c: Context, verb: CallStep) => {
  const [first] = verb.args;
  if (first === undefined) return {};
  const name = identifier(c, first);
  const span = spanIn(c, first);
  return name === undefined
    ? assignmentsOf(rowsOf(c, first, place))
    : {
        set: [{ column: lastPart(name), qualifier: [], value: operation('+', [columnNamed(name, span)], span), span }],
      };
};

const place: Placed = (build, { key = '', value, keySpan, file }) => {
  if (build.flow.shapes(value).every(isUndefined)) return [];
  const span = file === build.site.file ? keySpan : build.site.value.span;
  return [{ column: lastPart(key), span, value: operand({ depth: 0, ...build }, value) }];
};
