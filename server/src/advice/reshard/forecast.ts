/**
 * What moves when the number of servers changes. A pure function of the map and the schema; the command line, the
 * editor and the report's chart all draw this one answer.
 *
 * Shares are 0 to 1, of the rows of the tables named. Servers and virtual shards are counted from 0 in lists: the
 * position in `before` and `after` is the server's number.
 */
import type { Schema, Table } from '../../schema/model';
import type { ShardMap } from '../../shards/model';
import { placementOf, type ShardKey } from '../shardKeys';
import { type HotShard, hotShard } from './hot';
import { isTable, type Layout, layoutsOf, type Placing } from './layouts';
import type { Method } from './methods';
import { type Note, notesOf } from './notes';
import { type Growth, growthTo, type Outcome, outcomesOf } from './outcomes';
import type { Move } from './plan';
import { type PlacingSystem, remainderNote, systemFor } from './systems';
import { countsOf, moveVirtualShards, suggestedShards } from './virtualShards';

export interface Ask {
  readonly table?: string;
  readonly database?: string;
  readonly from?: number;
  readonly to?: number;
  readonly virtualShards?: number;
  /** Instead of what the map says. */
  readonly strategy?: Method;
  /** Points of each server on the ring. */
  readonly points?: number;
}

export interface Forecast {
  /** One for each way in which tables of the map are placed. */
  readonly layouts: readonly LayoutForecast[];
  /** Why there is no answer for some of them; one sentence each. */
  readonly unanswered: readonly string[];
}

export interface LayoutForecast {
  readonly database?: string;
  readonly router: string;
  readonly placing: Placing;
  readonly tables: readonly TableSize[];
  readonly from: Known;
  readonly to: Known;
  /** Undefined where the placing has none. */
  readonly virtualShards?: Known;
  /** How the map places its rows. */
  readonly method: Method;
  /** The map's own method first, then the others, for comparison. */
  readonly outcomes: readonly Outcome[];
  /** Which virtual shard goes where; only where virtual shards are the map's method. */
  readonly mapping?: VirtualMapping;
  readonly hot?: HotShard;
  readonly system?: PlacingSystem;
  readonly notes: readonly Note[];
  /** Shares that move for other numbers of servers, for a chart. */
  readonly growth: readonly Growth[];
}

export interface Known {
  readonly value: number;
  readonly source: 'asked' | 'map' | 'assumed';
}

export interface TableSize {
  readonly name: string;
  /** Columns that decide where a row lies. */
  readonly key: readonly string[];
  /** Where statistics say so. */
  readonly rows?: number;
  readonly bytes?: number;
}

export interface VirtualMapping {
  /** The server of each virtual shard. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly moves: readonly Move[];
  /** Virtual shards of each server. */
  readonly countsBefore: readonly number[];
  readonly countsAfter: readonly number[];
}

/** Beyond these the answer would not fit into memory, or on a page. */
export const most = { servers: 10_000, virtualShards: 1_000_000, points: 10_000, ringPoints: 2_000_000 } as const;

/** As in Ketama, the ring of memcached clients. */
const usualPoints = 160;

export function forecast(map: ShardMap, schema: Schema, ask: Ask = {}): Forecast {
  const found = layoutsOf(map, schema, ask);
  if (found.length === 0) return { layouts: [], unanswered: [nothingFound(map, ask)] };
  const layouts = found.flatMap((layout) => layoutForecast(layout, map, ask) ?? []);
  const answered = new Set(layouts.flatMap(({ tables }) => tables.map(({ name }) => name)));
  const names = found.flatMap(({ keys }) => keys.map(({ table }) => table.name.join('.')));
  const open = names.filter((name) => !answered.has(name));
  return { layouts, unanswered: open.length === 0 ? [] : [serversUnknown(open)] };
}

const serversUnknown = (names: readonly string[]): string =>
  `The map does not say on how many servers ${listed(names)} ${names.length === 1 ? 'lies' : 'lie'}: write \`databases: { NAME: { servers: N } }\`, or give --from N.`;

function nothingFound(map: ShardMap, { table, database }: Ask): string {
  if (table !== undefined && map.tables.some(({ name, kind }) => isTable(name, table) && kind !== 'sharded'))
    return `\`${table}\` is not sharded.`;
  if (table !== undefined) return `The map has no sharded table \`${table}\`.`;
  if (database !== undefined) return `No sharded table of the map lies in a database \`${database}\`.`;
  return 'The map has no sharded tables.';
}

