/** What each call of the expression builder, of `sql` and of the package's helpers says. */
import type { Ref, Step } from '../../flow/flow';
import type { Expr } from '../../query/model';
import type { Span } from '../../text/span';
import { type Conditional, conjunction } from '../build/conditional';
import { and, choice, equals, exists, falsity, isNull, not, opaque, operation, or, truth } from '../build/expr';
import { spanIn, valueExpr } from '../build/value';
import { compared } from './compare';
import { condition, operand, reference, type Said, saidIn } from './expression';
import { type Context, columnNamed, nameIn } from './names';
import { queryIn } from './select';

/** Helpers of the package that put a subquery into JSON. */
const wrappers = /^json(?:Array|Object)From$/;

const aggregates = /^(?:count|countAll|sum|avg|min|max|agg|jsonAgg)$/;

/** `before`: what the calls before it say. */
export const called = (
  c: Context,
  before: Said | undefined,
  name: string,
  args: readonly Ref[],
  span: Span,
  previous: Step | undefined,
): Said | undefined => {
  const [first, second, third] = args;
  if (before !== undefined) {
    if (name === 'as') {
      const alias = first === undefined ? undefined : (nameIn(c, first) ?? rawName(c, first));
      return alias === undefined ? before : { ...before, alias };
    }
    if (name === 'and' || name === 'or') {
      const more = third === undefined ? first && condition(c, first) : three(c, args, span);
      if (more === undefined) return before;
      return { expr: name === 'and' ? and([before.expr, more], span) : or([before.expr, more], span) };
    }
    if (name === 'distinct' && before.expr.kind === 'call') return { expr: { ...before.expr, distinct: true } };
    if (name === 'over' && before.expr.kind === 'call') {
      const { aggregate, ...call } = before.expr;
      void aggregate;
      return { expr: { ...call, over: { partitionBy: [], orderBy: [] } } };
    }
    if (/^(?:when|then|else|elseRef|thenRef)$/.test(name))
      return { expr: operation('case', [...argsOf(before.expr), ...args.flatMap((arg) => inside(c, arg))], span) };
    return before;
  }
  if ((name === '' || name === 'eb' || name === 'cmpr' || name === 'bxp') && third !== undefined)
    return { expr: three(c, args, span) };
  if (name === 'fn' && first !== undefined)
    return { expr: operation('function', second === undefined ? [] : listed(c, second), span) };
  if (aggregates.test(name)) {
    const of = first === undefined || name === 'countAll' ? star(span) : reference(c, first);
    const inner = of.kind === 'operation' && of.op === 'distinct' ? of.args[0] : undefined;
    const expr: Expr = {
      kind: 'call',
      name: name === 'countAll' ? 'count' : name,
      args: [inner ?? of],
      aggregate: true,
      ...(inner === undefined ? {} : { distinct: true }),
      span,
    };
    return { expr };
  }
  if (wrappers.test(name) && first !== undefined) {
    const query = queryIn(c, first);
    return { expr: query === undefined ? operation(name, [], span) : { kind: 'subquery', query: query.query, span } };
  }
  switch (name) {
    case 'and':
    case 'or':
      if (third !== undefined) return { expr: three(c, args, span) };
      return first === undefined ? undefined : { expr: logic(c, name, first, span) };
    case 'not':
      return first === undefined ? undefined : { expr: not(condition(c, first), span) };
    case 'exists':
    case 'notExists': {
      const query = first === undefined ? undefined : queryIn(c, first);
      const found = query === undefined ? opaque('a subquery that is not read', span) : exists(query.query, span);
      return { expr: name === 'exists' ? found : not(found, span) };
    }
    case 'between':
    case 'betweenSymmetric':
      if (first === undefined || second === undefined || third === undefined) return undefined;
      return {
        expr: {
          kind: 'between',
          value: reference(c, first),
          low: operand(c, second),
          high: operand(c, third),
          negated: false,
          span,
        },
      };
    case 'parens':
      if (third !== undefined) return { expr: three(c, args, span) };
      return first === undefined ? undefined : saidIn(c, first, 'condition');
    case 'ref':
    case 'column': {
      const text = nameIn(c, first);
      return text === undefined ? { expr: operation('column', [], span) } : { expr: columnNamed(c, text, span) };
    }
    case 'val':
    case 'value':
    case 'lit':
    case 'literal':
      return first === undefined ? undefined : { expr: valueExpr(c, first) };
    case 'cast':
      return first === undefined ? undefined : { expr: reference(c, first) };
    case 'any':
      return first === undefined ? undefined : { expr: operation('any', [many(c, first)], span) };
    case 'tuple':
    case 'refTuple':
      return {
        expr: { kind: 'row', items: args.map((arg) => (name === 'tuple' ? operand(c, arg) : reference(c, arg))), span },
      };
    case 'unary':
    case 'case':
    case 'table':
    case 'id':
    case 'jsonPath':
    case 'raw':
    case 'neg':
      return { expr: operation(name, [], span) };
    case 'join':
    case 'expressionBuilder':
      return name === 'join' ? { expr: operation(name, [], span) } : undefined;
    default: {
      // `eb.fn.coalesce(…)` and other functions.
      const isFunction = previous?.kind === 'member' && (previous.name === 'fn' || previous.name === name);
      return isFunction || /^(?:coalesce|toJson|jsonBuildObject)$/.test(name)
        ? {
            expr: operation(
              name,
              args.flatMap((arg) => inside(c, arg)),
              span,
            ),
          }
        : undefined;
    }
  }
};

