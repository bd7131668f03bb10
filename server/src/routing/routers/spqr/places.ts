/** Where SPQR's values lead: shards by key ranges, all of them where nothing is named. */
import type { MappingValue, ShardTable } from '../../../shards/model';
import { compareValues } from '../../domain';
import { shardOf } from '../../exactShards';
import type { KeyValue } from '../../keyValue';
import { showIds } from '../../reasons';
import type { Reach, Reason } from '../../route';
import type { RouteContext } from '../../router';
import type { Sent } from '../../sent';
import type { Values } from './values';

export const refuse = (reach: Reach, code: string, because: string, span?: Reason['span']): Sent => ({
  reach,
  notes: [],
  refused: { code, because, ...(span && { span }) },
});

export const inTurn = (note: Reason): Sent => ({ reach: 'single', notes: [note], trusted: true });

/** The shards of everything that is named, in rows that are inserted too; all of them where nothing is. */
export function byValues(values: Values, open: readonly Reason[] = [], inserted: readonly Tuple[] = []): Sent {
  const places = [...inserted, ...[...values.of].flatMap(([table, columns]) => tuples(table, columns))];
  if (places.length === 0) {
    if (values.open) return { reach: 'unknown', notes: open };
    return { reach: 'scatter', notes: [] };
  }
  const outside = places.find(({ table, key }) => isBelow(table, key));
  if (outside)
    return refuse(
      'none',
      'no-key-range',
      `no key range of \`${outside.table.group}\` holds ${showIds(outside.key.map(({ id }) => id))}`,
      outside.span,
    );
  const exact = places.map(({ table, key }) => shardName(table, key));
  const names = exact.every((name) => name !== undefined) ? [...new Set(exact)] : undefined;
  const ids = new Set(places.map(({ table, key }) => `${table.group}:${key.map(({ id }) => id).join()}`));
  const reach: Reach = ids.size === 1 || names?.length === 1 ? 'single' : 'subset';
  const [first] = places;
  const text = `SPQR looks for ${[...new Set(places.map(({ table, key }) => `\`${table.name.join('.')}\` at ${showIds(key.map(({ id }) => id))}`))].slice(0, 3).join(', ')}`;
  return {
    reach,
    notes: [{ code: reach === 'single' ? 'pinned' : 'subset', text, ...(first && { span: first.span }) }],
    trusted: values.joined,
    ...(names && { shards: { count: names.length } }),
  };
}

export interface Tuple {
  readonly table: ShardTable;
  readonly key: readonly KeyValue[];
  readonly span: NonNullable<Reason['span']>;
}

/** All combinations of the key columns' values; none where a column has no value. */
export function tuples(table: ShardTable, columns: ReturnType<Values['of']['get']>): readonly Tuple[] {
  let made: Tuple[] | undefined;
  for (const column of table.shardKey) {
    const found = columns?.get(column.toLowerCase()) ?? [];
    const literals = found.filter(({ value }) => value.constant !== undefined);
    const used = literals.length > 0 ? literals : found.slice(0, 1);
    const before: readonly Tuple[] = made ?? [{ table, key: [], span: used[0]?.span ?? { start: 0, end: 0 } }];
    made = used.flatMap(({ value }) => before.map((tuple) => ({ ...tuple, key: [...tuple.key, value] })));
  }
  return made ?? [];
}

/** The shard by name: several key ranges may lead to one. */
export function shardName(table: ShardTable, key: readonly KeyValue[]): string | undefined {
  const [value, ...more] = key;
  if (!value || more.length > 0) return undefined;
  const order = byBytes(table, value);
  if (order) return table.mapping?.findLast(({ from }) => order(from) >= 0)?.shard;
  const shard = shardOf(table, value);
  return shard === undefined ? undefined : [...new Set(table.mapping?.map((entry) => entry.shard))][shard];
}

export function isBelow(table: ShardTable, [value, ...more]: readonly KeyValue[]): boolean {
  const { mapping, hash } = table;
  if (!mapping || !value || more.length > 0 || hash !== undefined) return false;
  const order =
    byBytes(table, value) ??
    ((from: MappingValue | undefined) =>
      from === undefined || from === null ? undefined : compareValues(value, { id: `=${from}`, constant: from }));
  return mapping.every(({ from }) => (order(from) ?? 0) < 0);
}

/** Text is compared byte by byte (`CmpRangesLess`), whatever it looks like. */
function byBytes(
  { columns, shardKey: [key = ''], hash, strategy }: ShardTable,
  { constant }: KeyValue,
): ((from: MappingValue | undefined) => number) | undefined {
  if (!/^(?:varchar|text)$/i.test(columns.get(key) ?? '') || hash !== undefined || strategy !== 'range')
    return undefined;
  if (constant === undefined) return undefined;
  const text = String(constant);
  return (from) => (from === undefined || from === null || text >= String(from) ? 1 : -1);
}

export const isOn = ({ map }: RouteContext, setting: string): boolean =>
  /^(?:true|on|1|yes)$/i.test(String(map.router.settings[setting] ?? ''));
