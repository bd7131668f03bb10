/** What only client programs understand: `DELIMITER` of mysql, `COPY … FROM stdin` data of psql. */
import type { Span } from '../text/span';
import { scanLine } from './scan';

const isLineStart = (text: string, offset: number): boolean => {
  let i = offset - 1;
  while (i >= 0 && (text[i] === ' ' || text[i] === '\t')) i--;
  return i < 0 || text[i] === '\n' || text[i] === '\r' || text[i] === '\ufeff';
};

/** The new delimiter, where the word at `start … end` is a DELIMITER command. */
export const delimiterOf = (text: string, start: number, end: number): string | undefined => {
  if (end - start !== 9 || text.slice(start, end).toUpperCase() !== 'DELIMITER' || !isLineStart(text, start))
    return undefined;
  return /\S+/.exec(text.slice(end, scanLine(text, end)))?.[0];
};

/** Rows from the line below the one that `from` stands in, with their `\.` line. */
const rowsBelow = (text: string, from: number): Span | undefined => {
  const line = scanLine(text, from);
  const next = text.startsWith('\r\n', line) ? line + 2 : line + 1;
  if (next >= text.length) return undefined;
  const mark = text.startsWith('\\.', next) ? next : text.indexOf('\n\\.', next);
  const start = text.slice(from, line).trim() === '' ? next : from;
  return { start, end: mark < 0 ? text.length : scanLine(text, mark + 1) };
};

/** The rows below a COPY that starts at `start` and whose terminator is at `end`. */
export const copyData = (text: string, start: number, end: number): Span | undefined => {
  if (text.slice(start, start + 4).toUpperCase() !== 'COPY') return undefined;
  return /\sfrom\s+stdin\b/i.test(text.slice(start, end)) ? rowsBelow(text, end + 1) : undefined;
};

const copyCommand = /^\\copy\s.*\sfrom\s+p?stdin\b/i;

/** The rows below psql's `\copy … from stdin` at `start … end`. */
export const copyCommandData = (text: string, start: number, end: number): Span | undefined =>
  copyCommand.test(text.slice(start, end)) ? rowsBelow(text, end) : undefined;

const sends = /\\(?:gx|gset|gexec|gdesc|g|crosstabview|watch|r)(?![a-z])/y;

/** The `\` command at `start` is one of psql's that end the statement before them. */
export const sendsBuffer = (text: string, start: number): boolean => {
  sends.lastIndex = start;
  return sends.test(text);
};
