/** SQL that a file in a host language sends, as an importer reads it: text, and where each part of it stands. */
import { type SourceMap, toSource } from '../text/sourceMap';
import { contains, type Location, type Span } from '../text/span';

export interface SentSql {
  readonly text: string;
  /** Sorted; they cover the text without gaps. */
  readonly parts: readonly SentPart[];
}

export interface SentPart {
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
  readonly file: string;
  /** From offsets in the part to the file. */
  readonly map: SourceMap;
  /** A value that was handed in: it stands where it is written, not where the statement is. */
  readonly given: boolean;
}

/** Where a part of the text stands; of text and a value in it, the value: that is what differs from call to call. */
export const placeOf = ({ parts }: SentSql, span: Span): Location => {
  const touched = parts.filter(({ start, end }) => start < span.end && end > span.start);
  const part =
    touched.find(({ given, start, end }) => given && contains(span, { start, end })) ?? touched[0] ?? parts.at(-1);
  if (part === undefined) return { file: '', span };
  const within = { start: Math.max(span.start, part.start), end: Math.min(span.end, part.end) };
  const at = toSource(part.map, { start: within.start - part.start, end: within.end - part.start });
  return { file: part.file, span: at };
};
