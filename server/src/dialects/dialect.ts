/** One SQL dialect: how its text is cut and quoted, and who parses it. A dialect is one module beside this file. */
import type { Platform } from '../platform/platform';
import type { Query } from '../query/model';

export interface Dialect {
  readonly id: string;
  readonly aliases: readonly string[];
  /** What the lexer must know. */
  readonly lexical: Lexical;
  /** Loads the engine once; it is asked for only when the first statement of this dialect is seen. */
  load(platform: Platform): Promise<SqlParser>;
}

export interface Lexical {
  /** Characters that open a quoted identifier. */
  readonly identifierQuotes: readonly ('"' | '`' | '[')[];
  /** Characters that open a string. */
  readonly stringQuotes: readonly ("'" | '"')[];
  readonly backslashEscapes: boolean;
  readonly dollarQuotes: boolean;
  readonly hashComments: boolean;
  readonly nestedComments: boolean;
  /** `?` may be a JSON operator rather than a placeholder. */
  readonly questionOperators: boolean;
  /** How unquoted identifiers are folded. */
  readonly fold: 'lower' | 'none';
  /** `DELIMITER` lines (MySQL client), psql `\` commands and COPY blocks. */
  readonly client: 'mysql' | 'psql' | 'none';
}

export interface SqlParser {
  /**
   * Reads ONE statement. `text` is SQL as written (placeholders already replaced by stand-ins of the same length, see
   * `sql/placeholders`); spans of the result are offsets in `text`. Never throws; never returns a parser's own message.
   */
  parse(text: string, stand: StandIns): Parsed;
}

/** What the stand-ins at given offsets mean: offset of the stand-in → what stood there. */
export type StandIns = ReadonlyMap<number, StandIn>;

export interface StandIn {
  readonly kind: 'value' | 'list' | 'identifier' | 'fragment';
  /** Identity of the value; equal ids are equal values. */
  readonly id: string;
  readonly length: number;
}

export type Parsed =
  | { readonly ok: true; readonly query: Query; readonly engine: string; readonly shallow: boolean }
  /** `incomplete`: being typed; `unsupported`: no engine knows it; `too-large`: over the caps. */
  | { readonly ok: false; readonly why: 'incomplete' | 'unsupported' | 'too-large' };

export const defineDialect = (dialect: Dialect): Dialect => dialect;
