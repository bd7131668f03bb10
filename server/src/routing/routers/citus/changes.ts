/** Statements inside a statement that change rows. */
import type { Query } from '../../../query/model';
import type { Scope } from '../../scope';
import type { Plan } from './tables';

export const changesRows = (query: Query): boolean =>
  query.kind === 'insert' || query.kind === 'update' || query.kind === 'delete' || query.kind === 'merge';

/** A CTE that adds rows and has not been run yet; one that updates or deletes runs along on the one shard. */
export function changesByQuery(scope: Scope, plan: Plan): boolean {
  if (plan.planned.has(scope)) return false;
  return (
    (scope.of?.kind === 'cte' && (scope.query.kind === 'insert' || scope.query.kind === 'merge')) ||
    scope.children.some((child) => changesByQuery(child, plan))
  );
}
