/** INSERT of given rows: each goes to the shard of its key. */
import type { Column, Expr, Insert } from '../../../query/model';
import { partsOf, queriesIn, someExpr } from '../../../query/walk';
import type { ShardTable } from '../../../shards/model';
import { shardOf } from '../../exactShards';
import { type KeyPlace, keyPlaces, rowKey } from '../../insert';
import { exprVolatility, keyValueOf } from '../../keyValue';
import type { Reason, Shards } from '../../route';
import { type Outcome, refuse } from './select';
import { dependsOnZone } from './timeZone';

/** What ON CONFLICT may not do on distributed tables. */
export function refusedConflict(insert: Insert, table: ShardTable): Outcome['refused'] {
  const { onConflict } = insert;
  if (!onConflict) return null;
  const typeOf = ({ name }: Column): string | undefined => table.columns.get(name);
  const isMutable = (expr: Expr): boolean =>
    exprVolatility(expr) !== 'immutable' || someExpr(expr, (one) => dependsOnZone(one, typeOf));
  for (const one of onConflict.set) {
    if (isMutable(one.value))
      return refuse('volatile-function', 'ON CONFLICT sets a value that is not the same wherever it is computed');
    if (queriesIn(one.value).length > 0) return refuse('insert-subquery', 'ON CONFLICT reads a subquery');
    const isKey =
      table.kind === 'sharded' && table.shardKey.some((key) => key.toLowerCase() === one.column.toLowerCase());
    if (isKey && !(one.value.kind === 'column' && one.value.name.toLowerCase() === one.column.toLowerCase()))
      return refuse('key-update', `\`${one.column}\` decides the shard of a row and cannot be changed`);
  }
  if ([onConflict.where, onConflict.targetWhere].some((expr) => expr && isMutable(expr)))
    return refuse('volatile-function', 'the WHERE of ON CONFLICT is not the same wherever it is computed');
  return null;
}

const hasQuery = (expr: Expr): boolean => queriesIn(expr).length > 0 || partsOf(expr).some(hasQuery);

export const refusedValues = (rows: readonly (readonly Expr[])[]): Outcome['refused'] =>
  rows.some((row) => row.some(hasQuery)) ? refuse('insert-subquery', 'VALUES cannot hold subqueries') : null;

export function planRows(rows: readonly (readonly Expr[])[], insert: Insert, table: ShardTable): Outcome {
  const common = { crossShard: null, refused: null, notes: [] };
  if (table.kind !== 'sharded') {
    const reach = table.kind === 'single-shard' ? 'single' : table.kind === 'reference' ? 'reference' : 'unsharded';
    return { ...common, reach, shards: reach === 'single' ? { count: 1 } : {} };
  }
  const name = table.name.join('.');
  const key = table.shardKey[0] ?? '';
  const place: KeyPlace = keyPlaces(insert, table, table.shardKey)[0] ?? { kind: 'unknown' };
  const of = table.shards !== undefined ? { of: table.shards } : {};
  const lacking = (text: string): Outcome => ({
    ...common,
    reach: 'scatter',
    shards: of,
    refused: refuse('missing-shard-key', text),
    notes: [{ code: 'missing-key', text, span: insert.table.span }],
  });
  if (place.kind === 'missing') return lacking(`the rows have no value for \`${key}\` of \`${name}\``);
  const shards = new Set<number>();
  const ids = new Set<string>();
  for (const [i, row] of rows.entries()) {
    const expr = place.kind === 'at' ? row[place.index] : undefined;
    const found = place.kind === 'at' ? rowKey(expr, 'stable') : undefined;
    if (found?.kind === 'null') return lacking(`a row's \`${key}\` is NULL: it belongs to no shard`);
    if (found?.kind === 'open' || place.kind === 'unknown')
      return {
        ...common,
        reach: 'unknown',
        shards: of,
        notes: [
          { code: 'open', text: `\`${key}\` of the rows of \`${name}\` is not in the source`, span: insert.table.span },
        ],
      };
    const value = expr && found?.kind === 'value' ? keyValueOf(expr, 'stable', true) : undefined;
    const shard = value && shardOf(table, value, table.hash ?? 'postgresql');
    if (shard !== undefined) shards.add(shard);
    ids.add(shard !== undefined ? `#${shard}` : value ? value.id : `?${i}`);
  }
  return { ...common, ...spread(ids, shards, table), notes: [rowsReason(ids.size, rows.length, table, insert)] };
}

function spread(
  ids: ReadonlySet<string>,
  shards: ReadonlySet<number>,
  table: ShardTable,
): { reach: Outcome['reach']; shards: Shards } {
  const of = table.shards !== undefined ? { of: table.shards } : {};
  const exact = ids.size === shards.size ? { ids: [...shards].sort((a, b) => a - b) } : {};
  if (ids.size === 1 || table.shards === 1) return { reach: 'single', shards: { count: 1, ...of, ...exact } };
  if (ids.size === shards.size && shards.size === table.shards)
    return { reach: 'scatter', shards: { count: shards.size, ...of, ...exact } };
  return { reach: 'subset', shards: ids.size === shards.size ? { count: ids.size, ...of, ...exact } : of };
}

function rowsReason(count: number, rows: number, table: ShardTable, insert: Insert): Reason {
  const key = table.shardKey[0] ?? '';
  const name = table.name.join('.');
  const text =
    count === 1
      ? `${rows === 1 ? 'the row' : 'all rows'} of \`${name}\` ${rows === 1 ? 'goes' : 'go'} to the shard of \`${key}\``
      : `the rows of \`${name}\` go to ${count} shards by \`${key}\``;
  return { code: 'insert-value', text, span: insert.table.span };
}
