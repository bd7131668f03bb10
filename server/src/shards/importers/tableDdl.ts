/** CREATE TABLE of dialects that no parser here knows, from tokens: what stands in places that are not known is skipped. */
import type { Lexical } from '../../sql/lexical';
import type { Location, Span } from '../../text/span';
import type { SourceText } from '../importer';
import type { ShardTable } from '../model';
import { closing, commaParts, find, follows, nameAt, statementWords, type Word } from './words';

export interface TableDdl {
  readonly name: readonly string[];
  readonly at: Location;
  /** What stands between CREATE and TABLE, upper case: SHARDED, DUPLICATED. */
  readonly modifiers: readonly string[];
  readonly columns: readonly ColumnDdl[];
  readonly primaryKey?: KeyDdl;
  readonly uniques: readonly (readonly string[])[];
  readonly foreignKeys: readonly { readonly columns: readonly string[]; readonly table: readonly string[] }[];
  /** Everything behind the columns. */
  readonly tail: readonly Word[];
  /** The elements between the parentheses. */
  readonly body: readonly Word[];
}

export interface ColumnDdl extends Span {
  readonly name: string;
  /** Lower case, first word only. */
  readonly type: string;
  readonly words: readonly Word[];
}

export interface KeyDdl extends Span {
  readonly columns: readonly string[];
  /** How many of the first columns are hashed together: `((a, b) HASH, c)`, `(a HASH, c)`. */
  readonly hashed: number;
  /** The first column says ASC or DESC. */
  readonly ordered: boolean;
  /** What follows the key's parentheses, in its own element. */
  readonly rest: readonly Word[];
}

export interface DdlStatement {
  readonly file: string;
  readonly words: readonly Word[];
  readonly table?: TableDdl;
  /** Tables that it drops. */
  readonly dropped: readonly (readonly string[])[];
}

export function* ddlStatements(files: readonly SourceText[], lexical: Lexical): Generator<DdlStatement> {
  for (const { path, text } of files) {
    for (const words of statementWords(text, lexical)) {
      const table = follows(words, 0, 'CREATE') ? tableDdl(words, path) : undefined;
      yield { file: path, words, ...(table && { table }), dropped: droppedBy(words) };
    }
  }
}

function droppedBy(words: readonly Word[]): readonly (readonly string[])[] {
  if (!follows(words, 0, 'DROP TABLE')) return [];
  const from = follows(words, 2, 'IF EXISTS') ? 4 : 2;
  return commaParts(words.slice(from)).flatMap((part) => {
    const name = nameAt(part, 0);
    return name ? [name.name] : [];
  });
}

function tableDdl(words: readonly Word[], file: string): TableDdl | undefined {
  const made = words.slice(1, 6).findIndex(({ keyword }) => keyword === 'TABLE') + 1;
  if (made === 0) return undefined;
  const modifiers = words.slice(1, made).map(({ keyword }) => keyword);
  if (modifiers.some((one) => !one || /^(?:TEMP|TEMPORARY|FOREIGN|EXTERNAL)$/.test(one))) return undefined;
  const name = nameAt(words, follows(words, made + 1, 'IF NOT EXISTS') ? made + 4 : made + 1);
  if (!name) return undefined;
  const open = words[name.next]?.text === '(' ? name.next : -1;
  const close = open < 0 ? name.next - 1 : closing(words, open);
  const body = open < 0 ? [] : words.slice(open + 1, close);
  const tail = words.slice(close + 1);
  const elements = commaParts(body).map((part) => (part[0]?.keyword === 'CONSTRAINT' ? part.slice(2) : part));
  const columns = elements.flatMap(columnOf);
  const inline = columns.find((column) => find(column.words, 'PRIMARY KEY') >= 0);
  const keys = [...elements, tail].flatMap((part) => (follows(part, 0, 'PRIMARY KEY') ? keyOf(part) : []));
  const primaryKey = keys[0] ?? (inline && inlineKey(inline));
  return {
    name: name.name,
    at: { file, span: { start: name.start, end: name.end } },
    modifiers,
    columns,
    ...(primaryKey && { primaryKey }),
    uniques: [
      ...columns.filter((column) => find(column.words, 'UNIQUE') >= 0).map((column) => [column.name]),
      ...elements.flatMap((part) => (follows(part, 0, 'UNIQUE') ? keyOf(part).map((key) => key.columns) : [])),
    ],
    foreignKeys: elements.flatMap(foreignKeyOf),
    tail,
    body,
  };
}

