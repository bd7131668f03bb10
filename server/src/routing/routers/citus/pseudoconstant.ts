/**
 * Conditions that read no row of the query that they filter. Before version 17, PostgreSQL does not show Citus a join
 * that has one: an outer join is then missed, or the statement turned down.
 */
import type { Expr } from '../../../query/model';
import { truthOf } from '../../../query/normalize';
import { leavesOf, queriesIn, someExpr } from '../../../query/walk';
import { equality } from '../../equality';
import { exprVolatility } from '../../keyValue';
import type { Scope } from '../../scope';
import { emptyLevels } from './contradiction';
import { levelOf } from './flat';
import { hasOuterJoin, writesOuterJoin } from './outerJoins';
import type { Plan } from './tables';

/** Outer joins of the whole statement, as far as the planner sees them; `hidden`: it may have missed one. */
export type OuterJoins = 'none' | 'seen' | 'hidden';

export const outerJoinsOf = ({ analysis }: Plan): OuterJoins => analysis.kept(findOuterJoins);

function findOuterJoins(analysis: Plan['analysis']): OuterJoins {
  const { scopes } = analysis.universe;
  const written = scopes.filter(writesOuterJoin);
  if (written.length === 0) return 'none';
  const hiding = hidingLevels(analysis);
  const isSeen = (scope: Scope): boolean =>
    hasOuterJoin(scope) && !(hiding.has(levelOf(scope)) && joinedItems(levelOf(scope), scopes) === 2);
  return written.some(isSeen) ? 'seen' : hiding.size > 0 ? 'hidden' : 'none';
}

/** Tables and subqueries that are joined in one query, merged subqueries taken apart. */
function joinedItems(level: Scope, scopes: readonly Scope[]): number {
  const parts = scopes.filter((one) => levelOf(one) === level);
  const items = parts.flatMap((part) => ('from' in part.query ? leavesOf(part.query.from) : []));
  return items.length - parts.filter((part) => part !== level && part.link === 'derived').length;
}

function hidingLevels(analysis: Plan['analysis']): ReadonlySet<Scope> {
  const found = new Set(emptyLevels(analysis));
  for (const scope of analysis.universe.scopes)
    if (
      scope.facts.some(
        ({ what, items, connects }) =>
          !items && !connects && what.kind === 'predicate' && isPseudoconstant(what.expr, scope),
      ) ||
      bindsAround(scope, analysis)
    )
      found.add(levelOf(scope));
  return found;
}

function isPseudoconstant(expr: Expr, scope: Scope): boolean {
  if (truthOf(expr) !== undefined) return truthOf(expr) === false;
  if (exprVolatility(expr) === 'volatile') return false;
  if (someExpr(expr, (one) => one.kind === 'column' || one.kind === 'param' || one.kind === 'opaque')) return false;
  const inside = queriesIn(expr);
  return scope.children.every((child) => !child.correlated || !inside.includes(child.query));
}

/** `outer.a = inner.b AND inner.b = 1` says `outer.a = 1`, in which nothing of the inner query is left. */
function bindsAround(scope: Scope, { universe, semantics }: Plan['analysis']): boolean {
  if (!scope.correlated || levelOf(scope) !== scope) return false;
  const edges = scope.facts.flatMap(({ what, items }) =>
    what.kind === 'predicate' && !items ? equality(what.expr, scope, semantics) : [],
  );
  const isAround = (node: string): boolean => {
    const home = universe.rels[Number(node.slice(0, node.indexOf('.')))]?.scope;
    return home !== undefined && !isInside(home, scope);
  };
  const tied = new Set(edges.filter((edge) => edge.some(isAround)).flat());
  return edges.some((edge) => edge.some((node) => node.startsWith('=')) && edge.some((node) => tied.has(node)));
}

const isInside = (scope: Scope, outer: Scope): boolean =>
  scope === outer || (scope.parent !== undefined && isInside(scope.parent, outer));
