/** Outer joins as they are written, and what filters leave of them. */
import type { From } from '../../../query/model';
import { leavesOf } from '../../../query/walk';
import { aliasOf } from '../../fromItems';
import { joinsOuter, strictItems } from '../../outerJoin';
import type { Scope } from '../../scope';

const fromOf = ({ query }: Scope): readonly From[] =>
  query.kind === 'select' || query.kind === 'update' || query.kind === 'delete' ? query.from : [];

/** As it is written: a join that a filter makes an inner one counts as well. */
export const writesOuterJoin = (scope: Scope): boolean => fromOf(scope).some(joinsOuter);

/** Whether outer joins remain once those that WHERE filters are taken as inner ones. */
export function hasOuterJoin(scope: Scope): boolean {
  const from = fromOf(scope);
  if (!from.some(joinsOuter)) return false;
  const strict = strictItems('where' in scope.query ? scope.query.where : undefined, from);
  const filtered = (side: From): boolean => leavesOf([side]).some((leaf) => strict.has(aliasOf(leaf)));
  const visit = (one: From): boolean => {
    if (one.kind !== 'join') return false;
    const left = (one.type === 'right' || one.type === 'full') && !filtered(one.left);
    const right = (one.type === 'left' || one.type === 'full') && !filtered(one.right);
    return left || right || visit(one.left) || visit(one.right);
  };
  return from.some(visit);
}
