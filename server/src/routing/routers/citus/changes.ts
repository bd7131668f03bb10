/** Statements inside a statement that change rows. */
import type { Query } from '../../../query/model';
import type { Scope } from '../../scope';
import type { Plan } from './tables';

export const changesRows = (query: Query): boolean =>
  query.kind === 'insert' || query.kind === 'update' || query.kind === 'delete' || query.kind === 'merge';

/** Adding rows, and changing every copy of a table, is never part of a query on one shard. */
const isApartChange = (scope: Scope): boolean =>
  scope.of?.kind === 'cte' &&
  changesRows(scope.query) &&
  (scope.query.kind === 'insert' || scope.query.kind === 'merge' || scope.rels[0]?.table?.kind === 'reference');

/** A CTE that adds rows and has not been run yet; one that updates or deletes runs along on the one shard. */
export function changesByQuery(scope: Scope, plan: Plan): boolean {
  if (plan.planned.has(scope)) return false;
  return isApartChange(scope) || scope.children.some((child) => changesByQuery(child, plan));
}
