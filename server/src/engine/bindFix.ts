/** Offers to bind a shard key to a value of that name that is in scope. */

import { findDialect } from '../dialects';
import type { Flow } from '../flow/flow';
import type { HostFile } from '../hosts/host';
import type { Binding, Binds, Found, Key } from '../orms/orm';
import type { Expr, Insert, Query } from '../query/model';
import { leavesOf } from '../query/walk';
import { lex } from '../sql/lexer';
import type { TextEdit } from '../text/edits';
import type { Fix } from './finding';
import { valuesInScope } from './scopeValues';
import type { Statement } from './statement';

export interface BindWish {
  readonly table: string;
  readonly alias: string;
  readonly columns: readonly string[];
}

/** How a call of a library can be asked for one more column; undefined where it cannot. */
export type Bind = (found: Found, key: Omit<Key, 'text'>) => Binding | undefined;

/** What the fixes of one file are made with; absent for `.sql` files. */
export interface Scope {
  readonly flow: Flow;
  readonly bind: Bind;
}

export function bindFixes(statement: Statement, wish: BindWish, scope: Scope | undefined): readonly Fix[] {
  const { found, query, host } = statement;
  const [column, ...more] = wish.columns;
  if (!found || !query || !host || column === undefined || more.length > 0) return [];
  if (found.statement.kind === 'model') return inCall(statement, found, host, column, wish, scope);
  const { binds } = found.statement;
  if (!binds) return [];
  return valuesInScope(host, statement.span, { column, table: wish.table }, scope?.flow).flatMap((value) => {
    const edits = inText(statement, query, binds, column, wish.alias, value);
    return edits ? [fixOf(statement, column, value, edits)] : [];
  });
}

/** Unsafe: only people know that it is the right value. */
const fixOf = ({ file }: Statement, column: string, value: string, edits: readonly TextEdit[]): Fix => ({
  title: `Bind \`${column}\` to \`${value}\``,
  safe: false,
  edits: edits.map((edit) => ({ file, ...edit })),
});

/** A library's call says itself how it takes one more column. */
function inCall(
  statement: Statement,
  found: Found,
  host: HostFile,
  column: string,
  { table, alias }: BindWish,
  scope: Scope | undefined,
): readonly Fix[] {
  const as = statement.query?.kind === 'insert' ? 'row' : 'filter';
  const binding = scope?.bind(found, { alias, column, as });
  if (!scope || !binding) return [];
  const { property, own } = binding;
  const values =
    own === undefined ? valuesInScope(host, statement.span, { column, table, property }, scope.flow) : [own];
  return values.flatMap((value) => {
    const edits = binding.edits(value);
    return edits.length > 0 ? [fixOf(statement, column, value, edits)] : [];
  });
}

/** SQL text: a predicate in its WHERE, with the value handed in beside it. */
function inText(
  statement: Statement,
  query: Query,
  binds: Binds,
  column: string,
  alias: string,
  variable: string,
): readonly TextEdit[] | undefined {
  if (query.kind === 'insert') return inRow(statement, query, binds, column, variable);
  const place = placeOf(query, alias);
  const value = place && handIn(statement, binds, variable, place.at);
  if (!place || !value) return undefined;
  const edits = predicateEdits(
    statement,
    place,
    `${columnText(statement, alias, column, query)} = ${value.placeholder}`,
    value.raw,
  );
  return edits && [...edits, ...value.edits];
}

/** One more column of the row that an INSERT writes, with its value. */
function inRow(
  statement: Statement,
  { columns = [], source }: Insert,
  binds: Binds,
  column: string,
  variable: string,
): readonly TextEdit[] | undefined {
  const [row, more] = source !== 'default' && source.kind === 'values' ? source.rows : [];
  const after = columns.at(-1);
  const last = row?.at(-1);
  if (!after || !last || more || row?.length !== columns.length || columns.some(({ name }) => name === column))
    return undefined;
  const value = handIn(statement, binds, variable, last.span.end);
  const named = insertAt(statement, after.span.end, `, ${quoted(statement, column)}`, false);
  const given = value && insertAt(statement, last.span.end, `, ${value.placeholder}`, value.raw);
  return value && named && given && [named, given, ...value.edits];
}

