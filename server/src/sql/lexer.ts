/**
 * Cuts SQL text into tokens: the one source of positions, comments and placeholders, whatever engine reads the rest.
 * Linear, tolerant, never throws. It knows quoting and client syntax, not grammar.
 */
import { copyCommandData, copyData, delimiterOf, sendsBuffer } from './clientSyntax';
import { endsOperand } from './expectation';
import type { Lexical } from './lexical';
import {
  dollarTagAt,
  HOLE,
  HOLE_REST,
  isSpace,
  isWordPart,
  isWordStart,
  recoveryPoints,
  type Scanned,
  scanBlockComment,
  scanDollar,
  scanLine,
  scanNumber,
  scanOperator,
  scanQuoted,
  scanWord,
} from './scan';
import { scanPlaceholder } from './scanPlaceholder';
import type { Hole } from './standIns';
import { isTrivia, type Token, type TokenKind } from './token';

export interface LexOptions {
  /** Where the host's own expressions stand in the text; sorted, disjoint. */
  readonly holes?: readonly Hole[];
  /** The text is a file for the dialect's client program: DELIMITER, `\` commands, COPY data. */
  readonly client?: boolean;
}

/** In a broken text, how many comments and dollar quotes are searched for a far end before all are cut short. */
const searches = 16;

/** Holes may hold quotes and brackets of another language; the lexer must not see them. */
const mask = (text: string, holes: readonly Hole[]): string => {
  const out: string[] = [];
  let at = 0;
  for (const { span } of holes) {
    if (span.start < at || span.end <= span.start) continue;
    out.push(text.slice(at, span.start), HOLE, HOLE_REST.repeat(span.end - span.start - 1));
    at = span.end;
  }
  out.push(text.slice(at));
  return out.join('');
};

