/** Conditions: `eq`, `and`, `inArray` …, `sql` fragments, callbacks that are handed the operators. */

import type { Chain, Ref, Shape } from '../../flow/flow';
import type { Expr } from '../../query/model';
import { own } from '../../text/own';
import type { Span } from '../../text/span';
import { conjunction } from '../build/conditional';
import {
  choice,
  compare,
  equals,
  exists,
  falsity,
  isNull,
  isTruth,
  like,
  not,
  opaque,
  operation,
  or,
  param,
  truth,
} from '../build/expr';
import { isNothing, listExpr, spanIn, valueExpr } from '../build/value';
import { type Context, columnIn } from './context';
import { fragment } from './fragment';
import { queryOf } from './select';

export const condition = (c: Context, ref: Ref): Expr => {
  const span = spanIn(c, ref);
  return choice(
    c.flow.shapes(ref).map((shape) => fromShape(c, shape, span)),
    span,
  );
};

const fromShape = (c: Context, shape: Shape, span: Span): Expr => {
  if (isNothing(shape)) return truth(span);
  if (shape.kind === 'function')
    return both(
      c.flow.callback(shape.function).returns.map(({ value }) => condition(c, value)),
      span,
    );
  const chain = shape.kind === 'chain' ? shape.chain : c.flow.chain(shape.ref);
  const last = chain.steps.at(-1);
  if (last?.kind === 'tag') return fragment(c, last.template, last.ref, span);
  const name = operatorOf(chain);
  if (last?.kind === 'call' && name !== undefined) {
    const made = operator(c, c.operators.get(name) ?? name, last.args, span);
    if (made !== undefined) return made;
  }
  const column = columnIn(c, shape.ref, span);
  if (column !== undefined) return operation('column', [column], span);
  const text = c.flow.print(shape.ref);
  c.notes.add(`filter ${text}`);
  return opaque(`the filter ${text} comes from elsewhere`, span);
};

const both = (options: readonly Expr[], span: Span): Expr =>
  options.length === 0 ? opaque('nothing returned', span) : choice(options, span);

/** `eq`, `ops.eq`, `eq` taken apart from a callback's parameter. */
export const operatorOf = ({ root, steps, ref }: Chain): string | undefined => {
  const last = steps.at(-1);
  if (last?.kind !== 'call') return undefined;
  if (last.name !== '') return last.name;
  if (root.kind === 'package') return root.name;
  const { value } = ref;
  const callee = value.kind === 'call' ? value.callee : last.call.callee;
  return callee.kind === 'name' ? callee.name : undefined;
};

const comparisons: Readonly<Record<string, '=' | '<>' | '<' | '<=' | '>' | '>='>> = {
  eq: '=',
  ne: '<>',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
};

const operator = (c: Context, name: string, args: readonly Ref[], span: Span): Expr | undefined => {
  const [left, right] = args;
  const compared = own(comparisons, name);
  if (compared !== undefined && left !== undefined && right !== undefined) {
    const [a, b] = [operand(c, left), operand(c, right)];
    return compared === '=' ? equals(a, b, span) : compare(compared, a, b, span);
  }
  switch (name) {
    case 'and':
      return conjunction(parts(c, args), span);
    case 'or': {
      const some = parts(c, args).map(({ when, expr }) =>
        when.length === 0 ? expr : choice([expr, falsity(span)], span),
      );
      // What is undefined is left out; an `or` of nothing filters nothing.
      const asked = some.filter((expr) => !isTruth(expr)).map((expr) => withoutTruth(expr, span));
      return asked.length === 0 ? truth(span) : or(asked, span);
    }
    case 'not':
      return left === undefined ? undefined : not(condition(c, left), span);
    case 'inArray':
    case 'notInArray': {
      if (left === undefined || right === undefined) return undefined;
      const query = queryOf(c, c.flow.chain(right));
      const negated = name === 'notInArray';
      const column = operand(c, left);
      return query === undefined
        ? listExpr(c, column, right, span, negated)
        : { kind: 'in', left: column, items: query, negated, span };
    }
    case 'exists':
    case 'notExists': {
      const query = left === undefined ? undefined : queryOf(c, c.flow.chain(left));
      if (query === undefined) return opaque('a subquery that is not read', span);
      return name === 'exists' ? exists(query, span) : not(exists(query, span), span);
    }
    case 'isNull':
    case 'isNotNull':
      return left === undefined ? undefined : isNull(operand(c, left), span, name === 'isNotNull');
    case 'between':
    case 'notBetween': {
      const high = args[2];
      if (left === undefined || right === undefined || high === undefined) return undefined;
      return {
        kind: 'between',
        value: operand(c, left),
        low: operand(c, right),
        high: operand(c, high),
        negated: name === 'notBetween',
        span,
      };
    }
    case 'like':
    case 'ilike':
      return left === undefined || right === undefined
        ? undefined
        : like(operand(c, left), operand(c, right), span, name === 'ilike');
    case 'notLike':
    case 'notIlike':
      return left === undefined || right === undefined
        ? undefined
        : not(like(operand(c, left), operand(c, right), span), span);
    case 'arrayContains':
    case 'arrayContained':
    case 'arrayOverlaps':
      return left === undefined ? undefined : operation(name, [operand(c, left)], span);
    default:
      return undefined;
  }
};

/** A choice that holds "no filter" counts as false beside others of an OR. */
const withoutTruth = (expr: Expr, span: Span): Expr =>
  expr.kind === 'choice' ? { ...expr, options: expr.options.map((one) => (isTruth(one) ? falsity(span) : one)) } : expr;

/** Arguments of `and` and `or`, with lists that are spread into them. */
const parts = (c: Context, args: readonly Ref[]) =>
  args.flatMap((arg) => {
    if (arg.value.kind !== 'spread') return [{ when: [], expr: condition(c, arg) }];
    const list = { ...arg, value: arg.value.value };
    const span = spanIn(c, list);
    return c.flow.shapes(list).flatMap((shape) => {
      if (shape.kind !== 'list') {
        const text = c.flow.print(list);
        c.notes.add(`filters ${text}`);
        return isNothing(shape) ? [] : [{ when: [], expr: opaque(`the filters ${text} come from elsewhere`, span) }];
      }
      const items = shape.items.map(({ value, when, many }) => ({
        when,
        expr: condition(many ? { ...c, many } : c, value),
      }));
      return shape.open ? [...items, { when: [], expr: opaque('further filters', span) }] : items;
    });
  });

/** A column, a subquery, a fragment, a placeholder or a value. */
export const operand = (c: Context, ref: Ref): Expr => {
  const span = spanIn(c, ref);
  const column = columnIn(c, ref, span);
  if (column !== undefined) return column;
  const chain = c.flow.chain(ref);
  const last = chain.steps.at(-1);
  if (last?.kind === 'tag') return fragment(c, last.template, last.ref, span, true);
  const name = operatorOf(chain);
  if (name === 'placeholder' && last?.kind === 'call')
    return param(`placeholder ${last.args[0] === undefined ? '' : c.flow.print(last.args[0])}`, span);
  const query = queryOf(c, chain);
  return query === undefined ? valueExpr(c, ref) : { kind: 'subquery', query, span };
};
