/** Where a place of a text is after one edit; undefined where the edit touched it. */
import { editBetween } from './edited';
import type { Span } from './span';

export function spanMover(before: string, after: string): (span: Span) => Span | undefined {
  const edit = editBetween(before, after);
  if (!edit) return (span) => span;
  return (span) => {
    if (span.end <= edit.start) return span;
    if (span.start < edit.end) return undefined;
    return shifted(span, edit.shift);
  };
}

export const shifted = ({ start, end }: Span, by: number): Span => ({ start: start + by, end: end + by });
