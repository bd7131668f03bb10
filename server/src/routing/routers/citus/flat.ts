/** Which subqueries PostgreSQL merges into the query around them before anything else is planned. */
import type { Expr } from '../../../query/model';
import { leavesOf, someExpr } from '../../../query/walk';
import { exprVolatility } from '../../keyValue';
import type { Scope } from '../../scope';
import { cteObstacle } from './ctes';

/** A plain SELECT: its predicates and those around it are one set. */
export function isFlat(scope: Scope): boolean {
  const { query } = scope;
  if (query.kind !== 'select') return false;
  if (scope.of && cteObstacle(scope.of, query)) return false;
  // EXISTS asks for one row, whatever it looks like.
  const exists = isExists(scope);
  if (query.offset || query.lock || query.having || query.groupingSets) return false;
  if (query.limit && !(exists && isPositive(query.limit))) return false;
  if (!exists && (query.distinct !== false || query.groupBy.length > 0)) return false;
  if (leavesOf(query.from).length === 0) return false;
  return !query.items.some(
    ({ expr }) =>
      exprVolatility(expr) === 'volatile' ||
      someExpr(expr, (one) => one.kind === 'call' && (one.aggregate === true || one.over !== undefined)),
  );
}

/** Constants of a subquery are known around it where the subquery is merged, or is one row and nothing else. */
export const hidesValues = (scope: Scope): boolean => !isFlat(scope) && !isOneRow(scope);

function isOneRow({ query, of }: Scope): boolean {
  if (of && cteObstacle(of, query)) return false;
  if (query.kind === 'values') return query.rows.length === 1 && !query.limit && !query.offset;
  return (
    query.kind === 'select' &&
    query.from.length === 0 &&
    !(query.limit ?? query.offset ?? query.having) &&
    query.distinct === false &&
    query.groupBy.length === 0 &&
    !query.items.some(({ expr }) => someExpr(expr, (one) => one.kind === 'call' && one.aggregate === true))
  );
}

const isPositive = (limit: Expr): boolean => limit.kind === 'const' && Number(limit.value) > 0;

/** EXISTS or NOT EXISTS as a whole condition. */
function isExists({ parent, query, link }: Scope): boolean {
  if (link !== 'semi' && link !== 'anti') return false;
  return (parent?.facts ?? []).some(({ what }) => {
    if (what.kind !== 'predicate') return false;
    const core = what.expr.kind === 'not' ? what.expr.arg : what.expr;
    return core.kind === 'exists' && core.query === query;
  });
}

/** EXISTS is merged where it uses columns around it, IN where it does not. */
export const isMerged = (scope: Scope): boolean =>
  (scope.link === 'derived' || (scope.link === 'semi' && scope.correlated === isExists(scope))) && isFlat(scope);

/** Planned by itself: values of the queries around it are not known to it. An uncorrelated IN is joined as a table would be. */
export function isApart(scope: Scope): boolean {
  switch (scope.link) {
    case 'derived':
      return !isFlat(scope);
    case 'semi':
      return isExists(scope) ? !(scope.correlated && isFlat(scope)) : scope.correlated;
    case 'anti':
      return !(scope.correlated && isExists(scope) && isFlat(scope));
    default:
      return true;
  }
}

/** The query as part of which a scope is planned. */
export function levelOf(scope: Scope): Scope {
  let at = scope;
  while (at.parent && isMerged(at)) at = at.parent;
  return at;
}
