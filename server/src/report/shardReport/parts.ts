/** What the sections of the report are made of: links, tables with headings, lists of statements. */
import type { Place, StatementLine } from '../../advice/shardReport/model';
import { fieldOfClass } from '../../advice/shardReport/tally';
import { nameOfClass, number, shardsText } from './figures';
import { type Markup, markup, type Part } from './markup';

/** A place as a link; pages and the editor follow different ones. */
export type LinkTo = (place: Place, text: string) => Markup;

export const placeLink = (place: Place, linkTo: LinkTo): Markup => linkTo(place, `${place.file}:${place.line}`);

export interface Column<Row> {
  readonly title: string;
  /** Numbers stand on the right. */
  readonly number?: boolean;
  cell(row: Row): Part;
}

/** The first column names the row. Empty without rows. */
export function table<Row>(caption: string, rows: readonly Row[], columns: readonly Column<Row>[]): Part {
  if (rows.length === 0) return '';
  const head = columns.map((one) => markup`<th scope="col"${one.number && numeric}>${one.title}</th>`);
  const body = rows.map((row) => {
    const [first, ...others] = columns;
    const cells = others.map((one) => markup`<td${one.number && numeric}>${one.cell(row)}</td>`);
    return markup`<tr><th scope="row">${first?.cell(row)}</th>${cells}</tr>\n`;
  });
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption>
    <thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

const numeric = markup` class="n"`;

export const section = (id: string, title: string, ...parts: readonly Part[]): Part =>
  parts.every((part) => part === '' || part === undefined || part === null || part === false)
    ? ''
    : markup`<section aria-labelledby="${id}"><h3 id="${id}">${title}</h3>${parts}</section>\n`;

/** Words of ours with names between backticks. */
export function said(text: string): Part {
  const parts = text.split('`');
  if (parts.length % 2 === 0) return text;
  return parts.map((part, i) => (i % 2 === 0 ? part : markup`<code>${part}</code>`));
}

export const statementList = (statements: readonly StatementLine[], linkTo: LinkTo): Part =>
  statements.length > 0 &&
  markup`<ol class="statements">${statements.map((one) => markup`<li>${statement(one, linkTo)}</li>\n`)}</ol>`;

function statement(one: StatementLine, linkTo: LinkTo): Part {
  const field = fieldOfClass[one.class];
  const tag =
    one.refused === null
      ? markup`<span class="tag ${field}">${nameOfClass(one.class)}</span>`
      : markup`<span class="tag refused">refused</span>`;
  const notes = [
    shardsText(one) !== '–' && `${shardsText(one)} shards`,
    one.rate !== null && `${number(one.rate)} a second`,
    ...one.owners,
    one.service,
  ].filter((note) => note !== false && note !== null);
  return [
    placeLink(one, linkTo),
    one.function !== null && markup` <code>${one.function}</code>`,
    ' ',
    tag,
    notes.length > 0 && markup` <span class="muted">${notes.join(' · ')}</span>`,
    markup` <span>${said(one.refused ?? one.why[0] ?? '')}</span>`,
    markup`<code class="sql">${one.sql}</code>`,
  ];
}