const notColumns =
  /^(?:PRIMARY|UNIQUE|FOREIGN|CHECK|EXCLUDE|LIKE|INDEX|KEY|FULLTEXT|SPATIAL|INVERTED|FAMILY|PARTITION|GLOBAL|LOCAL|CLUSTERED|SUPPLEMENTAL)$/;

function columnOf(part: readonly Word[]): readonly ColumnDdl[] {
  const [name, type] = part;
  if (!name || !type || type.kind !== 'word' || notColumns.test(name.keyword)) return [];
  if (name.kind !== 'word' && name.kind !== 'quoted') return [];
  return [{ name: name.text, type: type.text.toLowerCase(), words: part, start: name.start, end: name.end }];
}

function inlineKey({ name, words, start, end }: ColumnDdl): KeyDdl {
  const rest = words.slice(find(words, 'PRIMARY KEY') + 2);
  const [order] = rest;
  return { columns: [name], hashed: order?.keyword === 'HASH' ? 1 : 0, ordered: isOrder(order), rest, start, end };
}

const isOrder = (word: Word | undefined): boolean => word?.keyword === 'ASC' || word?.keyword === 'DESC';

/** The first parentheses of an element as a list of key columns. */
export function keyOf(part: readonly Word[]): readonly KeyDdl[] {
  const open = part.findIndex(({ text }) => text === '(');
  if (open < 0) return [];
  const close = closing(part, open);
  const items = commaParts(part.slice(open + 1, close));
  const columns: string[] = [];
  let hashed = 0;
  for (const [i, item] of items.entries()) {
    const group = item[0]?.text === '(' ? commaParts(item.slice(1, closing(item, 0))) : [item];
    const names = group.flatMap(([word]) =>
      word && (word.kind === 'word' || word.kind === 'quoted') ? [word.text] : [],
    );
    columns.push(...names);
    if (i === 0 && (item.at(-1)?.keyword === 'HASH' || item[0]?.text === '(')) hashed = names.length;
  }
  const [first, last] = [part[0], part[close] ?? part.at(-1)];
  if (columns.length === 0 || !first || !last) return [];
  const ordered = isOrder(items[0]?.at(-1));
  return [{ columns, hashed, ordered, rest: part.slice(close + 1), start: first.start, end: last.end }];
}

function foreignKeyOf(part: readonly Word[]): TableDdl['foreignKeys'] {
  if (!follows(part, 0, 'FOREIGN KEY')) return [];
  const to = find(part, 'REFERENCES');
  const table = to < 0 ? undefined : nameAt(part, to + 1);
  const columns = keyOf(part)[0]?.columns;
  return table && columns ? [{ columns, table: table.name }] : [];
}

/** What DDL says of a table whatever its shards. */
export const ddlFacts = ({ columns, uniques, primaryKey }: TableDdl): Partial<ShardTable> => ({
  columns: new Map(columns.map(({ name, type }) => [name, type])),
  unique: [...(primaryKey ? [primaryKey.columns] : []), ...uniques],
});

/** `NAME = value`, `NAME value`, `NAME = 'value'` from `from` on. */
export function optionOf(words: readonly Word[], name: string): Word | undefined {
  const at = words.findIndex(({ keyword }) => keyword === name);
  if (at < 0) return undefined;
  return words[at + 1]?.text === '=' ? words[at + 2] : words[at + 1];
}

export const wholeNumber = (word: Word | undefined): number | undefined =>
  word?.kind === 'number' && /^\d+$/.test(word.text) ? Number(word.text) : undefined;
