/** Operators, predicates and boolean logic. */
import type { CompareOp, Expr, Logic } from '../../query/model';
import { noSpan, type Span } from '../../text/span';
import type { A_Expr, Node } from '../engines/libpgQuery';
import { arrayLiteral } from './constants';
import type { Handlers } from './expressions';
import { as, type Lowering, lastString, opaque } from './lowering';

const compareOps: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);

const side = (node: Node | undefined, cx: Lowering): Expr =>
  node === undefined ? opaque('a missing operand', noSpan) : cx.expr(node);

const aExpr = (node: A_Expr, cx: Lowering): Expr => {
  const op = lastString(node.name);
  const { source } = cx;
  if (node.lexpr === undefined) {
    const start = source.at(node.location);
    const arg = side(node.rexpr, cx);
    const span = source.between({ start, end: start + op.length }, arg.span);
    return { kind: 'operation', op, args: [arg], span };
  }
  const left = cx.expr(node.lexpr);
  const span = (right: Expr): Span => source.between(left.span, right.span);
  const list = (): readonly Expr[] => as(node.rexpr, 'List')?.items?.map(cx.expr) ?? [];

  switch (node.kind) {
    case 'AEXPR_OP': {
      const right = side(node.rexpr, cx);
      if (compareOps.has(op)) return { kind: 'compare', op: op as CompareOp, left, right, span: span(right) };
      return { kind: 'operation', op, args: [left, right], span: span(right) };
    }
    case 'AEXPR_DISTINCT':
    case 'AEXPR_NOT_DISTINCT': {
      const right = side(node.rexpr, cx);
      const kind = node.kind === 'AEXPR_DISTINCT' ? 'is distinct from' : 'is not distinct from';
      return { kind: 'compare', op: kind, left, right, span: span(right) };
    }
    case 'AEXPR_IN': {
      const items = list();
      const first = items[0];
      // One item that stands for a whole list: the list is the right side.
      return {
        kind: 'in',
        left,
        items,
        negated: op === '<>',
        span: first === undefined ? left.span : source.between(left.span, listSpan(first, items, cx)),
      };
    }
    case 'AEXPR_OP_ANY':
    case 'AEXPR_OP_ALL':
      return quantified(op, node.kind === 'AEXPR_OP_ANY' ? 'any' : 'all', left, node.rexpr, cx);
    case 'AEXPR_LIKE':
    case 'AEXPR_ILIKE': {
      const pattern = side(node.rexpr, cx);
      const ignoreCase = node.kind === 'AEXPR_ILIKE';
      return { kind: 'like', value: left, pattern, negated: op.startsWith('!'), ignoreCase, span: span(pattern) };
    }
    case 'AEXPR_SIMILAR': {
      const right = side(node.rexpr, cx);
      const name = op.startsWith('!') ? 'not similar to' : 'similar to';
      return { kind: 'operation', op: name, args: [left, right], span: span(right) };
    }
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN':
    case 'AEXPR_BETWEEN_SYM':
    case 'AEXPR_NOT_BETWEEN_SYM': {
      const [low = left, high = left] = list();
      const negated = node.kind === 'AEXPR_NOT_BETWEEN' || node.kind === 'AEXPR_NOT_BETWEEN_SYM';
      const bounds = source.between(left.span, source.between(low.span, high.span));
      if (node.kind === 'AEXPR_BETWEEN' || node.kind === 'AEXPR_NOT_BETWEEN')
        return { kind: 'between', value: left, low, high, negated, span: bounds };
      const name = negated ? 'not between symmetric' : 'between symmetric';
      return { kind: 'operation', op: name, args: [left, low, high], span: bounds };
    }
    case 'AEXPR_NULLIF': {
      const right = side(node.rexpr, cx);
      const start = source.at(node.location);
      const close = source.closeOf(source.skip(source.tokenEnd(start)));
      return {
        kind: 'call',
        name: 'nullif',
        args: [left, right],
        span: { start, end: Math.max(close + 1, right.span.end) },
      };
    }
    default: {
      const right = side(node.rexpr, cx);
      return { kind: 'operation', op, args: [left, right], span: span(right) };
    }
  }
};

