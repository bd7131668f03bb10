/** SQL text to queries, one statement at a time: a statement that cannot be read does not silence its neighbours. */
import type { Parsed } from '../dialects/dialect';
import { readStatement } from '../dialects/readStatement';
import type { Hole } from '../sql/standIns';
import { type Script, splitStatements } from '../sql/statements';
import { textOf } from '../sql/token';
import type { Span } from '../text/span';
import type { LoadedDialect } from './parsers';
import type { ReadParsed, StatementShapes } from './statementShapes';

export interface ReadStatement {
  /** In the text that was read. */
  readonly span: Span;
  /** Spans of the query are offsets from `span.start`; see `Shaped`. */
  readonly parsed: ReadParsed;
  /** Router hints and optimizer hints that stand in or before the statement, without delimiters. */
  readonly hints: readonly string[];
}

export interface ReadOptions {
  readonly holes?: readonly Hole[];
  /** The text is a file for the dialect's client program. */
  readonly client?: boolean;
  /** The answer for a statement of the same text, where there is one; not for texts with holes. */
  readonly before?: (text: string) => ReadParsed | undefined;
  /** Where statements like it were read before; not for texts with holes. */
  readonly shapes?: StatementShapes;
  /** The text as it is split; made here otherwise. */
  readonly script?: Script;
}

export interface ReadText {
  readonly statements: readonly ReadStatement[];
  readonly comments: readonly Span[];
}

export function readSql(
  text: string,
  { dialect, parser }: LoadedDialect,
  {
    holes = [],
    client = false,
    before,
    shapes,
    script = splitStatements(text, dialect.lexical, { holes, client }),
  }: ReadOptions = {},
): ReadText {
  const statements = script.statements.map((statement): ReadStatement => {
    const parse = (): Parsed => readStatement(parser, dialect.lexical, text, statement, holes);
    return {
      span: statement.span,
      parsed:
        before?.(text.slice(statement.span.start, statement.span.end)) ??
        (shapes && script.isLocal ? shapes.read(text, statement, parse) : parse()),
      hints: statement.comments.map((comment) => bare(textOf(text, comment))),
    };
  });
  const comments = script.comments.map(({ start, end }) => ({ start, end }));
  return { statements, comments };
}

/** `/*vt+ ALLOW_SCATTER=1 *\/` → `vt+ ALLOW_SCATTER=1`, `-- x` → `x`. */
const bare = (comment: string): string =>
  comment
    .replace(/^\/\*!?|\*\/$/g, '')
    .replace(/^(--|#)/, '')
    .trim();
