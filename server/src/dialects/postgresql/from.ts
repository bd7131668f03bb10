/** Row sources: tables, subqueries, joins, functions. */
import type { From, Join, OpaqueFrom, RowFunction, TableRef } from '../../query/model';
import { noSpan } from '../../text/span';
import type { Alias, JoinExpr, Node, RangeFunction, RangeSubselect, RangeVar } from '../engines/libpgQuery';
import { as, coverAll, type Lowering, opaque, standSpan, stringOf, strings } from './lowering';

const aliasParts = (alias: Alias | undefined): { readonly alias?: string; readonly columns?: readonly string[] } => ({
  ...(alias?.aliasname !== undefined && { alias: alias.aliasname }),
  ...(alias?.colnames !== undefined && { columns: strings(alias.colnames) }),
});

export const rangeVar = (node: RangeVar, cx: Lowering): TableRef | OpaqueFrom => {
  const start = cx.source.at(node.location);
  const parts: string[] = [];
  if (node.catalogname !== undefined) parts.push(node.catalogname);
  if (node.schemaname !== undefined) parts.push(node.schemaname);
  parts.push(node.relname ?? '');
  const span = { start, end: cx.source.nameEnd(start, parts.length) };
  const alias = node.alias?.aliasname;
  if (cx.stands.size > 0) {
    for (const [offset, stand] of cx.stands) {
      if (offset < start || offset >= span.end) continue;
      const why = stand.kind === 'fragment' ? 'a fragment of SQL' : 'a table that is known at run time';
      const whole = offset === start ? standSpan(start, stand) : span;
      return { kind: 'opaque-from', why, span: whole, ...(alias !== undefined && { alias }) };
    }
  }
  return { kind: 'table', name: { parts, span }, ...aliasParts(node.alias), span };
};

const subselect = (node: RangeSubselect, cx: Lowering): From => {
  const select = as(node.subquery, 'SelectStmt');
  if (select === undefined) return { kind: 'opaque-from', why: 'a missing subquery', span: noSpan };
  const query = cx.select(select);
  const { source } = cx;
  const inside = source.inside(query.span.start);
  // The parentheses hold the query and nothing else.
  const known = inside !== undefined && inside.start <= query.span.start && inside.end >= query.span.end;
  const bounds = known ? inside : query.span;
  const open = known ? source.text.lastIndexOf('(', bounds.start - 1) : -1;
  const span = open < 0 || source.closeOf(open) < 0 ? bounds : { start: open, end: source.closeOf(open) + 1 };
  return {
    kind: 'derived',
    query: { ...query, span: bounds },
    lateral: node.lateral ?? false,
    ...aliasParts(node.alias),
    span,
  };
};

const rowFunction = (node: RangeFunction, cx: Lowering): RowFunction => {
  const calls = (node.functions ?? []).flatMap((item) => {
    const call = as(item, 'List')?.items?.[0];
    return call === undefined ? [] : [cx.expr(call)];
  });
  const span = coverAll(calls, noSpan);
  const declared = (node.coldeflist ?? []).map((column) => as(column, 'ColumnDef')?.colname ?? '');
  const [first] = calls;
  return {
    kind: 'function',
    call: calls.length === 1 && first !== undefined ? first : { kind: 'row', items: calls, span },
    lateral: node.lateral ?? false,
    ...aliasParts(node.alias),
    ...(declared.length > 0 && { columns: declared }),
    span,
  };
};

const joinTypes: Readonly<Record<string, Join['type']>> = {
  JOIN_LEFT: 'left',
  JOIN_RIGHT: 'right',
  JOIN_FULL: 'full',
};

const join = (node: JoinExpr, cx: Lowering): From => {
  const left = lowerFrom(node.larg, cx);
  const right = lowerFrom(node.rarg, cx);
  const on = node.quals === undefined ? undefined : cx.expr(node.quals);
  const bare = on === undefined && node.usingClause === undefined && !node.isNatural;
  let span = cx.source.between(left.span, right.span);
  if (on !== undefined && on.span.end > span.end) span = cx.source.between(span, on.span);
  const lowered: Join = {
    kind: 'join',
    type: joinTypes[node.jointype ?? ''] ?? (bare ? 'cross' : 'inner'),
    left,
    right,
    ...(on !== undefined && { on }),
    ...(node.usingClause !== undefined && { using: node.usingClause.map(stringOf) }),
    ...(node.isNatural && { natural: true }),
    span,
  };
  if (node.alias === undefined) return lowered;
  // `(a JOIN b ON …) AS j` hides the names inside, as a subquery does.
  return {
    kind: 'derived',
    query: {
      kind: 'select',
      distinct: false,
      items: [{ expr: { kind: 'star', qualifier: [], span } }],
      from: [lowered],
      groupBy: [],
      orderBy: [],
      span,
    },
    lateral: false,
    ...aliasParts(node.alias),
    span,
  };
};

export const lowerFrom = (node: Node | undefined, cx: Lowering): From => {
  const table = as(node, 'RangeVar');
  if (table !== undefined) return rangeVar(table, cx);
  const joined = as(node, 'JoinExpr');
  if (joined !== undefined) return join(joined, cx);
  const derived = as(node, 'RangeSubselect');
  if (derived !== undefined) return subselect(derived, cx);
  const called = as(node, 'RangeFunction');
  if (called !== undefined) return rowFunction(called, cx);
  const sample = as(node, 'RangeTableSample');
  if (sample !== undefined) return lowerFrom(sample.relation, cx);
  const table2 = as(node, 'RangeTableFunc') ?? as(node, 'JsonTable');
  const call = node === undefined || table2 === undefined ? opaque('an unknown row source', noSpan) : cx.expr(node);
  return { kind: 'function', call, lateral: table2?.lateral ?? false, ...aliasParts(table2?.alias), span: call.span };
};
