/** INSERT: each row by the values of its primary vindex columns; rows of a query by vtgate, once they are read. */
import type { Expr, Insert, InsertColumn } from '../../../query/model';
import type { ShardTable } from '../../../shards/model';
import type { Span } from '../../../text/span';
import { rowKey } from '../../insert';
import { isComputable } from './computable';
import { Refusal } from './plan';

export interface InsertedRows {
  readonly reach: 'single' | 'subset';
  /** One a row: the primary vindex values, joined. */
  readonly ids: readonly string[];
  /** For each of `ids`, the key's columns one by one. */
  readonly keys: readonly (readonly string[])[];
  readonly span: Span;
  /** Some row leaves the key out, and no sequence fills it in. */
  readonly missing: boolean;
}

/** What vtgate refuses of any INSERT into a sharded table; answers the names of the inserted columns, where the files say them. */
export function insertColumns(insert: Insert, table: ShardTable): readonly string[] | undefined {
  if (insert.replace)
    throw new Refusal(
      'replace',
      `REPLACE works in unsharded keyspaces only; \`${table.name.join('.')}\` is sharded`,
      insert.table.span,
    );
  for (const one of insert.onConflict?.set ?? []) refuseVindexChange(one, table);
  const named = insert.columns?.map((column: InsertColumn) => column.name.toLowerCase());
  const empty =
    typeof insert.source === 'object' &&
    insert.source.kind === 'values' &&
    insert.source.rows.every((row) => row.length === 0);
  if (named && named.length > 0) return named;
  if (empty || insert.source === 'default' || insert.source.kind === 'opaque') return [];
  if (table.columnsComplete) return [...table.columns.keys()].map((column) => column.toLowerCase());
  return undefined;
}

function refuseVindexChange(
  one: { readonly column: string; readonly value: Expr; readonly span: Span },
  table: ShardTable,
): void {
  const column = one.column.toLowerCase();
  const vindex = table.vindexes?.find((each) => each.columns.some((name) => name.toLowerCase() === column));
  if (!vindex) return;
  // `SET k = VALUES(k)` gives back what the row has.
  const { value } = one;
  const [first] = value.kind === 'call' && value.name.toLowerCase() === 'values' ? value.args : [];
  if (first?.kind === 'column' && first.name.toLowerCase() === column) return;
  throw new Refusal(
    'vindex-update',
    `\`${one.column}\` belongs to the vindex \`${vindex.name}\`: ON DUPLICATE KEY UPDATE may not change it`,
    one.span,
  );
}

export function insertedRows(
  rows: readonly (readonly Expr[])[],
  columns: readonly string[],
  table: ShardTable,
  span: Span,
): InsertedRows | 'open' {
  const generated = new Set(table.generated.map((name) => name.toLowerCase()));
  const places = table.shardKey.map((column) => columns.indexOf(column.toLowerCase()));
  let missing = false;
  let at: Span | undefined;
  const keys = new Map<string, readonly string[]>();
  const computed = new Set(
    [...(table.vindexes ?? []).flatMap((vindex) => vindex.columns), ...table.generated].map(lower),
  );
  for (const [number, row] of rows.entries()) {
    if (row.length !== columns.length)
      throw new Refusal('column-count', 'a row has not as many values as there are columns', row[0]?.span ?? span);
    // DEFAULT in the place of a sequence's column asks for the next value.
    const unknown = row.find(
      (expr, i) =>
        computed.has(columns[i] ?? '') && !isComputable(expr) && !(isDefault(expr) && generated.has(columns[i] ?? '')),
    );
    if (unknown)
      throw new Refusal(
        'insert-expression',
        'the value of a vindex column is not one that vtgate can compute',
        unknown.span,
      );
    const parts: string[] = [];
    for (const [i, place] of places.entries()) {
      const expr = row[place];
      const fills = generated.has(table.shardKey[i]?.toLowerCase() ?? '');
      const key = rowKey(expr, 'volatile');
      if (key.kind === 'open') return 'open';
      if (expr) at ??= expr.span;
      if (key.kind === 'value') parts.push(key.id);
      else if (key.kind === 'computed' || fills) parts.push(`?${number}`);
      else {
        missing = true;
        parts.push('=NULL');
      }
    }
    keys.set(parts.join(', '), parts);
  }
  const ids = [...keys.keys()];
  return { reach: ids.length > 1 ? 'subset' : 'single', ids, keys: [...keys.values()], span: at ?? span, missing };
}

const lower = (name: string): string => name.toLowerCase();

const isDefault = (expr: Expr): boolean => expr.kind === 'call' && expr.name === 'default';

export function refuseMissingKey(
  columns: readonly string[],
  table: ShardTable,
  selected: number | undefined,
  span: Span,
): void {
  const listed = columns.length;
  if (selected !== undefined && selected !== listed)
    throw new Refusal('column-count', `the query has ${selected} columns for ${listed} of the table`, span);
  const generated = new Set(table.generated.map((name) => name.toLowerCase()));
  const lacking = table.shardKey.find(
    (one) => !columns.includes(one.toLowerCase()) && !generated.has(one.toLowerCase()),
  );
  if (lacking === undefined) return;
  throw new Refusal(
    'missing-shard-key',
    `the selected rows have no value for the primary vindex column \`${lacking}\` of \`${table.name.join('.')}\``,
    span,
  );
}
