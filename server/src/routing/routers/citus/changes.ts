/** Statements inside a statement that change rows. */
import type { Query } from '../../../query/model';
import type { Scope } from '../../scope';
import type { Plan } from './tables';

export const changesRows = (query: Query): boolean =>
  query.kind === 'insert' || query.kind === 'update' || query.kind === 'delete' || query.kind === 'merge';

/** A CTE that changes rows and has not been run yet. */
export function changesByQuery(scope: Scope, plan: Plan): boolean {
  if (plan.planned.has(scope)) return false;
  return (
    (scope.of?.kind === 'cte' && changesRows(scope.query)) ||
    scope.children.some((child) => changesByQuery(child, plan))
  );
}
