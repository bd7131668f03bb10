import type { CompareOp, Expr } from '../../query/model';
import type { Span } from '../../text/span';
import type { SubLink } from '../engines/libpgQuery';
import { type Lowering, lastString, opaque } from './lowering';

const comparable: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);

export const subLink = (node: SubLink, cx: Lowering): Expr => {
  const { source } = cx;
  const at = source.at(node.location);
  if (node.subselect === undefined) return opaque('a missing subquery', { start: at, end: at });

  const left = node.testexpr === undefined ? undefined : cx.expr(node.testexpr);
  const open = openParen(cx, at);
  const close = source.closeOf(open);
  const whole: Span = { start: left === undefined ? at : open, end: close < 0 ? at : close + 1 };
  const query = cx.query(node.subselect, close < 0 ? undefined : source.inside(open + 1));

  if (left === undefined) {
    switch (node.subLinkType) {
      case 'EXISTS_SUBLINK':
        return { kind: 'exists', query, span: whole };
      case 'ARRAY_SUBLINK':
        return { kind: 'subquery', query, array: true, span: whole };
      default:
        return { kind: 'subquery', query, span: whole };
    }
  }
  const span = source.between(left.span, whole);
  const op = lastString(node.operName);
  const any = node.subLinkType === 'ANY_SUBLINK';
  if (any && (op === '' || op === '=')) return { kind: 'in', left, items: query, negated: false, span };
  if (!any && op === '<>') return { kind: 'in', left, items: query, negated: true, span };
  const right: Expr = { kind: 'subquery', query, quantifier: any ? 'any' : 'all', span: whole };
  if (comparable.has(op)) return { kind: 'compare', op: op as CompareOp, left, right, span };
  return { kind: 'operation', op: `${op} ${any ? 'any' : 'all'}`, args: [left, right], span };
};

/** The location is the parenthesis itself, or the operator or keyword before it. */
const openParen = (cx: Lowering, at: number): number => {
  const { source } = cx;
  let offset = source.skip(at);
  for (let tokens = 0; tokens < 6 && offset < source.text.length; tokens++) {
    if (source.closeOf(offset) >= 0) return offset;
    offset = source.skip(source.tokenEnd(offset));
  }
  return -1;
};
