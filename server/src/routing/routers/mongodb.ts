/**
 * MongoDB: what a mongos makes of a command. Sources are MongoDB's manual (its page names stand in brackets) and tickets.
 *
 * - Equality on the whole key goes to one shard, on a prefix of a compound key to those that hold it, also where the
 *   prefix is hashed: chunks are ranges of the key with the one field hashed ("Hashed Sharding", "Routing to Shards").
 *   A range counts on fields that are not hashed.
 * - A document without the key belongs where `null` does: nothing is refused ("Missing Shard Key Fields", since 4.4).
 * - Each collection has chunks of its own: equal keys of two collections may lie on different shards, unless zones or the
 *   map's `group` say otherwise.
 * - A write of one document (`updateOne`, `deleteOne`, `findOneAnd…`, `replaceOne`) that does not reach one shard alone: up
 *   to 6.0 an error, unless an `updateOne` or `deleteOne` asks for an exact `_id`, which is then sent to all shards
 *   ("Operational Restrictions in Sharded Clusters", v6.0; SERVER-44422); since 7.0 all shards are asked first and one of
 *   them is written (DRIVERS-817).
 * - An upsert must bind the whole key up to 7.0; 7.1 lets it ask all shards ("db.collection.updateOne()").
 * - A changed key moves the document. Only a write of one document may do it, its filter must bind the whole key, and it
 *   needs a transaction or a retryable write ("Change a Document's Shard Key Value").
 */
import type { Delete, Expr, Insert, Query, Update } from '../../query/model';
import type { ShardTable } from '../../shards/model';
import { tableIndex } from '../../shards/resolve';
import type { Span } from '../../text/span';
import { type Analysis, type AnalysisOptions, analyse, defaultHome, defaultReach } from '../analysis';
import { type BindSemantics, sharedBinding } from '../bindSemantics';
import { singleValue } from '../domain';
import { pinnedInsert } from '../pinnedInsert';
import { pinDomain } from '../pins';
import { noValue } from '../predicateValues';
import { type RelReach, reachOf } from '../reach';
import { emptyRoute, readRoute } from '../read';
import type { Reason, Route } from '../route';
import { defineRouter, type RouteContext } from '../router';
import type { Rel } from '../scope';
import { changeRoute, insertRoute, keyUpdates } from '../write';

/** Documents without the key lie where null does, and a search for them asks there (“Missing Shard Key Fields”). */
const semantics: BindSemantics = { ...sharedBinding, isTrue: false, nullIsValue: true };
const newest = Number.POSITIVE_INFINITY;

export default defineRouter({
  id: 'mongodb',
  aliases: ['mongos'],
  route: routeMongodb,
});

function routeMongodb(query: Query, context: RouteContext): Route {
  if (query.kind === 'other' && query.inner) return routeMongodb(query.inner, context);
  const index = tableIndex(context.map, context.schema);
  const options: AnalysisOptions = {
    table: (name) => index.find(name),
    semantics,
    pinned: (rel, column) => pinDomain(context.pins, rel, column),
    reach: reachOfCollection,
    home: homeOf,
  };
  const version = context.map.router.version ?? newest;
  switch (query.kind) {
    case 'insert': {
      const table = query.table.kind === 'table' ? index.find(query.table.name.parts) : undefined;
      if (table?.kind !== 'sharded') return { ...emptyRoute, ...readRoute(query, analyse(query, options)) };
      const route = insertRoute(version < 4.4 ? query : withMissingKeys(query, table), table, {
        values: 'volatile',
        key: table.shardKey,
        analyse: (source) => analyse(source, options),
      });
      return pinnedInsert(route, query, table, context.pins);
    }
    case 'update':
    case 'delete': {
      const analysis = analyse(query, options);
      return written(query, analysis, changeRoute(query, analysis, 'stable'), version);
    }
    default:
      return readRoute(query, analyse(query, options));
  }
}

