/** `where` objects with `Op` symbols, lists and functions, as predicates. */

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
  isNull,
  like,
  not,
  opaque,
  operation,
  or,
  param,
  truth,
} from '../build/expr';
import { readFragment } from '../build/fragment';
import { isListTyped } from '../build/listTyped';
import { textIn } from '../build/options';
import { isNothing, isUndefined, listExpr, spanIn, valueExpr } from '../build/value';
import { type Context, columnName, functionOf, keySpan, operatorOf } from './context';
import type { SequelizeModel } from './models';

/** `without`: attributes that a later filter says anew. */
export const whereExpr = (
  c: Context,
  ref: Ref,
  model: SequelizeModel,
  alias: string,
  without: ReadonlySet<string> = new Set(),
): Expr => {
  const span = spanIn(c, ref);
  const shapes = c.flow.shapes(ref);
  // `options.where || {}`: what is left out is the caller's choice as well.
  const unsure = shapes.some((shape) => shape.kind === 'unknown');
  const asked = shapes.filter((shape) => !unsure || !(isNothing(shape) || isEmpty(shape)));
  return choice(
    asked.map((shape) => fromShape(c, shape, model, alias, span, without)),
    span,
  );
};

const isEmpty = (shape: Shape): boolean => shape.kind === 'object' && shape.entries.length === 0 && !shape.open;

const fromShape = (
  c: Context,
  shape: Shape,
  model: SequelizeModel,
  alias: string,
  span: Span,
  without: ReadonlySet<string>,
): Expr => {
  if (isNothing(shape)) return truth(span);
  if (shape.kind === 'object') return objectExpr(c, shape, model, alias, without);
  if (shape.kind === 'list') return and(listItems(c, shape, model, alias, span), span);
  const made = functionOf(shape);
  if (made !== undefined) return functionExpr(c, made, model, alias, span);
  return unknownFilter(c, shape.ref, span);
};

const listItems = (
  c: Context,
  shape: Shape & { readonly kind: 'list' },
  model: SequelizeModel,
  alias: string,
  span: Span,
): readonly Expr[] => {
  const items = shape.items.map(({ value, when, many }) => {
    const expr = whereExpr(many ? { ...c, many } : c, value, model, alias);
    return when.length === 0 ? expr : choice([expr, truth(span)], span);
  });
  return shape.open ? [...items, unknownFilter(c, shape.ref, span)] : items;
};

export const unknownFilter = (c: Context, ref: Ref, span: Span): Expr => {
  const text = c.flow.print(ref);
  c.notes.add(`filter ${text}`);
  return opaque(`the filter ${text} comes from elsewhere`, span);
};

const functionExpr = (
  c: Context,
  { name, args }: { readonly name: string; readonly args: readonly Ref[] },
  model: SequelizeModel,
  alias: string,
  span: Span,
): Expr => {
  if (name === 'and' || name === 'or') {
    const parts = args.map((arg) => whereExpr(c, arg, model, alias));
    return name === 'and' ? and(parts, span) : or(parts, span);
  }
  const text = name === 'literal' ? textIn(c.flow, args[0]) : undefined;
  if (text !== undefined)
    return readFragment(
      text,
      {
        column: (qualifier, attribute, at) => column(qualifier === '' ? alias : qualifier, attribute, at),
        value: (given, at, many) => param(`${given}@${c.site.value.span.start}`, at, many),
      },
      () => span,
    );
  const left = name === 'where' && args.length === 2 ? namedColumn(c, args[0], alias, span) : undefined;
  if (left !== undefined && args[1] !== undefined) return fieldExpr(c, left, args[1], span);
  return operation(name, [], span);
};

/** `col('tenant_id')`: as the database names it. */
const namedColumn = (c: Context, ref: Ref | undefined, alias: string, span: Span): Expr | undefined => {
  const [shape] = ref === undefined ? [] : c.flow.shapes(ref);
  const made = shape === undefined ? undefined : functionOf(shape);
  const text = made?.name === 'col' ? textIn(c.flow, made.args[0]) : undefined;
  const [name, ...qualifier] = text?.split('.').reverse() ?? [];
  return name === undefined || qualifier.length > 1 ? undefined : column(qualifier[0] ?? alias, name, span);
};

const objectExpr = (
  c: Context,
  shape: ObjectShape,
  model: SequelizeModel,
  alias: string,
  without: ReadonlySet<string>,
): Expr => {
  const span = spanIn(c, shape.ref);
  const parts = shape.entries
    .filter((entry) => entry.key === undefined || !without.has(entry.key))
    .map((entry) => ({ when: entry.when, expr: entryExpr(c, entry, model, alias) }));
  if (shape.open) parts.push({ when: [], expr: unknownFilter(c, shape.ref, span) });
  return conjunction(parts, span);
};

