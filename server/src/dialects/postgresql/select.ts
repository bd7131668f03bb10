/** SELECT, VALUES and set operations. */
import type { Expr, Query, Select, SetOperation, Values } from '../../query/model';
import type { Span } from '../../text/span';
import type { Node, SelectStmt, WindowDef } from '../engines/libpgQuery';
import { lowerFrom } from './from';
import { as, coverAll, type Draft, type Lowering } from './lowering';
import { selectItems, sortItems, tail } from './tail';

export const lowerSelect = (node: SelectStmt, cx: Lowering, bounds?: Span): Query => {
  if (node.larg !== undefined && node.rarg !== undefined) return setOperation(node, node.larg, node.rarg, cx, bounds);
  if (node.valuesLists !== undefined) return values(node, node.valuesLists, cx, bounds);

  const outer = cx.windows;
  cx.windows = node.windowClause === undefined ? noWindows : windowsOf(node.windowClause);
  const [firstDistinct] = node.distinctClause ?? [];
  const plainDistinct = firstDistinct !== undefined && Object.keys(firstDistinct).length === 0;
  const distinct = node.distinctClause === undefined ? false : plainDistinct ? true : node.distinctClause.map(cx.expr);
  const items = selectItems(node.targetList, cx);
  const from = (node.fromClause ?? []).map((item) => lowerFrom(item, cx));
  const where = node.whereClause === undefined ? undefined : cx.expr(node.whereClause);
  const having = node.havingClause === undefined ? undefined : cx.expr(node.havingClause);
  const groupBy: Expr[] = [];
  const groupingSets = groups(node.groupClause, cx, groupBy);
  const select: Draft<Select> = {
    kind: 'select',
    distinct,
    items,
    from,
    groupBy,
    orderBy: sortItems(node.sortClause, cx),
    span: bounds ?? cx.source.span,
  };
  if (where !== undefined) select.where = where;
  if (groupingSets) select.groupingSets = true;
  if (having !== undefined) select.having = having;
  if (node.intoClause !== undefined) select.into = true;
  tail(select, node, cx);
  cx.windows = outer;
  if (bounds === undefined) select.span = selectSpan(select, node, cx);
  return select;
};

const selectSpan = (select: Select, node: SelectStmt, cx: Lowering): Span => {
  const children: { readonly span: Span }[] = [...select.from, ...select.groupBy];
  if (typeof select.distinct !== 'boolean') children.push(...select.distinct);
  for (const item of select.items) children.push(item.expr);
  for (const item of select.orderBy) children.push(item.expr);
  for (const one of [select.where, select.having, select.limit, select.offset])
    if (one !== undefined) children.push(one);
  return fromKeyword(node, 'select', children, cx);
};

const noWindows: ReadonlyMap<string, WindowDef> = new Map();

const windowsOf = (nodes: readonly Node[]): ReadonlyMap<string, WindowDef> => {
  const named = new Map<string, WindowDef>();
  for (const node of nodes) {
    const window = as(node, 'WindowDef');
    if (window?.name !== undefined) named.set(window.name, window);
  }
  return named;
};

/** The parser does not say where a query starts: its keyword stands before the first thing in it. */
const fromKeyword = (
  node: SelectStmt,
  keyword: 'select' | 'values',
  children: readonly { readonly span: Span }[],
  cx: Lowering,
): Span => {
  const span = coverAll(children, cx.source.span);
  // TABLE t: its `*` is nowhere in the text.
  const star = as(as(node.targetList?.[0], 'ResTarget')?.val, 'ColumnRef');
  if (star?.location === -1) return span;
  const start = cx.source.keywordBefore(keyword, span.start);
  const own = cx.source.closed({ start: start < 0 ? span.start : start, end: span.end });
  return node.withClause === undefined ? own : { start: cx.source.at(node.withClause.location), end: own.end };
};

const groups = (nodes: readonly Node[] | undefined, cx: Lowering, into: Expr[]): boolean => {
  let sets = false;
  for (const node of nodes ?? []) {
    const set = as(node, 'GroupingSet');
    if (set === undefined) into.push(cx.expr(node));
    else {
      if (set.kind !== 'GROUPING_SET_SIMPLE') sets = true;
      groups(set.content, cx, into);
    }
  }
  return sets;
};

const values = (node: SelectStmt, lists: readonly Node[], cx: Lowering, bounds?: Span): Query => {
  const rows = lists.map((list) => (as(list, 'List')?.items ?? []).map(cx.expr));
  let span = bounds;
  if (span === undefined) {
    const inner = fromKeyword(node, 'values', rows.flat(), cx);
    span = { start: inner.start, end: Math.max(inner.end, rowsEnd(inner.start + 'values'.length, rows.length, cx)) };
  }
  const query: Draft<Values> = { kind: 'values', rows, orderBy: sortItems(node.sortClause, cx), span };
  tail(query, node, cx);
  return query;
};

/** One past the last of `count` parenthesised rows. */
const rowsEnd = (from: number, count: number, cx: Lowering): number => {
  const { source } = cx;
  let end = from;
  for (let row = 0; row < count; row++) {
    const open = source.skip(end);
    const close = source.closeOf(source.text[open] === ',' ? source.skip(open + 1) : open);
    if (close < 0) break;
    end = close + 1;
  }
  return end;
};

const setOperation = (
  node: SelectStmt,
  larg: SelectStmt,
  rarg: SelectStmt,
  cx: Lowering,
  bounds: Span | undefined,
): Query => {
  const left = lowerSelect(larg, cx);
  const right = lowerSelect(rarg, cx);
  const op = node.op === 'SETOP_INTERSECT' ? 'intersect' : node.op === 'SETOP_EXCEPT' ? 'except' : 'union';
  let span = bounds ?? cx.source.between(left.span, right.span);
  if (bounds === undefined && node.withClause !== undefined)
    span = { start: cx.source.at(node.withClause.location), end: span.end };
  const orderBy = sortItems(node.sortClause, cx);
  const query: Draft<SetOperation> = { kind: 'set-operation', op, all: node.all ?? false, left, right, orderBy, span };
  tail(query, node, cx);
  return query;
};
