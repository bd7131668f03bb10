/** Where a place of a text is after one edit; undefined where the edit touched it. */
import type { Span } from './span';

/** The edit is taken to be what stands between the common beginning and the common end. */
export function spanMover(before: string, after: string): (span: Span) => Span | undefined {
  if (before === after) return (span) => span;
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let end = 0;
  while (end < most - start && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end))
    end++;
  const shift = after.length - before.length;
  return (span) => {
    if (span.end <= start) return span;
    if (span.start < before.length - end) return undefined;
    return { start: span.start + shift, end: span.end + shift };
  };
}
