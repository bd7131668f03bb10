/**
 * Names and SQL come from files that may be hostile: whatever a terminal would obey (escapes, carriage returns,
 * bidirectional overrides) is shown as an escape instead.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be printed.
const obeyed = /[\0-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu;

const escapeOf = (char: string): string => {
  const code = char.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
};

/** One line of text that no terminal obeys; tabs stay. */
export const printable = (text: string): string => text.replace(obeyed, escapeOf);

/** Text of whole lines for a terminal. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');

/** JSON that no terminal obeys either: what `JSON.stringify` leaves as it is stands as an escape. */
export const printableJson = (value: unknown, indent = 0): string =>
  JSON.stringify(value, null, indent).replace(obeyedInJson, (char) => `\\u${hex(char)}`);

const obeyedInJson = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const hex = (char: string): string => char.charCodeAt(0).toString(16).padStart(4, '0');

/** A message: line ends become spaces. */
export const oneLine = (text: string): string => printable(text.replace(/\s*[\r\n]+\s*/g, ' ').trim());

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const narrow = /\p{Mn}|\p{Me}|[\u200b-\u200d]/u;

/** One code point as it is drawn: what is printed, and how many columns it takes. */
export interface Cell {
  readonly text: string;
  readonly width: number;
  /** UTF-16 offset in the line. */
  readonly at: number;
}

const tabStop = 4;

export function cells(line: string): readonly Cell[] {
  const out: Cell[] = [];
  let at = 0;
  let column = 0;
  for (const char of line) {
    const text = char === '\t' ? ' '.repeat(tabStop - (column % tabStop)) : printable(char);
    const width = text !== char || char === '\t' ? text.length : narrow.test(char) ? 0 : wide.test(char) ? 2 : 1;
    out.push({ text, width, at });
    at += char.length;
    column += width;
  }
  return out;
}