function layoutForecast(layout: Layout, map: ShardMap, ask: Ask): LayoutForecast | undefined {
  const { database, keys } = layout;
  const from = known(ask.from, layout.servers);
  if (!from) return undefined;
  const to = known(ask.to, undefined) ?? { value: from.value + 1, source: 'assumed' };
  const system = systemFor(map.router.name, from.value, to.value);
  const declared = ask.virtualShards ?? layout.shards;
  const method = ask.strategy ?? methodOf(layout, map.router.name, system, declared, from.value);
  const virtualShards: Known =
    known(ask.virtualShards, layout.shards !== undefined && layout.shards > from.value ? layout.shards : undefined) ??
    ({ value: suggestedShards(Math.max(from.value, to.value)), source: 'assumed' } as const);
  const points =
    ask.points ?? Math.max(1, Math.min(usualPoints, Math.floor(most.ringPoints / Math.max(from.value, to.value))));
  const tables = keys.map(
    (one): TableSize => ({ name: one.table.name.join('.'), key: placedBy(one), ...sizeOf(one.ddl) }),
  );
  const sizes = { rows: total(tables, 'rows'), bytes: total(tables, 'bytes') };
  const asked = { from: from.value, to: to.value, shards: virtualShards.value, points, layout, sizes };
  const outcomes = outcomesOf(method, asked, system);
  const mapping = method === 'virtual-shards' ? mappingOf(virtualShards.value, from.value, to.value) : undefined;
  const hot = hotShard(keys, method === 'virtual-shards' ? virtualShards.value : undefined, to.value);
  const draft = {
    ...(database && { database: database.name }),
    router: map.router.name,
    placing: layout.placing,
    tables,
    from,
    to,
    ...((method === 'virtual-shards' || virtualShards.source !== 'assumed' || outcomes.length > 1) && {
      virtualShards,
    }),
    method,
    outcomes,
    ...(mapping && { mapping }),
    ...(hot && { hot }),
    ...(system && { system }),
  };
  return { ...draft, notes: notesOf(draft, layout, ask.strategy !== undefined), growth: growthTo(asked) };
}

function methodOf(
  { placing, shards }: Layout,
  router: string,
  system: PlacingSystem | undefined,
  declared: number | undefined,
  from: number,
): Method {
  if (system && !(system.moves === 'virtual-shards' && declared === undefined)) return system.moves;
  if (remainderNote(router) !== undefined && placing === 'hash') return 'modulo';
  const count = declared ?? shards ?? 0;
  switch (placing) {
    case 'hash':
      return count > from ? 'virtual-shards' : 'modulo';
    case 'range':
      return count > from ? 'virtual-shards' : 'range-split';
    default:
      return placing;
  }
}

function mappingOf(shards: number, from: number, to: number): VirtualMapping {
  const { before, after, moves } = moveVirtualShards(shards, from, to).plan;
  return { before, after, moves, countsBefore: countsOf(before, from), countsAfter: countsOf(after, to) };
}

const known = (asked: number | undefined, said: number | undefined): Known | undefined =>
  asked !== undefined
    ? { value: asked, source: 'asked' }
    : said !== undefined
      ? { value: said, source: 'map' }
      : undefined;

const listed = (names: readonly string[]): string =>
  `${names
    .slice(0, 3)
    .map((name) => `\`${name}\``)
    .join(', ')}${names.length > 3 ? ` and ${names.length - 3} more tables` : ''}`;

/** Of several levels the first one decides. */
const placedBy = (key: ShardKey): readonly string[] =>
  placementOf(key)?.columns.map(({ name }) => name) ?? key.table.shardKey;

function sizeOf(ddl: Table | undefined): { readonly rows?: number; readonly bytes?: number } {
  const { rows, bytes } = ddl?.statistics ?? {};
  return { ...(rows !== undefined && { rows }), ...(bytes !== undefined && { bytes }) };
}

/** Undefined unless every table says it: a part of a sum is no sum. */
function total(tables: readonly TableSize[], what: 'rows' | 'bytes'): number | undefined {
  let sum = 0;
  for (const table of tables) {
    const size = table[what];
    if (size === undefined) return undefined;
    sum += size;
  }
  return sum;
}
