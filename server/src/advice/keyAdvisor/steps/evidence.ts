/** What the workspace itself shows, one thing each: the ground on which a step stands. */
import type { Confidence } from '../../../routing/route';
import type { Location } from '../../../text/span';

export type EvidenceKind =
  | 'missing-index'
  | 'n-plus-one'
  | 'unbounded-read'
  | 'queue-write-candidate'
  | 'read-write-ratio'
  | 'cache-before-replica'
  | 'separate-tables'
  | 'size'
  | 'write-rate';

export interface Shown {
  readonly kind: EvidenceKind;
  /** A clause; names in backticks. */
  readonly text: string;
  readonly confidence: Confidence;
  /** Statements or calls that it is seen in: what it weighs. */
  readonly count: number;
  /** The first of them. */
  readonly places: readonly Location[];
}

/** Places that are listed with one thing. */
export const shownPlaces = 4;

/** What weighs most comes first; equal weights by their text. */
export const inWeight = (a: Shown, b: Shown): number => b.count - a.count || (a.text < b.text ? -1 : 1);
