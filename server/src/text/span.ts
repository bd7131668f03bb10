/** Half-open range of UTF-16 code-unit offsets in one text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A span in a named file; `file` is a platform path or URI, as the platform hands it out. */
export interface Location {
  readonly file: string;
  readonly span: Span;
}

export const noSpan: Span = { start: 0, end: 0 };

export const span = (start: number, end: number): Span => ({ start, end });

/** The smallest span that holds both. */
export const cover = (a: Span, b: Span): Span => ({ start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) });

export const contains = (outer: Span, inner: Span): boolean => outer.start <= inner.start && inner.end <= outer.end;