const listSpan = (first: Expr, items: readonly Expr[], cx: Lowering): Span =>
  items.length === 1 ? first.span : cx.source.between(first.span, items[items.length - 1]?.span ?? first.span);

/** `x op ANY (array)`: a list where the elements are known or supplied as a whole, otherwise an operator of its own. */
const quantified = (op: string, quantifier: 'any' | 'all', left: Expr, right: Node | undefined, cx: Lowering): Expr => {
  const array = side(right, cx);
  const span = cx.source.between(left.span, array.span);
  if ((op === '=' && quantifier === 'any') || (op === '<>' && quantifier === 'all')) {
    const items = elements(array);
    if (items !== undefined) return { kind: 'in', left, items, negated: op === '<>', list: true, span };
  }
  return { kind: 'operation', op: `${op} ${quantifier}`, args: [left, array], span };
};

const elements = (array: Expr): readonly Expr[] | undefined => {
  switch (array.kind) {
    case 'cast':
      return array.type.endsWith('[]') ? elements(array.value) : undefined;
    case 'array':
      return array.items.some((item) => item.kind === 'array') ? undefined : array.items;
    case 'param':
      return [array.many ? array : { ...array, many: true }];
    case 'opaque':
      return [array];
    case 'const': {
      if (array.type === 'null') return [array];
      const values = typeof array.value === 'string' ? arrayLiteral(array.value) : undefined;
      return values?.map((value) => ({
        kind: 'const',
        type: value === null ? 'null' : 'string',
        value,
        span: array.span,
      }));
    }
    default:
      return undefined;
  }
};

/** A value and the keywords of a postfix test (`IS NOT NULL`) that follow it. */
const testSpan = (cx: Lowering, value: Span, last: RegExp): Span => {
  const { source } = cx;
  let offset = value.end;
  for (let words = 0; words < 8; words++) {
    const start = source.skip(offset);
    const end = source.tokenEnd(start);
    if (end <= start) break;
    if (last.test(source.text.slice(start, end))) return source.between(value, { start, end });
    offset = end;
  }
  return value;
};

export const operators: Handlers = {
  A_Expr: aExpr,

  BoolExpr({ boolop, args = [], location }, cx) {
    const list = args.map(cx.expr);
    const first = list[0] ?? opaque('a missing operand', noSpan);
    if (boolop === 'NOT_EXPR') {
      // The grammar reads `x NOT IN (SELECT …)` as NOT over IN.
      if (first.kind === 'in' && as(args[0], 'SubLink') !== undefined) return { ...first, negated: !first.negated };
      const start = cx.source.at(location);
      const span = cx.source.between({ start, end: start + 3 }, first.span);
      return { kind: 'not', arg: first, span };
    }
    let { span } = first;
    for (let index = 1; index < list.length; index++) span = cx.source.between(span, list[index]?.span ?? span);
    const kind: Logic['kind'] = boolop === 'OR_EXPR' ? 'or' : 'and';
    return { kind, args: list, span };
  },

  NullTest({ arg, nulltesttype }, cx) {
    const value = side(arg, cx);
    const span = testSpan(cx, value.span, /^(null|isnull|notnull)$/i);
    return { kind: 'is-null', value, negated: nulltesttype === 'IS_NOT_NULL', span };
  },

  BooleanTest({ arg, booltesttype = 'IS_TRUE' }, cx) {
    const value = side(arg, cx);
    const truth = booltesttype.endsWith('UNKNOWN') ? 'unknown' : booltesttype.endsWith('TRUE');
    const span = testSpan(cx, value.span, /^(true|false|unknown)$/i);
    return { kind: 'is-truth', value, truth, negated: booltesttype.startsWith('IS_NOT'), span };
  },
};
