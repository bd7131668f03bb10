/** One SQL dialect: how its text is cut and quoted, and who parses it. A dialect is one module beside this file. */
import type { Platform } from '../platform/platform';
import type { Query } from '../query/model';
import type { Lexical } from '../sql/lexical';
import type { StandIns } from '../sql/standIns';

export type { Lexical } from '../sql/lexical';
export type { StandIn, StandIns } from '../sql/standIns';

export interface Dialect {
  readonly id: string;
  readonly aliases: readonly string[];
  /** What the lexer must know. */
  readonly lexical: Lexical;
  /** Loads the engine once; it is asked for only when the first statement of this dialect is seen. */
  load(platform: Platform): Promise<SqlParser>;
}

export interface SqlParser {
  /**
   * Reads ONE statement. `text` is SQL as written (placeholders already replaced by stand-ins of the same length, see
   * `sql/placeholders`); spans of the result are offsets in `text`. Never throws; never returns a parser's own message.
   */
  parse(text: string, stand: StandIns): Parsed;
}

export type Parsed =
  | { readonly ok: true; readonly query: Query; readonly engine: string; readonly shallow: boolean }
  /** `incomplete`: being typed; `unsupported`: no engine knows it; `too-large`: over the caps. */
  | { readonly ok: false; readonly why: 'incomplete' | 'unsupported' | 'too-large' };

export const defineDialect = (dialect: Dialect): Dialect => dialect;
