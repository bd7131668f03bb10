/** FOR UPDATE and FOR SHARE: whose rows they lock. */
import type { Query } from '../../../query/model';
import { leavesOf } from '../../../query/walk';
import { itemOf } from '../../fromItems';
import { isScope, type Scope } from '../../scope';

/** A lock reaches the tables, views and subqueries of FROM. Common table expressions and functions have no rows to lock. */
export function locksRows(query: Query, scope: Scope): boolean {
  if (query.kind !== 'select') return query.kind === 'set-operation' && query.lock !== undefined;
  if (!query.lock) return false;
  return leavesOf(query.from).some((leaf) => {
    if (leaf.kind === 'function') return false;
    const item = itemOf(leaf, scope);
    return item === undefined || !isScope(item) || item.of?.kind !== 'cte';
  });
}
