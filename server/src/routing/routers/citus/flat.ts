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

const isPositive = (limit: Expr): boolean => limit.kind === 'const' && Number(limit.value) > 0;

function isExists({ parent, query, link }: Scope): boolean {
  const facts = link === 'semi' ? (parent?.facts ?? []) : [];
  return facts.some(
    ({ what }) => what.kind === 'predicate' && what.expr.kind === 'exists' && what.expr.query === query,
  );
}

/** EXISTS that uses no column around it is answered once, and stays a query of its own. */
const isMerged = (scope: Scope): boolean =>
  (scope.link === 'derived' || (scope.link === 'semi' && (scope.correlated || !isExists(scope)))) && isFlat(scope);

/** The query as part of which a scope is planned. */
export function levelOf(scope: Scope): Scope {
  let at = scope;
  while (at.parent && isMerged(at)) at = at.parent;
  return at;
}
