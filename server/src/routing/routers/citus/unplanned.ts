/** Subqueries that PostgreSQL never looks into: a false condition stands right around them. */
import { truthOf } from '../../../query/normalize';
import { leavesOf, queriesIn } from '../../../query/walk';
import type { Analysis } from '../../analysis';
import { itemOf } from '../../fromItems';
import { isScope, type Scope } from '../../scope';
import { cteObstacle } from './ctes';
import { isMerged } from './flat';

/** The scope, or one around it, is such a subquery: its tables have no shards to read. */
export function isUnplanned(scope: Scope, analysis: Analysis): boolean {
  const found = analysis.kept(findUnplanned);
  for (let at: Scope | undefined = found.size > 0 ? scope : undefined; at; at = at.parent)
    if (found.has(at)) return true;
  return false;
}

const findUnplanned = (analysis: Analysis): ReadonlySet<Scope> =>
  new Set(analysis.universe.scopes.flatMap((one) => unplannedBelow(one, analysis)));

/** `SELECT … FROM (…) x WHERE false`, with nothing beside `x`: where more is joined, all of it is planned before. */
function unplannedBelow(scope: Scope, { universe }: Analysis): readonly Scope[] {
  if (!scope.facts.some(isFalse)) return [];
  let at = joinedAs(scope);
  const parts = universe.scopes.filter((one) => joinedAs(one) === at);
  if (parts.some(({ query }) => 'where' in query && query.where && queriesIn(query.where).length > 0)) return [];
  const items = parts.flatMap(({ query }) => ('from' in query ? leavesOf(query.from) : []));
  if (items.length - parts.filter((part) => part !== at && part.link === 'derived').length !== 1) return [];
  for (;;) {
    const [leaf] = 'from' in at.query ? leavesOf(at.query.from) : [];
    const item = leaf && itemOf(leaf, at);
    if (!item || !isScope(item)) return [];
    if (item.of && cteObstacle(item.of, item.query)) return [];
    if (!isMerged(item)) return [item];
    at = item;
  }
}

/** Holds for all rows of its query, and is false. */
export const isFalse = ({ items, connects, what }: Scope['facts'][number]): boolean =>
  !items && !connects && what.kind === 'predicate' && truthOf(what.expr) === false;

/** The query into whose joins the scope's FROM is merged; the nullable side of an outer join keeps its own condition. */
function joinedAs(scope: Scope): Scope {
  let at = scope;
  while (at.parent && !at.context && isMerged(at)) at = at.parent;
  return at;
}
