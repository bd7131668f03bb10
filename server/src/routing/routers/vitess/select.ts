/** Plans SELECT and UNION, from the row sources up. */
import type { Expr, Select, SetOperation } from '../../../query/model';
import { someExpr } from '../../../query/walk';
import type { Scope } from '../../scope';
import { type Predicate, split } from './columns';
import type { Planning } from './context';
import { planFrom } from './from';
import { aboveSelect } from './horizon';
import { hasOpenStar, openStar, refuseUnevenBranches } from './limits';
import { mergeRounds, mergeUnion } from './merge';
import { dual, isSingle, type Plan, Refusal } from './plan';
import { withSubqueries } from './subqueries';

/** How the rows of a block are used: what merges with them depends on it. */
export type Use = 'statement' | 'derived' | 'subquery' | 'branch';

export function planScope(scope: Scope, predicates: readonly Predicate[], planning: Planning, use: Use): Plan {
  const { query } = scope;
  switch (query.kind) {
    case 'select':
      return planSelect(scope, query, predicates, planning, use);
    case 'set-operation':
      return planUnion(scope, query, predicates, planning);
    default:
      return dual;
  }
}

function planSelect(scope: Scope, query: Select, predicates: readonly Predicate[], planning: Planning, use: Use): Plan {
  const own = [...split(query.where, scope), ...havingPredicates(query, scope)];
  const from = planFrom(scope, query.from, [...own, ...predicates], planning);
  return aboveSelect(withSubqueries(from, scope, planning), scope, query, use);
}

/** HAVING without aggregates filters rows as WHERE does; it may name outputs. */
function havingPredicates(query: Select, scope: Scope): readonly Predicate[] {
  if (!query.having) return [];
  return split(query.having, scope).flatMap((one): readonly Predicate[] => {
    const expr = byAlias(one.expr, query);
    return hasAggregate(expr) ? [] : [{ expr, scope }];
  });
}

export const hasAggregate = (expr: Expr): boolean =>
  someExpr(expr, (one) => one.kind === 'call' && one.aggregate === true && !one.over);

function byAlias(expr: Expr, query: Select): Expr {
  const outputOf = (one: Expr): Expr => {
    if (one.kind !== 'column' || one.qualifier.length > 0) return one;
    const named = query.items.find((item) => item.alias?.toLowerCase() === one.name.toLowerCase());
    return named ? named.expr : one;
  };
  switch (expr.kind) {
    case 'compare':
      return { ...expr, left: outputOf(expr.left), right: outputOf(expr.right) };
    case 'in':
      return { ...expr, left: outputOf(expr.left) };
    default:
      return expr;
  }
}

/** The branches of a set operation, those of nested ones of the same kind included. */
function planUnion(scope: Scope, query: SetOperation, predicates: readonly Predicate[], planning: Planning): Plan {
  refuseNested(query);
  refuseUnevenBranches(scope);
  if (
    scope.link === 'derived' &&
    scope.parent?.names.size === 1 &&
    hasOpenStar(scope) &&
    predicates.some((one) => one.scope === scope.parent)
  )
    throw openStar(query.span);
  const outer = scope.sealed ? [] : predicates;
  const recursive = isRecursive(scope);
  const branches = branchesOf(scope, query, !recursive).map((child) =>
    planScope(child, child.sealed ? [] : outer, planning, 'branch'),
  );
  const parts = mergeBranches(branches, query.all, recursive ? mergeRounds : mergeUnion);
  const [only] = parts;
  if (parts.length === 1 && only) {
    const whole = only.kind === 'route' && isSingle(only);
    return whole || (query.all && !query.limit) ? only : { kind: 'above', source: only };
  }
  if (recursive)
    return {
      kind: 'join',
      how: 'join',
      parts,
      reason: {
        code: 'off-key-join',
        text: 'vtgate runs the recursive part again for the rows of each round',
        span: query.span,
      },
    };
  return { kind: 'union', parts };
}

/** With `flat`, nested set operations count as branches of the outermost, where its DISTINCT allows. */
const branchesOf = (scope: Scope, query: SetOperation, flat: boolean): readonly Scope[] =>
  scope.children
    .filter((child) => child.link === 'branch')
    .flatMap((child) => {
      const inner = child.query;
      const same = inner.kind === 'set-operation' && inner.op === query.op && (!query.all || inner.all);
      if (!flat || !same || child.sealed) return [child];
      refuseNested(inner);
      return branchesOf(child, query, flat);
    });

function refuseNested({ right }: SetOperation): void {
  if (right.kind === 'set-operation')
    throw new Refusal('nested-union', 'vtgate does not plan a UNION on the right side of another', right.span);
}

/** Merges until nothing merges. UNION ALL keeps the order of its branches: only neighbours merge. */
function mergeBranches(branches: readonly Plan[], ordered: boolean, merge: typeof mergeUnion): readonly Plan[] {
  for (const [i, a] of branches.entries()) {
    for (const [j, b] of branches.entries()) {
      if (j <= i || (ordered && j !== i + 1) || a.kind !== 'route' || b.kind !== 'route') continue;
      const merged = merge(a, b);
      if (!merged) continue;
      const rest = branches.flatMap((one, at) => (at === j ? [] : at === i ? [merged] : [one]));
      return mergeBranches(rest, ordered, merge);
    }
  }
  return branches;
}

/** The second branch reads the rows of the whole: a scope without a query of its own stands for them. */
const isRecursive = (scope: Scope): boolean =>
  scope.of?.kind === 'cte' && scope.children.some((child) => readsOwnRows(child));

const readsOwnRows = (scope: Scope): boolean =>
  (scope.query.kind === 'values' && scope.query.rows.length === 0) || scope.children.some(readsOwnRows);
