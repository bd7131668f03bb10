/** From generated text (decoded SQL) back to the source that it was written in. */

/** `gen`/`len` are in the generated text, `src`/`srcLen` in the source; both UTF-16. Sorted by `gen`, without gaps. */
export interface Segment {
  readonly gen: number;
  readonly len: number;
  readonly src: number;
  readonly srcLen: number;
  readonly kind: 'verbatim' | 'escape' | 'hole' | 'glue';
}

export interface SourceMap {
  readonly segments: readonly Segment[];
  /** How inserted text must be encoded to stand in the source. */
  readonly literal: 'plain' | 'single' | 'double' | 'template';
}
