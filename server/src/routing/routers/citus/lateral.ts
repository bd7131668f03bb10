/** What a subquery that runs along may use of the queries around it. */
import type { Expr } from '../../../query/model';
import { conjuncts, normalize, truthOf } from '../../../query/normalize';
import { partsOf } from '../../../query/walk';
import { type Item, isScope, type Scope } from '../../scope';
import { expressionsOf } from './correlation';
import { mergeObstacle } from './pushdown';
import { isDistributed, type Plan, readsShards } from './tables';

/** A lateral subquery that gathers rows per row of something that every shard has in full: the shards' answers would not add up. */
export function lateralObstacle(scope: Scope, plan: Plan): string | undefined {
  if (scope.link !== 'derived' || !scope.correlated || scope.query.kind !== 'select') return undefined;
  const why = mergeObstacle(scope.query, scope, plan);
  if (!why || !readsShards(scope, plan)) return undefined;
  return usesRepeatedRows(scope, scope, plan) ? why : undefined;
}

function usesRepeatedRows(at: Scope, lateral: Scope, plan: Plan): boolean {
  if (expressionsOf(at.query).some((expr) => usesRepeated(expr, at, lateral, plan))) return true;
  return at.children.some((child) => usesRepeatedRows(child, lateral, plan));
}

function usesRepeated(expr: Expr, at: Scope, lateral: Scope, plan: Plan): boolean {
  if (expr.kind === 'column' && expr.qualifier.length > 0) {
    const item = itemAround(expr.qualifier[expr.qualifier.length - 1]?.toLowerCase() ?? '', at, lateral);
    if (item !== undefined && repeats(item, plan)) return true;
  }
  return partsOf(expr).some((part) => usesRepeated(part, at, lateral, plan));
}

/** The FROM item outside of the lateral subquery that an alias means. */
function itemAround(alias: string, at: Scope, lateral: Scope): Item | 'function' | undefined {
  let outside = false;
  for (let scope: Scope | undefined = at; scope; scope = scope.parent) {
    const found = scope.names.get(alias);
    if (found) return outside ? found : undefined;
    if (scope === lateral) outside = true;
  }
  return undefined;
}

const repeats = (item: Item | 'function', plan: Plan): boolean =>
  item === 'function' || (isScope(item) ? !readsShards(item, plan) : !isDistributed(item) || plan.fetched.has(item));

/** PostgreSQL itself only joins in full where an equality finds the rows that meet. */
export function hasOddFullJoin(scope: Scope): boolean {
  const { query } = scope;
  if (query.kind !== 'select' && query.kind !== 'update' && query.kind !== 'delete') return false;
  const visit = (from: (typeof query.from)[number]): boolean => {
    if (from.kind !== 'join') return false;
    if (visit(from.left) || visit(from.right)) return true;
    if (from.type !== 'full' || !from.on) return false;
    const parts = conjuncts(normalize(from.on)).filter((part) => truthOf(part) === undefined);
    return (
      parts.length > 0 &&
      !parts.some((part) => part.kind === 'compare' && part.op === '=' && hasColumn(part.left) && hasColumn(part.right))
    );
  };
  return query.from.some(visit);
}

const hasColumn = (expr: Expr): boolean => expr.kind === 'column' || partsOf(expr).some(hasColumn);
