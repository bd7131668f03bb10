import type { Lexical } from '../../server/src/sql/lexical';

/** The lexical rules of the two dialects as the lexer's tests need them, so that they depend on no engine. */
export const postgres: Lexical = {
  identifierQuotes: ['"'],
  stringQuotes: ["'"],
  backslashEscapes: false,
  dollarQuotes: true,
  hashComments: false,
  nestedComments: true,
  questionOperators: true,
  fold: 'lower',
  client: 'psql',
};

export const mysql: Lexical = {
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
