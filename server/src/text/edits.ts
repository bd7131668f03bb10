import type { Span } from './span';

/** Replaces `span` by `text`; an empty span inserts. */
export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}

/** In the order of the text; insertions at one place keep the order in which they were given. */
export const sortEdits = (edits: readonly TextEdit[]): readonly TextEdit[] =>
  [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);

/** True where no two edits change the same characters, and none inserts inside what another one replaces. */
export const areDisjoint = (edits: readonly TextEdit[]): boolean =>
  sortEdits(edits).every((edit, i, sorted) => {
    const before = sorted[i - 1];
    return before === undefined || before.span.end <= edit.span.start;
  });

/** The text after all edits; undefined where two overlap or one lies outside the text. */
export const applyEdits = (text: string, edits: readonly TextEdit[]): string | undefined => {
  const out: string[] = [];
  let at = 0;
  for (const edit of sortEdits(edits)) {
    const { start, end } = edit.span;
    if (start < at || end < start || end > text.length) return undefined;
    out.push(text.slice(at, start), edit.text);
    at = end;
  }
  out.push(text.slice(at));
  return out.join('');
};
