/** A page of advice: headings, sentences, lists with places, tables; for the terminal and as Markdown. */
import type { Location } from '../text/span';
import { columns, markdownTable, type Table } from './columns';
import { oneLine } from './printable';

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

/** How a place is called, and what leads there. */
export type PlaceNames = (at: Location) => { readonly text: string; readonly url: string };

export const heading = (level: 1 | 2 | 3, text: string): Block => ({ kind: 'heading', level, text });
export const text = (said: string): Block => ({ kind: 'text', text: said });
export const list = (items: readonly Item[]): readonly Block[] => (items.length === 0 ? [] : [{ kind: 'list', items }]);
export const table = (made: Table): readonly Block[] =>
  made.rows.length === 0 ? [] : [{ kind: 'table', table: made }];

export const pageText = (page: Page, names: PlaceNames): string =>
  `${page.map((block) => blockText(block, names)).join('\n\n')}\n`;

function blockText(block: Block, names: PlaceNames): string {
  switch (block.kind) {
    case 'heading':
      return block.level === 3 ? oneLine(block.text) : underlined(oneLine(block.text), block.level === 1 ? '=' : '-');
    case 'text':
      return oneLine(block.text);
    case 'list':
      return block.items
        .map(({ text: said, mark = '•', places = [] }) => {
          const where = places.map((at) => `      ${oneLine(names(at).text)}`);
          return [`  ${mark} ${oneLine(said)}`, ...where].join('\n');
        })
        .join('\n');
    case 'table':
      return columns(cleaned(block.table));
    case 'code':
      return block.text.replace(/^/gm, '    ').trimEnd();
  }
}

const underlined = (title: string, line: string): string => `${title}\n${line.repeat([...title].length)}`;

export const pageMarkdown = (page: Page, names: PlaceNames): string =>
  `${page.map((block) => blockMarkdown(block, names)).join('\n\n')}\n`;

function blockMarkdown(block: Block, names: PlaceNames): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${escaped(block.text)}`;
    case 'text':
      return escaped(block.text);
    case 'list':
      return block.items
        .map(({ text: said, mark, places = [] }) => {
          const where = places.map((at) => linked(names(at))).join(', ');
          return `- ${mark ? `${mark} ` : ''}${escaped(said)}${where === '' ? '' : `: ${where}`}`;
        })
        .join('\n');
    case 'table':
      return markdownTable(escapedTable(cleaned(block.table)));
    case 'code':
      return `\`\`\`${block.language}\n${block.text.trimEnd()}\n\`\`\``;
  }
}

const cleaned = ({ head, rows, ...rest }: Table): Table => ({
  ...rest,
  head,
  rows: rows.map((row) => row.map(oneLine)),
});

const escapedTable = ({ head, rows, ...rest }: Table): Table => ({
  ...rest,
  head,
  // Bars are escaped by the table itself.
  rows: rows.map((row) => row.map((cell) => cell.replace(/[\\*_[\]<>#~]/g, '\\$&'))),
});

/** Names between backticks stay code; all else is text. */
const escaped = (said: string): string =>
  oneLine(said)
    .split('`')
    .map((part, i) => (i % 2 === 0 ? part.replace(/[\\*_[\]<>#|~]/g, '\\$&') : part))
    .join('`');

const linked = ({ text: said, url }: ReturnType<PlaceNames>): string =>
  `[${escaped(said).replace(/`/g, '')}](${url.replace(/[()<>\s]/g, encodeURIComponent).replace(/[()]/g, (one) => (one === '(' ? '%28' : '%29'))})`;
