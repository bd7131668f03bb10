/** What lies between two acts of a unit: how long it waits there, and what is called that nothing is known of. */
import { isSurelyPassed, reaches, type Turn } from '../../flow/course';
import { unitLimits } from './limits';
import { type Leaf, leavesOf, type Quiet } from './quiet';

export type Passed = Leaf | { readonly turns: readonly Turn[]; readonly quiet: Quiet };

export const mayWait = (one: Passed): boolean => ('quiet' in one ? one.quiet.waits : 'waits' in one);

/** Milliseconds that are surely waited on the way to `later`. */
export const waitsIn = (passed: readonly Passed[], later: readonly Turn[]): number =>
  leavesIn(passed, later).reduce(
    (sum, one) => sum + ('waits' in one && isSurelyPassed(one.turns, later) ? one.waits : 0),
    0,
  );

/** The first call of which nothing says what it is, on the way to `later`. */
export function unresolvedIn(passed: readonly Passed[], later: readonly Turn[]): string | undefined {
  const found = leavesIn(passed, later).find((one) => 'call' in one && one.unresolved());
  return found && 'call' in found ? found.call : undefined;
}

const leavesIn = (passed: readonly Passed[], later: readonly Turn[]): readonly Leaf[] =>
  passed
    .flatMap((one) => ('quiet' in one ? leavesOf(one.quiet, one.turns, unitLimits.acts) : [one]))
    .filter(({ turns }) => reaches(turns, later));
