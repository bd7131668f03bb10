/** One parse tree → one query. */
import type { Other, Query } from '../../query/model';
import type { Span } from '../../text/span';
import type { StandIns } from '../dialect';
import type { Node } from '../engines/libpgQuery';
import { lowerExpr } from './expressions';
import { as, type Lowering } from './lowering';
import { lowerOther } from './other';
import { lowerSelect } from './select';
import type { Source } from './source';
import { lowerDelete, lowerInsert, lowerMerge, lowerUpdate } from './write';

export const lowerStatement = (statement: Node, source: Source, stands: StandIns): Query => {
  const cx: Lowering = {
    source,
    stands,
    windows: new Map(),
    expr: (node) => lowerExpr(node, cx),
    query: (node, bounds) => lowerQuery(node, cx, bounds),
    select: (node, bounds) => lowerSelect(node, cx, bounds),
  };
  return lowerQuery(statement, cx, source.span);
};

const lowerQuery = (node: Node, cx: Lowering, bounds?: Span): Query => {
  const select = as(node, 'SelectStmt');
  if (select !== undefined) return lowerSelect(select, cx, bounds);
  const span = bounds ?? cx.source.span;
  const insert = as(node, 'InsertStmt');
  if (insert !== undefined) return lowerInsert(insert, cx, span);
  const update = as(node, 'UpdateStmt');
  if (update !== undefined) return lowerUpdate(update, cx, span);
  const remove = as(node, 'DeleteStmt');
  if (remove !== undefined) return lowerDelete(remove, cx, span);
  const merge = as(node, 'MergeStmt');
  if (merge !== undefined) return lowerMerge(merge, cx, span);
  const other: Other = lowerOther(node, cx, span);
  return other;
};
