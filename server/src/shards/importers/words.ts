/** SQL of systems whose grammar no parser here knows: statements as significant words, read with tolerance. */
import type { Lexical } from '../../sql/lexical';
import { splitStatements } from '../../sql/statements';
import { isTrivia, keywordOf, type Token, textOf } from '../../sql/token';
import type { Span } from '../../text/span';

export interface Word extends Span {
  readonly kind: Token['kind'];
  /** As written, without quotes; folded where the dialect folds it. */
  readonly text: string;
  /** Upper case; empty for what cannot be a keyword. */
  readonly keyword: string;
}

export function statementWords(text: string, lexical: Lexical): readonly (readonly Word[])[] {
  return splitStatements(text, lexical, { client: true }).statements.map(({ tokens }) =>
    tokens.filter((token) => !isTrivia(token)).map((token) => word(text, token, lexical)),
  );
}

function word(text: string, token: Token, lexical: Lexical): Word {
  const written = textOf(text, token);
  const keyword = keywordOf(text, token);
  const { start, end, kind } = token;
  if (kind === 'word') {
    return { kind, start, end, keyword, text: lexical.fold === 'lower' ? written.toLowerCase() : written };
  }
  if ((kind === 'quoted' || kind === 'string') && written.length > 1) {
    const open = written.search(/["'`[]/);
    const close = written.at(-1) ?? '';
    const inner = written.slice(open + 1, token.open ? undefined : -1).replaceAll(close + close, close);
    return { kind, start, end, keyword, text: inner };
  }
  return { kind, start, end, keyword, text: written };
}

/** Do these keywords stand at `at`? A `|` separates alternatives. */
export const follows = (words: readonly Word[], at: number, phrase: string): boolean =>
  phrase.split(' ').every((each, i) => each.split('|').includes(words[at + i]?.keyword ?? ''));

/** Where a phrase stands outside parentheses, from `from` on; -1 where it does not. */
export function find(words: readonly Word[], phrase: string, from = 0): number {
  let depth = 0;
  for (let at = from; at < words.length; at++) {
    const text = words[at]?.text;
    if (text === '(') depth++;
    else if (text === ')') depth--;
    else if (depth <= 0 && follows(words, at, phrase)) return at;
  }
  return -1;
}

/** The index of the parenthesis that closes the one at `open`; the end of the words where none does. */
export function closing(words: readonly Word[], open: number): number {
  let depth = 0;
  for (let at = open; at < words.length; at++) {
    if (words[at]?.text === '(') depth++;
    else if (words[at]?.text === ')' && --depth === 0) return at;
  }
  return words.length;
}

/** Split at commas outside parentheses. */
export function commaParts(words: readonly Word[]): readonly (readonly Word[])[] {
  const parts: Word[][] = [[]];
  let depth = 0;
  for (const word of words) {
    if (word.text === '(' || word.text === '[') depth++;
    else if (word.text === ')' || word.text === ']') depth--;
    if (word.text === ',' && depth === 0) parts.push([]);
    else parts.at(-1)?.push(word);
  }
  return parts.filter((part) => part.length > 0);
}

export interface NamedAt extends Span {
  readonly name: readonly string[];
  /** Index of the first word behind the name. */
  readonly next: number;
}

/** `schema.table` at `at`; undefined where no name stands there. */
export function nameAt(words: readonly Word[], at: number): NamedAt | undefined {
  const first = words[at];
  if (!first || !isName(first)) return undefined;
  const name = [first.text];
  let next = at + 1;
  let end = first.end;
  for (let part = words[next + 1]; words[next]?.text === '.' && part && isName(part); part = words[next + 1]) {
    name.push(part.text);
    end = part.end;
    next += 2;
  }
  return { name, start: first.start, end, next };
}

const isName = ({ kind }: Word): boolean => kind === 'word' || kind === 'quoted';
