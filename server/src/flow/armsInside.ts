/** The branches inside of a function, seen from where it is called. */
import { type ArmNode, armPath } from './branches';
import type { FileIndex } from './fileIndex';
import type { Arm } from './flow';

/**
 * What must hold in function `func` for a place of it, outermost first; undefined where the function throws after it. Behind
 * `if (x) return;` that is the other way of the branch: the caller goes on in both.
 */
export const armsInside = (
  index: FileIndex,
  func: number,
  place: ArmNode | undefined,
  start: number,
): readonly Arm[] | undefined => {
  const value = index.functionValues.get(func);
  // The function's own body, and what stands around it.
  const around = value === undefined ? 1 : armPath(index.place(value)?.arm).length + 1;
  const own = armPath(place).slice(around);
  if (own.some(({ exits }) => exits === 'throw')) return undefined;
  const isOwn = new Set(own.map(({ branch }) => branch));
  const left = (index.leaving[func] ?? []).filter(({ branch }) => branch < start && !isOwn.has(branch));
  const arms = [...own, ...left.map((node) => ({ ...node, arm: node.of === 2 ? 1 - node.arm : -1 }))];
  return arms
    .sort((a, b) => a.branch - b.branch)
    .map(({ branch, arm, of }) => ({ branch: `${index.file.path}:${branch}`, arm, of }));
};
