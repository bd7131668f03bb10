/** Filters of MongoDB as predicates. Dotted paths are columns of that name. */

import type { Entry, ObjectShape, Ref, Shape } from '../../flow/flow';
import type { Expr } from '../../query/model';
import { own } from '../../text/own';
import type { Span } from '../../text/span';
import { conjunction } from '../build/conditional';
import {
  and,
  choice,
  column,
  compare,
  equals,
  inList,
  isNull,
  like,
  not,
  operation,
  or,
  param,
  truth,
} from '../build/expr';
import { isListTyped } from '../build/listTyped';
import { isNothing, isUndefined, listExpr, spanIn, valueExpr } from '../build/value';
import { type Context, isOperator, isTests, keySpan, unknownFilter } from './context';

/** The column of a path: another table's, or nothing known, where a pipeline has made it. */
export type PathColumn = (path: string, span: Span) => Expr | undefined;

export const columnsOf =
  (alias: string): PathColumn =>
  (path, span) =>
    column(alias, path, span);

export const filterExpr = (c: Context, ref: Ref | undefined, paths: PathColumn, at: Span): Expr => {
  if (ref === undefined) return truth(at);
  const span = spanIn(c, ref);
  return choice(
    withoutDefaults(c.flow.shapes(ref)).map((shape) => fromShape(c, shape, paths, span)),
    span,
  );
};

/** `options.filter || {}`: what is left out is the caller's choice as well. */
const withoutDefaults = (shapes: readonly Shape[]): readonly Shape[] => {
  if (!shapes.some((shape) => shape.kind === 'unknown')) return shapes;
  const empty = (shape: Shape): boolean => shape.kind === 'object' && shape.entries.length === 0 && !shape.open;
  return shapes.filter((shape) => !empty(shape) && !isNothing(shape));
};

const fromShape = (c: Context, shape: Shape, paths: PathColumn, span: Span): Expr => {
  if (isNothing(shape)) return truth(span);
  return shape.kind === 'object' ? objectExpr(c, shape, paths) : unknownFilter(c, shape.ref, span);
};

/** `only`: entries of the filter that count. */
export const objectExpr = (c: Context, shape: ObjectShape, paths: PathColumn): Expr => {
  const span = spanIn(c, shape.ref);
  const parts = shape.entries.map((entry) => ({ when: entry.when, expr: entryExpr(c, entry, paths) }));
  if (shape.open) parts.push({ when: [], expr: unknownFilter(c, shape.ref, span) });
  return conjunction(parts, span);
};

const entryExpr = (c: Context, entry: Entry, paths: PathColumn): Expr => {
  const span = keySpan(c, entry);
  const { key, value } = entry;
  if (key === undefined) {
    const names = entry.computed === undefined ? [] : c.flow.shapes(entry.computed);
    const keys = names.flatMap((name) =>
      name.kind === 'literal' && typeof name.value === 'string' ? [name.value] : [],
    );
    return keys.length > 0 && keys.length === names.length
      ? choice(
          keys.map((one) => entryExpr(c, { ...entry, key: one }, paths)),
          span,
        )
      : unknownFilter(c, entry.computed ?? value, span);
  }
  switch (key) {
    case '$and':
      return and(filters(c, value, paths, span), span);
    case '$or':
      return anyOf(c, value, paths, span);
    case '$nor':
      return not(or(filters(c, value, paths, span), span), span);
    case '$comment':
      return truth(span);
  }
  if (isOperator(key)) return operation(key, [], span);
  const left = paths(key, span);
  return left === undefined ? operation(key, [], span) : fieldExpr(c, left, value, span);
};

/** A list of filters that is a caller's narrows by something that is not known. */
const anyOf = (c: Context, ref: Ref, paths: PathColumn, span: Span): Expr => {
  const asked = c.flow.shapes(ref).filter((shape) => !isNothing(shape));
  if (asked.some((shape) => shape.kind !== 'list')) return unknownFilter(c, ref, span);
  const parts = filters(c, ref, paths, span);
  return parts.length === 0 ? truth(span) : or(parts, span);
};

