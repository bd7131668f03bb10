/** Statements that hold others: where a `;` does not end them. */
import type { Lexical } from './lexical';
import { isTrivia, keywordOf, type Token } from './token';

/** `begin`: BEGIN … END of MySQL routines; `atomic`: BEGIN ATOMIC … END of PostgreSQL; `parens`: CREATE RULE. */
export type Nesting = 'begin' | 'atomic' | 'parens' | 'none';

/** How far a definition's head is read: `CREATE OR REPLACE DEFINER = x @ y PROCEDURE`. */
const head = 24;

/** Decides by the statement's first words; `at` is its first significant token. */
export const nestingOf = (text: string, tokens: readonly Token[], at: number, lexical: Lexical): Nesting => {
  if (keywordOf(text, tokens[at]) !== 'CREATE') return 'none';
  for (let i = at + 1; i < Math.min(at + head, tokens.length); i++) {
    const token = tokens[i];
    if (token?.kind === 'terminator') return 'none';
    switch (keywordOf(text, token)) {
      case 'PROCEDURE':
      case 'FUNCTION':
        return lexical.dollarQuotes ? 'atomic' : 'begin';
      case 'TRIGGER':
      case 'EVENT':
        return lexical.dollarQuotes ? 'none' : 'begin';
      case 'RULE':
        return lexical.dollarQuotes ? 'parens' : 'none';
      case 'TABLE':
      case 'VIEW':
      case 'INDEX':
        return 'none';
    }
  }
  return 'none';
};

const neighbour = (tokens: readonly Token[], at: number, step: 1 | -1): Token | undefined => {
  let i = at + step;
  for (let token = tokens[i]; token !== undefined && isTrivia(token); token = tokens[i]) i += step;
  return tokens[i];
};

/** By how much the token at `at` changes the depth. */
export const compoundDepth = (text: string, tokens: readonly Token[], at: number, nesting: Nesting): number => {
  const token = tokens[at];
  if (nesting === 'parens') {
    if (token?.kind !== 'punctuation') return 0;
    return text[token.start] === '(' ? 1 : text[token.start] === ')' ? -1 : 0;
  }
  switch (keywordOf(text, token)) {
    case 'BEGIN':
      return nesting === 'begin' || keywordOf(text, neighbour(tokens, at, 1)) === 'ATOMIC' ? 1 : 0;
    case 'CASE':
      return keywordOf(text, neighbour(tokens, at, -1)) === 'END' ? 0 : 1;
    case 'END':
      return /^(?:IF|LOOP|WHILE|REPEAT)$/.test(keywordOf(text, neighbour(tokens, at, 1))) ? 0 : -1;
    default:
      return 0;
  }
};
