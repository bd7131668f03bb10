/**
 * SPQR: the shards of all values that the statement names for distribution columns, else all of them; nothing is joined
 * or moved between shards. Read off its planner (`router/planner`, `router/qrouter`, `router/rmeta`, snapshot of
 * 2026-08-22) and the expected outputs of its regression tests:
 *
 * - values of one relation are pooled over the whole statement; a relation without values adds no shard as long as
 *   another one has some (`RouteByTuples`), so OR and UNION reach the union of what is named;
 * - of several parameters for one column only the first is looked at (`ResolveValue`), literals win over parameters;
 * - an unqualified distribution column that two relations have is an error (`ResolveRelationByAlias`);
 * - a key below the first key range is an error (`DeparseKeyWithRangesInternal`), and so is one of another type, or a list
 *   with anything else than constants and parameters (`ParseExprValue`);
 * - rows whose key is no literal or parameter, or that come without a list of columns, go to every shard, each with all of
 *   them, and are refused with engine v2 (`TuplePlansByDistributionEntry`); rows of several shards are split unless they
 *   have parameters (`planInsertV1`); INSERT … SELECT runs where its SELECT runs, with engine v2 on one shard only;
 * - a changed key is an error unless it stays on its shard or `allow_split_update` is set (`planSplitUpdate`);
 * - a reference relation beside a written one that no value is named for, and one that is written without WHERE, send the
 *   statement to one shard in turn (`GetPrePlan`, `Combine`);
 * - `default_route_behaviour: BLOCK` refuses several shards unless `enhanced_multishard_processing` (engine v2) is on;
 *   DELETE from a reference relation needs engine v2 (`InitExecutionTargets`); MERGE is not known (`PlanUtility`);
 * - comments pick the shard or the key and stand above the settings (`ResolveRouteHint`, `docs/routing/hints`).
 */
import type { Query, Update } from '../../query/model';
import { type TableIndex, tableIndex } from '../../shards/resolve';
import { type AnalysisOptions, analyse } from '../analysis';
import { type BindSemantics, sharedBinding } from '../bindSemantics';
import { rowKey } from '../insert';
import type { KeyValue } from '../keyValue';
import { pinDomain } from '../pins';
import { readRoute } from '../read';
import type { Route } from '../route';
import { defineRouter, type Pin, type RouteContext } from '../router';
import { type Sent, sentRoute } from '../sent';
import { hintsIn, withHints } from './spqr/hints';
import { ofInsert } from './spqr/insert';
import { byValues, inTurn, isOn, refuse, shardName, tuples } from './spqr/places';
import { type Values, valuesIn } from './spqr/values';

const title = 'SPQR';
const semantics: BindSemantics = { ...sharedBinding, isTrue: false };

export default defineRouter({
  id: 'spqr',
  route: (query, context) => routeSpqr(query, withHints(context)),
  pinned(hints): readonly Pin[] {
    const said = hintsIn(hints);
    const shard = said.get('execute_on');
    const key = said.get('sharding_key');
    if (shard !== undefined) return [{ column: '*', value: `shard ${shard}` }];
    return key === undefined ? [] : [{ column: '*', value: `=${key}` }];
  },
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
  if (query.kind === 'other') return base;
  const hasShards = analysis.universe.rels.some(({ table }) => table?.kind === 'sharded');
  const hinted = hasShards ? byHint(hintsIn(context.hints)) : undefined;
  if (hinted) return sentRoute(query, analysis, hinted, title);
  if (query.kind === 'merge')
    return hasShards
      ? sentRoute(query, analysis, refuse('scatter', 'merge', 'SPQR does not know MERGE', query.target.span), title)
      : base;
  if (hasShards && context.pins.length > 0)
    return sentRoute(query, analysis, { reach: 'single', notes: [], trusted: true }, title);
  const sent = sentBy(query, index, context, base, options);
  return sent ? sentRoute(query, analysis, limited(sent, query, context), title) : base;
}

/** What a comment decides by itself; a shard or a key that it names is pinned. */
function byHint(said: ReadonlyMap<string, string>): Sent | undefined {
  if (said.get('scatter_query')?.toLowerCase() === 'true') return { reach: 'scatter', notes: [] };
  if (said.has('sharding_key') && !said.has('execute_on') && !said.has('distribution'))
    return refuse('single', 'hint', '`__spqr__sharding_key` needs `__spqr__distribution` beside it');
  return undefined;
}

function sentBy(
  query: Query,
  index: TableIndex,
  context: RouteContext,
  base: Route,
  options: AnalysisOptions,
): Sent | undefined {
  const strict = isOn(context, 'strict_operators');
  const values = valuesIn(query, (name) => index.find(name), strict);
  if (query.kind === 'insert') {
    const table = query.table.kind === 'table' ? index.find(query.table.name.parts) : undefined;
    return table?.kind === 'sharded' ? ofInsert(query, table, values, options, context) : undefined;
  }
  const first = [...values.tables][0];
  const written = query.kind === 'update' || query.kind === 'delete' ? query : undefined;
  if (written && first?.kind === 'reference' && !written.where) {
    const text = `without WHERE, SPQR changes the copy of \`${first.name.join('.')}\` on one shard only`;
    return inTurn({ code: 'incomplete', text, span: (written.targets[0] ?? query).span });
  }
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
  const { unfit } = values;
  if (unfit) return refuse('scatter', 'key-value', unfit.because, unfit.span);
  const sent = byValues(
    values,
    base.reasons.filter(({ code }) => code === 'open'),
  );
  const copy = [...values.tables].find(({ kind }) => kind === 'reference');
  if (written && copy && sent.reach === 'scatter') {
    const text = `no value is named for the key, and \`${copy.name.join('.')}\` is on every shard: this goes to one shard in turn`;
    return inTurn({ code: 'incomplete', text, span: (written.targets[0] ?? query).span });
  }
  return query.kind === 'update' ? (keyChange(query, values, context) ?? sent) : sent;
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

function limited(sent: Sent, query: Query, context: RouteContext): Sent {
  const several = sent.reach === 'scatter' || sent.reach === 'subset';
  const blocked = String(context.map.router.settings.default_route_behaviour ?? '').toUpperCase() === 'BLOCK';
  if (!several || sent.refused || isOn(context, 'enhanced_multishard_processing')) return sent;
  if (
    !blocked &&
    isOn(context, 'auto_route_ro_on_standby') &&
    query.kind !== 'select' &&
    query.kind !== 'set-operation'
  )
    return {
      ...sent,
      refused: { code: 'no-datashard', because: 'with `auto_route_ro_on_standby`, a write has to go to one shard' },
    };
  if (!blocked) return sent;
  const because = '`default_route_behaviour` is BLOCK, and this does not go to one shard';
  return { ...sent, refused: { code: 'route-blocked', because } };
}
