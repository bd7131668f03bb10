/** Scanners of the lexer: each takes the offset of a token's first character and gives the offset behind its last one. */

export interface Scanned {
  readonly end: number;
  /** The end was not found. */
  readonly open: boolean;
}

const BACKSLASH = 92;

/** First and further characters of a masked hole: letters for the lexer, so that `orders_${n}` is one word. */
export const HOLE = '\ue000';
export const HOLE_REST = '\ue001';

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

export const isWordStart = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || (code >= 0x80 && !isSpace(code));

export const isWordPart = (code: number): boolean => isWordStart(code) || isDigit(code) || code === 36;

export const isSpace = (code: number): boolean =>
  code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0xfeff || code === 0x3000 || code === 0x2028;

export const scanWord = (text: string, start: number): number => {
  let i = start;
  while (i < text.length && isWordPart(text.charCodeAt(i))) i++;
  return i;
};

const number = /0[xX][0-9a-fA-F_]+|0[bBoO][0-7_]+|(?:\d[\d_]*)?(?:\.\d[\d_]*|\.(?![.\w]))?(?:[eE][+-]?\d+)?/y;

/** Decimal, `0x`, `0b`, `0o`, exponents and `_` between digits. */
export const scanNumber = (text: string, start: number): number => {
  number.lastIndex = start;
  return Math.max(start + 1, number.test(text) ? number.lastIndex : 0);
};

/** Up to the closing quote; a doubled quote stands for itself. `start` is the offset of the opening one. */
export const scanQuoted = (text: string, start: number, close: string, backslash: boolean, limit: number): Scanned => {
  const code = close.charCodeAt(0);
  for (let i = start + 1; i < limit; i++) {
    const c = text.charCodeAt(i);
    if (c === BACKSLASH && backslash) i++;
    else if (c === code) {
      if (text.charCodeAt(i + 1) !== code) return { end: i + 1, open: false };
      i++;
    }
  }
  return { end: limit, open: true };
};

export const scanLine = (text: string, start: number): number => {
  let i = start;
  while (i < text.length && text.charCodeAt(i) !== 10 && text.charCodeAt(i) !== 13) i++;
  return i;
};

export const scanBlockComment = (text: string, start: number, nested: boolean): Scanned => {
  const edge = nested ? /\*\/|\/\*/g : /\*\//g;
  edge.lastIndex = start + 2;
  let depth = 1;
  for (let match = edge.exec(text); match !== null; match = edge.exec(text)) {
    depth += match[0] === '*/' ? -1 : 1;
    if (depth === 0) return { end: edge.lastIndex, open: false };
  }
  return { end: text.length, open: true };
};

const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;

/** `$tag$` at `start`. */
export const dollarTagAt = (text: string, start: number): string | undefined => {
  dollarTag.lastIndex = start;
  return dollarTag.exec(text)?.[0];
};

/** `$tag$ … $tag$`. */
export const scanDollar = (text: string, start: number, tag: string): Scanned => {
  const close = text.indexOf(tag, start + tag.length);
  return close < 0 ? { end: text.length, open: true } : { end: close + tag.length, open: false };
};

const operatorPart = (c: string): boolean => '+-*/<>=~!@#%^&|`'.includes(c);

/** MySQL's operators of more than one character; it knows no others. */
const mysqlOperator = /<=>|->>|->|<<|>>|<=|>=|<>|!=|\|\||&&/y;

/**
 * An operator as PostgreSQL cuts them: greedy, but `=-1` is `=` and `-`; MySQL's are listed, so that `=` before a quoted
 * name, `!` or `~` ends. It ends before comments and before what may be a placeholder.
 */
export const scanOperator = (text: string, start: number, mysql: boolean): number => {
  const first = text[start] ?? '';
  if (first === ':') return start + (text[start + 1] === ':' || text[start + 1] === '=' ? 2 : 1);
  if (first === '?')
    return start + (text[start + 1] === '|' || text[start + 1] === '&' || text[start + 1] === '?' ? 2 : 1);
  if (mysql) {
    mysqlOperator.lastIndex = start;
    return mysqlOperator.test(text) ? mysqlOperator.lastIndex : start + 1;
  }
  if (!operatorPart(first)) return start + 1;
  let end = start + 1;
  for (let c = text[end]; c !== undefined && operatorPart(c); c = text[++end]) {
    const next = text[end + 1] ?? '';
    if ((c === '-' && next === '-') || (c === '/' && next === '*') || (c === '*' && next === '/')) break;
    if ((c === '%' && /[s(]/.test(next)) || (c === '#' && next === '{')) break;
    if (c === '@' && isWordStart(next.charCodeAt(0))) break;
  }
  if (end === start + 1 && first === '@' && text[end] === '?') return end + 1;
  const keepsSign = /[~!@#%^&|`]/.test(text.slice(start, end));
  while (!keepsSign && end > start + 1 && /[+-]/.test(text[end - 1] ?? '')) end--;
  return end;
};

const statementStart =
  /\n[ \t\r]*\n[ \t]*(?:select|insert|update|delete|with|create|alter|drop|begin|commit|truncate|replace|merge|set|use|grant|explain)\s/gi;

/** Offsets of the blank lines that stand before a statement's keyword: where a broken text may start again. */
export const recoveryPoints = (text: string): readonly number[] =>
  [...text.matchAll(statementStart)].map((m) => m.index);
