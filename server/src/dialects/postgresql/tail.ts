/** WITH, ORDER BY, LIMIT, locks: what stands around a query's rows. */
import type { Cte, OrderItem, SelectItem, Tail, With } from '../../query/model';
import type { Node, SelectStmt, WithClause } from '../engines/libpgQuery';
import { as, type Draft, type Lowering, strings } from './lowering';

export const sortItems = (nodes: readonly Node[] | undefined, cx: Lowering): OrderItem[] => {
  const items: OrderItem[] = [];
  for (const node of nodes ?? []) {
    const sort = as(node, 'SortBy');
    if (sort?.node === undefined) continue;
    const expr = cx.expr(sort.node);
    items.push(sort.sortby_dir === 'SORTBY_DESC' ? { expr, descending: true } : { expr });
  }
  return items;
};

export const selectItems = (nodes: readonly Node[] | undefined, cx: Lowering): SelectItem[] =>
  (nodes ?? []).map((node) => {
    const alias = as(node, 'ResTarget')?.name;
    const expr = cx.expr(node);
    return alias === undefined ? { expr } : { expr, alias };
  });

export const withClause = (clause: WithClause, cx: Lowering): With => {
  const ctes: Cte[] = [];
  for (const node of clause.ctes ?? []) {
    const cte = as(node, 'CommonTableExpr');
    if (cte?.ctequery === undefined) continue;
    const start = cx.source.at(cte.location);
    const open = bodyOf(cx, start, cte.aliascolnames !== undefined);
    const close = cx.source.closeOf(open);
    const query = cx.query(cte.ctequery, close < 0 ? undefined : cx.source.inside(open + 1));
    ctes.push({
      name: cte.ctename ?? '',
      query,
      span: { start, end: close < 0 ? query.span.end : close + 1 },
      ...(cte.aliascolnames && { columns: strings(cte.aliascolnames) }),
      ...(cte.ctematerialized === 'CTEMaterializeAlways' && { materialized: true }),
      ...(cte.ctematerialized === 'CTEMaterializeNever' && { materialized: false }),
      ...(cte.search_clause && { search: true }),
    });
  }
  return { recursive: clause.recursive ?? false, ctes };
};

/** The parenthesis that opens a CTE's query: behind the name, the column list, AS and [NOT] MATERIALIZED. */
const bodyOf = (cx: Lowering, start: number, hasColumns: boolean): number => {
  const { source } = cx;
  let offset = source.skip(source.tokenEnd(start));
  let columns = hasColumns;
  for (let tokens = 0; tokens < 6; tokens++) {
    const close = source.closeOf(offset);
    if (close >= 0 && !columns) return offset;
    if (close >= 0) columns = false;
    offset = source.skip(close >= 0 ? close + 1 : source.tokenEnd(offset));
  }
  return -1;
};

/** Adds WITH, LIMIT, OFFSET and locks. */
export const tail = (query: Draft<Tail>, node: SelectStmt, cx: Lowering): void => {
  if (node.withClause !== undefined) query.with = withClause(node.withClause, cx);
  const unlimited = as(node.limitCount, 'A_Const')?.isnull === true;
  if (node.limitCount !== undefined && !unlimited) query.limit = cx.expr(node.limitCount);
  if (node.limitOffset !== undefined) query.offset = cx.expr(node.limitOffset);
  for (const clause of node.lockingClause ?? []) {
    const strength = as(clause, 'LockingClause')?.strength ?? '';
    if (strength.endsWith('UPDATE')) query.lock = 'update';
    else query.lock ??= 'share';
  }
};