const entryExpr = (c: Context, entry: Entry, model: SequelizeModel, alias: string): Expr => {
  const span = keySpan(c, entry);
  const { key, value } = entry;
  const op = operatorOf(c, entry);
  if (op === 'and' || op === 'or' || op === 'not') {
    const parts = alternatives(c, value, model, alias, span, op === 'or');
    const joined = op === 'or' ? (parts.length === 0 ? truth(span) : or(parts, span)) : and(parts, span);
    return op === 'not' ? not(joined, span) : joined;
  }
  if (op !== undefined) return operation(op, [], span);
  if (key === undefined) return unknownFilter(c, entry.computed ?? value, span);
  const path = /^\$(.+)\$$/.exec(key)?.[1];
  if (path !== undefined) return operation('related', [], span);
  return fieldExpr(c, column(alias, columnName(model, key), span), value, span);
};

/** What stands below `Op.and` and `Op.or`: a list of filters, or an object whose entries are the filters. */
const alternatives = (
  c: Context,
  ref: Ref,
  model: SequelizeModel,
  alias: string,
  span: Span,
  each: boolean,
): readonly Expr[] =>
  c.flow.shapes(ref).flatMap((shape): readonly Expr[] => {
    if (isNothing(shape)) return [];
    if (shape.kind === 'list') return listItems(c, shape, model, alias, span);
    if (shape.kind === 'object' && each) return shape.entries.map((entry) => entryExpr(c, entry, model, alias));
    return [fromShape(c, shape, model, alias, span, new Set())];
  });

const comparisons: Readonly<Record<string, '<' | '<=' | '>' | '>='>> = { lt: '<', lte: '<=', gt: '>', gte: '>=' };

const fieldExpr = (c: Context, left: Expr, ref: Ref, span: Span): Expr => {
  const shapes = c.flow.shapes(ref);
  let plain = false;
  const options = shapes.flatMap((shape): readonly Expr[] => {
    // An undefined value is refused by the library.
    if (isUndefined(shape)) return shapes.length > 1 ? [] : [operation('undefined', [], span)];
    if (isNothing(shape)) return [isNull(left, span)];
    if (shape.kind === 'list') return [listExpr(c, left, ref, span)];
    if (shape.kind === 'object') return [testsExpr(c, left, shape, span)];
    const made = functionOf(shape);
    if (made !== undefined) return [operation(made.name, [left], span)];
    plain = true;
    return [];
  });
  // A parameter that is declared as a list of values stands for many of them.
  const many = plain && isList(c, ref);
  return choice(
    [...(plain ? [many ? listExpr(c, left, ref, span) : equals(left, valueExpr(c, ref), span)] : []), ...options],
    span,
  );
};

const listMethods = /^(?:map|filter|flatMap|keys|values|entries|from|concat|slice|uniq|compact|split|sort)$/;

/** Lists by their type or by the method that made them: `ids: string[]`, `rows.map(…)`. */
const isList = (c: Context, ref: Ref): boolean =>
  isListTyped(c.flow, ref) ||
  c.flow.chains(ref).some(({ steps }) => {
    const last = steps.at(-1);
    return last?.kind === 'call' && listMethods.test(last.name);
  });

const testsExpr = (c: Context, left: Expr, shape: ObjectShape, span: Span): Expr => {
  const parts = shape.entries.map((entry) => ({ when: entry.when, expr: testExpr(c, left, entry, span) }));
  if (shape.open) parts.push({ when: [], expr: unknownFilter(c, shape.ref, span) });
  return conjunction(parts, span);
};

const testExpr = (c: Context, left: Expr, entry: Entry, span: Span): Expr => {
  const { value } = entry;
  const op = operatorOf(c, entry);
  const items = (): readonly Expr[] =>
    c.flow
      .shapes(value)
      .flatMap((shape) =>
        shape.kind === 'list'
          ? shape.items.map((item) => fieldExpr(c, left, item.value, span))
          : shape.kind === 'object'
            ? shape.entries.map((inner) => testExpr(c, left, inner, span))
            : [],
      );
  switch (op) {
    case 'eq':
    case 'is':
      return fieldExpr(c, left, value, span);
    case 'in':
    case 'any':
      return c.flow.shapes(value).some((shape) => functionOf(shape) !== undefined)
        ? operation('in', [left], span)
        : listExpr(c, left, value, span);
    case 'notIn':
      return listExpr(c, left, value, span, true);
    case 'ne':
    case 'not':
      return not(fieldExpr(c, left, value, span), span);
    case 'and':
      return and(items(), span);
    case 'or':
      return or(items(), span);
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return compare(own(comparisons, op) ?? '<', left, valueExpr(c, value), span);
    case 'like':
    case 'iLike':
    case 'startsWith':
    case 'endsWith':
    case 'substring':
      return like(left, valueExpr(c, value), span, op === 'iLike');
    case 'notLike':
    case 'notILike':
      return not(like(left, valueExpr(c, value), span, op === 'notILike'), span);
    case 'between': {
      const [shape] = c.flow.shapes(value);
      const [low, high] = shape?.kind === 'list' ? shape.items : [];
      return low === undefined || high === undefined
        ? operation(op, [left], span)
        : {
            kind: 'between',
            value: left,
            low: valueExpr(c, low.value),
            high: valueExpr(c, high.value),
            negated: false,
            span,
          };
    }
    default:
      // Paths of a JSON column, and operators of lists and ranges.
      return operation(op ?? 'json', [left], span);
  }
};
