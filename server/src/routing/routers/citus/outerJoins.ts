/** Outer joins as they are written, and what filters leave of them. */
import type { From } from '../../../query/model';
import { leavesOf } from '../../../query/walk';
import { aliasOf } from '../../fromItems';
import { joinsOuter, ownerIn, strictItems } from '../../outerJoin';
import type { Scope } from '../../scope';

const fromOf = ({ query }: Scope): readonly From[] =>
  query.kind === 'select' || query.kind === 'update' || query.kind === 'delete' ? query.from : [];

/** As it is written: a join that a filter makes an inner one counts as well. */
export const writesOuterJoin = (scope: Scope): boolean => fromOf(scope).some(joinsOuter);

/** Whether outer joins remain once those that WHERE filters are taken as inner ones. */
export function hasOuterJoin(scope: Scope): boolean {
  const from = fromOf(scope);
  if (!from.some(joinsOuter)) return false;
  const ownerOf = ownerIn(from, (ref) => scope.rels.find((rel) => rel.ref === ref)?.table?.columns);
  const visit = (one: From, strict: ReadonlySet<string>): boolean => {
    if (one.kind !== 'join') return false;
    const filtered = (side: From): boolean => leavesOf([side]).some((leaf) => strict.has(aliasOf(leaf)));
    const left = (one.type === 'right' || one.type === 'full') && !filtered(one.left);
    const right = (one.type === 'left' || one.type === 'full') && !filtered(one.right);
    if (left || right) return true;
    // What an inner join is ON filters the joins below it as WHERE does.
    const below = new Set([...strict, ...strictItems(one.on, from, ownerOf)]);
    return visit(one.left, below) || visit(one.right, below);
  };
  const where = strictItems('where' in scope.query ? scope.query.where : undefined, from, ownerOf);
  return from.some((one) => visit(one, where));
}
