import { type LineIndex, lineSpan, positionAt } from '../text/lineIndex';
import type { Span } from '../text/span';
import { type Cell, cells } from './printable';

/** A line of source and the carets below it; `number` is 1-based, absent where lines were left out. */
export interface FrameLine {
  readonly number?: number;
  readonly code: string;
  readonly carets: string;
}

const shownAtStart = 4;
const shownAtEnd = 2;

/** The lines that a span touches, each with carets under what is meant; lines wider than `width` are cut around it. */
export function codeFrame(index: LineIndex, span: Span, width: number): readonly FrameLine[] {
  const first = positionAt(index, span.start).line;
  const last = Math.max(first, positionAt(index, Math.max(span.start, span.end - 1)).line);
  const frame: FrameLine[] = [];
  for (let line = first; line <= last; line++) {
    const tooMany = last - first + 1 > shownAtStart + shownAtEnd + 1;
    if (tooMany && line === first + shownAtStart) {
      frame.push({ code: '…', carets: '' });
      line = last - shownAtEnd;
      continue;
    }
    frame.push(frameLine(index, line, span, width));
  }
  return frame;
}

function frameLine(index: LineIndex, line: number, span: Span, width: number): FrameLine {
  const { start, end } = lineSpan(index, line);
  const text = index.text.slice(start, end).trimEnd();
  const indent = text.length - text.trimStart().length;
  const from = Math.min(Math.max(span.start - start, span.start < start ? indent : 0), text.length);
  const to = Math.max(Math.min(span.end - start, text.length), from);
  const drawn = cells(text);
  const before = drawn.filter((cell) => cell.at < from);
  const under = drawn.filter((cell) => cell.at >= from && cell.at < to);
  const after = drawn.filter((cell) => cell.at >= Math.max(from, to));
  return { number: line + 1, ...cut(before, under, after, width) };
}

const widthOf = (part: readonly Cell[]): number => part.reduce((sum, cell) => sum + cell.width, 0);
const textOf = (part: readonly Cell[]): string => part.map((cell) => cell.text).join('');

function cut(before: readonly Cell[], under: readonly Cell[], after: readonly Cell[], width: number) {
  const room = Math.max(width, 24);
  let [head, body, tail] = [before, under, after];
  let [left, right] = ['', ''];
  if (widthOf(head) + widthOf(body) + widthOf(tail) > room) {
    body = takeFirst(body, room - 2);
    const spare = room - widthOf(body) - 2;
    const tailRoom = Math.max(Math.floor(spare / 3), spare - widthOf(head));
    tail = body.length < under.length ? [] : takeFirst(tail, tailRoom);
    head = takeLast(head, spare - widthOf(tail));
    left = head.length < before.length ? '…' : '';
    right = body.length < under.length || tail.length < after.length ? '…' : '';
  }
  return {
    code: left + textOf(head) + textOf(body) + textOf(tail) + right,
    carets: ' '.repeat(left.length + widthOf(head)) + '^'.repeat(Math.max(widthOf(body), 1)),
  };
}

function takeFirst(part: readonly Cell[], width: number): readonly Cell[] {
  let used = 0;
  return part.filter((cell) => {
    used += cell.width;
    return used <= width;
  });
}

const takeLast = (part: readonly Cell[], width: number): readonly Cell[] =>
  takeFirst([...part].reverse(), width)
    .slice()
    .reverse();
