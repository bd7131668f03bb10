/** Where PostgreSQL's tokens end. Unclosed ones end with the text. */
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$';
const words = new Uint8Array(128);
for (const letter of letters) words[letter.charCodeAt(0)] = 1;

/** May stand in an identifier, a keyword or a number. */
export const isWord = (code: number): boolean => code > 127 || words[code] === 1;

export const skipBlank = (text: string, from: number): number => {
  let offset = from;
  for (;;) {
    const code = text.charCodeAt(offset);
    if (code <= 32) offset++;
    else if (code === 45 && text.charCodeAt(offset + 1) === 45) {
      const line = text.indexOf('\n', offset);
      offset = line < 0 ? text.length : line + 1;
    } else if (code === 47 && text.charCodeAt(offset + 1) === 42) offset = blockCommentEnd(text, offset);
    else return offset;
  }
};

/** Block comments nest. */
export const blockCommentEnd = (text: string, from: number): number => {
  let depth = 0;
  let offset = from;
  while (offset < text.length) {
    const pair = text.substr(offset, 2);
    if (pair === '/*') depth++;
    else if (pair === '*/') depth--;
    offset += pair === '/*' || pair === '*/' ? 2 : 1;
    if (depth === 0) break;
  }
  return offset;
};

/** One past the quoted text that opens at `from`; doubled quotes belong to it, escapes where `backslash`. */
export const quotedEnd = (text: string, from: number, backslash: boolean): number => {
  const quote = text.charCodeAt(from);
  let offset = from + 1;
  while (offset < text.length) {
    const code = text.charCodeAt(offset);
    if (code === quote) {
      if (text.charCodeAt(offset + 1) !== quote) return offset + 1;
      offset++;
    } else if (backslash && code === 92) offset++;
    offset++;
  }
  return text.length;
};

/** One past the dollar-quoted text that opens at `from`; `from` itself where it is not one. */
export const dollarEnd = (text: string, from: number): number => {
  let tag = from + 1;
  const first = text.charCodeAt(tag);
  if (first >= 48 && first <= 57) return from;
  while (tag < text.length && text[tag] !== '$' && isWord(text.charCodeAt(tag))) tag++;
  if (text[tag] !== '$') return from;
  const delimiter = text.slice(from, tag + 1);
  const close = text.indexOf(delimiter, tag + 1);
  return close < 0 ? text.length : close + delimiter.length;
};

/** A quoted string and those that continue it on following lines. */
const stringEnd = (text: string, from: number, backslash: boolean): number => {
  let end = quotedEnd(text, from, backslash);
  for (;;) {
    const next = skipBlank(text, end);
    if (text[next] !== "'" || !text.slice(end, next).includes('\n')) return end;
    end = quotedEnd(text, next, backslash);
  }
};

const number = /0[xob]_?[0-9a-f_]+|(?:\d[\d_]*)?\.?(?:\d[\d_]*)?(?:e[+-]?\d+)?/iy;

/** One past the identifier, keyword, number or string that starts at `from`. */
export const endOfToken = (text: string, from: number): number => {
  const code = text.charCodeAt(from);
  if (code === 39) return stringEnd(text, from, false);
  if (code === 34) return quotedEnd(text, from, false);
  if (code === 36) {
    const end = dollarEnd(text, from);
    if (end > from) return end;
  }
  if (code === 45) return endOfToken(text, skipBlank(text, from + 1));
  if ((code >= 48 && code <= 57) || code === 46) {
    number.lastIndex = from;
    return number.test(text) ? number.lastIndex : from + 1;
  }
  let end = from;
  while (isWord(text.charCodeAt(end))) end++;
  const next = text.charCodeAt(end);
  if (next === 39 && end - from === 1) return stringEnd(text, end, (code | 32) === 101);
  if (next === 38 && end - from === 1 && (code | 32) === 117) {
    const quote = text[end + 1];
    if (quote === "'") return stringEnd(text, end + 1, false);
    if (quote === '"') return quotedEnd(text, end + 1, false);
  }
  return end > from ? end : Math.min(from + 1, text.length);
};
