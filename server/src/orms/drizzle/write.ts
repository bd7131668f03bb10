/** `insert().values()`, `update().set().where()`, `delete().where()`. */
import type { ObjectShape, Ref } from '../../flow/flow';
import type { Expr, Insert, OnConflict, OpaqueFrom, Query, TableRef } from '../../query/model';
import type { Span } from '../../text/span';
import { choice, param, truth } from '../build/expr';
import type { Model } from '../build/model';
import { assignmentsOf, insertRows, type Placed, rowsOf, suppliedBy } from '../build/rows';
import { insert, remove, update } from '../build/statements';
import { isUndefined, spanIn, valueExpr } from '../build/value';
import { condition, operand } from './condition';
import { type CallStep, type Context, columnIn, sourceIn, tableRef } from './context';
import { queryOf, sourceOf } from './select';

export interface Written {
  readonly query: Query;
  readonly operation: 'insert' | 'update' | 'delete' | 'upsert';
}

interface Target {
  readonly table: TableRef | OpaqueFrom;
  readonly model: Model | undefined;
}

const targetOf = (c: Context, ref: Ref | undefined, span: Span): Target => {
  const source = ref === undefined ? undefined : sourceIn(c, c.flow.chain(ref));
  if (source?.kind === 'table') return { table: tableRef(c, source, span), model: source.model };
  const text = ref === undefined ? '' : c.flow.print(ref);
  c.notes.add(`table ${text}`);
  return { table: { kind: 'opaque-from', why: `the table ${text} comes from elsewhere`, span }, model: undefined };
};

/** `calls`: from `insert`, `update` or `delete` on. */
export const written = (c: Context, calls: readonly CallStep[]): Written | undefined => {
  const [first, ...rest] = calls;
  if (first === undefined) return undefined;
  const last = (name: string): CallStep | undefined => rest.findLast((call) => call.name === name);
  const whereCalls = rest.filter((call) => call.name === 'where');
  const at = whereCalls.at(-1)?.nameSpan ?? first.nameSpan;
  const span = c.site.value.span;
  const { table, model } = targetOf(c, first.args[0], first.name === 'insert' ? first.nameSpan : at);
  const where = whereCalls.reduce<Expr>((before, call) => {
    const [arg] = call.args;
    if (arg === undefined) return before;
    const asked = condition(c, arg);
    return call.when.length > 0 ? choice([asked, before], at) : asked;
  }, truth(at));
  const limited = last('limit') === undefined ? {} : { limit: param('limit', at) };
  if (first.name === 'delete') return { query: remove(table, where, span, limited), operation: 'delete' };
  const place = placed(c, model);
  if (first.name === 'update') {
    const [data] = last('set')?.args ?? [];
    const assigned = assignmentsOf(data === undefined ? [] : rowsOf(c, data, place));
    const more = rest.filter((call) => call.name === 'from' || call.name.endsWith('Join'));
    const others = more.flatMap(({ args: [one] }) => (one === undefined ? [] : [sourceOf(c, one, spanIn(c, one))]));
    return {
      query: update(table, where, span, { from: [table, ...others], ...assigned, ...limited }),
      operation: 'update',
    };
  }
  const values = last('values');
  const from = last('select');
  const conflict = conflictOf(c, rest, model);
  const parts: Partial<Insert> = conflict === undefined ? {} : { onConflict: conflict };
  const operation = rest.some((call) => updates.has(call.name)) ? 'upsert' : 'insert';
  if (from !== undefined && values === undefined) {
    const [arg] = from.args;
    const query = arg === undefined ? undefined : queryOf(c, c.flow.chain(arg));
    return {
      query: insert(table, query ?? { kind: 'opaque', why: 'the rows of a query', span: from.nameSpan }, span, parts),
      operation,
    };
  }
  if (values === undefined) return undefined;
  const [rows] = values.args;
  const made = insertRows(
    c,
    table,
    rows === undefined ? [] : rowsOf(c, rows, place),
    rows,
    values.nameSpan,
    suppliedBy(model),
  );
  return { query: { ...made, ...parts }, operation };
};

const updates: ReadonlySet<string> = new Set(['onConflictDoUpdate', 'onDuplicateKeyUpdate']);

const conflictOf = (c: Context, calls: readonly CallStep[], model: Model | undefined): OnConflict | undefined => {
  const call = calls.findLast(({ name }) => updates.has(name) || name === 'onConflictDoNothing');
  if (call === undefined) return undefined;
  const [options] = call.args;
  const shape = options === undefined ? undefined : objectOf(c, options);
  const entry = (key: string): Ref | undefined => shape?.entries.findLast((one) => one.key === key)?.value;
  const [target, set] = [entry('target'), entry('set')];
  const assigned = set === undefined ? [] : assignmentsOf(rowsOf(c, set, placed(c, model))).set;
  return { target: target === undefined ? [] : targets(c, target), set: assigned };
};

const objectOf = (c: Context, ref: Ref): ObjectShape | undefined =>
  c.flow.shapes(ref).flatMap((shape) => (shape.kind === 'object' ? [shape] : []))[0];

const targets = (c: Context, ref: Ref): readonly string[] => {
  const [shape] = c.flow.shapes(ref);
  const refs = shape?.kind === 'list' ? shape.items.map((item) => item.value) : [ref];
  return refs.flatMap((one) => columnIn(c, one, spanIn(c, one))?.name ?? []);
};

const placed =
  (c: Context, model: Model | undefined): Placed =>
  ({ many }, { key = '', value, keySpan, file }) => {
    if (c.flow.shapes(value).every(isUndefined)) return [];
    const span = file === c.site.file ? keySpan : c.site.value.span;
    return [{ column: model?.fields.get(key)?.column ?? key, span, value: valueIn({ ...c, many }, value) }];
  };

/** A value, or SQL that computes one. */
const valueIn = (c: Context, ref: Ref): Expr => {
  const chain = c.flow.chain(ref);
  return chain.steps.at(-1)?.kind === 'tag' ? operand(c, ref) : valueExpr(c, ref);
};