interface Place {
  readonly at: number;
  /** The condition that is there already. */
  readonly where: Expr | undefined;
}

/** Where a predicate on that table goes: only in the statement's own WHERE, never into a subquery. */
function placeOf(query: Query, alias: string): Place | undefined {
  if (query.kind !== 'select' && query.kind !== 'update' && query.kind !== 'delete') return undefined;
  const own = leavesOf(query.from).some(
    (leaf) =>
      leaf.kind === 'table' &&
      (leaf.alias ?? leaf.name.parts[leaf.name.parts.length - 1])?.toLowerCase() === alias.toLowerCase(),
  );
  if (!own) return undefined;
  if (query.where) return { at: query.where.span.end, where: query.where };
  const ends = [
    ...query.from.map((item) => item.span.end),
    ...(query.kind === 'update' ? query.set.map((set) => set.span.end) : []),
  ];
  return { at: Math.max(...ends), where: undefined };
}

function columnText(statement: Statement, alias: string, column: string, query: Query): string {
  const name = quoted(statement, column);
  return 'from' in query && leavesOf(query.from).length > 1 ? `${alias}.${name}` : name;
}

const quoted = ({ effective }: Statement, column: string): string =>
  effective.map.dialect === 'postgresql' && /[^a-z0-9_]/.test(column) ? `"${column}"` : column;

/** The value's text in the SQL, and the edits that hand it in beside it. `raw`: host code, not SQL text. */
function handIn(
  statement: Statement,
  binds: Binds,
  variable: string,
  at: number,
): { readonly placeholder: string; readonly raw: boolean; readonly edits: readonly TextEdit[] } | undefined {
  if (binds.kind === 'hole') return { placeholder: `\${${variable}}`, raw: true, edits: [] };
  const lexical = findDialect(statement.effective.map.dialect)?.lexical;
  if (!lexical) return undefined;
  const placeholders = lex(statement.sql, lexical).filter((token) => token.kind === 'placeholder');
  const items = binds.kind === 'list' ? binds.items : [];
  // Placeholders and values must match one to one, or the new value's place is not known.
  const numbered = placeholders.map((token) =>
    Number(/^\$(\d+)$/.exec(statement.sql.slice(token.start, token.end))?.[1]),
  );
  if (binds.style === 'dollar' ? Math.max(0, ...numbered) !== items.length : placeholders.length !== items.length)
    return undefined;
  const index = binds.style === 'dollar' ? items.length : placeholders.filter((token) => token.start < at).length;
  const placeholder = binds.style === 'dollar' ? `$${items.length + 1}` : '?';
  if (binds.kind === 'new-list')
    return {
      placeholder,
      raw: false,
      edits: [{ span: { start: binds.after, end: binds.after }, text: `, [${variable}]` }],
    };
  const before = items[index - 1];
  const after = items[index];
  const offset = before ? before.end : after ? after.start : binds.list.start + 1;
  const text = before ? `, ${variable}` : after ? `${variable}, ` : variable;
  return { placeholder, raw: false, edits: [{ span: { start: offset, end: offset }, text }] };
}

function predicateEdits(
  statement: Statement,
  { at, where }: Place,
  predicate: string,
  raw: boolean,
): readonly TextEdit[] | undefined {
  const put = (offset: number, text: string): TextEdit | undefined => insertAt(statement, offset, text, raw);
  const edits = !where
    ? [put(at, ` WHERE ${predicate}`)]
    : where.kind === 'or'
      ? [put(where.span.start, '('), put(at, `) AND ${predicate}`)]
      : [put(at, ` AND ${predicate}`)];
  return edits.every((edit): edit is TextEdit => edit !== undefined) ? edits : undefined;
}

/** Text that goes into the SQL; `raw`: host code, which goes in as it is: only its place is asked for. */
function insertAt({ place }: Statement, offset: number, text: string, raw: boolean): TextEdit | undefined {
  const edit = place.edit({ span: { start: offset, end: offset }, text: raw ? ' ' : text });
  return edit && { span: edit.span, text: raw ? text : edit.text };
}
