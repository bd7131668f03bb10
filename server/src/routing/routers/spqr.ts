/**
 * SPQR: the shards of all values that the statement names for distribution columns, else all of them; nothing is joined
 * or moved between shards. Read off its planner (`router/planner`, `router/qrouter`, `router/rmeta`, snapshot of
 * 2026-08-22) and the expected outputs of its regression tests:
 *
 * - values of one relation are pooled over the whole statement; a relation without values adds no shard as long as
 *   another one has some (`RouteByTuples`), so OR and UNION reach the union of what is named;
 * - of several parameters for one column only the first is looked at (`ResolveValue`), literals win over parameters;
 * - an unqualified distribution column that two relations have is an error (`ResolveRelationByAlias`);
 * - a key below the first key range is an error (`DeparseKeyWithRangesInternal`);
 * - INSERT needs literals or parameters for the key (`TuplePlansByDistributionEntry`); rows of several shards are split
 *   unless they have parameters (`planInsertV1`); INSERT … SELECT runs where its SELECT names one shard;
 * - a changed key is an error unless it stays on its shard or `allow_split_update` is set (`planSplitUpdate`);
 * - `default_route_behaviour: BLOCK` refuses several shards unless `enhanced_multishard_processing` (engine v2) is on;
 *   DELETE from a reference relation needs engine v2.
 */
import type { Insert, Query, Update } from '../../query/model';
import type { ShardTable } from '../../shards/model';
import { type TableIndex, tableIndex } from '../../shards/resolve';
import { type AnalysisOptions, analyse } from '../analysis';
import { type BindSemantics, sharedBinding } from '../bind';
import { compareValues } from '../domain';
import { shardOf } from '../exactShards';
import { keyPlaces, literalRows, rowKey } from '../insert';
import type { KeyValue } from '../keyValue';
import { pinDomain } from '../pins';
import { readRoute } from '../read';
import { showIds } from '../reasons';
import type { Reach, Reason, Route } from '../route';
import { defineRouter, type RouteContext } from '../router';
import { leftBehind, type Sent, sentRoute } from '../sent';
import { type Values, valuesIn } from './spqr/values';

const title = 'SPQR';
const semantics: BindSemantics = { ...sharedBinding, isTrue: false };

export default defineRouter({
  id: 'spqr',
  route: routeSpqr,
});

function routeSpqr(query: Query, context: RouteContext): Route {
  if (query.kind === 'other' && query.inner) return routeSpqr(query.inner, context);
  const index = tableIndex(context.map, context.schema);
  const options: AnalysisOptions = {
    table: (name) => index.find(name),
    semantics,
    pinned: (rel, column) => pinDomain(context.pins, rel, column),
  };
  const analysis = analyse(query, options);
  const base = readRoute(query, analysis);
  if (query.kind === 'other' || query.kind === 'merge') return base;
  if (context.pins.length > 0 && base.reach === 'single') return { ...base, crossShard: null };
  const sent = sentBy(query, index, context, base, options);
  return sent ? sentRoute(query, analysis, limited(sent, context), title) : base;
}

function sentBy(
  query: Query,
  index: TableIndex,
  context: RouteContext,
  base: Route,
  options: AnalysisOptions,
): Sent | undefined {
  const values = valuesIn(query, (name) => index.find(name));
  if (query.kind === 'insert') {
    const table = query.table.kind === 'table' ? index.find(query.table.name.parts) : undefined;
    return table?.kind === 'sharded' ? ofInsert(query, table, values, options) : undefined;
  }
  const first = [...values.tables][0];
  if (
    query.kind === 'delete' &&
    first?.kind === 'reference' &&
    query.where &&
    !isOn(context, 'enhanced_multishard_processing')
  )
    return refuse(
      base.reach,
      'reference-delete',
      'rows of a reference relation are deleted with engine v2 only',
      query.targets[0]?.span,
    );
  if (![...values.tables].some(({ kind }) => kind === 'sharded')) return undefined;
  const { ambiguous } = values;
  if (ambiguous)
    return refuse(
      'scatter',
      'ambiguous-column',
      `\`${ambiguous.column}\` may be the distribution column of several relations: qualify it`,
      ambiguous.span,
    );
  const sent = byValues(
    values,
    base.reasons.filter(({ code }) => code === 'open'),
  );
  return query.kind === 'update' ? (keyChange(query, values, context) ?? sent) : sent;
}

