/** INSERT in SPQR: rows by their keys, a SELECT where it runs. */
import type { Insert } from '../../../query/model';
import type { ShardTable } from '../../../shards/model';
import type { Span } from '../../../text/span';
import type { AnalysisOptions } from '../../analysis';
import { keyPlaces } from '../../insert';
import { type KeyValue, keyValueOf } from '../../keyValue';
import type { Reason } from '../../route';
import type { RouteContext } from '../../router';
import { leftBehind, type Sent } from '../../sent';
import { isConst, isValueOf, operand } from './operands';
import { byValues, isOn, refuse, type Tuple } from './places';
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
  if (source !== 'default' && source.kind === 'opaque') return undefined;
  if (insert.openColumns && keyPlaces(insert, table, table.shardKey).some(({ kind }) => kind === 'unknown'))
    return undefined;
  const keys = keysOf(table, source === 'default' ? undefined : values.rows);
  if (keys.kind === 'open') return undefined;
  if (keys.kind === 'refused') return refuse('scatter', 'key-value', keys.because, keys.span);
  const { unfit } = values;
  if (unfit) return refuse('scatter', 'key-value', unfit.because, unfit.span);
  const rows = keys.kind === 'rows' ? keys.rows : [];
  if (rows.length > 0) return ofRows(insert, table, rows, values);
  const sent = byValues(values);
  if (sent.reach === 'unknown' || sent.refused) return sent;
  const copied = sent.reach === 'scatter' && [...values.tables].some(({ kind }) => kind === 'reference');
  if (source === 'default' || source.kind === 'values') {
    const text = `SPQR reads no value for \`${table.shardKey.join(', ')}\` out of the rows of \`${name}\``;
    if (enhanced) return refuse('scatter', 'missing-shard-key', text, span);
    const all = sent.reach === 'scatter' && !copied ? `${text}, and every shard stores all of them` : text;
    const note: Reason = { code: 'missing-key', text: all, span };
    return { ...sent, ...(copied && { reach: 'single' }), notes: [note], trusted: true };
  }
  if (sent.reach !== 'single' && enhanced)
    return refuse('scatter', 'insert-select', 'rows of several shards cannot be inserted by one INSERT … SELECT', span);
  const notes = [...leftBehind(insert, table, options, 'SPQR'), ...sent.notes];
  return { ...sent, ...(copied && { reach: 'single' }), notes, trusted: true };
}

type Keys =
  | { readonly kind: 'rows'; readonly rows: readonly Tuple[] }
  | { readonly kind: 'none' | 'open' }
  | { readonly kind: 'refused'; readonly because: string; readonly span: Span };

/** `TuplePlansByDistributionEntry`: row by row, the first that cannot be read decides. */
function keysOf(table: ShardTable, rows: Values['rows']): Keys {
  const read: Tuple[] = [];
  for (const row of rows ?? []) {
    const key: KeyValue[] = [];
    for (const [i, written] of row.entries()) {
      const expr = operand(written);
      const column = table.shardKey[i] ?? '';
      if (expr.kind === 'opaque' || expr.kind === 'choice') return { kind: 'open' };
      const value = isConst(expr) ? keyValueOf(expr) : undefined;
      if (expr.kind === 'const' && (!value || !isValueOf(expr, table.columns.get(column) ?? '')))
        return { kind: 'refused', because: `\`${column}\` cannot have this value`, span: expr.span };
      if (!value) return { kind: 'none' };
      key.push(value);
    }
    if (key.length < table.shardKey.length) return { kind: 'none' };
    read.push({ table, key, span: row[0]?.span ?? { start: 0, end: 0 } });
  }
  return read.length > 0 ? { kind: 'rows', rows: read } : { kind: 'none' };
}

/**
 * Rows of several shards are divided among them, unless a parameter among the conditions is a key. A prepared statement is
 * bound as it stands (`relay.go`): with parameters, each of those shards stores all rows.
 */
function ofRows(insert: Insert, table: ShardTable, rows: readonly Tuple[], values: Values): Sent {
  const { span } = insert.table;
  const own = byValues({ ...values, of: new Map() }, [], rows);
  if (own.refused) return own;
  const one = own.reach === 'single';
  if (!one && values.bound) {
    const because = 'rows are not divided among shards where a parameter among the conditions is a key';
    return refuse('subset', 'rows-with-parameters', because, span);
  }
  const sent = byValues(values, [], rows);
  if (sent.refused) return sent;
  const key = table.shardKey.join(', ');
  const several = new Set(rows.map((row) => row.key.map(({ id }) => id).join())).size;
  const text = one ? `the rows have \`${key}\` on one shard` : `the rows have ${several} values of \`${key}\``;
  const notes: Reason[] = [{ code: 'insert-value', text, span }];
  if (one || !hasParameters(insert)) return { ...sent, notes, trusted: true };
  const copied = 'rows with parameters are not divided: every shard that one of them belongs to stores all of them';
  return {
    ...sent,
    notes: [{ code: 'incomplete', text: copied, span }, ...notes],
    trusted: true,
    confidence: 'likely',
  };
}

const hasParameters = ({ source }: Insert): boolean =>
  source !== 'default' && source.kind === 'values' && source.rows.flat().some((one) => operand(one).kind === 'param');
