/**
 * Positions in one statement's text. The parser tells only where things start, in UTF-8 bytes; this knows where tokens
 * and parentheses end, in UTF-16 units.
 */
import type { Span } from '../../text/span';
import { scanText } from './scan';
import { endOfToken, skipBlank } from './tokens';

export interface Source {
  /** Deepest nesting of parentheses and brackets. */
  readonly depth: number;
  readonly text: string;
  /** First and one past the last character that is neither blank nor comment nor the closing `;`. */
  readonly span: Span;
  /** UTF-16 offset of a location; the parser leaves out 0; -1 means "not in the text". */
  at(location: number | undefined): number;
  /** The offset behind blanks and comments. */
  skip(offset: number): number;
  /** One past the identifier, keyword, number or string that starts at `offset`. */
  tokenEnd(offset: number): number;
  /** One past the `parts` identifiers joined by dots that start at `offset`. */
  nameEnd(offset: number, parts: number): number;
  /** Position of the parenthesis that closes the one at `offset`; -1 where there is none. */
  closeOf(offset: number): number;
  openOf(offset: number): number;
  /** What stands inside the innermost parentheses around `offset`, blanks trimmed. */
  inside(offset: number): Span | undefined;
  /** From the left operand to the right one, with the parentheses around each. */
  between(left: Span, right: Span): Span;
  /** The span with an end behind all parentheses that it opens. */
  closed(span: Span): Span;
  /** Start of the last keyword of that kind before `offset`; -1 where there is none. */
  keywordBefore(keyword: 'select' | 'values', offset: number): number;
}

export const makeSource = (text: string): Source => {
  const scan = scanText(text);
  const { opens, closes, parents } = scan;
  const bytes = scan.ascii ? undefined : byteOffsets(text);

  /** Index of the last pair that opens at or before `offset`. */
  const pairBefore = (offset: number): number => lastAtOrBefore(opens, offset);
  const closeOf = (offset: number): number => {
    const pair = pairBefore(offset);
    return pair >= 0 && opens[pair] === offset ? (closes[pair] ?? -1) : -1;
  };
  const openOf = (offset: number): number => {
    let pair = pairBefore(offset);
    while (pair >= 0 && closes[pair] !== offset) pair = parents[pair] ?? -1;
    return pair >= 0 ? (opens[pair] ?? -1) : -1;
  };
  const skip = (offset: number): number => skipBlank(text, offset);
  const tokenEnd = (offset: number): number => endOfToken(text, offset);

  return {
    text,
    depth: scan.depth,
    span: { start: scan.first, end: scan.last },
    at: (location) => (location === undefined ? 0 : bytes === undefined ? location : (bytes[location] ?? -1)),
    skip,
    tokenEnd,
    nameEnd(offset, parts) {
      let end = tokenEnd(offset);
      for (let part = 1; part < parts; part++) {
        const dot = skip(end);
        if (text[dot] !== '.') break;
        end = tokenEnd(skip(dot + 1));
      }
      return end;
    },
    closeOf,
    openOf,
    inside(offset) {
      let pair = pairBefore(offset - 1);
      while (pair >= 0 && (closes[pair] ?? -1) < offset) pair = parents[pair] ?? -1;
      const open = opens[pair];
      const close = closes[pair];
      if (open === undefined || close === undefined) return undefined;
      const start = skip(open + 1);
      let end = close;
      while (end > start && text.charCodeAt(end - 1) <= 32) end--;
      return { start, end };
    },
    between(left, right) {
      if (right.end <= right.start) return left;
      if (left.end <= left.start) return right;
      let { start } = left;
      let { end } = right;
      for (let offset = left.end; offset < right.start; offset++) {
        const code = text.charCodeAt(offset);
        if (code === 41) {
          const open = openOf(offset);
          if (open >= 0 && open < start) start = open;
        } else if (code === 40) {
          const close = closeOf(offset);
          if (close >= end) end = close + 1;
        }
      }
      return { start: Math.min(start, right.start), end: Math.max(end, left.end) };
    },
    closed(span) {
      let { end } = span;
      let pair = pairBefore(end - 1);
      while (pair >= 0 && (opens[pair] ?? 0) >= span.start) {
        end = Math.max(end, (closes[pair] ?? -1) + 1);
        pair = parents[pair] ?? -1;
      }
      return { start: span.start, end };
    },
    keywordBefore(keyword, offset) {
      const list = keyword === 'select' ? scan.selects : scan.values;
      return list[lastAtOrBefore(list, offset - 1)] ?? -1;
    },
  };
};

const lastAtOrBefore = (sorted: readonly number[], value: number): number => {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

/** UTF-8 byte offset → UTF-16 offset. A lone surrogate counts three bytes, as the engine's encoder writes it. */
const byteOffsets = (text: string): Uint32Array => {
  const map = new Uint32Array(text.length * 3 + 1);
  let byte = 0;
  for (let unit = 0; unit < text.length; unit++) {
    const code = text.codePointAt(unit) ?? 0;
    const width = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    map.fill(unit, byte, byte + width);
    byte += width;
    if (code > 0xffff) unit++;
  }
  map[byte] = text.length;
  return map;
};