const refuse = (reach: Reach, code: string, because: string, span?: Reason['span']): Sent => ({
  reach,
  notes: [],
  refused: { code, because, ...(span && { span }) },
});

/** The shards of everything that is named; all of them where nothing is. */
function byValues(values: Values, open: readonly Reason[] = []): Sent {
  const places = [...values.of].flatMap(([table, columns]) => tuples(table, columns));
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

interface Tuple {
  readonly table: ShardTable;
  readonly key: readonly KeyValue[];
  readonly span: NonNullable<Reason['span']>;
}

/** All combinations of the key columns' values; none where a column has no value. */
function tuples(table: ShardTable, columns: ReturnType<Values['of']['get']>): readonly Tuple[] {
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
function shardName(table: ShardTable, key: readonly KeyValue[]): string | undefined {
  const [value, ...more] = key;
  const shard = value && more.length === 0 ? shardOf(table, value) : undefined;
  return shard === undefined ? undefined : String(shard);
}

function isBelow({ mapping, hash }: ShardTable, [value, ...more]: readonly KeyValue[]): boolean {
  if (!mapping || !value || more.length > 0 || hash !== undefined) return false;
  return mapping.every(({ from }) => {
    if (from === undefined || from === null) return false;
    const order = compareValues(value, { id: `=${from}`, constant: from });
    return order !== undefined && order < 0;
  });
}

function ofInsert(insert: Insert, table: ShardTable, values: Values, options: AnalysisOptions): Sent | undefined {
  const { source } = insert;
  const name = table.name.join('.');
  const span = insert.table.span;
  const missing = (): Sent =>
    refuse(
      'scatter',
      'missing-shard-key',
      `the rows of \`${name}\` have no value for \`${table.shardKey.join(', ')}\` that the router can read`,
      span,
    );
  if (source !== 'default' && source.kind === 'opaque') return undefined;
  const places = keyPlaces(insert, table, table.shardKey);
  if (places.some(({ kind }) => kind === 'unknown')) return undefined;
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
  const sent = byValues(values);
  if (sent.reach === 'unknown' || sent.refused) return sent;
  if (sent.reach === 'single')
    return { ...sent, notes: [...leftBehind(insert, table, options, title), ...sent.notes], trusted: true };
  return refuse('scatter', 'insert-select', 'rows of several shards cannot be inserted by one INSERT … SELECT', span);
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

/** `SET key = …`: fine where the value leads to the shard that the statement is sent to anyway. */
function keyChange(update: Update, values: Values, context: RouteContext): Sent | undefined {
  const [target] = values.tables;
  if (!target) return undefined;
  const change = update.set.find(
    ({ column, value }) => target.shardKey.includes(column) && !(value.kind === 'column' && value.name === column),
  );
  if (!change) return undefined;
  const sent = byValues(values);
  const key = rowKey(change.value, 'immutable');
  const own = tuples(target, values.of.get(target)).map((tuple) => tuple.key);
  const to: KeyValue | undefined =
    key.kind === 'value' && !key.id.startsWith('(')
      ? { id: key.id, ...(key.constant !== undefined && { constant: key.constant }) }
      : undefined;
  const stays =
    to !== undefined &&
    own.length === 1 &&
    own[0]?.length === 1 &&
    (own[0][0]?.id === to.id ||
      (shardName(target, [to]) !== undefined && shardName(target, [to]) === shardName(target, own[0])));
  if (stays) return sent;
  const because = `\`${change.column}\` is the distribution key of \`${target.name.join('.')}\`: changing it moves the row to another shard`;
  if (to && target.shardKey.length === 1 && isOn(context, 'allow_split_update'))
    return { ...sent, notes: [{ code: 'key-update', text: because, span: change.span }, ...sent.notes] };
  return { ...sent, refused: { code: 'key-update', because, span: change.span } };
}

function limited(sent: Sent, context: RouteContext): Sent {
  const several = sent.reach === 'scatter' || sent.reach === 'subset';
  const blocked = String(context.map.router.settings.default_route_behaviour ?? '').toUpperCase() === 'BLOCK';
  if (!several || sent.refused || !blocked || isOn(context, 'enhanced_multishard_processing')) return sent;
  const because = '`default_route_behaviour` is BLOCK, and this does not go to one shard';
  return { ...sent, refused: { code: 'route-blocked', because } };
}

const isOn = ({ map }: RouteContext, setting: string): boolean =>
  /^(?:true|on|1|yes)$/i.test(String(map.router.settings[setting] ?? ''));
