/** Splits SQL text into statements, so that one that cannot be read does not silence its neighbours. */
import type { Span } from '../text/span';
import { sendsBuffer } from './clientSyntax';
import { compoundDepth, type Nesting, nestingOf } from './compound';
import { type LexOptions, lex } from './lexer';
import type { Lexical } from './lexical';
import { isTrivia, type Token, textOf } from './token';

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
}

const isComment = ({ kind }: Token): boolean => kind === 'comment' || kind === 'hint';

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
        depth = 0;
        nesting = 'none';
        i = from - 1;
        continue;
      }
      finish(i);
      break;
    }
    if (token.kind === 'terminator') {
      if (depth > 0) continue;
      finish(i);
      from = i + 1;
      trailing(i);
      i = from - 1;
    } else if (token.kind === 'meta') {
      if (sendsBuffer(text, token.start)) finish(i + 1);
    } else if (token.open) finish(i + 1);
    else if (!isTrivia(token)) {
      if (nesting === undefined) nesting = bodies ? nestingOf(text, tokens, i, lexical) : 'none';
      if (nesting !== 'none') depth = Math.max(0, depth + compoundDepth(text, tokens, i, nesting));
    }
  }
  return { statements, comments: tokens.filter(isComment) };
};
