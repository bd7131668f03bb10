/**
 * From a generated text (SQL, decoded and put together) back to the file that it was read from.
 * Whether a fix is safe is a property of the map: what is not verbatim cannot be edited, whatever a rule believes.
 */
import type { TextEdit } from './edits';
import { encode, type Literal } from './literal';
import type { Span } from './span';

/**
 * `verbatim`: the same characters stand in the source; `escape`: one escape sequence, or CRLF read as LF;
 * `hole`: stands for a source expression whose text is not here (`${id}`, a constant from elsewhere);
 * `glue`: has no source of its own, such as a separator that a library puts in.
 */
export type SegmentKind = 'verbatim' | 'escape' | 'hole' | 'glue';

export interface Segment {
  readonly kind: SegmentKind;
  /** Offset and length in the generated text; segments cover it without gaps. */
  readonly gen: number;
  readonly len: number;
  /** Offset and length in the source; of equal length where verbatim. */
  readonly src: number;
  readonly srcLen: number;
  /** How text that is inserted here must be encoded. */
  readonly literal: Literal;
}

/** Sorted by `gen`; plain data. */
export interface SourceMap {
  readonly segments: readonly Segment[];
  /** Where an empty text stands in the source. */
  readonly at: number;
}

const isVerbatim = (segment: Segment): boolean => segment.kind === 'verbatim';
const genEnd = (segment: Segment): number => segment.gen + segment.len;
const srcEnd = (segment: Segment): number => segment.src + segment.srcLen;

/** Index of the segment that holds the character at `offset`; the number of segments where there is none. */
const indexAt = (segments: readonly Segment[], offset: number): number => {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const segment = segments[middle];
    if (segment !== undefined && genEnd(segment) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
};

const touched = ({ segments }: SourceMap, { start, end }: Span): readonly Segment[] => {
  let last = indexAt(segments, start);
  const first = last;
  for (let next = segments[last]; next !== undefined && next.gen < end; next = segments[++last]);
  return segments.slice(first, last);
};

/** The part of the segment's source that holds the span; all of it where characters do not correspond. */
const piece = (segment: Segment, { start, end }: Span): Span => {
  if (!isVerbatim(segment)) return { start: segment.src, end: srcEnd(segment) };
  const shift = segment.src - segment.gen;
  return { start: Math.max(start, segment.gen) + shift, end: Math.min(end, genEnd(segment)) + shift };
};

const pointToSource = ({ segments, at }: SourceMap, offset: number): number => {
  const index = indexAt(segments, offset);
  const [before, after] = [segments[index - 1], segments[index]];
  if (after !== undefined && isVerbatim(after)) return Math.max(offset, after.gen) + after.src - after.gen;
  if (before !== undefined && (isVerbatim(before) || after === undefined)) return srcEnd(before);
  return after?.src ?? at;
};

/** The tightest source span that covers the generated one. Always answers. */
export const toSource = (map: SourceMap, span: Span): Span => {
  const all = span.end > span.start ? touched(map, span) : [];
  // Glue stands nowhere; it decides only where there is nothing else.
  const own = all.filter((segment) => segment.kind !== 'glue');
  const spans = (own.length > 0 ? own : all).map((segment) => piece(segment, span));
  const [first, ...rest] = spans;
  if (first === undefined) {
    const point = pointToSource(map, span.start);
    return { start: point, end: point };
  }
  return rest.reduce((a, b) => ({ start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) }), first);
};

/** The source span that may be replaced: every touched segment is verbatim, and they follow each other in one literal. */
export const editable = (map: SourceMap, span: Span): Span | undefined => {
  const all = span.end > span.start ? touched(map, span) : [];
  const [first] = all;
  const last = all[all.length - 1];
  if (first === undefined || last === undefined) return undefined;
  if (span.start < first.gen || span.end > genEnd(last)) return undefined;
  for (const [i, segment] of all.entries()) {
    const before = all[i - 1];
    if (!isVerbatim(segment) || segment.literal !== first.literal) return undefined;
    if (before !== undefined && srcEnd(before) !== segment.src) return undefined;
  }
  return { start: piece(first, span).start, end: piece(last, span).end };
};

export interface Insertion {
  /** Offset in the source. */
  readonly at: number;
  /** The segment that the inserted text becomes part of. */
  readonly segment: Segment;
  /** Encodes text for that segment's literal; undefined where it cannot hold it. */
  readonly encode: (text: string) => string | undefined;
}

