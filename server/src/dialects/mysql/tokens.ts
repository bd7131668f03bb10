import { lex } from '../../sql/lexer';
import type { Lexical } from '../../sql/lexical';
import type { StandIns } from '../../sql/standIns';
import { isTrivia, type Token as Lexeme } from '../../sql/token';
import { own } from '../../text/own';
import type { Token, TokenKind, Tokens } from './token';

/** How MySQL and MariaDB cut and quote text. */
export const lexical: Lexical = {
  identifierQuotes: ['`'],
  stringQuotes: ["'", '"'],
  backslashEscapes: true,
  dollarQuotes: false,
  hashComments: true,
  nestedComments: false,
  questionOperators: false,
  fold: 'none',
  client: 'mysql',
};

/** The grammar's tokens of one statement; undefined if a string, comment or quoted name is not closed. */
export const readTokens = (text: string, stands: StandIns): Tokens | undefined => {
  const lexemes = lex(text, lexical).filter((lexeme) => !isTrivia(lexeme));
  if (lexemes.some(({ open }) => open)) return undefined;
  const list = lexemes.map((lexeme): Token => {
    const token = decode(text, lexeme);
    const stand = stands.get(lexeme.start);
    return stand ? { ...token, kind: 'stand', upper: '', stand } : token;
  });
  list.push({ kind: 'end', start: text.length, end: text.length, text: '', upper: '' });
  return { list, ...brackets(list) };
};

const kinds: Readonly<Partial<Record<Lexeme['kind'], TokenKind>>> = {
  word: 'word',
  quoted: 'name',
  number: 'number',
  variable: 'variable',
  placeholder: 'bind',
};

const decode = (text: string, { kind, start, end }: Lexeme): Token => {
  const written = text.slice(start, end);
  switch (kind) {
    case 'word':
      return { kind: 'word', start, end, text: written, upper: written.toUpperCase() };
    case 'quoted':
      return { kind: 'name', start, end, text: written.slice(1, -1).replaceAll('``', '`'), upper: '' };
    case 'string':
      return decodeString(written, start, end);
    case 'number':
      return decodeNumber(written, start, end);
    default:
      return { kind: kinds[kind] ?? 'op', start, end, text: written, upper: '' };
  }
};

const escapes: Readonly<Record<string, string>> = { '0': '\0', b: '\b', n: '\n', r: '\r', t: '\t', Z: '\x1a' };

const decodeString = (written: string, start: number, end: number): Token => {
  const quote = written.search(/['"]/);
  const body = written.slice(quote + 1, -1);
  const prefix = written.slice(0, quote).toUpperCase();
  if (prefix === 'X') return { kind: 'bytes', start, end, text: body.toLowerCase(), upper: '' };
  if (prefix === 'B') return { kind: 'bytes', start, end, text: bitsToHex(body), upper: '' };
  // A backslash keeps itself before the wildcards of LIKE, and goes away before all that it does not escape.
  const text = body.replace(/\\([\s\S])|''|""/g, (match, escaped: string | undefined) =>
    escaped === undefined
      ? match[0] === written[quote]
        ? match.slice(1)
        : match
      : escaped === '%' || escaped === '_'
        ? match
        : (own(escapes, escaped) ?? escaped),
  );
  return { kind: 'string', start, end, text, upper: '' };
};

const decodeNumber = (written: string, start: number, end: number): Token => {
  if (/^0x/i.test(written)) return { kind: 'bytes', start, end, text: written.slice(2).toLowerCase(), upper: '' };
  if (/^0b/i.test(written)) return { kind: 'bytes', start, end, text: bitsToHex(written.slice(2)), upper: '' };
  return { kind: 'number', start, end, text: written, upper: '' };
};

const bitsToHex = (bits: string): string => {
  const padded = bits.padStart(Math.ceil(bits.length / 8) * 8, '0');
  return (padded.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2).toString(16).padStart(2, '0')).join('');
};

const brackets = (list: readonly Token[]): Pick<Tokens, 'closing' | 'depth'> => {
  const closing = new Int32Array(list.length).fill(-1);
  const open: number[] = [];
  let depth = 0;
  list.forEach((token, i) => {
    if (token.kind !== 'op') return;
    if (token.text === '(') depth = Math.max(depth, open.push(i));
    else if (token.text === ')') {
      const from = open.pop();
      if (from !== undefined) closing[from] = i;
    }
  });
  return { closing, depth };
};
