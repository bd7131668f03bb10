/** Expressions of aggregation pipelines, as far as they compare fields: `{ $eq: ['$tenantId', '$$tenant'] }`. */

import type { Ref } from '../../flow/flow';
import type { Expr } from '../../query/model';
import { own } from '../../text/own';
import type { Span } from '../../text/span';
import { and, compare, equals, operation, or } from '../build/expr';
import { listExpr, valueExpr } from '../build/value';
import { type Context, objectIn } from './context';
import type { PathColumn } from './filter';

/** What a variable of `let` stands for. */
export type Variables = ReadonlyMap<string, Expr>;

export const operandExpr = (c: Context, ref: Ref, paths: PathColumn, variables: Variables, span: Span): Expr => {
  const [shape] = c.flow.shapes(ref);
  if (shape?.kind === 'literal' && typeof shape.value === 'string') {
    const text = shape.value;
    if (text.startsWith('$$')) return variables.get(text.slice(2)) ?? operation(text, [], span);
    if (text.startsWith('$')) return paths(text.slice(1), span) ?? operation(text, [], span);
  }
  if (shape?.kind === 'object') {
    const [only] = shape.entries;
    if (only?.key === '$literal') return valueExpr(c, only.value);
    return operation(only?.key ?? 'object', [], span);
  }
  return valueExpr(c, ref);
};

const comparisons: Readonly<Record<string, '<' | '<=' | '>' | '>='>> = { $lt: '<', $lte: '<=', $gt: '>', $gte: '>=' };

/** The test that `$expr` holds. */
export const conditionExpr = (c: Context, ref: Ref, paths: PathColumn, variables: Variables, span: Span): Expr => {
  const shape = objectIn(c.flow, ref);
  const [only] = shape?.entries ?? [];
  if (shape === undefined || only?.key === undefined || shape.entries.length !== 1) return operation('$expr', [], span);
  const list = c.flow.shapes(only.value).find((one) => one.kind === 'list');
  const items = list?.kind === 'list' && !list.open ? list.items.map((item) => item.value) : [];
  if (only.key === '$and' || only.key === '$or') {
    const parts = items.map((item) => conditionExpr(c, item, paths, variables, span));
    if (parts.length === 0) return operation(only.key, [], span);
    return only.key === '$and' ? and(parts, span) : or(parts, span);
  }
  const [left, right] = items;
  if (left === undefined || right === undefined) return operation(only.key, [], span);
  const side = (one: Ref): Expr => operandExpr(c, one, paths, variables, span);
  if (only.key === '$eq') return equals(side(left), side(right), span);
  if (only.key === '$in') {
    const listed = c.flow.shapes(right).some((one) => one.kind === 'list');
    return listed ? listExpr(c, side(left), right, span) : operation('$in', [side(left), side(right)], span);
  }
  const op = own(comparisons, only.key);
  return op === undefined ? operation(only.key, [], span) : compare(op, side(left), side(right), span);
};
