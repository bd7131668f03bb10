/** Functions, and the syntax that PostgreSQL turns into functions. */
import type { Call, Expr, Window } from '../../query/model';
import { noSpan, type Span } from '../../text/span';
import type { FuncCall, Node, WindowDef } from '../engines/libpgQuery';
import { aggregates } from './aggregates';
import type { Handlers } from './expressions';
import { coverAll, type Lowering, type NodeTag, opaque, standAt, strings, tagOf } from './lowering';
import { sortItems } from './tail';

/** From the name through the closing parenthesis of its arguments; special syntax covers its arguments. */
export const callSpan = (cx: Lowering, at: number, parts: number, args: readonly Expr[]): Span => {
  const { source } = cx;
  const name = at < 0 ? at : source.nameEnd(at, parts);
  const close = at < 0 ? -1 : source.closeOf(source.skip(name));
  if (close >= 0) return { start: at, end: close + 1 };
  return coverAll(args, { start: at, end: name });
};

const clauseWords = /^(filter|within|group|over|respect|ignore|nulls)$/i;

/** One past FILTER, WITHIN GROUP and OVER behind a call. */
const clausesEnd = (cx: Lowering, from: number): number => {
  const { source } = cx;
  let end = from;
  let over = false;
  for (;;) {
    const next = source.skip(end);
    const close = source.closeOf(next);
    if (close >= 0 && end !== from) {
      end = close + 1;
      over = false;
      continue;
    }
    const word = source.tokenEnd(next);
    const text = source.text.slice(next, word);
    if (!clauseWords.test(text) && !over) return end;
    over = /^over$/i.test(text);
    end = word;
  }
};

const funcCall = (node: FuncCall, cx: Lowering): Expr => {
  const { source } = cx;
  const names = strings(node.funcname);
  const at = source.at(node.location);
  const args = (node.args ?? []).map(cx.expr);
  let span = callSpan(cx, at, names.length, args);
  if (standAt(cx, at) !== undefined) return opaque('a function that is known at run time', span);
  const decorated = node.agg_filter !== undefined || node.over !== undefined || node.agg_within_group === true;
  if (decorated) span = { start: span.start, end: clausesEnd(cx, span.end) };
  if (node.agg_star === true) {
    const star = source.text.indexOf('*', at);
    args.push({ kind: 'star', qualifier: [], span: { start: star, end: star + 1 } });
  }

  const last = names[names.length - 1] ?? '';
  const schema = names.length > 1 ? names[names.length - 2] : undefined;
  const own = schema === undefined || schema === 'pg_catalog';
  const name = own ? last : `${schema}.${last}`;
  const onlyAggregates =
    node.agg_star || node.agg_distinct || node.agg_filter !== undefined || node.agg_within_group || node.agg_order;
  const call: { -readonly [K in keyof Call]: Call[K] } = { kind: 'call', name, args, span };
  if (node.agg_distinct) call.distinct = true;
  if (node.over === undefined && (onlyAggregates || (own && aggregates.has(last)))) call.aggregate = true;
  if (node.agg_order !== undefined) call.orderBy = sortItems(node.agg_order, cx).map((item) => item.expr);
  if (node.agg_filter !== undefined) call.filter = cx.expr(node.agg_filter);
  if (node.over !== undefined) call.over = window(node.over, cx);
  return call;
};

/** A window with what it takes over from the named one that it refers to. */
const window = (definition: WindowDef, cx: Lowering, depth = 0): Window => {
  const refersTo =
    definition.refname ?? (definition.partitionClause || definition.orderClause ? undefined : definition.name);
  const base = refersTo === undefined ? undefined : cx.windows.get(refersTo);
  const named = base === undefined || base === definition || depth > 8 ? undefined : window(base, cx, depth + 1);
  const partitionBy = (definition.partitionClause ?? []).map(cx.expr);
  const orderBy = sortItems(definition.orderClause, cx).map((item) => item.expr);
  return {
    partitionBy: partitionBy.length > 0 ? partitionBy : (named?.partitionBy ?? []),
    orderBy: orderBy.length > 0 ? orderBy : (named?.orderBy ?? []),
  };
};

