/** One part of a check that is divided among machines: `--shard 2/4`. */
import { relativeTo } from '../platform/paths';
import { textHash } from './fingerprint';
import { findRule } from './runRules';

export interface Slice {
  /** From 1. */
  readonly part: number;
  readonly of: number;
}

/**
 * By its path alone, so that every machine says the same, and a file stays where it is when others come and go. Findings
 * about maps and about functions need the statements of all files: they are the first part's.
 */
export const isInSlice = ({ part, of }: Slice, root: string, file: string): boolean =>
  Number.parseInt(textHash(relativeTo(root, file) ?? file).slice(0, 8), 16) % of === part - 1;

/** The part that finds what a rule finds in a file; undefined where that is one of two. */
export function isFoundIn(slice: Slice, root: string, file: string, id: string): boolean | undefined {
  const rule = findRule(id);
  const whole = rule?.map !== undefined || rule?.unit !== undefined || rule?.workspace !== undefined;
  if (rule?.query && whole) return undefined;
  return whole ? judgesWhole(slice) : isInSlice(slice, root, file);
}

export const judgesWhole = (slice: Slice | undefined): boolean => slice === undefined || slice.part === 1;