/** The filters of `$and`, `$or` and `$nor`. */
export const filters = (c: Context, ref: Ref, paths: PathColumn, span: Span): readonly Expr[] =>
  c.flow.shapes(ref).flatMap((shape): readonly Expr[] => {
    if (isNothing(shape)) return [];
    if (shape.kind !== 'list') return [unknownFilter(c, shape.ref, span)];
    const items = shape.items.map(({ value, when, many }) => {
      const expr = filterExpr(many ? { ...c, many } : c, value, paths, span);
      return when.length === 0 ? expr : choice([expr, truth(span)], span);
    });
    return shape.open ? [...items, unknownFilter(c, shape.ref, span)] : items;
  });

// ── fields ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** A value, or the tests of an object of operators. */
export const fieldExpr = (c: Context, left: Expr, ref: Ref, span: Span): Expr => {
  const shapes = c.flow.shapes(ref);
  let plain = false;
  const options = shapes.flatMap((shape): readonly Expr[] => {
    // What is undefined beside a value is left out by callers that check it.
    if (isUndefined(shape) && shapes.length > 1) return [];
    if (isNothing(shape)) return [isNull(left, span)];
    if (shape.kind === 'object') {
      if (isTests(shape)) return [testsExpr(c, left, shape, span)];
      if (shape.open && shape.entries.length === 0) return [unknownFilter(c, shape.ref, span)];
      plain = true;
      return [];
    }
    if (shape.kind === 'list' && c.casts) return [listExpr(c, left, ref, span)];
    if (isPattern(shape)) return [like(left, param(c.flow.valueId(ref), span), span)];
    plain = true;
    return [];
  });
  const many = plain && c.casts && isListTyped(c.flow, ref);
  return choice(
    [...(plain ? [many ? listExpr(c, left, ref, span) : equals(left, valueExpr(c, ref), span)] : []), ...options],
    span,
  );
};

/** `/^a/`, `new RegExp(…)`. */
const isPattern = (shape: Shape): boolean => {
  if (shape.kind === 'chain') {
    const { root, steps } = shape.chain;
    return root.kind === 'global' && root.name === 'RegExp' && steps.length === 1;
  }
  return shape.kind === 'unknown' && shape.why === 'pattern';
};

const testsExpr = (c: Context, left: Expr, shape: ObjectShape, span: Span): Expr => {
  const parts = shape.entries.map((entry) => ({ when: entry.when, expr: testExpr(c, left, entry, span) }));
  if (shape.open) parts.push({ when: [], expr: unknownFilter(c, shape.ref, span) });
  return conjunction(parts, span);
};

const comparisons: Readonly<Record<string, '<' | '<=' | '>' | '>='>> = { $lt: '<', $lte: '<=', $gt: '>', $gte: '>=' };

const testExpr = (c: Context, left: Expr, { key, value }: Entry, span: Span): Expr => {
  switch (key) {
    case '$eq':
      return fieldExpr(c, left, value, span);
    case '$in':
      return hasPattern(c, value)
        ? operation('$in', [left], span)
        : widened(c, value, listExpr(c, left, value, span), left, span);
    case '$nin':
      return listExpr(c, left, value, span, true);
    case '$ne':
      return not(fieldExpr(c, left, value, span), span);
    case '$not':
      return not(fieldExpr(c, left, value, span), span);
    case '$exists': {
      const [shape] = c.flow.shapes(value);
      const present = shape?.kind === 'literal' ? shape.value !== false : undefined;
      return present === undefined ? operation(key, [left], span) : isNull(left, span, present);
    }
    case '$regex':
      return like(left, valueExpr(c, value), span);
    case '$options':
    case undefined:
      return key === undefined ? unknownFilter(c, value, span) : truth(span);
    default: {
      const op = own(comparisons, key);
      return op === undefined ? operation(key, [left], span) : compare(op, left, valueExpr(c, value), span);
    }
  }
};

const hasPattern = (c: Context, ref: Ref): boolean =>
  c.flow
    .shapes(ref)
    .some(
      (shape) =>
        shape.kind === 'list' && shape.items.some((item) => c.flow.shapes(item.value).some((one) => isPattern(one))),
    );

/** `{ $in: [x] }` of a list that is one value is that value. */
const widened = (c: Context, ref: Ref, listed: Expr, left: Expr, span: Span): Expr => {
  const shapes = c.flow.shapes(ref);
  const [shape] = shapes;
  if (shapes.length !== 1 || shape?.kind !== 'list' || shape.open || shape.items.length !== 1) return listed;
  const [item] = shape.items;
  return item === undefined || item.many ? inList(left, [param(c.flow.valueId(ref), span, true)], span) : listed;
};
