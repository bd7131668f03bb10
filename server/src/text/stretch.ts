/** Where the places of a text are in another one that differs from it in some pieces. */
import type { Span } from './span';

/** Plain data. */
export interface Stretch {
  /** In the one text: sorted, apart, not empty. */
  readonly pieces: readonly Span[];
  /** By how much each is longer in the other text. */
  readonly longer: readonly number[];
}

/** Undefined where all places are the same. */
export const stretchOf = (pieces: readonly Span[], others: readonly Span[]): Stretch | undefined => {
  const longer = pieces.map(({ start, end }, i) => (others[i]?.end ?? 0) - (others[i]?.start ?? 0) - end + start);
  return longer.some((by) => by !== 0) ? { pieces, longer } : undefined;
};

/** A place within a piece stays as far from its beginning, at most at its end. */
const place = (offset: number, { pieces, longer }: Stretch): number => {
  let at = offset;
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i] as Span;
    if (offset <= piece.start) break;
    const by = longer[i] ?? 0;
    at += offset < piece.end ? Math.min(0, piece.end + by - offset) : by;
  }
  return at;
};

export const stretched = (span: Span, by: Stretch | undefined): Span =>
  by === undefined ? span : { start: place(span.start, by), end: place(span.end, by) };
