/** Which subqueries PostgreSQL merges into the query around them before anything else is planned. */
import { leavesOf, someExpr } from '../../../query/walk';
import { exprVolatility } from '../../keyValue';
import type { Scope } from '../../scope';
import { cteObstacle } from './ctes';

/** A plain SELECT: its predicates and those around it are one set. */
export function isFlat(scope: Scope): boolean {
  const { query } = scope;
  if (query.kind !== 'select') return false;
  if (scope.of && cteObstacle(scope.of, query)) return false;
  if (query.limit || query.offset || query.lock || query.having || query.groupingSets || query.distinct !== false)
    return false;
  if (query.groupBy.length > 0 || leavesOf(query.from).length === 0) return false;
  return !query.items.some(
    ({ expr }) =>
      exprVolatility(expr) === 'volatile' ||
      someExpr(expr, (one) => one.kind === 'call' && (one.aggregate === true || one.over !== undefined)),
  );
}

/** The query as part of which a scope is planned. */
export function levelOf(scope: Scope): Scope {
  let at = scope;
  while (at.parent && (at.link === 'derived' || at.link === 'semi') && isFlat(at)) at = at.parent;
  return at;
}
