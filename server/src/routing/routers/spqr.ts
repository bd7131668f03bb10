/**
 * SPQR: the shards of all values that the statement names for distribution columns, else all of them; nothing is joined
 * or moved between shards. Read off its planner (`router/planner`, `router/qrouter`, `router/rmeta`, snapshot of
 * 2026-08-22) and the expected outputs of its regression tests:
 *
 * - values of one relation are pooled over the whole statement, those of `<>`, `NOT IN` and `NOT LIKE` too; a relation
 *   without values adds no shard as long as another one has some (`RouteByTuples`), so OR and UNION reach the union of what
 *   is named;
 * - EXISTS is not read, but where it stands left of AND: then the condition to its right is not (`analyzeWhereClause`);
 * - of several parameters for one column only the first is looked at (`ResolveValue`), literals win over parameters;
 * - an unqualified distribution column that two relations have is an error (`ResolveRelationByAlias`);
 * - a key below the first key range is an error (`DeparseKeyWithRangesInternal`), and so is one of another type, a fraction
 *   among them, or a list with anything else than constants and parameters (`ParseExprValue`);
 * - rows whose key is an expression, or that come without a list of columns, go to every shard, each with all of them, and
 *   are refused with engine v2 (`TuplePlansByDistributionEntry`); NULL for the key is an error; rows of several shards are
 *   split unless a condition has a parameter for the key (`planInsertV1`); INSERT … SELECT runs where its SELECT runs, and
 *   where a constant for the key leads; with engine v2 on one shard only;
 * - a changed key is an error unless it stays on its shard or `allow_split_update` is set, and with a WITH or RETURNING
 *   always (`planSplitUpdate`);
 * - a reference relation beside a written one that no value is named for sends the statement to one shard in turn
 *   (`GetPrePlan`, `Combine`); a write to a reference relation goes to all shards, each with the rows that it has;
 * - `default_route_behaviour: BLOCK` refuses several shards unless `enhanced_multishard_processing` (engine v2) is on;
 *   DELETE from a reference relation needs engine v2 (`InitExecutionTargets`); MERGE is not known (`PlanUtility`);
 * - comments pick the shard or the key and stand above the settings (`ResolveRouteHint`, `docs/routing/hints`).
 */
import type { Query, Update } from '../../query/model';
import type { ShardTable } from '../../shards/model';
import { type TableIndex, tableIndex } from '../../shards/resolve';
import { type AnalysisOptions, analyse } from '../analysis';
import { type BindSemantics, sharedBinding } from '../bindSemantics';
import { rowKey } from '../insert';
import type { KeyValue } from '../keyValue';
import { pinDomain } from '../pins';
import { readRoute } from '../read';
import type { Reason, Route } from '../route';
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
  const written = query.kind === 'update' || query.kind === 'delete' ? query : undefined;
  const { ambiguous, unfit } = values;
  if (ambiguous) return refuse('scatter', 'ambiguous-column', ambiguous.because, ambiguous.span);
  if (query.kind === 'insert') {
    const table = query.table.kind === 'table' ? index.find(query.table.name.parts) : undefined;
    if (table?.kind === 'sharded') return ofInsert(query, table, values, options, context);
    return table?.kind === 'reference' && base.reach !== 'reference' ? ownCopies(table, query.table.span) : undefined;
  }
  const [target] = written?.targets ?? [];
  const changed = target?.kind === 'table' ? index.find(target.name.parts) : undefined;
  if (target && changed?.kind === 'reference') {
    const { span } = target;
    if (query.kind === 'delete' && !isOn(context, 'enhanced_multishard_processing'))
      return refuse(
        base.reach,
        'reference-delete',
        'rows of a reference relation are deleted with engine v2 only',
        span,
      );
    return base.reach === 'reference' ? undefined : ownCopies(changed, span);
  }
  const copy = [...values.tables].find(({ kind }) => kind === 'reference');
  if (![...values.tables].some(({ kind }) => kind === 'sharded') && values.of.size === 0) {
    if (!copy || !base.bindings.some(({ key }) => key.length > 0)) return undefined;
    const text = `SPQR looks at \`${copy.name.join('.')}\` alone, which is on every shard: this goes to one shard in turn`;
    return inTurn({ code: 'incomplete', text, span: query.span });
  }
  if (unfit) return refuse('scatter', 'key-value', unfit.because, unfit.span);
  if (values.copies) return { reach: 'scatter', notes: [], trusted: true };
  const found = byValues(
    values,
    base.reasons.filter(({ code }) => code === 'open'),
  );
  // Which texts lie together the shared rules do not know.
  const keyed = base.bindings.filter(({ key }) => key.length > 0);
  const listed = keyed.length === 1 && keyed[0]?.how === 'in-list' && base.reach === 'subset';
  const sent = listed && found.shards && !values.bound ? { ...found, trusted: true } : found;
  if (values.writes && copy && sent.reach === 'scatter') {
    const text = `no value is named for the key, and \`${copy.name.join('.')}\` is on every shard: this goes to one shard in turn`;
    return inTurn({ code: 'incomplete', text, span: (target ?? query).span });
  }
  return query.kind === 'update' && changed ? (keyChange(query, changed, values, context) ?? sent) : sent;
}

/** A write to a reference relation that reads other ones. */
const ownCopies = ({ name }: ShardTable, span: Reason['span']): Sent => {
  const text = `every shard changes its own copy of \`${name.join('.')}\` by the rows that it has`;
  return { reach: 'reference', notes: [{ code: 'incomplete', text, ...(span && { span }) }], trusted: true };
};

/** `SET key = …`: fine where the value leads to the shard that the statement is sent to anyway. */
function keyChange(update: Update, target: ShardTable, values: Values, context: RouteContext): Sent | undefined {
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
  const simple = !update.with && !update.returning;
  const stays =
    simple &&
    to !== undefined &&
    own.length === 1 &&
    own[0]?.length === 1 &&
    (own[0][0]?.id === to.id ||
      (shardName(target, [to]) !== undefined && shardName(target, [to]) === shardName(target, own[0])));
  if (stays) return sent;
  const because = `\`${change.column}\` is the distribution key of \`${target.name.join('.')}\`: changing it moves the row to another shard`;
  if (simple && to && target.shardKey.length === 1 && isOn(context, 'allow_split_update'))
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
