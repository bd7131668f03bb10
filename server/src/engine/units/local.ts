/** What is known of an act by itself, whichever way leads to it. */
import type { Act } from '../../flow/course';
import type { FileIndex } from '../../flow/fileIndex';
import { type Outcome, outcomeOf } from '../../flow/outcome';
import { isLoose } from './loose';

export interface Local {
  readonly outcome: Outcome;
  /** Nobody waits for it. */
  readonly loose: boolean;
}

export const localOf = (index: FileIndex, act: Act): Local => ({
  outcome: outcomeOf(index, act.site),
  loose: isLoose(index, act),
});

/** An act belongs to one version of its file, and units ask for it once for every way that leads through it. */
const known = new WeakMap<Act, Local>();

/** As `localOf`, of calls, of which few lead on. */
export function localOnce(act: Act, index: () => FileIndex): Local {
  const local = known.get(act) ?? localOf(index(), act);
  known.set(act, local);
  return local;
}
