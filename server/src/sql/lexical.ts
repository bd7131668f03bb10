/** How the text of one SQL dialect is cut and quoted. */
export interface Lexical {
  /** Characters that open a quoted identifier. */
  readonly identifierQuotes: readonly ('"' | '`' | '[')[];
  /** Characters that open a string. */
  readonly stringQuotes: readonly ("'" | '"')[];
  readonly backslashEscapes: boolean;
  readonly dollarQuotes: boolean;
  /** MySQL's comments: `#`, `--` only with a blank behind it, and `/*! … *\/` is SQL; with them `@x` is a variable. */
  readonly hashComments: boolean;
  readonly nestedComments: boolean;
  /** `?` may be a JSON operator rather than a placeholder. */
  readonly questionOperators: boolean;
  /** How unquoted identifiers are folded. */
  readonly fold: 'lower' | 'none';
  /** `DELIMITER` lines (MySQL client), psql `\` commands and COPY blocks. */
  readonly client: 'mysql' | 'psql' | 'none';
}
