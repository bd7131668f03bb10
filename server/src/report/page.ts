/** Pages of advice, for the terminal and as Markdown. */
import type { Block, Page, Table } from '../advice/page';
import { block as fenced, link, prose } from '../text/markdown';
import type { Location } from '../text/span';
import { columns, markdownTable } from './columns';
import { oneLine } from './printable';

/** How a place is called, and what leads there. */
export type PlaceNames = (at: Location) => { readonly text: string; readonly url: string };

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
      return `${'#'.repeat(block.level)} ${prose(oneLine(block.text))}`;
    case 'text':
      return prose(oneLine(block.text));
    case 'list':
      return block.items
        .map(({ text: said, mark, places = [] }) => {
          const where = places
            .map(names)
            .map((one) => link(oneLine(one.text), one.url))
            .join(', ');
          return `- ${mark ? `${mark} ` : ''}${prose(oneLine(said))}${where === '' ? '' : ` (${where})`}`;
        })
        .join('\n');
    case 'table':
      return markdownTable(escapedTable(cleaned(block.table)));
    case 'code':
      return fenced(block.language, block.text.trimEnd());
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
