/** INSERT in SPQR: rows by their keys, a SELECT where it runs. */
import type { Insert } from '../../../query/model';
import type { ShardTable } from '../../../shards/model';
import type { AnalysisOptions } from '../../analysis';
import { keyPlaces, literalRows, rowKey } from '../../insert';
import type { KeyValue } from '../../keyValue';
import { showIds } from '../../reasons';
import type { Reason } from '../../route';
import type { RouteContext } from '../../router';
import { leftBehind, type Sent } from '../../sent';
import { byValues, isBelow, isOn, refuse, shardName } from './places';
import type { Values } from './values';

export function ofInsert(
  insert: Insert,
  table: ShardTable,
  values: Values,
  options: AnalysisOptions,
  context: RouteContext,
): Sent | undefined {
  const { source } = insert;
  const name = table.name.join('.');
  const span = insert.table.span;
  const enhanced = isOn(context, 'enhanced_multishard_processing');
  const missing = (): Sent => {
    const text = `SPQR reads no value for \`${table.shardKey.join(', ')}\` out of the rows of \`${name}\``;
    if (enhanced) return refuse('scatter', 'missing-shard-key', text, span);
    const note: Reason = { code: 'missing-key', text: `${text}, and every shard stores all of them`, span };
    return { reach: 'scatter', notes: [note], trusted: true };
  };
  if (source !== 'default' && source.kind === 'opaque') return undefined;
  const places = keyPlaces(insert, table, table.shardKey);
  if (insert.openColumns && places.some(({ kind }) => kind === 'unknown')) return undefined;
  const literal = source === 'default' || source.kind === 'values';
  if (literal && places.some(({ kind }) => kind !== 'at')) return missing();
  if (literal && !insert.columns) return missing();
  const rows = values.rows ?? (source === 'default' ? [[]] : literalRows(source) && []);
  if (rows) {
    const keys = rows.map((row) => row.map((expr) => rowKey(expr, 'immutable')));
    if (keys.flat().some(({ kind }) => kind === 'open')) return undefined;
    const known = keys.map((row) =>
      row.flatMap((key) => (key.kind === 'value' && !key.id.startsWith('(') ? [key] : [])),
    );
    if (known.length === 0 || known.some((row) => row.length < table.shardKey.length)) return missing();
    const ids = known.map((row) =>
      row.map(({ id, constant }) => ({ id, ...(constant !== undefined && { constant }) })),
    );
    return ofRows(insert, table, ids);
  }
  const { unfit } = values;
  if (unfit) return refuse('scatter', 'key-value', unfit.because, unfit.span);
  const sent = byValues(values);
  if (sent.reach === 'unknown' || sent.refused) return sent;
  if (sent.reach !== 'single' && enhanced)
    return refuse('scatter', 'insert-select', 'rows of several shards cannot be inserted by one INSERT … SELECT', span);
  const copied = sent.reach === 'scatter' && [...values.tables].some(({ kind }) => kind === 'reference');
  const notes = [...leftBehind(insert, table, options, 'SPQR'), ...sent.notes];
  return { ...sent, ...(copied && { reach: 'single' }), notes, trusted: true };
}

function ofRows(insert: Insert, table: ShardTable, keys: readonly (readonly KeyValue[])[]): Sent {
  const span = insert.table.span;
  const below = keys.find((key) => isBelow(table, key));
  if (below)
    return refuse(
      'none',
      'no-key-range',
      `no key range of \`${table.group}\` holds ${showIds(below.map(({ id }) => id))}`,
      span,
    );
  const exact = keys.map((key) => shardName(table, key));
  const names = exact.every((name) => name !== undefined) ? [...new Set(exact)] : undefined;
  const ids = new Set(keys.map((key) => key.map(({ id }) => id).join()));
  const one = ids.size === 1 || names?.length === 1;
  const text = one
    ? `the rows have \`${table.shardKey.join(', ')}\` on one shard`
    : `the rows have ${ids.size} values of \`${table.shardKey.join(', ')}\``;
  const sent: Sent = {
    reach: one ? 'single' : 'subset',
    notes: [{ code: 'insert-value', text, span }],
    trusted: true,
    ...(names && { shards: { count: names.length } }),
  };
  const bound = keys.flat().some(({ constant }) => constant === undefined);
  if (one || !bound) return sent;
  const because = 'rows with parameters are not divided among shards, and these may lie on several';
  return { ...sent, refused: { code: 'rows-with-parameters', because, span }, confidence: 'likely' };
}
