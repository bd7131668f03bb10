/** Splits SQL text into statements, so that one that cannot be read does not silence its neighbours. */
import type { Span } from '../text/span';
import { sendsBuffer } from './clientSyntax';
import { compoundDepth, type Nesting, nestingOf } from './compound';
import { type LexOptions, lex } from './lexer';
import type { Lexical } from './lexical';
import { isTrivia, keywordOf, type Token, textOf } from './token';

/** All offsets are in the text that was split. */
export interface Statement {
  /** First to last significant token, without the terminator. */
  readonly span: Span;
  /** Everything inside the span, comments and client commands included. */
  readonly tokens: readonly Token[];
  /** Comments and hints before the statement, inside it, and behind it on its last line. */
  readonly comments: readonly Token[];
  readonly placeholders: readonly Token[];
  /** False where a quote, comment or body is never closed. */
  readonly complete: boolean;
}

export interface Script {
  readonly statements: readonly Statement[];
  /** Every comment and hint of the text. */
  readonly comments: readonly Token[];
  /** False where what one line says decides how far ones are read: `DELIMITER`, a quote that is never closed. */
  readonly isLocal: boolean;
  /** In order; none where it is not local. */
  readonly rests: readonly Rest[];
}

/** Behind a terminator and the line that it ends: what follows is read as if the text began there. */
export interface Rest {
  readonly at: number;
  /** How many statements and comments stand before it. */
  readonly statements: number;
  readonly comments: number;
}

const isComment = ({ kind }: Token): boolean => kind === 'comment' || kind === 'hint';

const lineEnd = /[ \t]*(?:\r\n|\n|\r)/y;

/** The offset behind the line terminator that follows, with nothing but blanks before it. */
const behindLine = (text: string, offset: number): number | undefined => {
  lineEnd.lastIndex = offset;
  return lineEnd.test(text) ? lineEnd.lastIndex : undefined;
};

/** Tokens that are read as they are wherever they stand. */
const isPlain = ({ kind, open }: Token): boolean =>
  !open && kind !== 'meta' && kind !== 'data' && kind !== 'version' && kind !== 'hole';

const statementOf = (tokens: readonly Token[], from: number, to: number): Statement | undefined => {
  let [first, last] = [from, to - 1];
  const skip = (i: number): boolean => {
    const token = tokens[i];
    return token !== undefined && isTrivia(token) && token.kind !== 'version';
  };
  while (first < to && skip(first)) first++;
  while (last > first && skip(last)) last--;
  const [start, end] = [tokens[first], tokens[last]];
  if (first >= to || start === undefined || end === undefined) return undefined;
  const inner = tokens.slice(first, last + 1);
  return {
    span: { start: start.start, end: end.end },
    tokens: inner,
    comments: tokens.slice(from, to).filter(isComment),
    placeholders: inner.filter(({ kind, holed }) => kind === 'placeholder' || kind === 'hole' || holed),
    complete: !inner.some(({ open }) => open),
  };
};

/**
 * The statements of a text. Terminators inside the bodies of routines, triggers and rules do not count; what is never
 * closed is one incomplete statement. `holes` and `client` as in `lex`.
 */
export const splitStatements = (text: string, lexical: Lexical, options: LexOptions = {}): Script => {
  const tokens = lex(text, lexical, options);
  const statements: Statement[] = [];
  let from = 0;
  let nesting: Nesting | undefined;
  let depth = 0;
  let bodies = true;
  const rests: Rest[] = [];
  let isLocal = tokens.every(isPlain);
  let comments = 0;
  const rest = (to: number): void => {
    const end = tokens[to - 1]?.end;
    // Rows of COPY stand below it: alone it would have none.
    const isCopy = keywordOf(text, statements.at(-1)?.tokens[0]) === 'COPY';
    const at = isLocal && !isCopy && end !== undefined ? behindLine(text, end) : undefined;
    if (at !== undefined) rests.push({ at, statements: statements.length, comments });
  };
  const finish = (to: number): void => {
    const statement = statementOf(tokens, from, to);
    if (statement !== undefined) statements.push(statement);
    from = to;
    nesting = undefined;
    depth = 0;
  };
  /** A comment behind the terminator, on its line, belongs to the statement that has just ended. */
  const trailing = (i: number): void => {
    const [terminator, token] = [tokens[i], tokens[i + 1]];
    const last = statements[statements.length - 1];
    if (terminator === undefined || token?.kind !== 'comment' || last === undefined) return;
    if (/[\n\r]/.test(text.slice(terminator.end, token.end))) return;
    if (/^(?:--|#)/.test(textOf(text, token).slice(0, 2))) {
      statements[statements.length - 1] = { ...last, comments: [...last.comments, token] };
      from = i + 2;
    }
  };
  for (let i = 0; i <= tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) {
      if (depth > 0 && bodies) {
        // The body that started here is never closed: read the rest without bodies, once.
        bodies = false;
        isLocal = false;
        depth = 0;
        nesting = 'none';
        i = from - 1;
        continue;
      }
      finish(i);
      break;
    }
    if (isComment(token)) comments++;
    if (token.kind === 'terminator') {
      if (depth > 0) continue;
      finish(i);
      from = i + 1;
      trailing(i);
      comments += from - i - 1;
      i = from - 1;
      rest(from);
    } else if (token.kind === 'meta') {
      if (sendsBuffer(text, token.start)) finish(i + 1);
    } else if (token.open) finish(i + 1);
    else if (!isTrivia(token)) {
      if (nesting === undefined) nesting = bodies ? nestingOf(text, tokens, i, lexical) : 'none';
      if (nesting !== 'none') depth = Math.max(0, depth + compoundDepth(text, tokens, i, nesting));
    }
  }
  return { statements, comments: tokens.filter(isComment), isLocal, rests: isLocal ? rests : [] };
};
