/**
 * PgDog: one shard by the first sharding key that the statement names, else all of them; nothing is joined or moved
 * between shards. Read off its router (`pgdog/src/frontend/router/parser`, snapshot of 2026-08-22) and its tests:
 *
 * - the first `key = value`, `IN` list or `IS NOT DISTINCT FROM` decides for the whole statement (`search_stmt`); OR and
 *   NOT are not looked into, arrays and NULL go to all shards, functions are no values; rows and COALESCE are lists, of which
 *   constants and parameters count and columns do not (`search_expr`);
 * - an unqualified column belongs to the one table of its FROM, in a join to none (`SearchContext`);
 * - a SELECT without a FROM of its own, a UNION among them, goes to one shard in turn (`query/select.rs`);
 * - tables that nobody shards have a copy on every shard: read from one, written to all ("omnisharded by default");
 * - rows without a key go to a shard in turn, several rows in one VALUES to all shards, each with all rows, unless
 *   `[rewrite] split_inserts = "rewrite"` (`search_insert_stmt`); rows of sharded tables for a table on every shard are
 *   written where they are read;
 * - a changed key is an error unless `[rewrite] shard_key` says otherwise (`rewrite/statement/update.rs`);
 * - `cross_shard_disabled` refuses what does not go to one shard;
 * - a comment picks the shard, or the key, whatever the statement says (`comment/directive.rs`); a write to tables that
 *   are on every shard may have none (`requires_full_shard_coverage`);
 * - MERGE is read as DDL is: it goes to every shard (`query/mod.rs`).
 */
import type { Expr, Insert, Query } from '../../query/model';
import type { ShardTable } from '../../shards/model';
import { tableIndex } from '../../shards/resolve';
import { type Analysis, type AnalysisOptions, analyse, defaultHome } from '../analysis';
import { type BindSemantics, sharedBinding } from '../bindSemantics';
import { shardOf } from '../exactShards';
import { pinDomain } from '../pins';
import { readRoute } from '../read';
import { showIds } from '../reasons';
import type { Reach, Reason, Route } from '../route';
import { defineRouter, type Pin, type RouteContext } from '../router';
import { leftBehind, type Sent, sentRoute } from '../sent';
import { keyUpdates } from '../write';
import { insertSent } from './pgdog/insert';
import { findKey, type Hit, type Names, usable } from './pgdog/search';

const title = 'PgDog';
const semantics: BindSemantics = { ...sharedBinding, nullSafe: true };

export default defineRouter({
  id: 'pgdog',
  route: routePgdog,
  pinned: (hints) => hints.flatMap(pickedBy).slice(0, 1),
});

/** A key stands above a shard in the same comment, as it is looked for first. */
function pickedBy(hint: string): readonly Pin[] {
  const key = /\bpgdog_sharding_key: *(?:"([^"]*)"|'([^']*)'|([0-9a-zA-Z-]+))/.exec(hint);
  const value = key?.[1] ?? key?.[2] ?? key?.[3];
  if (value !== undefined) return [{ column: '*', value: `=${value}` }];
  const shard = /\bpgdog_shard: *([0-9]+)/.exec(hint)?.[1];
  return shard === undefined ? [] : [{ column: '*', value: `shard ${shard}` }];
}

function routePgdog(query: Query, context: RouteContext): Route {
  if (query.kind === 'other' && query.inner) return routePgdog(query.inner, context);
  const { map, pins } = context;
  const index = tableIndex(map, context.schema);
  const options: AnalysisOptions = {
    table: (name) => index.find(name),
    semantics,
    pinned: (rel, column) => pinDomain(pins, rel, column),
    // What the configuration does not name is on every shard.
    home: (rel) => (rel.table ? defaultHome(rel) : undefined),
  };
  const analysis = analyse(query, options);
  const base = readRoute(query, analysis);
  const hasShards = analysis.universe.rels.some(({ table }) => table?.kind === 'sharded');
  if (query.kind === 'other') return base;
  const to = (sent: Sent): Route =>
    sentRoute(query, analysis, limited(keyChange(query, analysis, sent, context), context), title);
  if (!hasShards && map.defaultShardKeys === undefined) {
    const partly = omniWrite(query, base, context);
    return partly ? to(partly) : base;
  }
  // The session, a comment or the receiver has picked the shard: PgDog looks no further.
  if (pins.length > 0) return to({ reach: 'single', notes: [], trusted: true });
  if (query.kind === 'merge') return to({ reach: 'scatter', notes: [] });
  const names: Names = {
    find: (name) => index.find(name),
    anywhere: map.defaultShardKeys ?? [],
  };
  const sent =
    query.kind === 'insert' ? ofInsert(query, names, context, options) : ofOther(query, analysis, names, base);
  return sent ? to(sent) : base;
}

/** A copy on one shard would differ from the others. */
function omniWrite(query: Query, { reach, bindings }: Route, { pins, hints }: RouteContext): Sent | undefined {
  const written = query.kind === 'insert' || query.kind === 'update' || query.kind === 'delete';
  if (!written || reach !== 'reference' || pins.length === 0 || hints.length === 0) return undefined;
  const because = 'a write to tables that are on every shard cannot be sent to one of them';
  const span = bindings[0]?.span;
  return { reach, notes: [], refused: { code: 'omni-write-directive', because, ...(span && { span }) } };
}

