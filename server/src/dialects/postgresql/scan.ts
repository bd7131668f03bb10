/** One pass over a statement before the engine sees it: parentheses, nesting, the keywords that open queries. */
import { blockCommentEnd, dollarEnd, isWord, quotedEnd } from './tokens';

export interface Scan {
  readonly ascii: boolean;
  readonly first: number;
  readonly last: number;
  /** Deepest nesting of parentheses and brackets. */
  readonly depth: number;
  /** Parentheses in order of opening; `closes` is -1 for one that stays open, `parents` the index of the pair around. */
  readonly opens: readonly number[];
  readonly closes: readonly number[];
  readonly parents: readonly number[];
  readonly selects: readonly number[];
  readonly values: readonly number[];
}

export const scanText = (text: string): Scan => {
  const opens: number[] = [];
  const closes: number[] = [];
  const parents: number[] = [];
  const selects: number[] = [];
  const values: number[] = [];
  let first = -1;
  let last = 0;
  let depth = 0;
  let deepest = 0;
  let brackets = 0;
  let pair = -1;
  let offset = 0;
  while (offset < text.length) {
    const start = offset;
    const code = text.charCodeAt(offset);
    if (code <= 32) {
      offset++;
      continue;
    }
    const next = text.charCodeAt(offset + 1);
    if (code === 45 && next === 45) {
      const line = text.indexOf('\n', offset);
      offset = line < 0 ? text.length : line;
      continue;
    }
    if (code === 47 && next === 42) {
      offset = blockCommentEnd(text, offset);
      continue;
    }
    if (code === 40) {
      parents.push(pair);
      pair = opens.push(offset) - 1;
      closes.push(-1);
      depth++;
    } else if (code === 41) {
      if (pair >= 0) {
        closes[pair] = offset;
        pair = parents[pair] ?? -1;
        depth--;
      }
    } else if (code === 91) brackets++;
    else if (code === 93) brackets = Math.max(0, brackets - 1);
    if (depth + brackets > deepest) deepest = depth + brackets;

    if (code === 39) offset = quotedEnd(text, offset, false);
    else if (code === 34) offset = quotedEnd(text, offset, false);
    else if (code === 36 && dollarEnd(text, offset) > offset) offset = dollarEnd(text, offset);
    else if (isWord(code)) {
      offset++;
      while (isWord(text.charCodeAt(offset))) offset++;
      if (offset - start === 6) {
        const lower = code | 32;
        if (lower === 115 && /^select$/i.test(text.slice(start, offset))) selects.push(start);
        else if (lower === 118 && /^values$/i.test(text.slice(start, offset))) values.push(start);
      } else if (offset - start === 1 && (code | 32) === 101 && text.charCodeAt(offset) === 39)
        offset = quotedEnd(text, offset, true);
    } else offset++;
    if (first < 0) first = start;
    if (code !== 59) last = offset;
  }
  if (first < 0) first = text.length;
  return {
    ascii: !/[\u0080-\uffff]/.test(text),
    first,
    last: Math.max(first, last),
    depth: deepest,
    opens,
    closes,
    parents,
    selects,
    values,
  };
};