/** `recover`: offsets at which strings and quoted names are cut, because the text is known to lack a closing quote. */
const lexOnce = (text: string, lexical: Lexical, options: LexOptions, recover: readonly number[]): readonly Token[] => {
  const client = options.client === true ? lexical.client : 'none';
  const mysql = lexical.hashComments;
  const masked = options.holes !== undefined && options.holes.length > 0;
  const tokens: Token[] = [];
  let delimiter = ';';
  let last: Token | undefined;
  let first: Token | undefined;
  let versions = 0;
  let brackets = 0;
  let failures = 0;
  let nextCut = 0;

  const push = (kind: TokenKind, start: number, end: number, open = false): number => {
    const holed = masked && kind !== 'hole' && text.slice(start, end).includes(HOLE);
    const token: Token = { kind, start, end, open, holed };
    tokens.push(token);
    if (!isTrivia(token)) {
      last = token;
      first = kind === 'terminator' ? undefined : (first ?? token);
    }
    // What one statement leaves open is not the next one's.
    if (kind === 'terminator') brackets = 0;
    return end;
  };
  const limitAfter = (start: number): number => {
    while (nextCut < recover.length && (recover[nextCut] ?? 0) <= start) nextCut++;
    return recover[nextCut] ?? text.length;
  };
  const quoted = (kind: TokenKind, start: number, quote: number, close: string, backslash: boolean): number => {
    const { end, open } = scanQuoted(text, quote, close, backslash, limitAfter(start));
    return push(kind, start, end, open);
  };
  /** Comments and dollar quotes may hold whole scripts; they are cut only where their end is missing. */
  const long = (kind: TokenKind, start: number, scanned: () => Scanned): number => {
    const { end, open } = failures < searches ? scanned() : { end: 0, open: true };
    if (!open) return push(kind, start, end);
    failures++;
    return push(kind, start, limitAfter(start), true);
  };
  /** Cuts a word or operator where the client's delimiter stands in it. */
  const untilDelimiter = (start: number, end: number): number => {
    const found = delimiter === ';' ? -1 : text.slice(start, end + delimiter.length).indexOf(delimiter);
    return found > 0 ? Math.min(end, start + found) : end;
  };

  const wordAt = (i: number): number => {
    if (text[i] === HOLE) {
      let end = i + 1;
      while (text[end] === HOLE_REST) end++;
      if (text[end] === HOLE || !isWordPart(text.charCodeAt(end))) return push('hole', i, end);
    }
    const end = untilDelimiter(i, scanWord(text, i));
    const next = text[end];
    if (next === "'" && end === i + 1 && /[ebxn]/i.test(text[i] ?? '')) {
      return quoted('string', i, end, next, lexical.backslashEscapes || /e/i.test(text[i] ?? ''));
    }
    if (next === '&' && end === i + 1 && lexical.dollarQuotes && /u/i.test(text[i] ?? '')) {
      const quote = text[end + 1];
      if (quote === "'" || quote === '"') return quoted(quote === "'" ? 'string' : 'quoted', i, end + 1, quote, false);
    }
    const command = client === 'mysql' ? delimiterOf(text, i, end) : undefined;
    if (command === undefined) return push('word', i, end);
    delimiter = command;
    return push('meta', i, scanLine(text, i));
  };

  const numberAt = (i: number): number => {
    const end = scanNumber(text, i);
    if (text[end] === HOLE) return push('number', i, scanWord(text, end));
    const word = mysql && isWordStart(text.charCodeAt(end)) && /^\d+$/.test(text.slice(i, end));
    return word ? push('word', i, scanWord(text, end)) : push('number', i, end);
  };

  const commentAt = (i: number): number | undefined => {
    const [c, d] = [text[i], text[i + 1]];
    if (c === '-' && d === '-') {
      const blank = i + 2 >= text.length || text.charCodeAt(i + 2) <= 32;
      return mysql && !blank ? undefined : push(text[i + 2] === '+' ? 'hint' : 'comment', i, scanLine(text, i));
    }
    if (c === '#' && mysql)
      return /^#\{[^{}\n]*\}/.test(text.slice(i, i + 80)) ? undefined : push('comment', i, scanLine(text, i));
    if (c === '*' && d === '/' && versions > 0) {
      versions--;
      return push('version', i, i + 2);
    }
    if (c !== '/' || d !== '*') return undefined;
    if (mysql && text[i + 2] === '!') {
      versions++;
      return push('version', i, scanNumber(text, i + 2 + (/\d/.test(text[i + 3] ?? '') ? 1 : 0)));
    }
    const hint = text[i + 2] === '+' || text.startsWith('vt+', i + 2);
    return long(hint ? 'hint' : 'comment', i, () => scanBlockComment(text, i, lexical.nestedComments));
  };

  const backslashAt = (i: number): number => {
    if (client === 'psql') {
      if (sendsBuffer(text, i)) first = undefined;
      const end = push('meta', i, scanLine(text, i));
      const rows = copyCommandData(text, i, end);
      return rows === undefined ? end : push('data', rows.start, rows.end);
    }
    if (client === 'none' || i + 1 >= text.length) return push('operator', i, i + 1);
    return push(/[gG]/.test(text[i + 1] ?? '') ? 'terminator' : 'meta', i, i + 2);
  };

  const terminatorAt = (i: number): number => {
    const copy = client === 'psql' && first !== undefined ? copyData(text, first.start, i) : undefined;
    const end = push('terminator', i, i + delimiter.length);
    return copy === undefined ? end : push('data', copy.start, copy.end);
  };

  const symbolAt = (i: number): number => {
    const c = text[i] ?? '';
    if (text.startsWith(delimiter, i)) return terminatorAt(i);
    const comment = commentAt(i);
    if (comment !== undefined) return comment;
    if ((lexical.stringQuotes as readonly string[]).includes(c))
      return quoted('string', i, i, c, lexical.backslashEscapes);
    if ((lexical.identifierQuotes as readonly string[]).includes(c)) {
      return quoted('quoted', i, i, c === '[' ? ']' : c, false);
    }
    if ('?:$#{%@'.includes(c)) {
      const context = { text, lexical, afterOperand: endsOperand(text, last), inBrackets: brackets > 0 };
      const end = scanPlaceholder(context, i);
      if (end !== undefined) return push('placeholder', i, end);
    }
    const tag = c === '$' && lexical.dollarQuotes ? dollarTagAt(text, i) : undefined;
    if (tag !== undefined) return long('dollar', i, () => scanDollar(text, i, tag));
    if (c === '@' && mysql) {
      const name = scanWord(text, text[i + 1] === '@' ? i + 2 : i + 1);
      const quote = text[name];
      if (quote === '`' || quote === "'" || quote === '"') return quoted('variable', i, name, quote, false);
      return push('variable', i, name);
    }
    if (c === '\\') return backslashAt(i);
    if ('(),.[]{};'.includes(c)) {
      if (c === '[') brackets++;
      else if (c === ']' && brackets > 0) brackets--;
      return push('punctuation', i, i + 1);
    }
    return push('operator', i, untilDelimiter(i, scanOperator(text, i, mysql)));
  };

  for (let i = 0; i < text.length; ) {
    const code = text.charCodeAt(i);
    if (isSpace(code)) i++;
    else if (delimiter !== ';' && text.startsWith(delimiter, i)) i = terminatorAt(i);
    else if (isWordStart(code)) i = wordAt(i);
    else if (code >= 48 && code <= 57) i = numberAt(i);
    else if (code === 46 && /\d/.test(text[i + 1] ?? '') && !endsOperand(text, last)) i = numberAt(i);
    else i = symbolAt(i);
  }
  return tokens;
};

/** The tokens of a text, in order. */
export const lex = (text: string, lexical: Lexical, options: LexOptions = {}): readonly Token[] => {
  const source = options.holes === undefined || options.holes.length === 0 ? text : mask(text, options.holes);
  const tokens = lexOnce(source, lexical, options, []);
  if (tokens[tokens.length - 1]?.open !== true) return tokens;
  // A quote or comment is never closed: cut strings where a new statement seems to start, so that others survive.
  const points = recoveryPoints(source);
  return points.length === 0 ? tokens : lexOnce(source, lexical, options, points);
};