const star = (span: Span): Expr => ({ kind: 'star', qualifier: [], span });

const argsOf = (expr: Expr): readonly Expr[] => (expr.kind === 'operation' ? expr.args : []);

const many = (c: Context, ref: Ref): Expr => {
  const expr = operand(c, ref);
  return expr.kind === 'param' ? { ...expr, many: true } : expr;
};

const three = (c: Context, [left, op, right]: readonly Ref[], span: Span): Expr =>
  left === undefined || op === undefined || right === undefined
    ? truth(span)
    : compared(c, reference(c, left), op, right, span);

/** `sql.ref('x')` as an alias. */
const rawName = (c: Context, ref: Ref): string | undefined => {
  const last = c.flow.chain(ref).steps.at(-1);
  return last?.kind === 'call' ? nameIn(c, last.args[0]) : undefined;
};

/** Expressions and subqueries among the arguments of what is not read as a whole. */
const inside = (c: Context, ref: Ref): readonly Expr[] => {
  const [shape] = c.flow.shapes(ref);
  if (shape?.kind === 'object') return shape.entries.flatMap(({ value }) => inside(c, value));
  if (shape?.kind === 'list') return shape.items.flatMap(({ value }) => inside(c, value));
  const said = saidIn(c, ref);
  return said === undefined ? [] : [said.expr];
};

const listed = (c: Context, ref: Ref): readonly Expr[] => {
  const [shape] = c.flow.shapes(ref);
  return shape?.kind === 'list' ? shape.items.map(({ value }) => reference(c, value)) : [];
};

/** `eb.and([…])`, `eb.or([…])`, `eb.and({ a: 1 })`. */
const logic = (c: Context, name: 'and' | 'or', ref: Ref, span: Span): Expr =>
  choice(
    c.flow.shapes(ref).map((shape): Expr => {
      const parts: Conditional[] =
        shape.kind === 'list'
          ? shape.items.map(({ value, when, many: more }) => ({
              when,
              expr: condition(more ? { ...c, many: true } : c, value),
            }))
          : shape.kind === 'object'
            ? shape.entries.map(({ key, value, when }) => ({ when, expr: keyed(c, key, value) }))
            : [];
      if (shape.kind !== 'list' && shape.kind !== 'object') {
        const text = c.flow.print(ref);
        c.notes.add(`filters ${text}`);
        return opaque(`the filters ${text} come from elsewhere`, span);
      }
      if (shape.open) parts.push({ when: [], expr: opaque('further filters', span) });
      if (name === 'and') return conjunction(parts, span);
      const sides = parts.map(({ when, expr }) => (when.length === 0 ? expr : choice([expr, falsity(span)], span)));
      return sides.length === 0 ? operation('false', [], span) : or(sides, span);
    }),
    span,
  );

const keyed = (c: Context, key: string | undefined, value: Ref): Expr => {
  const span = spanIn(c, value);
  if (key === undefined) return opaque('a key that is not known', span);
  const left = columnNamed(c, key, span);
  const right = operand(c, value);
  return right.kind === 'const' && right.type === 'null' ? isNull(left, span) : equals(left, right, span);
};
