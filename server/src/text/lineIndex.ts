import type { Span } from './span';

/** 0-based; `column` counts units of the encoding that was asked for, UTF-16 code units unless told otherwise. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** LSP's position encodings. */
export type ColumnUnit = 'utf-16' | 'utf-8' | 'utf-32';

/** A text and the offsets at which its lines start. A line ends with LF, CRLF or a lone CR, as in LSP. */
export interface LineIndex {
  readonly text: string;
  readonly starts: readonly number[];
}

const CR = 13;
const LF = 10;

export const lineIndex = (text: string): LineIndex => {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === LF || (code === CR && text.charCodeAt(i + 1) !== LF)) starts.push(i + 1);
  }
  return { text, starts };
};

/** Looks for the lines when they are first asked for. */
export const lazyLineIndex = (text: string): LineIndex => {
  let starts: readonly number[] | undefined;
  return {
    text,
    get starts() {
      starts ??= lineIndex(text).starts;
      return starts;
    },
  };
};

const lineOf = (starts: readonly number[], offset: number): number => {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
};

/** The line without its terminator. Lines past the last one are empty and stand at the end of the text. */
export const lineSpan = ({ text, starts }: LineIndex, line: number): Span => {
  const start = starts[line];
  if (start === undefined) return line < 0 ? { start: 0, end: 0 } : { start: text.length, end: text.length };
  let end = starts[line + 1] ?? text.length;
  if (end > start && line + 1 < starts.length) {
    end--;
    if (text.charCodeAt(end) === LF && end > start && text.charCodeAt(end - 1) === CR) end--;
  }
  return { start, end };
};

const widthOf = (codePoint: number, unit: ColumnUnit): number => {
  if (unit === 'utf-32') return 1;
  if (unit === 'utf-16') return codePoint > 0xffff ? 2 : 1;
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint > 0xffff ? 4 : 3;
};

/** Offsets outside the text are moved to its ends. */
export const positionAt = (index: LineIndex, offset: number, unit: ColumnUnit = 'utf-16'): Position => {
  const clamped = Math.min(Math.max(offset, 0), index.text.length);
  const line = lineOf(index.starts, clamped);
  const start = index.starts[line] ?? 0;
  if (unit === 'utf-16') return { line, column: clamped - start };
  let column = 0;
  for (let i = start; i < clamped; ) {
    const codePoint = index.text.codePointAt(i) ?? 0;
    column += widthOf(codePoint, unit);
    i += codePoint > 0xffff ? 2 : 1;
  }
  return { line, column };
};

/** Positions past the end of a line are moved to its end, before the terminator; columns inside a character to its start. */
export const offsetAt = (index: LineIndex, position: Position, unit: ColumnUnit = 'utf-16'): number => {
  const { start, end } = lineSpan(index, position.line);
  if (unit === 'utf-16') return Math.min(Math.max(start + position.column, start), end);
  let column = 0;
  let i = start;
  while (i < end) {
    const codePoint = index.text.codePointAt(i) ?? 0;
    column += widthOf(codePoint, unit);
    if (column > position.column) break;
    i += codePoint > 0xffff ? 2 : 1;
  }
  return i;
};