/** A prefix of the key is enough to leave shards out, hashed or not. */
function reachOfCollection(rel: Rel, domain: Parameters<typeof defaultReach>[1]): RelReach {
  const { table } = rel;
  return table?.kind === 'sharded' && table.shardKey.length > 1 && !table.levels
    ? reachOf(table.shardKey.map(domain), table.strategy, 'prefix')
    : defaultReach(rel, domain);
}

function homeOf(rel: Rel): ReturnType<typeof defaultHome> {
  const { table } = rel;
  return table?.kind === 'sharded' && !table.groupGiven
    ? { kind: 'sharded', name: table.name.join('.') }
    : defaultHome(rel);
}

// ── inserts ─────────────────────────────────────────────────────────────────────────────────────────────────────

const isMissing = (expr: Expr): boolean =>
  (expr.kind === 'call' && expr.name === 'default') || (expr.kind === 'const' && expr.value === null);

/** Documents that lack the key have one key in common. */
function withMissingKeys(insert: Insert, table: ShardTable): Insert {
  const { source, columns = [], openColumns } = insert;
  if (source === 'default')
    return {
      ...insert,
      columns: table.shardKey.map((name) => ({ name, span: insert.span })),
      source: {
        kind: 'values',
        rows: [table.shardKey.map(() => noValue(insert.span))],
        orderBy: [],
        span: insert.span,
      },
    };
  if (source.kind !== 'values') return insert;
  const absent = openColumns ? [] : table.shardKey.filter((name) => !columns.some((column) => column.name === name));
  const key = new Set(table.shardKey);
  const rows = source.rows.map((row) => [
    ...row.map((value, i) => (key.has(columns[i]?.name ?? '') && isMissing(value) ? noValue(value.span) : value)),
    ...absent.map(() => noValue(insert.span)),
  ]);
  return {
    ...insert,
    columns: [...columns, ...absent.map((name) => ({ name, span: insert.span }))],
    source: { ...source, rows },
  };
}

// ── writes ──────────────────────────────────────────────────────────────────────────────────────────────────────

function written(query: Update | Delete, analysis: Analysis, route: Route, version: number): Route {
  const rel = analysis.universe.rels.find(
    ({ table, ref }) => table?.kind === 'sharded' && query.targets.some((target) => target === ref),
  );
  if (rel === undefined) return route;
  const refused = refusalOf(query, analysis, rel, version);
  if (refused === undefined) return route;
  const { code, because, span = rel.ref.span } = refused;
  const reason: Reason = { code: code === 'key-update' ? 'key-update' : 'refused', text: because, span };
  return { ...route, refused: { code, because }, reasons: [reason, ...route.reasons] };
}

type Refusal = NonNullable<Route['refused']> & { readonly span?: Span };

function refusalOf(query: Update | Delete, analysis: Analysis, rel: Rel, version: number): Refusal | undefined {
  const { reach } = analysis.reach(rel);
  // A filter of the caller's may bind the key.
  if (reach === 'unknown' || reach === 'none') return undefined;
  const key = `\`${rel.table?.shardKey.join(', ') ?? ''}\``;
  const one = query.limit !== undefined;
  const [moved] = query.kind === 'update' ? keyUpdates(query.set, rel, analysis, 'stable') : [];
  if (moved && !one)
    return {
      code: 'key-update',
      span: moved.span,
      because: `only a write of one document may change the shard key ${key}`,
    };
  if (moved && reach !== 'single')
    return {
      code: 'key-update',
      span: moved.span,
      because: `a write that changes the shard key must bind all of it: ${key}`,
    };
  if (reach === 'single') return undefined;
  if (query.kind === 'update' && query.upsert && version < 7.1)
    return { code: 'upsert-without-key', because: `before MongoDB 7.1 an upsert must bind the whole shard key ${key}` };
  if (!one || version >= 7) return undefined;
  const byId = singleValue(analysis.domain(rel, '_id')) !== undefined && query.returning === undefined;
  return byId
    ? undefined
    : {
        code: 'write-without-key',
        because: `before MongoDB 7.0 a write of one document must bind the shard key ${key}${query.returning === undefined ? ' or `_id`' : ''}`,
      };
}
