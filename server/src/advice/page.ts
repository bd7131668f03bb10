/** What advice says, as plain data: headings, sentences, lists with places, tables. Others print it. */
import type { Location } from '../text/span';

/** Cells are text of one line, without markup. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns whose cells end at the same place. */
  readonly right?: readonly number[];
}

export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Item[] }
  | { readonly kind: 'table'; readonly table: Table }
  | { readonly kind: 'code'; readonly language: string; readonly text: string };

/** Text is of one line, names stand between backticks. */
export interface Item {
  readonly text: string;
  /** Stands before it in the terminal: `+`, `−`; a bullet where it is left out. */
  readonly mark?: string;
  readonly places?: readonly Location[];
}

export type Page = readonly Block[];

export const heading = (level: 1 | 2 | 3, text: string): Block => ({ kind: 'heading', level, text });
export const text = (said: string): Block => ({ kind: 'text', text: said });
export const list = (items: readonly Item[]): readonly Block[] => (items.length === 0 ? [] : [{ kind: 'list', items }]);
export const table = (made: Table): readonly Block[] =>
  made.rows.length === 0 ? [] : [{ kind: 'table', table: made }];
