/** INSERT in PgDog: one row by its key, several rows to all shards, rows without a key to a shard in turn. */
import type { Insert } from '../../../query/model';
import type { RouterChoice, ShardTable } from '../../../shards/model';
import { shardOf } from '../../exactShards';
import { keyPlaces, literalRows, rowKey } from '../../insert';
import type { KeyValue } from '../../keyValue';
import { showIds } from '../../reasons';
import type { Reason } from '../../route';
import type { Sent } from '../../sent';
import { findKey, type Names, usable } from './search';

export function insertSent(
  insert: Insert,
  table: ShardTable,
  names: Names,
  settings: RouterChoice['settings'],
  stray: () => readonly Reason[],
): Sent | undefined {
  const { source } = insert;
  const name = `\`${table.name.join('.')}\``;
  const key = table.shardKey[0] ?? '';
  const span = insert.table.span;
  const inTurn = (): Sent => ({
    reach: 'single',
    notes: [{ code: 'missing-key', text: `PgDog puts rows of ${name} without \`${key}\` on one shard in turn`, span }],
    trusted: true,
  });
  if (source === 'default') return inTurn();
  if (source.kind === 'opaque') return undefined;
  const [place] = keyPlaces(insert, table, [key]);
  if (!place || place.kind === 'unknown') return undefined;
  const rows = literalRows(source);
  if (source.kind === 'values' && source.rows.length > 1) {
    if (settings['rewrite.split_inserts'] === 'rewrite') return split(insert, table, place);
    const text = `several rows in one VALUES go to all shards, and each stores all of them`;
    return { reach: 'scatter', notes: [{ code: 'rows-move', text, span }], trusted: true };
  }
  const values = source.kind === 'select' ? source.items.map(({ expr }) => expr) : (rows?.[0] ?? []);
  const value = place.kind === 'at' ? values[place.index] : undefined;
  if (value?.kind === 'opaque' || value?.kind === 'choice' || value?.kind === 'star') {
    if (value.kind !== 'star') return undefined;
  } else if (value?.kind === 'const' && value.type === 'null') {
    const text = `PgDog takes a row without a value for \`${key}\` to every shard`;
    return { reach: 'scatter', notes: [{ code: 'missing-key', text, span: value.span }] };
  } else if (value) {
    const found = usable(value);
    if (found) return one(found, table, value.span);
  }
  // A key in the source's own predicates decides next.
  const { hit, open } = findKey(insert, names);
  if (hit && hit.values !== 'all') {
    const ids = new Set(hit.values.map(({ id }) => id));
    const text = `${name} gets the rows of \`${hit.column}\` = ${showIds([...ids])} where they are read`;
    return {
      reach: ids.size === 1 ? 'single' : 'subset',
      notes: [...stray(), { code: 'insert-value', text, span: hit.span }],
      trusted: true,
    };
  }
  if (hit)
    return { reach: 'scatter', notes: [{ code: 'unbound', text: `${name} gets rows on every shard`, span: hit.span }] };
  return open ? undefined : inTurn();
}

function one(value: KeyValue, table: ShardTable, span: Insert['span']): Sent {
  const shard = shardOf(table, value);
  const text = `the row of \`${table.name.join('.')}\` has \`${table.shardKey[0]}\` = ${showIds([value.id])}`;
  return {
    reach: 'single',
    notes: [{ code: 'insert-value', text, span }],
    trusted: true,
    ...(shard !== undefined && { shards: { count: 1, ids: [shard] } }),
  };
}

/** Each row becomes a statement of its own. */
function split(insert: Insert, table: ShardTable, place: ReturnType<typeof keyPlaces>[number]): Sent | undefined {
  const rows = typeof insert.source === 'object' && insert.source.kind === 'values' ? insert.source.rows : [];
  const keys = rows.map((row) => (place.kind === 'at' ? rowKey(row[place.index], 'immutable') : undefined));
  if (keys.some((key) => key?.kind === 'open')) return undefined;
  const ids = new Set(keys.map((key, i) => (key?.kind === 'value' ? key.id : `?${i}`)));
  const text = `each row of \`${table.name.join('.')}\` goes to the shard of its \`${table.shardKey[0]}\``;
  return {
    reach: ids.size > 1 ? 'subset' : 'single',
    notes: [{ code: 'insert-value', text, span: insert.table.span }],
    trusted: true,
  };
}
