/** Where inserted rows go: each row by its key value; rows of a query by whether they stay where they were read. */
import type { Expr, Insert, Query } from '../query/model';
import type { ShardTable } from '../shards/model';
import type { Span } from '../text/span';
import { keyValueOf, type Volatility } from './keyValue';

/** One key column's place in the inserted rows. */
export type KeyPlace =
  | { readonly kind: 'at'; readonly index: number }
  | { readonly kind: 'generated' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unknown' };

/** Positions of the columns among the inserted ones. `unknown`: no column list, and the table's own is not known. */
export function keyPlaces(insert: Insert, table: ShardTable, key: readonly string[]): readonly KeyPlace[] {
  const named =
    insert.columns?.map((column) => column.name.toLowerCase()) ??
    (table.columns.size > 0 ? [...table.columns.keys()].map((name) => name.toLowerCase()) : undefined);
  const width = sourceWidth(insert.source);
  const generated = new Set(table.generated.map((name) => name.toLowerCase()));
  return key.map((column): KeyPlace => {
    const wanted = column.toLowerCase();
    if (insert.source === 'default') return { kind: generated.has(wanted) ? 'generated' : 'missing' };
    const index = named?.indexOf(wanted) ?? -1;
    // Fewer values than columns: the rest take their defaults.
    if (index >= 0 && (insert.columns || width === undefined || index < width)) return { kind: 'at', index };
    if (generated.has(wanted)) return { kind: 'generated' };
    if (insert.openColumns) return { kind: 'unknown' };
    if (named) return { kind: 'missing' };
    return { kind: 'unknown' };
  });
}

function sourceWidth(source: Insert['source']): number | undefined {
  if (source === 'default' || source.kind === 'opaque') return undefined;
  if (source.kind === 'values') return source.rows[0]?.length;
  return undefined;
}

export type RowKey =
  | {
      readonly kind: 'value';
      readonly id: string;
      readonly constant?: string | number | bigint | boolean;
      /** Stands for any number of rows with a value each: `items.map(…)`. */
      readonly many?: boolean;
      readonly span: Span;
    }
  /** Known only when it is computed, one value a row: a sequence, a random id, a subquery. */
  | { readonly kind: 'computed'; readonly span: Span }
  | { readonly kind: 'null'; readonly span: Span }
  | { readonly kind: 'default'; readonly span: Span }
  | { readonly kind: 'open'; readonly span: Span };

/** The key value of one inserted row. */
export function rowKey(expr: Expr | undefined, upTo: Volatility): RowKey {
  const span = expr?.span ?? { start: 0, end: 0 };
  if (!expr) return { kind: 'default', span };
  if (expr.kind === 'opaque' || expr.kind === 'choice') return { kind: 'open', span };
  if (expr.kind === 'const' && expr.type === 'null') return { kind: 'null', span };
  if (expr.kind === 'cast' && expr.value.kind === 'const' && expr.value.type === 'null') return { kind: 'null', span };
  if (expr.kind === 'call' && expr.name === 'default') return { kind: 'default', span };
  const value = keyValueOf(expr, upTo);
  return value
    ? {
        kind: 'value',
        id: value.id,
        span,
        ...(value.constant !== undefined ? { constant: value.constant } : {}),
        ...(value.many ? { many: true } : {}),
      }
    : { kind: 'computed', span };
}

/** The rows of `VALUES`, or of a SELECT without FROM, as lists of expressions. */
export function literalRows(source: Query): readonly (readonly Expr[])[] | undefined {
  if (source.kind === 'values') return source.rows;
  if (source.kind === 'select' && source.from.length === 0 && !source.where && source.groupBy.length === 0)
    return [source.items.map((item) => item.expr)];
  return undefined;
}
