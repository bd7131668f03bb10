/** How a key or a foreign key is widened where it is declared. Undefined where the text to change is not exactly known. */
import { type ForeignKey, findColumn, type Table, type UniqueKey } from '../schema/model';
import type { ShardTable } from '../shards/model';
import { contains, type Location } from '../text/span';
import { sameColumn } from './declaredTables';
import { uniqueKeys } from './uniqueKeys';

export interface DdlEdit {
  readonly at: Location;
  readonly text: string;
}

/** Puts columns of the same table in front of a unique key. */
export function widenedKey(
  ddl: Table,
  key: Pick<UniqueKey, 'columns' | 'at' | 'written'>,
  columns: readonly string[],
  dialect: string,
): readonly DdlEdit[] | undefined {
  const { written, at } = key;
  if (!written || !columns.every((column) => isThere(ddl, column, at))) return undefined;
  const front = columns.map((column) => quoted(spelled(ddl, column), dialect));
  if (written.list) return [insertion(written.list, `${front.join(', ')}, `)];
  const own = key.columns.flatMap((column) => (column === undefined ? [] : [quoted(column, dialect)]));
  if (!written.inline || !inList(ddl, at)) return undefined;
  return [movedOut(written.inline, at), { at: end(written.inline), text: ` (${[...front, ...own].join(', ')})` }];
}

/** Pairs the shard keys of both tables in a foreign key, on both of its sides. */
export function widenedForeignKey(
  child: { readonly ddl: Table; readonly table: ShardTable },
  parent: { readonly ddl: Table; readonly table: ShardTable },
  foreign: ForeignKey,
  dialect: string,
): readonly DdlEdit[] | undefined {
  const { written, at } = foreign;
  if (!written || changesKey(foreign)) return undefined;
  const pairs = child.table.shardKey.flatMap((own, i) => {
    const other = parent.table.shardKey[i] ?? own;
    const paired = foreign.columns.some((one, n) => sameColumn(one, own) && sameColumn(foreign.referenced[n], other));
    return paired ? [] : [{ own, other }];
  });
  const clear = pairs.every(
    ({ own, other }) =>
      isThere(child.ddl, own, at) &&
      findColumn(parent.ddl, other) !== undefined &&
      !foreign.columns.some((one) => sameColumn(one, own)) &&
      !foreign.referenced.some((one) => sameColumn(one, other)),
  );
  const own = pairs.map((pair) => spelled(child.ddl, pair.own));
  const others = pairs.map((pair) => spelled(parent.ddl, pair.other));
  // A foreign key needs a unique key of just these columns.
  const target = [...others, ...foreign.referenced];
  const unique = uniqueKeys(parent.ddl).some(
    ({ key }) =>
      key.columns.length === target.length && target.every((one) => key.columns.some((part) => sameColumn(part, one))),
  );
  if (pairs.length === 0 || !clear || !unique) return undefined;
  const quote = (columns: readonly string[]): string => columns.map((one) => quoted(one, dialect)).join(', ');
  const { list, inline, references, referenced } = written;
  const named = referenced.span.end > referenced.span.start;
  const there = named ? insertion(referenced, `${quote(others)}, `) : insertion(referenced, ` (${quote(target)})`);
  if (list) return [insertion(list, `${quote(own)}, `), there];
  if (!inline || !inList(child.ddl, at)) return undefined;
  const here = insertion(references, `FOREIGN KEY (${quote([...own, ...foreign.columns])}) `);
  // Without a name of its own the constraint begins with REFERENCES: one edit.
  return at.span.start === references.span.start
    ? [{ at: { ...at, span: { start: inline.span.start, end: at.span.start } }, text: `,\n  ${here.text}` }, there]
    : [movedOut(inline, at), here, there];
}

/** Its actions would reach the shard key as soon as that is one of its columns. */
const changesKey = ({ onDelete, onUpdate, sets }: ForeignKey): boolean =>
  [sets ? undefined : onDelete, onUpdate].some((action) => action === 'set null' || action === 'set default') ||
  onUpdate === 'cascade';

/** The column exists where the key is declared: in the same CREATE TABLE, or before what was added later. */
function isThere(ddl: Table, column: string, at: Location): boolean {
  const found = findColumn(ddl, column);
  if (!found) return false;
  if (inList(ddl, at)) return inList(ddl, found.at);
  return inList(ddl, found.at) || (found.at.file === at.file && found.at.span.start < at.span.start);
}

const inList = ({ list }: Table, at: Location): boolean =>
  list !== undefined && list.file === at.file && contains(list.span, at.span);

const spelled = (ddl: Table, column: string): string => findColumn(ddl, column)?.name ?? column;

const insertion = ({ file, span: { start } }: Location, text: string): DdlEdit => ({
  at: { file, span: { start, end: start } },
  text,
});

const end = ({ file, span }: Location): Location => ({ file, span: { start: span.end, end: span.end } });

/** The blanks before a constraint in a column's definition become the comma that makes it one of the table. */
const movedOut = (inline: Location, at: Location): DdlEdit => ({
  at: { file: at.file, span: { start: inline.span.start, end: at.span.start } },
  text: ',\n  ',
});

/** As PostgreSQL and MySQL take a name without folding it. */
function quoted(name: string, dialect: string): string {
  if (/^[a-z_][a-z0-9_]*$/.test(name) && !reserved.has(name)) return name;
  return dialect === 'mysql' || dialect === 'mariadb'
    ? `\`${name.replaceAll('`', '``')}\``
    : `"${name.replaceAll('"', '""')}"`;
}

/** Words that people name columns by and no database takes bare. */
const reserved: ReadonlySet<string> = new Set(
  'order group user key index default check column table primary references unique to from where select desc asc end limit range rank'.split(
    ' ',
  ),
);
