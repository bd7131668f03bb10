/** Offers to bind a shard key to a variable of that name that is in scope: unsafe, as only people know that it is the right one. */

import { findDialect } from '../dialects';
import { visibleNames } from '../flow/visible';
import type { Binds } from '../orms/orm';
import type { Expr, Query } from '../query/model';
import { leavesOf } from '../query/walk';
import { lex } from '../sql/lexer';
import type { TextEdit } from '../text/edits';
import type { Fix } from './finding';
import type { Statement } from './statement';

export interface BindWish {
  readonly table: string;
  readonly alias: string;
  readonly columns: readonly string[];
}

export function bindFixes(statement: Statement, wish: BindWish): readonly Fix[] {
  const { found, query, host } = statement;
  const [column, ...more] = wish.columns;
  if (
    !found ||
    !query ||
    !host ||
    column === undefined ||
    more.length > 0 ||
    found.statement.kind !== 'sql' ||
    !found.statement.binds
  )
    return [];
  const visible = visibleNames(host, statement.span);
  const variable = spellings(column, wish.table).find((name) => visible.has(name));
  const place = variable === undefined ? undefined : placeOf(query, wish.alias);
  if (variable === undefined || !place) return [];
  const value = handIn(statement, found.statement.binds, variable, place.at);
  if (!value) return [];
  const edits = predicateEdits(
    statement,
    place,
    `${columnText(statement, wish.alias, column, query)} = ${value.placeholder}`,
    value.raw,
  );
  if (!edits) return [];
  return [
    {
      title: `Bind \`${column}\` to \`${variable}\``,
      safe: false,
      edits: [...edits, ...value.edits].map((edit) => ({ file: statement.file, ...edit })),
    },
  ];
}

/** `tenant_id` → tenantId, tenant_id; `id` of `tenants` → tenantId, too. */
function spellings(column: string, table: string): readonly string[] {
  const camel = (text: string) => text.replace(/_+(\w)/g, (_, letter: string) => letter.toUpperCase());
  const own = [column, camel(column)];
  if (column.toLowerCase() !== 'id') return own;
  const one = camel((table.split('.').pop() ?? table).replace(/ies$/, 'y').replace(/s$/, ''));
  return [`${one}Id`, `${one}_id`];
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

function columnText({ effective }: Statement, alias: string, column: string, query: Query): string {
  const quote = effective.map.dialect === 'postgresql' && /[^a-z0-9_]/.test(column) ? `"${column}"` : column;
  return 'from' in query && leavesOf(query.from).length > 1 ? `${alias}.${quote}` : quote;
}

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
  const { place } = statement;
  const put = (offset: number, text: string): TextEdit | undefined => {
    const edit = place.edit({ span: { start: offset, end: offset }, text: raw ? ' ' : text });
    // Host code goes in as it is: only the place is asked for.
    return edit && { span: edit.span, text: raw ? text : edit.text };
  };
  const edits = !where
    ? [put(at, ` WHERE ${predicate}`)]
    : where.kind === 'or'
      ? [put(where.span.start, '('), put(at, `) AND ${predicate}`)]
      : [put(at, ` AND ${predicate}`)];
  return edits.every((edit): edit is TextEdit => edit !== undefined) ? edits : undefined;
}
