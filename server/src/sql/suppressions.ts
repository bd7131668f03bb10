/** Which findings the comments of a file silence. The host language does not matter: comments are spans of its text. */
import { type LineIndex, lineSpan, positionAt } from '../text/lineIndex';
import type { Span } from '../text/span';
import { type Directive, readDirective } from './directive';

/** One rule, or all, silenced in one stretch of the file. */
export interface Suppression {
  /** Undefined: every rule. */
  readonly rule?: string;
  /** Findings of it that start in this span, or whose statement does, are silenced. */
  readonly covers: Span;
  readonly directive: Directive;
  /** The rule's name in the comment; for an unused one, what to underline. */
  readonly span: Span;
}

export interface Suppressions {
  readonly directives: readonly Directive[];
  readonly suppressions: readonly Suppression[];
}

const lineOf = (index: LineIndex, offset: number): number => positionAt(index, offset).line;

/** The lines from `first` to `last`, without the last one's terminator. */
const linesSpan = (index: LineIndex, first: number, last: number): Span => ({
  start: lineSpan(index, first).start,
  end: lineSpan(index, last).end,
});

/** The line below a directive, below further ones that stand between it and the code. */
const nextLine = (index: LineIndex, directive: Directive, all: readonly Directive[]): number => {
  let line = lineOf(index, directive.comment.end) + 1;
  for (const other of all) {
    if (other.comment.start < directive.comment.end || lineOf(index, other.comment.start) !== line) continue;
    const before = index.text.slice(lineSpan(index, line).start, other.comment.start);
    if (/^[\s/*#{-]*$/.test(before)) line = lineOf(index, other.comment.end) + 1;
  }
  return line;
};

const coverOf = (index: LineIndex, directive: Directive, all: readonly Directive[]): Span | undefined => {
  const { comment, kind } = directive;
  switch (kind) {
    case 'next-line': {
      const line = nextLine(index, directive, all);
      return line < index.starts.length ? linesSpan(index, line, line) : undefined;
    }
    case 'line':
      return linesSpan(index, lineOf(index, comment.start), lineOf(index, comment.end));
    case 'file':
      return { start: 0, end: index.text.length };
    case 'disable':
      return { start: comment.start, end: index.text.length };
    default:
      return undefined;
  }
};

/** Where a `disable` of this rule ends: at the next `enable` that names it or names none. */
const endOf = (directive: Directive, rule: string | undefined, all: readonly Directive[]): number | undefined =>
  all.find(
    ({ kind, rules, comment }) =>
      kind === 'enable' &&
      comment.start > directive.comment.start &&
      (rules.length === 0 || rules.some(({ id }) => id === rule)),
  )?.comment.start;

/** `comments`: spans of the file's comments in order, with or without delimiters, those of embedded SQL mapped back. */
export const readSuppressions = (index: LineIndex, comments: readonly Span[]): Suppressions => {
  const directives = comments.flatMap((comment) => readDirective(index.text, comment) ?? []);
  const suppressions = directives.flatMap((directive) => {
    const covers = coverOf(index, directive, directives);
    if (covers === undefined) return [];
    const named = directive.rules.length > 0 ? directive.rules : [{ id: undefined, span: directive.keyword }];
    return named.map(({ id, span }): Suppression => {
      const end = directive.kind === 'disable' ? (endOf(directive, id, directives) ?? covers.end) : covers.end;
      return { ...(id !== undefined && { rule: id }), covers: { start: covers.start, end }, directive, span };
    });
  });
  return { directives, suppressions };
};

/** True where the suppression silences the rule at one of the offsets: the finding's start, its statement's start. */
export const suppresses = ({ rule, covers }: Suppression, id: string, offsets: readonly number[]): boolean =>
  (rule === undefined || rule === id) && offsets.some((offset) => covers.start <= offset && offset <= covers.end);
