/** What one edit has changed of a text: what stands between the common beginning and the common end. */
export interface Edited {
  /** In both texts. */
  readonly start: number;
  /** In the text before; in the one after it is this and `shift`. */
  readonly end: number;
  readonly shift: number;
}

/** Characters that are compared at once: a keystroke changes one of hundreds of thousands. */
const stretch = 4096;

/** Undefined where the texts are the same. */
export function editBetween(before: string, after: string): Edited | undefined {
  if (before === after) return undefined;
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start + stretch <= most && before.startsWith(after.slice(start, start + stretch), start)) start += stretch;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let same = 0;
  while (same + stretch <= most - start && before.endsWith(tail(after, same), before.length - same)) same += stretch;
  while (
    same < most - start &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  )
    same++;
  return { start, end: before.length - same, shift: after.length - before.length };
}

const tail = (text: string, same: number): string => text.slice(text.length - same - stretch, text.length - same);
