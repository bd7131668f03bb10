import { applyEdits, sortEdits, type TextEdit } from '../text/edits';
import { lineIndex, lineSpan, positionAt } from '../text/lineIndex';

/** Lines that edits replace. `start` is the 0-based line in the text before, `newStart` in the text after. */
export interface Hunk {
  readonly start: number;
  readonly newStart: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** What edits do to whole lines; undefined where they cannot be applied together. */
export function hunksOf(text: string, edits: readonly TextEdit[]): readonly Hunk[] | undefined {
  if (applyEdits(text, edits) === undefined) return undefined;
  const index = lineIndex(text);
  const groups: { first: number; last: number; edits: TextEdit[] }[] = [];
  for (const edit of sortEdits(edits)) {
    const first = positionAt(index, edit.span.start).line;
    const last = positionAt(index, edit.span.end).line;
    const open = groups.at(-1);
    if (open && first <= open.last) {
      open.last = Math.max(open.last, last);
      open.edits.push(edit);
    } else groups.push({ first, last, edits: [edit] });
  }
  let shift = 0;
  return groups.map((group) => {
    const from = lineSpan(index, group.first).start;
    const to = lineSpan(index, group.last).end;
    const before = text.slice(from, to);
    const moved = group.edits.map(({ span, text: by }) => ({
      span: { start: span.start - from, end: span.end - from },
      text: by,
    }));
    const hunk = trim(group.first, splitLines(before), splitLines(applyEdits(before, moved) ?? before));
    const out = { ...hunk, newStart: hunk.start + shift };
    shift += hunk.added.length - hunk.removed.length;
    return out;
  });
}

const splitLines = (text: string): readonly string[] => text.split(/\r\n|\r|\n/);

/** Lines that stay the same at either end are no part of the change. */
function trim(start: number, removed: readonly string[], added: readonly string[]) {
  let head = 0;
  while (head < removed.length && head < added.length && removed[head] === added[head]) head++;
  let tail = 0;
  const most = Math.min(removed.length, added.length) - head;
  while (tail < most && removed.at(-1 - tail) === added.at(-1 - tail)) tail++;
  return {
    start: start + head,
    removed: removed.slice(head, removed.length - tail),
    added: added.slice(head, added.length - tail),
  };
}

const context = 3;

/** A unified diff that `git apply` takes; empty where nothing changes. `path` is relative, with forward slashes. */
export function unifiedDiff(path: string, text: string, edits: readonly TextEdit[]): string {
  const hunks = (hunksOf(text, edits) ?? []).filter(({ removed, added }) => removed.length + added.length > 0);
  if (hunks.length === 0) return '';
  const lines = rawLines(text);
  const after = rawLines(applyEdits(text, edits) ?? text);
  const groups: Hunk[][] = [];
  for (const hunk of hunks) {
    const last = groups.at(-1)?.at(-1);
    if (last && hunk.start - (last.start + last.removed.length) <= 2 * context) groups.at(-1)?.push(hunk);
    else groups.push([hunk]);
  }
  const body = groups.map((group) => drawGroup(group, lines, after));
  return [`--- a/${path}`, `+++ b/${path}`, ...body].join('\n').concat('\n');
}

/** The same for a file that does not exist yet. */
export function createdDiff(path: string, text: string): string {
  const lines = rawLines(text);
  if (lines.length === 0) return '';
  return ['--- /dev/null', `+++ b/${path}`, `@@ -0,0 +1,${lines.length} @@`, ...lines.map((one) => line('+', one))]
    .join('\n')
    .concat('\n');
}

function drawGroup(group: readonly Hunk[], lines: readonly string[], after: readonly string[]): string {
  const out: string[] = [];
  const first = group[0];
  const last = group.at(-1);
  if (!first || !last) return '';
  const from = Math.max(first.start - context, 0);
  const to = Math.min(last.start + last.removed.length + context, lines.length);
  let at = from;
  for (const hunk of group) {
    for (; at < hunk.start; at++) out.push(line(' ', lines[at]));
    for (const end = hunk.start + hunk.removed.length; at < end; at++) out.push(line('-', lines[at]));
    for (let i = 0; i < hunk.added.length; i++) out.push(line('+', after[hunk.newStart + i]));
  }
  for (; at < to; at++) out.push(line(' ', lines[at]));
  const newFrom = from + first.newStart - first.start;
  const newCount = group.reduce((sum, { removed, added }) => sum + added.length - removed.length, to - from);
  return [`@@ -${range(from, to - from)} +${range(newFrom, newCount)} @@`, ...out].join('\n');
}

/** An empty range names the line before it. */
const range = (start: number, count: number): string => `${count === 0 ? start : start + 1},${count}`;

const line = (sign: string, raw = ''): string => {
  const bare = raw.replace(/\n$/, '');
  return /[\r\n]$/.test(raw) ? `${sign}${bare}` : `${sign}${bare}\n\\ No newline at end of file`;
};

/** Lines with their ends. */
const rawLines = (text: string): readonly string[] => text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
