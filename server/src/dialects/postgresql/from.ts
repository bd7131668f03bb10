/** Row sources: tables, subqueries, joins, functions. */
import type { Derived, From, Join, OpaqueFrom, RowFunction, TableRef } from '../../query/model';
import { noSpan } from '../../text/span';
import type {
  Alias,
  JoinExpr,
  Node,
  RangeFunction,
  RangeSubselect,
  RangeTableSample,
  RangeVar,
} from '../engines/libpgQuery';
import {
  as,
  coverAll,
  type Draft,
  type Lowering,
  type NodeMap,
  opaque,
  standSpan,
  stringOf,
  strings,
  tagOf,
} from './lowering';

interface Aliased {
  alias?: string;
  columns?: readonly string[];
}

const withAlias = <T extends Aliased>(source: T, alias: Alias | undefined): T => {
  if (alias?.aliasname !== undefined) source.alias = alias.aliasname;
  if (alias?.colnames !== undefined) source.columns = strings(alias.colnames);
  return source;
};

export const rangeVar = (node: RangeVar, cx: Lowering): TableRef | OpaqueFrom => {
  const start = cx.source.at(node.location);
  const parts: string[] = [];
  if (node.catalogname !== undefined) parts.push(node.catalogname);
  if (node.schemaname !== undefined) parts.push(node.schemaname);
  parts.push(node.relname ?? '');
  const span = { start, end: cx.source.nameEnd(start, parts.length) };
  const alias = node.alias?.aliasname;
  if (cx.stands.size > 0) {
    const inside = [...cx.stands].filter(([offset]) => offset >= start && offset < span.end);
    // `${schema}.orders`: the table is known, whatever schema it is in.
    const qualifier = parts.length > 1 ? cx.source.nameEnd(start, parts.length - 1) : start;
    if (inside.length > 0 && inside.every(([offset]) => offset < qualifier)) parts.splice(0, parts.length - 1);
    else if (inside[0] !== undefined) {
      const [offset, stand] = inside[0];
      const why = stand.kind === 'fragment' ? 'a fragment of SQL' : 'a table that is known at run time';
      const whole = offset === start ? standSpan(start, stand) : span;
      return { kind: 'opaque-from', why, span: whole, ...(alias !== undefined && { alias }) };
    }
  }
  const table: Draft<TableRef> = { kind: 'table', name: { parts, span }, span };
  return withAlias(table, node.alias);
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
  const derived: Draft<Derived> = {
    kind: 'derived',
    query: bounds === query.span ? query : { ...query, span: bounds },
    lateral: node.lateral ?? false,
    span,
  };
  return withAlias(derived, node.alias);
};

const rowFunction = (node: RangeFunction, cx: Lowering): RowFunction => {
  const calls = (node.functions ?? []).flatMap((item) => {
    const call = as(item, 'List')?.items?.[0];
    return call === undefined ? [] : [cx.expr(call)];
  });
  const span = coverAll(calls, noSpan);
  const declared = (node.coldeflist ?? []).map((column) => as(column, 'ColumnDef')?.colname ?? '');
  const [first] = calls;
  const rows: Draft<RowFunction> = {
    kind: 'function',
    call: calls.length === 1 && first !== undefined ? first : { kind: 'row', items: calls, span },
    lateral: node.lateral ?? false,
    span,
  };
  withAlias(rows, node.alias);
  if (declared.length > 0) rows.columns = declared;
  return rows;
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
  const lowered: Draft<Join> = {
    kind: 'join',
    type: joinTypes[node.jointype ?? ''] ?? (bare ? 'cross' : 'inner'),
    left,
    right,
    span,
  };
  if (on !== undefined) lowered.on = on;
  if (node.usingClause !== undefined) lowered.using = node.usingClause.map(stringOf);
  if (node.isNatural) lowered.natural = true;
  if (node.alias === undefined) return lowered;
  // `(a JOIN b ON …) AS j` hides the names inside, as a subquery does.
  const derived: Draft<Derived> = {
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
    joined: true,
    span,
  };
  return withAlias(derived, node.alias);
};

export const lowerFrom = (node: Node | undefined, cx: Lowering): From => {
  const tag = node === undefined ? undefined : tagOf(node);
  const content: unknown = node === undefined || tag === undefined ? undefined : (node as NodeMap)[tag];
  switch (tag) {
    case 'RangeVar':
      return rangeVar(content as RangeVar, cx);
    case 'JoinExpr':
      return join(content as JoinExpr, cx);
    case 'RangeSubselect':
      return subselect(content as RangeSubselect, cx);
    case 'RangeFunction':
      return rowFunction(content as RangeFunction, cx);
    case 'RangeTableSample':
      return lowerFrom((content as RangeTableSample).relation, cx);
    default:
      return tableFunction(node, cx);
  }
};

/** XMLTABLE and JSON_TABLE. */
const tableFunction = (node: Node | undefined, cx: Lowering): RowFunction => {
  const table = as(node, 'RangeTableFunc') ?? as(node, 'JsonTable');
  const call = node === undefined || table === undefined ? opaque('an unknown row source', noSpan) : cx.expr(node);
  const rows: Draft<RowFunction> = { kind: 'function', call, lateral: table?.lateral ?? false, span: call.span };
  return withAlias(rows, table?.alias);
};
