/** HTML and SVG as text in which nothing of the workspace can become markup: whatever is put in is escaped. */

import { printable } from '../printable';

/** Made by `markup` alone. */
export interface Markup {
  readonly markup: string;
}

export type Part = Markup | string | number | null | undefined | false | readonly Part[];

/** A template whose holes are text, or markup that was made in the same way. Attributes stand between double quotes. */
export const markup = (text: TemplateStringsArray, ...parts: readonly Part[]): Markup => ({
  markup: text.map((piece, i) => (i < parts.length ? piece + written(parts[i]) : piece)).join(''),
});

function written(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (typeof part === 'string') return escaped(part);
  // Coordinates: a tenth of a pixel is seen by nobody.
  if (typeof part === 'number') return String(Math.round(part * 10) / 10);
  return 'markup' in part ? part.markup : part.map(written).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** What a terminal would obey, nobody should read as something else either. */
const escaped = (text: string): string =>
  printable(text.replace(/[\r\n]+/g, ' ')).replace(/[&<>"'`]/g, (char) => entities[char] ?? '');
