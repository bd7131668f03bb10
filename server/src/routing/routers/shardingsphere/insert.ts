/** INSERT in ShardingSphere: each row to its node; rows of a SELECT stay where they are read. */
import type { Expr, Insert } from '../../../query/model';
import type { ShardTable } from '../../../shards/model';
import { type Analysis, type AnalysisOptions, analyse } from '../../analysis';
import { shardOf } from '../../exactShards';
import { keyPlaces, type RowKey, rowKey } from '../../insert';
import { readRoute } from '../../read';
import type { Reason } from '../../route';
import { leftBehind, type Sent } from '../../sent';
import { conditionsOf } from './conditions';
import { isKey, nodesOf } from './nodes';

export function ofInsert(
  insert: Insert,
  table: ShardTable,
  analysis: Analysis,
  options: AnalysisOptions,
): Sent | undefined {
  const { source } = insert;
  const name = table.name.join('.');
  const span = insert.table.span;
  const refuse = (code: string, because: string): Sent => ({
    reach: 'scatter',
    notes: [],
    refused: { code, because, span },
  });
  if (source !== 'default' && source.kind === 'opaque') return undefined;
  const others = analysis.universe.rels.filter((rel) => rel.ref !== insert.table);
  if (source === 'default' || source.kind === 'values') {
    if (others.some((rel) => rel.table !== table))
      return refuse('multiple-tables', 'rows with subqueries over other tables');
    return ofRows(insert, table, source === 'default' ? [[]] : source.rows, refuse);
  }
  if (others.some((rel) => rel.table !== table && rel.table?.group !== table.group))
    return refuse('insert-select', `\`${name}\` takes rows of tables only that are bound to it`);
  const reading = analyse(source, options);
  const sent = nodesOf(
    [table],
    { ...reading, universe: analysis.universe },
    conditionsOf(reading.universe),
    readRoute(source, reading).reasons,
  );
  return { ...sent, notes: [...leftBehind(insert, table, options, 'ShardingSphere'), ...sent.notes], trusted: true };
}

/** Each row to its node. A function for the key gives no value: the row would go to all nodes, and is refused. */
function ofRows(
  insert: Insert,
  table: ShardTable,
  rows: readonly (readonly Expr[])[],
  refuse: (code: string, because: string) => Sent,
): Sent | undefined {
  const places = keyPlaces(insert, table, table.shardKey);
  const name = table.name.join('.');
  const key = table.shardKey.join(', ');
  if (places.some(({ kind }) => kind === 'unknown')) return undefined;
  if (places.some(({ kind }) => kind === 'missing'))
    return refuse('missing-shard-key', `the rows have no value for the shard key \`${key}\` of \`${name}\``);
  const keys = rows.map((row) =>
    places.map((place): RowKey => (place.kind === 'at' ? rowKey(row[place.index], 'stable') : computed)),
  );
  if (keys.flat().some(({ kind }) => kind === 'open')) return undefined;
  const bad = keys
    .flat()
    .find(
      (one) =>
        one.kind === 'null' ||
        one.kind === 'default' ||
        (one.kind === 'computed' && one !== computed) ||
        isFunction(one),
    );
  if (bad)
    return refuse(
      'missing-shard-key',
      `\`${key}\` of \`${name}\` has to be a value that can be read, not NULL or a function`,
    );
  const ids = new Set(keys.map((row, i) => row.map((one) => (one.kind === 'value' ? one.id : `?${i}`)).join()));
  const many = keys.flat().some((one) => one.kind === 'value' && one.many);
  const shards = keys.map(([one]) =>
    one?.kind === 'value'
      ? shardOf(table, { id: one.id, ...(one.constant !== undefined && { constant: one.constant }) })
      : undefined,
  );
  const exact = shards.every((shard) => shard !== undefined) ? [...new Set(shards)] : undefined;
  const single = !many && (ids.size === 1 || exact?.length === 1);
  const said = single
    ? `all rows of \`${name}\` have one \`${key}\``
    : `the rows of \`${name}\` have several values of \`${key}\``;
  const changed = insert.onConflict?.set.find(({ column, value }) => isKey(table, column) && !isOwn(value, column));
  const text = `\`${changed?.column}\` is the sharding key of \`${name}\``;
  const change: Reason[] = changed ? [{ code: 'key-update', text, span: changed.span }] : [];
  const to = changed && rowKey(changed.value, 'immutable');
  // A value that can be read has to lead to the node of the row; of anything else no notice is taken.
  const moved = to?.kind === 'value' && !to.id.startsWith('(') && !(ids.size === 1 && ids.has(to.id));
  return {
    reach: single ? 'single' : 'subset',
    notes: [...change, { code: 'insert-value', text: said, span: insert.table.span }],
    trusted: true,
    ...(changed && moved && { refused: { code: 'key-update', because: text, span: changed.span } }),
    ...(exact && { shards: { count: exact.length, ids: exact } }),
  };
}

const isFunction = (key: RowKey): boolean =>
  key.kind === 'value' && key.id.startsWith('(') && !/^\((?:now|current_timestamp)\b/i.test(key.id);

const computed: RowKey = { kind: 'computed', span: { start: 0, end: 0 } };

/** `VALUES(key)`, `excluded.key` or the key itself: the row keeps what it has. */
const isOwn = (value: Expr, column: string): boolean =>
  value.kind === 'column'
    ? value.name === column
    : value.kind === 'call' && value.name.toLowerCase() === 'values' && value.args.every((arg) => isOwn(arg, column));
