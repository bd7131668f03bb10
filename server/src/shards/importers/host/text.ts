/** Declarations in languages that are not read as such: what is looked at is the text, line by line. */
import type { Location } from '../../../text/span';

/** Blanks in place of what a pattern matches; lines stay lines, places stay places. */
export const blanked = (text: string, pattern: RegExp): string =>
  text.replace(pattern, (found) => found.replace(/[^\r\n]/g, ' '));

export const placed = (file: string, start: number, text: string): Location => ({
  file,
  span: { start, end: start + text.length },
});

/** `//` and block comments; a `//` behind a colon is an address. */
export const withoutSlashComments = (text: string): string => blanked(text, /\/\*[\s\S]*?\*\/|(?<![:\w"'`])\/\/.*/g);

const closings: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The place behind the bracket that closes the one at `open`, not looking into strings; undefined where another does, or none. */
export function behindBracket(text: string, open: number, longest = 6000): number | undefined {
  const expected: (string | undefined)[] = [];
  for (const { 0: found, index } of text
    .slice(open, open + longest)
    .matchAll(/"(?:[^"\\\n]|\\.)*"|`[^`]*`|[()[\]{}]/g)) {
    if (found in closings) expected.push(closings[found]);
    else if (/^[)\]}]$/.test(found)) {
      if (expected.pop() !== found) return undefined;
      if (expected.length === 0) return open + index + 1;
    }
  }
  return undefined;
}