const plain = (name: string, nodes: readonly Node[] | undefined, location: number | undefined, cx: Lowering): Call => {
  const args = (nodes ?? []).map(cx.expr);
  return { kind: 'call', name, args, span: callSpan(cx, cx.source.at(location), 1, args) };
};

/** `IS_XMLCONCAT` → `xmlconcat`, `SVFOP_CURRENT_TIMESTAMP_N` → `current_timestamp`. */
const enumName = (value: string | undefined): string =>
  (value ?? '')
    .replace(/^(IS|SVFOP)_/, '')
    .replace(/_N$/, '')
    .toLowerCase();

const present = (...nodes: (Node | undefined)[]): Node[] => nodes.filter((node) => node !== undefined);

/** SQL/JSON syntax: the expressions inside, wherever the tree keeps them. */
const json =
  (name: string, aggregate = false) =>
  (node: { location?: number; constructor?: unknown }, cx: Lowering): Expr => {
    const args: Expr[] = [];
    collect(Object.values(node), cx, args);
    const call = { kind: 'call', name, args, span: callSpan(cx, cx.source.at(node.location), 1, args) } as const;
    return aggregate ? { ...call, aggregate } : call;
  };

const wrappers: ReadonlySet<string> = new Set<NodeTag>([
  'JsonValueExpr',
  'JsonKeyValue',
  'JsonOutput',
  'TypeName',
  'List',
]);

const collect = (values: readonly unknown[], cx: Lowering, into: Expr[]): void => {
  for (const value of values) {
    if (Array.isArray(value)) collect(value, cx, into);
    else if (typeof value === 'object' && value !== null) {
      const tag = tagOf(value as Node);
      if (tag !== undefined && /^[A-Z]/.test(tag) && !wrappers.has(tag)) {
        if (!/^(String|Integer|Json(Behavior|Format|Returning|Argument|TableColumn|TablePathSpec))$/.test(tag))
          into.push(cx.expr(value as Node));
      } else collect(Object.values(value), cx, into);
    }
  }
};

export const calls: Handlers = {
  FuncCall: funcCall,
  CoalesceExpr: ({ args, location }, cx) => plain('coalesce', args, location, cx),
  MinMaxExpr: ({ args, op, location }, cx) => plain(op === 'IS_LEAST' ? 'least' : 'greatest', args, location, cx),
  GroupingFunc: ({ args, location }, cx) => plain('grouping', args, location, cx),
  SQLValueFunction: ({ op, location }, cx) => plain(enumName(op), [], location, cx),
  XmlExpr: ({ op, args, named_args, location }, cx) =>
    plain(enumName(op), [...(named_args ?? []), ...(args ?? [])], location, cx),
  XmlSerialize: ({ expr, location }, cx) => plain('xmlserialize', present(expr), location, cx),
  RangeTableFunc: ({ docexpr, rowexpr, location }, cx) => plain('xmltable', present(rowexpr, docexpr), location, cx),
  JsonTable: json('json_table'),
  JsonFuncExpr: (node, cx) =>
    json(
      `json_${(node.op ?? '')
        .replace(/^JSON_/, '')
        .replace(/_OP$/, '')
        .toLowerCase()}`,
    )(node, cx),
  JsonParseExpr: json('json'),
  JsonScalarExpr: json('json_scalar'),
  JsonSerializeExpr: json('json_serialize'),
  JsonObjectConstructor: json('json_object'),
  JsonArrayConstructor: json('json_array'),
  JsonArrayQueryConstructor: ({ query, location }, cx) => {
    const start = cx.source.at(location);
    if (query === undefined) return opaque('a missing subquery', { start, end: start });
    return { kind: 'subquery', query: cx.query(query), array: true, span: callSpan(cx, start, 1, []) };
  },
  JsonObjectAgg: json('json_objectagg', true),
  JsonArrayAgg: json('json_arrayagg', true),
  JsonIsPredicate: ({ expr }, cx) => {
    const args = present(expr).map(cx.expr);
    return { kind: 'operation', op: 'is json', args, span: coverAll(args, noSpan) };
  },
};
