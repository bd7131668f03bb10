/** `where` objects as predicates. */
import type { Entry, ObjectShape, Ref, Shape } from '../../flow/flow';
import type { Expr } from '../../query/model';
import type { Span } from '../../text/span';
import { conjunction } from '../build/conditional';
import {
  and,
  choice,
  column,
  compare,
  equals,
  falsity,
  isNull,
  like,
  not,
  opaque,
  operation,
  or,
  truth,
} from '../build/expr';
import type { Model, Relation } from '../build/model';
import { related } from '../build/related';
import { isNothing, isUndefined, listExpr, valueExpr } from '../build/value';
import { type Context, keySpan, shapesOf, spanOf, targetOf } from './context';

export const whereExpr = (c: Context, ref: Ref, model: Model, alias: string): Expr => {
  const span = spanOf(c, ref);
  return choice(
    shapesOf(c, ref).map((shape) => fromShape(c, shape, model, alias, span)),
    span,
  );
};

const fromShape = (c: Context, shape: Shape, model: Model, alias: string, span: Span): Expr => {
  if (isNothing(shape)) return truth(span);
  if (shape.kind !== 'object') return unknownFilter(c, shape.ref, span);
  const parts = shape.entries.map((entry) => ({ when: entry.when, expr: entryExpr(c, entry, model, alias) }));
  if (shape.open) parts.push({ when: [], expr: unknownFilter(c, shape.ref, span) });
  return conjunction(parts, span);
};

const unknownFilter = (c: Context, ref: Ref, span: Span): Expr => {
  const text = c.flow.print(ref);
  c.notes.add(`filter ${text}`);
  return opaque(`the filter ${text} comes from elsewhere`, span);
};

const entryExpr = (c: Context, entry: Entry, model: Model, alias: string): Expr => {
  const span = keySpan(c, entry);
  const { key, value } = entry;
  if (key === undefined) {
    const names = entry.computed === undefined ? [] : c.flow.shapes(entry.computed);
    const keys = names.flatMap((name) =>
      name.kind === 'literal' && typeof name.value === 'string' ? [name.value] : [],
    );
    return keys.length > 0 && keys.length === names.length
      ? choice(
          keys.map((one) => entryExpr(c, { ...entry, key: one }, model, alias)),
          span,
        )
      : unknownFilter(c, entry.computed ?? value, span);
  }
  switch (key) {
    case 'AND':
      return and(branches(c, value, model, alias, truth(span)), span);
    case 'OR': {
      const asked = c.flow.shapes(value).filter((shape) => !isNothing(shape));
      return asked.length === 0 ? truth(span) : or(branches(c, value, model, alias, falsity(span)), span);
    }
    case 'NOT':
      return not(or(branches(c, value, model, alias, falsity(span)), span), span);
  }
  const field = model.fields.get(key);
  if (field !== undefined) return fieldExpr(c, column(alias, field.column, span), value, span);
  const relation = model.relations.get(key);
  if (relation !== undefined) return relationExpr(c, relation, value, alias, span);
  const compound = model.keys.get(key);
  if (compound !== undefined) return whereExpr(c, value, model, alias);
  if (!model.declared) return fieldExpr(c, column(alias, key, span), value, span);
  return unknownFilter(c, value, span);
};

/** The filters of `AND`, `OR` and `NOT`: one object or a list. `absent`: what a filter that is left out counts as. */
const branches = (c: Context, ref: Ref, model: Model, alias: string, absent: Expr): readonly Expr[] => {
  const span = spanOf(c, ref);
  return shapesOf(c, ref).flatMap((shape): readonly Expr[] => {
    if (shape.kind !== 'list') return isNothing(shape) ? [] : [fromShape(c, shape, model, alias, span)];
    const items = shape.items.map(({ value, when, many }) => {
      const expr = whereExpr(many ? { ...c, many } : c, value, model, alias);
      return when.length === 0 ? expr : choice([expr, absent], span);
    });
    return shape.open ? [...items, unknownFilter(c, shape.ref, span)] : items;
  });
};