function ofInsert(insert: Insert, names: Names, { map }: RouteContext, options: AnalysisOptions): Sent | undefined {
  const table = insert.table.kind === 'table' ? names.find(insert.table.name.parts) : undefined;
  if (table?.kind !== 'sharded') {
    const { hit, open } = findKey(insert, names);
    if (open && !hit) return undefined;
    const text = 'a shard writes the rows that it has to its own copy, and to no other';
    const at: Sent = hit ? sentTo(hit) : { reach: 'scatter', notes: [] };
    return { ...at, notes: [{ code: 'incomplete', text, span: insert.table.span }, ...at.notes], trusted: true };
  }
  const stray = (): readonly Reason[] => leftBehind(insert, table, options, title);
  return insertSent(insert, table, names, map.router.settings, stray);
}

function ofOther(query: Query, analysis: Analysis, names: Names, base: Route): Sent | undefined {
  const { hit, open } = findKey(query, names);
  if (hit) return sentTo(hit);
  if (open) return { reach: 'unknown', notes: base.reasons.filter(({ code }) => code === 'open') };
  const shards = analysis.universe.rels.some(({ table }) => table?.kind === 'sharded');
  if (!shards) return undefined;
  const bare = query.kind === 'set-operation' || (query.kind === 'select' && query.from.length === 0);
  if (!bare) return { reach: 'scatter', notes: [] };
  const text = 'a SELECT without a FROM of its own goes to one shard in turn, as `SELECT 1` does';
  return { reach: 'single', notes: [{ code: 'pinned', text, span: query.span }] };
}

/** Where the first key in the statement leads. */
export function sentTo({ table, column, values, span, throughCast, partOf }: Hit): Sent {
  const name = table ? `\`${table.name.join('.')}.${column}\`` : `\`${column}\``;
  if (values === 'all') {
    const text = `PgDog takes a NULL or an array for ${name} to every shard`;
    return { reach: 'scatter', notes: [{ code: 'unbound', text, span }] };
  }
  const distinct = [...new Map(values.map((value) => [value.id, value])).values()];
  const exact = distinct.map((value) => table && shardOf(table, value));
  const ids = exact.every((shard) => shard !== undefined) ? [...new Set(exact)] : undefined;
  const lists = distinct.some(({ many }) => many);
  const reach: Reach = (distinct.length === 1 && !lists) || ids?.length === 1 ? 'single' : 'subset';
  if (partOf) {
    const text = `PgDog takes ${showIds(distinct.map(({ id }) => id))} for ${name}, which is a part of the value only`;
    return { reach, notes: [{ code: 'incomplete', text, span }], trusted: true };
  }
  const text = `${name} = ${showIds(distinct.map(({ id }) => id))} is the first sharding key that the statement names`;
  const notes: Reason[] = [{ code: reach === 'single' ? 'pinned' : 'subset', text, span }];
  return { reach, notes, ...(ids && { shards: { count: ids.length, ids } }), trusted: throughCast };
}

/** PgDog has to move the row; how, `[rewrite] shard_key` says. */
function keyChange(query: Query, analysis: Analysis, sent: Sent, { map }: RouteContext): Sent {
  if (query.kind !== 'update') return sent;
  const mode = String(map.router.settings['rewrite.shard_key'] ?? 'error');
  if (mode === 'ignore') return sent;
  for (const rel of analysis.universe.rels) {
    if (rel.table?.kind !== 'sharded' || !query.targets.includes(rel.ref)) continue;
    const moved = keyUpdates(query.set, rel, analysis, 'immutable')[0];
    if (!moved) continue;
    const plain = moved.value.kind === 'const' || moved.value.kind === 'param';
    if (query.where && staysOn(rel.table, moved.value, sent)) continue;
    const because = `\`${moved.column}\` is the sharding key of \`${rel.table.name.join('.')}\`: changing it moves the row to another shard`;
    if (mode !== 'rewrite' || !plain || !query.where)
      return { ...sent, refused: { code: 'key-update', because, span: moved.span } };
    return { ...sent, notes: [{ code: 'key-update', text: because, span: moved.span }, ...sent.notes] };
  }
  return sent;
}

/** The new key leads to the shard that the statement is sent to anyway. */
function staysOn(table: ShardTable, to: Expr, { reach, shards }: Sent): boolean {
  const value = usable(to);
  const shard = value && shardOf(table, value);
  return reach === 'single' && shard !== undefined && shards?.ids?.[0] === shard;
}

function limited(sent: Sent, { map }: RouteContext): Sent {
  const wide = sent.reach === 'scatter' || sent.reach === 'subset';
  if (!wide || sent.refused || !isOn(map.router.settings.cross_shard_disabled)) return sent;
  const because = '`cross_shard_disabled` is set, and this does not go to one shard';
  return { ...sent, refused: { code: 'cross-shard-disabled', because } };
}

const isOn = (value: unknown): boolean => /^(?:true|on|1|yes)$/i.test(String(value ?? ''));
