/** Citus: hash-distributed, reference, schema-based and ordinary tables of one PostgreSQL. */
import type { Insert, Query } from '../../query/model';
import { plainTable } from '../../shards/plainTable';
import { tableIndex } from '../../shards/resolve';
import { type Analysis, type AnalysisOptions, analyse } from '../analysis';
import type { BindSemantics } from '../bindSemantics';
import { pinDomain } from '../pins';
import { emptyRoute, readRoute } from '../read';
import type { ReasonCode, Route } from '../route';
import { defineRouter, type RouteContext } from '../router';
import { changesRows } from './citus/changes';
import { markCorrelation } from './citus/correlation';
import { cteObstacle } from './citus/ctes';
import { hidesValues, isApart, isMerged, levelOf } from './citus/flat';
import { planRows, refusedConflict, refusedValues } from './citus/insertRows';
import { planInsertSelect, withCtesOf } from './citus/insertSelect';
import { planMerge } from './citus/merge';
import { planChange, refusedCtes, refusedReturning } from './citus/modify';
import { type Outcome, planEmpty, planSelect, refuse } from './citus/select';
import { isLocal, type Settings } from './citus/tables';

/** Only what cannot change within a transaction binds the key. */
const binding: BindSemantics = {
  values: 'immutable',
  isTrue: false,
  nullSafe: false,
  ranges: true,
  listsStay: true,
  listsAdd: true,
  hashHidesRanges: true,
  notInApart: true,
  seesInside: isMerged,
  levelOf,
  isApart,
  exceptStays: true,
  falseOnReads: true,
  equalsTrue: true,
  ownTypeCasts: true,
  folds: true,
};

export default defineRouter({
  id: 'citus',
  route: routeCitus,
});

function routeCitus(query: Query, context: RouteContext): Route {
  const index = tableIndex(context.map, context.schema);
  const options: AnalysisOptions = {
    table: (name) => index.find(name),
    apart: (of, query) => cteObstacle(of, query) !== undefined,
    hidesValues,
    semantics: binding,
    pinned: (rel, column) => pinDomain(context.pins, rel, column),
  };
  const settings = settingsOf(context);
  switch (query.kind) {
    case 'insert':
      return routeInsert(query, options, settings);
    case 'update':
    case 'delete': {
      const analysis = prepared(query, options);
      return planned(query, analysis, planChange(query, analysis, settings));
    }
    case 'merge': {
      const analysis = prepared(query, options);
      const outcome = planMerge(query, analysis, settings, (source) => prepared(source, options));
      return planned(query, analysis, outcome);
    }
    case 'other':
      return query.inner ? routeCitus(query.inner, context) : readRoute(query, analyse(query, options));
    default: {
      const analysis = prepared(query, options);
      const outcome = planEmpty(analysis) ?? planSelect(analysis.universe.root, analysis, settings);
      const refused = outcome.refused ?? refusedCtes(analysis, settings);
      return planned(query, analysis, refused === outcome.refused ? outcome : { ...outcome, refused });
    }
  }
}

function prepared(query: Query, options: AnalysisOptions): Analysis {
  const analysis = analyse(query, options);
  markCorrelation(analysis.universe);
  return analysis;
}

function settingsOf({ map }: RouteContext): Settings {
  const { settings, version = 13 } = map.router;
  const isOn = (name: string, byDefault: boolean): boolean => {
    const value = settings[name] ?? settings[`citus.${name}`];
    return value === undefined ? byDefault : value === true || value === 'on' || value === 'true' || value === 1;
  };
  return {
    version,
    repartitionJoins: isOn('enable_repartition_joins', false),
    nonColocatedRouter: isOn('enable_non_colocated_router_query_pushdown', version < 12),
  };
}

/** What the shared rules say about parts that do not lie together; the planner's own notes take their place. */
const restated = new Set<ReasonCode>(['subquery', 'off-key-join', 'other-group', 'mixed']);

const isCrossing = ({ crossShard, refused }: Outcome): boolean => crossShard !== null || refused !== null;

const planned = (query: Query, analysis: Analysis, outcome: Outcome): Route =>
  withOutcome(readRoute(query, analysis, { crossings: isCrossing(outcome), empty: false }), outcome);

function withOutcome(route: Route, outcome: Outcome): Route {
  const { reach, crossShard, refused, shards, notes } = outcome;
  const kept = isCrossing(outcome) && (notes.length === 0 || refused?.code === 'off-key-join');
  const shared = kept ? route.reasons : route.reasons.filter(({ code }) => !restated.has(code));
  const own = refused ? [{ code: 'refused' as const, text: refused.because }, ...notes] : notes;
  return {
    ...route,
    confidence: outcome.confidence ?? route.confidence,
    reach: route.reach === 'unknown' && reach !== 'scatter' ? 'unknown' : reach,
    crossShard,
    refused,
    shards,
    reasons: own.length === 0 ? shared : [...own, ...shared],
  };
}

function routeInsert(query: Insert, options: AnalysisOptions, settings: Settings): Route {
  const { source } = query;
  const named = query.table.kind === 'table' ? options.table(query.table.name.parts) : undefined;
  const analysis = prepared(query, options);
  const route = readRoute(query, analysis, { crossings: false, empty: false });
  const table = named ?? ordinaryTable;
  const reads = analysis.universe.rels.some((rel) => !isLocal(rel));
  if (named?.kind === 'view')
    return withOutcome(
      route,
      refusedOutcome(reads, refuse('view-change', 'rows are not added through a view of distributed tables')),
    );
  if (!reads) return { ...emptyRoute, ...route, crossShard: null };
  const refused = refusedConflict(query, table);
  if (refused) return withOutcome(route, refusedOutcome(true, refused));
  if (source !== 'default' && source.kind !== 'values' && source.kind !== 'opaque') {
    const own = prepared(withCtesOf(query, source), options);
    const outcome = planInsertSelect(query, own, table, settings);
    const read = readRoute(own.universe.root.query, own, { crossings: isCrossing(outcome) });
    return withOutcome({ ...read, bindings: [...route.bindings.slice(0, 1), ...read.bindings] }, outcome);
  }
  if (source !== 'default' && source.kind === 'opaque')
    return { ...route, reach: table.kind === 'sharded' ? 'unknown' : route.reach, crossShard: null };
  const rows = source === 'default' ? [[]] : source.rows;
  const unable =
    refusedValues(rows) ??
    refusedReturning(query.returning, analysis.universe.root) ??
    (query.with?.recursive ? refuse('recursive-cte', 'VALUES behind WITH RECURSIVE are not sent to the shards') : null);
  if (unable) return withOutcome(route, refusedOutcome(true, unable));
  const changing = query.with?.ctes.find((cte) => changesRows(cte.query));
  const planned = planRows(rows, query, table);
  const text = changing && `\`${changing.name}\` is run first: it changes rows`;
  const outcome: Outcome =
    changing && text
      ? {
          ...planned,
          crossShard: 'subplan',
          shards: {},
          notes: [{ code: 'subquery', text, span: changing.span }, ...planned.notes],
        }
      : planned;
  return withOutcome({ ...route, reasons: [], bindings: insertBinding(route) }, outcome);
}

const insertBinding = (route: Route): Route['bindings'] =>
  route.bindings.map((one) => (one.key.length > 0 ? { ...one, how: 'insert-value' as const } : one));

const refusedOutcome = (reads: boolean, refused: Outcome['refused']): Outcome => ({
  reach: reads ? 'scatter' : 'unsharded',
  crossShard: null,
  refused: reads ? refused : null,
  shards: {},
  notes: [],
});

const ordinaryTable = plainTable([]);
