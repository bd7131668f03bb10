import type { Span } from '../text/span';

/**
 * `word`: unquoted identifier or keyword; `quoted`: quoted identifier; `string` with its prefix (`E'…'`); `dollar`:
 * dollar-quoted string; `terminator`: ends a statement; `variable`: MySQL's `@x` and `@@x`; `hole`: nothing but the
 * host's own expression; `hint`: a comment that speaks to the database or the router (`/*+ … *\/`, `/*vt+ … *\/`);
 * `version`: the brackets of MySQL's `/*!40101 … *\/`, whose content is SQL; `meta`: a line or word for the client
 * program; `data`: the rows below `COPY … FROM stdin`.
 */
export type TokenKind =
  | 'word'
  | 'quoted'
  | 'string'
  | 'dollar'
  | 'number'
  | 'operator'
  | 'punctuation'
  | 'terminator'
  | 'placeholder'
  | 'variable'
  | 'hole'
  | 'comment'
  | 'hint'
  | 'version'
  | 'meta'
  | 'data';

/** A piece of SQL text and its span. Between tokens there is only white space. */
export interface Token extends Span {
  readonly kind: TokenKind;
  /** A string, comment or quoted name whose end is missing. */
  readonly open: boolean;
  /** Some of its characters are the host's: it is not known what it says. */
  readonly holed: boolean;
}

/** The token as written. */
export const textOf = (text: string, token: Span): string => text.slice(token.start, token.end);

/** A word in upper case, to be compared with keywords; empty for every other kind. */
export const keywordOf = (text: string, token: Token | undefined): string =>
  token?.kind === 'word' && !token.holed ? text.slice(token.start, token.end).toUpperCase() : '';

/** Not for engines: comments, client commands and the brackets of versioned comments. */
export const isTrivia = ({ kind }: Token): boolean =>
  kind === 'comment' || kind === 'hint' || kind === 'version' || kind === 'meta' || kind === 'data';
