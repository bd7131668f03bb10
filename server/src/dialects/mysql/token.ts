import type { StandIn } from '../dialect';

/**
 * One token of MySQL text as the grammar wants it: comments and spaces are gone, operators are whole, strings and
 * quoted names are decoded, stand-ins are known as such.
 */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** word: as written; name, string: decoded; bytes: hex digits; variable, bind: with their sigils; op: the operator. */
  readonly text: string;
  /** Upper-case word; empty for all other kinds, so that no quoted name is mistaken for a keyword. */
  readonly upper: string;
  readonly stand?: StandIn;
}

export type TokenKind = 'word' | 'name' | 'string' | 'number' | 'bytes' | 'variable' | 'bind' | 'stand' | 'op' | 'end';

export interface Tokens {
  readonly list: readonly Token[];
  /** Index of the closing bracket of each opening one; -1 where there is none. */
  readonly closing: Int32Array;
  /** How many brackets are open at the deepest place. */
  readonly depth: number;
}
