import type { Expr } from '../../query/model';
import { noSpan } from '../../text/span';
import type { Node } from '../engines/libpgQuery';
import { calls } from './calls';
import { constant } from './constants';
import {
  as,
  coverAll,
  type Lowering,
  type NodeMap,
  type NodeTag,
  opaque,
  standAt,
  standExpr,
  stringOf,
  tagOf,
} from './lowering';
import { operators } from './operators';
import { subLink } from './subqueries';
import { typeEnd, typeName } from './types';

export type Handlers = { readonly [T in NodeTag]?: (node: NodeMap[T], cx: Lowering) => Expr };

const unqualified: readonly string[] = [];

const handlers: Handlers = {
  ...operators,
  ...calls,

  ColumnRef({ fields = [], location }, cx) {
    const start = cx.source.at(location);
    const span = start < 0 ? noSpan : { start, end: cx.source.nameEnd(start, fields.length) };
    if (cx.stands.size > 0) {
      const stand = standAt(cx, start);
      if (stand !== undefined && fields.length === 1) return standExpr(start, stand);
      for (const offset of cx.stands.keys())
        if (offset >= start && offset < span.end) return opaque('a name that is known at run time', span);
    }
    const last = fields[fields.length - 1];
    const qualifier = fields.length > 1 ? fields.slice(0, -1).map(stringOf) : unqualified;
    if (as(last, 'A_Star') !== undefined) return { kind: 'star', qualifier, span };
    return { kind: 'column', qualifier, name: stringOf(last), span };
  },

  A_Const(node, cx) {
    const start = cx.source.at(node.location);
    const stand = standAt(cx, start);
    if (stand !== undefined) return standExpr(start, stand);
    return constant(node, start < 0 ? noSpan : { start, end: cx.source.tokenEnd(start) });
  },

  ParamRef(node, cx) {
    const start = cx.source.at(node.location);
    const stand = standAt(cx, start);
    if (stand !== undefined) return standExpr(start, stand);
    return { kind: 'param', id: `$${node.number ?? 0}`, span: { start, end: cx.source.tokenEnd(start) } };
  },

  TypeCast({ arg, typeName: type, location }, cx) {
    const { source } = cx;
    const value = arg === undefined ? opaque('nothing is cast', noSpan) : cx.expr(arg);
    const name = typeName(type);
    const at = source.at(location);
    const typeStart = source.at(type?.location);
    let span = value.span;
    if (source.text.startsWith('::', at) && type !== undefined)
      span = source.between(value.span, { start: at, end: typeEnd(source, type, typeStart) });
    else if (at >= 0 && /^(cast|treat)$/i.test(source.text.slice(at, source.tokenEnd(at)))) {
      const open = source.skip(source.tokenEnd(at));
      span = { start: at, end: Math.max(source.closeOf(open) + 1, value.span.end) };
    } else if (typeStart >= 0) span = { start: Math.min(typeStart, value.span.start), end: value.span.end };
    // `TRUE` and `'t'::boolean` are the same; older grammars write the first as the second.
    if (value.kind === 'param' && value.many && !name.endsWith('[]')) return value;
    return { kind: 'cast', value, type: name, span };
  },

  SubLink: subLink,

  RowExpr({ args = [], location }, cx) {
    const start = cx.source.at(location);
    const items = args.map(cx.expr);
    const open = cx.source.text[start] === '(' ? start : cx.source.skip(cx.source.tokenEnd(start));
    const close = cx.source.closeOf(open);
    return { kind: 'row', items, span: close < 0 ? coverAll(items, { start, end: start }) : { start, end: close + 1 } };
  },

  A_ArrayExpr({ elements = [], location }, cx) {
    const items = elements.map(cx.expr);
    const start = cx.source.at(location);
    const inner = coverAll(items, { start, end: cx.source.tokenEnd(start) });
    const close = cx.source.text.indexOf(']', inner.end);
    return { kind: 'array', items, span: { start, end: close < 0 ? inner.end : close + 1 } };
  },

  CaseExpr({ arg, args = [], defresult, location }, cx) {
    const all: Expr[] = arg === undefined ? [] : [cx.expr(arg)];
    for (const item of args) {
      const when = as(item, 'CaseWhen');
      if (when?.expr !== undefined) all.push(cx.expr(when.expr));
      if (when?.result !== undefined) all.push(cx.expr(when.result));
    }
    if (defresult !== undefined) all.push(cx.expr(defresult));
    const start = cx.source.at(location);
    const inner = coverAll(all, { start, end: start });
    const next = cx.source.skip(inner.end);
    const word = cx.source.tokenEnd(next);
    const closed = /^end$/i.test(cx.source.text.slice(next, word));
    return { kind: 'case', args: all, span: { start, end: closed ? word : inner.end } };
  },

  CollateClause({ arg, location, collname = [] }, cx) {
    const args = arg === undefined ? [] : [cx.expr(arg)];
    const start = cx.source.at(location);
    const name = cx.source.nameEnd(cx.source.skip(cx.source.tokenEnd(start)), collname.length);
    return { kind: 'operation', op: 'collate', args, span: coverAll(args.concat(), { start, end: name }) };
  },

  A_Indirection({ arg, indirection = [] }, cx) {
    const args = arg === undefined ? [] : [cx.expr(arg)];
    let op = '';
    for (const step of indirection) {
      const index = as(step, 'A_Indices');
      if (index === undefined) op += `.${stringOf(step) || '*'}`;
      else {
        op += '[]';
        if (index.lidx !== undefined) args.push(cx.expr(index.lidx));
        if (index.uidx !== undefined) args.push(cx.expr(index.uidx));
      }
    }
    return { kind: 'operation', op, args, span: coverAll(args, noSpan) };
  },

  SetToDefault: ({ location }, cx) => {
    const start = cx.source.at(location);
    return { kind: 'call', name: 'default', args: [], span: { start, end: cx.source.tokenEnd(start) } };
  },

  CurrentOfExpr: (_, cx) => opaque('the row of a cursor', cx.source.span),

  MultiAssignRef({ source, colno = 1 }, cx) {
    const items = as(source, 'RowExpr')?.args;
    const item = items?.[colno - 1];
    if (item !== undefined) return cx.expr(item);
    if (source === undefined) return opaque('nothing is assigned', noSpan);
    const value = cx.expr(source);
    return { kind: 'operation', op: `column ${colno}`, args: [value], span: value.span };
  },

  ResTarget: ({ val }, cx) => (val === undefined ? opaque('a name without a value', noSpan) : cx.expr(val)),

  NamedArgExpr: ({ arg }, cx) => (arg === undefined ? opaque('an argument without a value', noSpan) : cx.expr(arg)),
};

/** Never undefined: what the model has no shape for is opaque, so that nobody mistakes it for a known value. */
export const lowerExpr = (node: Node, cx: Lowering): Expr => {
  const tag = tagOf(node);
  if (tag === undefined) return opaque('an empty expression', noSpan);
  const handler = handlers[tag] as ((content: unknown, cx: Lowering) => Expr) | undefined;
  return handler === undefined ? opaque(`a ${tag} expression`, noSpan) : handler((node as NodeMap)[tag], cx);
};
