/** Branches as linked arms: which of two places excludes the other, and what must hold for one seen from the other. */
import type { Statement } from '../hosts/host';
import type { Arm } from './flow';

/** By the end of a loop's turn or of a `switch` case, of the function, or of all that do not catch it. */
export type Leaving = false | 'jump' | 'return' | 'throw';

/** An arm of a branching statement or expression, inside another one. */
export interface ArmNode {
  /** Offset that names the branch in its file. */
  readonly branch: number;
  readonly arm: number;
  /** Number of arms where they cover all cases, 0 otherwise. */
  readonly of: number;
  /** How control leaves, where it never reaches what follows the branch. */
  readonly exits: Leaving;
  /** A loop's or a callback's body: runs any number of times. */
  readonly many: boolean;
  readonly parent: ArmNode | undefined;
}

/** Outermost first. */
export const armPath = (arm: ArmNode | undefined): readonly ArmNode[] => {
  const nodes: ArmNode[] = [];
  for (let node = arm; node !== undefined; node = node.parent) nodes.push(node);
  return nodes.reverse();
};

/** What must hold for `of`, seen from `from`; undefined where both cannot happen in one run. */
export const relative = (of: ArmNode | undefined, from: ArmNode | undefined): readonly ArmNode[] | undefined => {
  if (of === from || of === undefined) return [];
  const [ofPath, fromPath] = [armPath(of), armPath(from)];
  let i = 0;
  while (i < ofPath.length && i < fromPath.length && ofPath[i] === fromPath[i]) i++;
  const rest = ofPath.slice(i);
  const [first, other] = [rest[0], fromPath[i]];
  // Arms of one branch are distinct nodes of equal `branch`.
  if (first !== undefined && other !== undefined && first.branch === other.branch && first.arm !== other.arm)
    return undefined;
  return rest.some((node) => node.exits !== false) ? undefined : rest;
};

export const toArms = (file: string, nodes: readonly ArmNode[]): readonly Arm[] =>
  nodes.map(({ branch, arm }) => ({ branch: `${file}:${branch}`, arm }));

/** How control leaves a body whose end it never reaches; of several ways the one that leaves least. */
export const exits = (body: readonly Statement[]): Leaving => {
  const last = body[body.length - 1];
  if (last === undefined) return false;
  switch (last.kind) {
    case 'return':
    case 'throw':
    case 'jump':
      return last.kind;
    case 'if':
      return least(exits(last.then), exits(last.otherwise));
    case 'block':
      return exits(last.body);
    case 'try':
      return exits(last.finalizer) || least(exits(last.body), exits(last.handler));
    default:
      return false;
  }
};

const ways: readonly Leaving[] = [false, 'jump', 'return', 'throw'];

const least = (a: Leaving, b: Leaving): Leaving => (ways.indexOf(a) < ways.indexOf(b) ? a : b);
