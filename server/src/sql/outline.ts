/**
 * A statement's text without its plain literals: what is the same in statements that differ in values alone. Seeds, dumps and
 * generated SQL say the same a thousand times.
 */
import type { Span } from '../text/span';
import type { Statement } from './statements';
import type { Token, TokenKind } from './token';

/** Offsets are relative to the statement's start. */
export interface PlainLiteral extends Span {
  readonly value: string | number;
}

export interface Outline {
  /** Equal where the texts are, but for what the literals say. */
  readonly key: string;
  readonly literals: readonly PlainLiteral[];
}

/** Longer statements are hardly said again. */
const longest = 4000;
const most = 200;

/** Kinds that are read as they stand, without what is around them. */
const plainKinds: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'word',
  'quoted',
  'string',
  'dollar',
  'number',
  'operator',
  'punctuation',
  'comment',
]);

/** Stand in the key where literals stood. */
const mark = { integer: '\u0001', decimal: '\u0002', text: '\u0003' } as const;
const marks = Object.values(mark);

/** Every parser reads them as a number that a double holds; more digits, exponents and other bases have rules of their own. */
const integer = /^\d{1,9}$/;
const decimal = /^\d{1,8}\.\d{1,6}$/;
/** Without escapes, and nothing that is read as an array, a record or JSON; half a surrogate pair is no character for a parser. */
const simple = /^'(?!\s*[{[(])[^'\\\0\p{Cs}]*'$/u;

/** Undefined where the text alone does not say how it is read, or where nobody would say it again. */
export function outlineOf(text: string, { span, tokens, placeholders, complete }: Statement): Outline | undefined {
  if (!complete || placeholders.length > 0 || span.end - span.start > longest) return undefined;
  const literals: PlainLiteral[] = [];
  const sql = text.slice(span.start, span.end);
  if (marks.some((one) => sql.includes(one))) return undefined;
  let key = '';
  let kept = 0;
  let last: Token | undefined;
  for (const token of tokens) {
    if (!plainKinds.has(token.kind)) return undefined;
    const start = token.start - span.start;
    const end = token.end - span.start;
    const found = plain(sql.slice(start, end), token.kind, last && sql[last.end - 1 - span.start]);
    if (token.kind !== 'comment') last = token;
    if (!found) continue;
    if (literals.length === most) return undefined;
    literals.push({ start, end, value: found.value });
    key += sql.slice(kept, start) + found.mark;
    kept = end;
  }
  return { key: key + sql.slice(kept), literals };
}

/** `before`: the character that stands before it. Parsers are not of one mind on what `-0` is. */
function plain(written: string, kind: TokenKind, before: string | undefined) {
  if (kind === 'string') return simple.test(written) ? { mark: mark.text, value: written.slice(1, -1) } : undefined;
  if (kind !== 'number') return undefined;
  const found = integer.test(written) ? mark.integer : decimal.test(written) ? mark.decimal : undefined;
  const value = Number(written);
  return found && !(value === 0 && before === '-') ? { mark: found, value } : undefined;
}

/** The statement with other literals: each has another value and, where it can, another length. */
export function otherwise(sql: string, literals: readonly PlainLiteral[]): string {
  let text = '';
  let kept = 0;
  for (const { start, end } of literals) {
    text += sql.slice(kept, start) + other(sql.slice(start, end));
    kept = end;
  }
  return text + sql.slice(kept);
}

const other = (written: string): string => {
  if (written.startsWith("'")) return `${written.slice(0, -1)}x'`;
  const longer = `${written}7`;
  return integer.test(longer) || decimal.test(longer) ? longer : written.startsWith('7') ? '8' : '7';
};