// ── fields ──────────────────────────────────────────────────────────────────────────────────────────────────────

export const fieldExpr = (c: Context, left: Expr, ref: Ref, span: Span): Expr => {
  const shapes = c.flow.shapes(ref);
  const plain = shapes.filter((shape) => shape.kind !== 'object' && !isNothing(shape));
  const options: Expr[] = shapes.flatMap((shape): readonly Expr[] => {
    if (isUndefined(shape)) return [truth(span)];
    if (isNothing(shape)) return [isNull(left, span)];
    return shape.kind === 'object' ? [filterExpr(c, left, shape, span)] : [];
  });
  // Prisma leaves out what is undefined; alternatives that are values are one value.
  if (plain.length > 0) options.unshift(equals(left, valueExpr(c, ref), span));
  return choice(options, span);
};

const comparisons = { lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;

const filterExpr = (c: Context, left: Expr, shape: ObjectShape, span: Span): Expr => {
  const has = (key: string): boolean => shape.entries.some((entry) => entry.key === key);
  if (has('path')) return operation('json', [left], span);
  const parts = shape.entries.map((entry) => ({ when: entry.when, expr: testExpr(c, left, entry, has('mode')) }));
  if (shape.open) parts.push({ when: [], expr: unknownFilter(c, shape.ref, span) });
  return conjunction(parts, span);
};

const testExpr = (c: Context, left: Expr, entry: Entry, insensitive: boolean): Expr => {
  const { key, value } = entry;
  const span = keySpan(c, entry);
  const shapes = c.flow.shapes(value);
  const missing = shapes.some(isUndefined);
  const maybe = (expr: Expr): Expr =>
    missing ? choice(shapes.every(isUndefined) ? [truth(span)] : [expr, truth(span)], span) : expr;
  switch (key) {
    case 'equals':
      return insensitive
        ? maybe(operation('equals', [left, valueExpr(c, value)], span))
        : fieldExpr(c, left, value, span);
    case 'in':
      return maybe(listExpr(c, left, value, span));
    case 'notIn':
      return maybe(listExpr(c, left, value, span, true));
    case 'not':
      return not(fieldExpr(c, left, value, span), span);
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return maybe(compare(comparisons[key], left, valueExpr(c, value), span));
    case 'contains':
    case 'startsWith':
    case 'endsWith':
      return maybe(like(left, operation(key, [valueExpr(c, value)], span), span, insensitive));
    case 'mode':
      return truth(span);
    case undefined:
      return unknownFilter(c, value, span);
    default:
      return maybe(operation(key, [left], span));
  }
};

// ── relations ───────────────────────────────────────────────────────────────────────────────────────────────────

const relationExpr = (c: Context, relation: Relation, ref: Ref, alias: string, span: Span): Expr => {
  const target = targetOf(c, relation.target);
  const test = (value: Ref, negated = false, inner = false): Expr =>
    related(
      c,
      alias,
      relation,
      target,
      span,
      (own) => (inner ? not(whereExpr(c, value, target, own), span) : whereExpr(c, value, target, own)),
      negated,
    );
  const absent = (value: Ref): boolean => c.flow.shapes(value).every((s) => s.kind === 'literal' && s.value === null);
  const missing = related(c, alias, relation, target, span, () => truth(span), true);
  const options = shapesOf(c, ref).map((shape): Expr => {
    if (isUndefined(shape)) return truth(span);
    if (isNothing(shape)) return missing;
    if (shape.kind !== 'object') return test(ref);
    const named = shape.entries.filter((entry) => relationTests.has(entry.key ?? ''));
    if (named.length === 0) return test(ref);
    return conjunction(
      named.map(({ key, value, when }) => {
        if (absent(value)) return { when, expr: key === 'isNot' ? not(missing, span) : missing };
        return {
          when,
          expr: key === 'every' ? test(value, true, true) : test(value, key === 'none' || key === 'isNot'),
        };
      }),
      span,
    );
  });
  return choice(options, span);
};

const relationTests: ReadonlySet<string> = new Set(['some', 'every', 'none', 'is', 'isNot']);
