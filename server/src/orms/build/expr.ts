/** Expressions of the query model, as ORM modules put them together. Spans are offsets in the host file. */
import type { Column, CompareOp, Const, Expr, Param, Query } from '../../query/model';
import type { Span } from '../../text/span';

export const truth = (span: Span): Const => ({ kind: 'const', type: 'boolean', value: true, span });
export const falsity = (span: Span): Const => ({ kind: 'const', type: 'boolean', value: false, span });
export const nothing = (span: Span): Const => ({ kind: 'const', type: 'null', value: null, span });

export const isTruth = (expr: Expr): boolean => expr.kind === 'const' && expr.value === true;

export const column = (alias: string, name: string, span: Span): Column => ({
  kind: 'column',
  qualifier: alias === '' ? [] : [alias],
  name,
  span,
});

export const param = (id: string, span: Span, many = false): Param => ({
  kind: 'param',
  id,
  ...(many ? { many } : {}),
  span,
});

export const opaque = (why: string, span: Span): Expr => ({ kind: 'opaque', why, span });

export const compare = (op: CompareOp, left: Expr, right: Expr, span: Span): Expr => ({
  kind: 'compare',
  op,
  left,
  right,
  span,
});

/** `= value`; a value that stands for many is an `IN`. */
export const equals = (left: Expr, right: Expr, span: Span): Expr =>
  right.kind === 'param' && right.many === true
    ? { kind: 'in', left, items: [right], negated: false, span }
    : compare('=', left, right, span);

export const inList = (left: Expr, items: readonly Expr[], span: Span, negated = false): Expr => ({
  kind: 'in',
  left,
  items,
  negated,
  span,
});

export const isNull = (value: Expr, span: Span, negated = false): Expr => ({ kind: 'is-null', value, negated, span });

/** Left out where nothing is asked. */
export const and = (args: readonly Expr[], span: Span): Expr => {
  const asked = args.filter((arg) => !isTruth(arg));
  const [first] = asked;
  return first === undefined ? truth(span) : asked.length === 1 ? first : { kind: 'and', args: asked, span };
};

export const or = (args: readonly Expr[], span: Span): Expr => {
  const [first] = args;
  return first === undefined ? falsity(span) : args.length === 1 ? first : { kind: 'or', args, span };
};

export const not = (arg: Expr, span: Span): Expr => ({ kind: 'not', arg, span });

export const exists = (query: Query, span: Span): Expr => ({ kind: 'exists', query, span });

export const like = (value: Expr, pattern: Expr, span: Span, ignoreCase = false): Expr => ({
  kind: 'like',
  value,
  pattern,
  negated: false,
  ignoreCase,
  span,
});

/** A test that no key can be read from: JSON paths, full-text search, ranges of lists … */
export const operation = (op: string, args: readonly Expr[], span: Span): Expr => ({
  kind: 'operation',
  op,
  args,
  span,
});

/** Host code picks one; equal options are one. */
export const choice = (options: readonly Expr[], span: Span): Expr => {
  const truths = options.filter(isTruth);
  const kept = truths.length > 1 ? [...options.filter((one) => !isTruth(one)), truth(span)] : options;
  const [first] = kept;
  return first === undefined ? truth(span) : kept.length === 1 ? first : { kind: 'choice', options: kept, span };
};
