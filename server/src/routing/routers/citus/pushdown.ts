/** What may be sent to every shard as it stands, each shard answering for its own rows. */
import type { Expr, Select } from '../../../query/model';
import { leavesOf, partsOf, someExpr } from '../../../query/walk';
import { exprVolatility } from '../../keyValue';
import { resolveColumn } from '../../names';
import type { Scope } from '../../scope';
import { keyBehind } from './equality';
import { locksRows } from './locks';
import { armsOf, fromReadsShards, type Plan, readsShards, sublinks } from './tables';

/** Why a subquery cannot be sent along; undefined where it can. */
export function pushdownObstacle(scope: Scope, plan: Plan): string | undefined {
  const { query } = scope;
  if (sublinks(scope).some((child) => !plan.planned.has(child)) && !fromReadsShards(scope, plan))
    return 'it holds subqueries, but its FROM does not read the shards';
  if (query.kind === 'select') {
    const from = leavesOf(query.from);
    if (from.some((leaf) => leaf.kind === 'function' && exprVolatility(leaf.call) !== 'immutable'))
      return 'it reads a function whose rows may differ from shard to shard';
    if (from.length === 0 && query.items.some((item) => exprVolatility(item.expr) !== 'immutable'))
      return 'it computes values that may differ from shard to shard';
    if (!scope.correlated) {
      const merge = mergeObstacle(query, scope, plan);
      if (merge) return merge;
    }
    if (query.groupingSets) return 'it has grouping sets';
  }
  if (query.kind === 'set-operation') {
    if (query.limit ?? query.offset) return 'it has a LIMIT';
    const arms = unionObstacle(scope, plan);
    if (arms) return arms;
  }
  if (query.kind === 'select' || query.kind === 'set-operation') {
    if (locksRows(query, scope)) return 'it locks rows';
    if (query.with?.recursive) return 'it is recursive';
  }
  return undefined;
}

/** UNION runs on the shards only where every arm reads them; INTERSECT and EXCEPT never do. */
export function unionObstacle(scope: Scope, plan: Plan): string | undefined {
  if (hasOtherThanUnion(scope)) return 'INTERSECT and EXCEPT compare rows of all shards';
  const reads = armsOf(scope).map((arm) => readsShards(arm, plan));
  return reads.some((one) => !one) ? 'an arm of the UNION gives every shard the same rows' : undefined;
}

function hasOtherThanUnion(scope: Scope): boolean {
  if (scope.query.kind !== 'set-operation') return false;
  return (
    scope.query.op !== 'union' ||
    scope.children.some(
      (child) => child.link === 'branch' && !armsOf(scope).includes(child) && hasOtherThanUnion(child),
    )
  );
}

/** Rows that can only be made once all shards have answered. */
export function mergeObstacle(query: Select, scope: Scope, plan: Plan): string | undefined {
  if (query.offset) return 'it has an OFFSET over all shards';
  if (query.limit) return 'it has a LIMIT over all shards';
  const everywhere = !fromReadsShards(scope, plan);
  const isKey = (expr: Expr): boolean => isDistributionColumn(expr, scope, plan);
  if (query.groupBy.length > 0 && !everywhere && !query.groupBy.some((expr) => isKey(groupTarget(expr, query, scope))))
    return 'it groups rows of all shards';
  const aggregates =
    query.items.some((item) => hasAggregate(item.expr)) || (query.having && hasAggregate(query.having));
  if (aggregates && query.groupBy.length === 0) return 'it aggregates over all shards';
  if (query.having && query.groupBy.length === 0) return 'it has HAVING over all shards';
  if (!windowsAreSafe(query, scope, plan)) return 'its window spans all shards';
  if (
    query.distinct === true &&
    !everywhere &&
    !query.items.some((item) => isKey(item.expr) || starHasKey(item.expr, scope, plan))
  )
    return 'DISTINCT compares rows of all shards';
  if (
    Array.isArray(query.distinct) &&
    !everywhere &&
    !query.distinct.some((expr) => isKey(groupTarget(expr, query, scope)))
  )
    return 'DISTINCT ON compares rows of all shards';
  return undefined;
}

function starHasKey(expr: Expr, scope: Scope, plan: Plan): boolean {
  return expr.kind === 'star' && scope.outputs.some((output) => keyBehind(output.node, plan) !== undefined);
}

/** Every window has a PARTITION BY that holds the distribution column. */
export function windowsAreSafe(query: Select, scope: Scope, plan: Plan): boolean {
  const everywhere = !fromReadsShards(scope, plan);
  return ![...query.items.map((item) => item.expr), ...query.orderBy.map((item) => item.expr)].some((root) =>
    someExpr(
      root,
      (one) =>
        one.kind === 'call' &&
        one.over !== undefined &&
        (one.over.partitionBy.length === 0 ||
          !(everywhere || one.over.partitionBy.some((expr) => isDistributionColumn(expr, scope, plan)))),
    ),
  );
}

export const hasAggregate = (expr: Expr): boolean =>
  (expr.kind === 'call' && expr.aggregate === true && !expr.over) || partsOf(expr).some(hasAggregate);

/** GROUP BY and DISTINCT ON may name an output by its position or alias. */
function groupTarget(expr: Expr, query: Select, scope: Scope): Expr {
  if (expr.kind === 'const' && typeof expr.value === 'number') return query.items[expr.value - 1]?.expr ?? expr;
  if (expr.kind !== 'column' || expr.qualifier.length > 0 || resolveColumn(expr, scope)) return expr;
  return query.items.find((item) => item.alias === expr.name)?.expr ?? expr;
}

export function isDistributionColumn(expr: Expr, scope: Scope, plan: Plan): boolean {
  return expr.kind === 'column' && keyBehind(resolveColumn(expr, scope)?.node, plan) !== undefined;
}