/** Where text inserted at `offset` goes: into the verbatim text before it, else after it, else beside an escape. */
export const insertion = (map: SourceMap, offset: number): Insertion | undefined => {
  const { segments } = map;
  const index = indexAt(segments, offset);
  const after = segments[index];
  const attach = (segment: Segment, at: number): Insertion => ({
    at,
    segment,
    encode: (text) => encode(segment.literal, text),
  });
  if (after !== undefined && after.gen < offset) {
    return isVerbatim(after) ? attach(after, after.src + offset - after.gen) : undefined;
  }
  const before = segments[index - 1];
  if (before === undefined ? offset < 0 : offset > genEnd(before)) return undefined;
  if (before?.kind === 'escape' && before.literal === 'none') return undefined;
  if (before !== undefined && isVerbatim(before)) return attach(before, srcEnd(before));
  if (after !== undefined && isVerbatim(after)) return attach(after, after.src);
  if (before?.kind === 'escape') return attach(before, srcEnd(before));
  if (after?.kind === 'escape') return attach(after, after.src);
  return undefined;
};

/** An edit of the generated text as an edit of the source; undefined where the source cannot be edited there. */
export const editSource = (map: SourceMap, edit: TextEdit): TextEdit | undefined => {
  const { start, end } = edit.span;
  if (start === end) {
    const place = insertion(map, start);
    const text = place?.encode(edit.text);
    return place === undefined || text === undefined ? undefined : { span: { start: place.at, end: place.at }, text };
  }
  const span = editable(map, edit.span);
  const [segment] = touched(map, edit.span);
  const text = segment === undefined ? undefined : encode(segment.literal, edit.text);
  return span === undefined || text === undefined ? undefined : { span, text };
};

/** The generated offset of a source offset, such as the cursor's; the start of an escape or hole that it lies in. */
export const toGenerated = ({ segments }: SourceMap, offset: number): number | undefined => {
  let edge: number | undefined;
  let inside: number | undefined;
  for (const segment of segments) {
    if (offset < segment.src || offset > srcEnd(segment)) continue;
    if (isVerbatim(segment)) {
      if (offset < srcEnd(segment)) return segment.gen + offset - segment.src;
      edge ??= genEnd(segment);
    } else if (offset < srcEnd(segment)) inside ??= segment.gen;
    else edge ??= genEnd(segment);
  }
  return inside ?? edge;
};

/** The map of a part of the generated text, such as one statement of it. */
export const sliceMap = (map: SourceMap, span: Span): SourceMap => {
  const segments = touched(map, span).map((segment): Segment => {
    const start = Math.max(segment.gen, span.start);
    const len = Math.min(genEnd(segment), span.end) - start;
    const moved = { ...segment, gen: start - span.start, len };
    return isVerbatim(segment) ? { ...moved, src: segment.src + start - segment.gen, srcLen: len } : moved;
  });
  return { segments, at: pointToSource(map, span.start) };
};

/** The map of `length` characters that stand in the source as they are. */
export const verbatimMap = (length: number, at = 0, literal: Literal = 'verbatim'): SourceMap => ({
  segments: length === 0 ? [] : [{ kind: 'verbatim', gen: 0, len: length, src: at, srcLen: length, literal }],
  at,
});

export interface SourceMapBuilder {
  /** `src`: offset of the same characters in the source. */
  verbatim(text: string, src: number, literal: Literal): SourceMapBuilder;
  escape(text: string, source: Span, literal: Literal): SourceMapBuilder;
  /** `text`: at least one character, such as the expression's own source; `source`: the whole `${…}`. */
  hole(text: string, source: Span): SourceMapBuilder;
  glue(text: string, at: number): SourceMapBuilder;
  append(text: string, map: SourceMap): SourceMapBuilder;
  finish(): { readonly text: string; readonly map: SourceMap };
}

/** Starts a map; `at` is where the text stands if it stays empty. */
export const sourceMap = (at: number): SourceMapBuilder => {
  const segments: Segment[] = [];
  const texts: string[] = [];
  let gen = 0;
  const push = (text: string, segment: Omit<Segment, 'gen' | 'len'>): SourceMapBuilder => {
    const len = text.length;
    if (len === 0) return builder;
    const last = segments[segments.length - 1];
    const joins = last?.kind === 'verbatim' && segment.kind === 'verbatim' && last.literal === segment.literal;
    if (last !== undefined && joins && srcEnd(last) === segment.src) {
      segments[segments.length - 1] = { ...last, len: last.len + len, srcLen: last.srcLen + len };
    } else segments.push({ ...segment, gen, len });
    texts.push(text);
    gen += len;
    return builder;
  };
  const builder: SourceMapBuilder = {
    verbatim: (text, src, literal) => push(text, { kind: 'verbatim', src, srcLen: text.length, literal }),
    escape: (text, { start, end }, literal) => push(text, { kind: 'escape', src: start, srcLen: end - start, literal }),
    hole: (text, { start, end }) => push(text, { kind: 'hole', src: start, srcLen: end - start, literal: 'none' }),
    glue: (text, src) => push(text, { kind: 'glue', src, srcLen: 0, literal: 'none' }),
    append: (text, map) => {
      for (const { gen: from, len, ...segment } of map.segments) push(text.slice(from, from + len), segment);
      return builder;
    },
    finish: () => ({ text: texts.join(''), map: { segments: [...segments], at } }),
  };
  return builder;
};
