/** Citus: hash-distributed, reference, schema-based and ordinary tables of one PostgreSQL. */
import type { Query } from '../../query/model';
import { tableIndex } from '../../shards/resolve';
import { type Analysis, type AnalysisOptions, analyse } from '../analysis';
import type { BindSemantics } from '../bind';
import { pinDomain } from '../pins';
import { emptyRoute, readRoute } from '../read';
import type { Route } from '../route';
import { defineRouter, type RouteContext } from '../router';
import { changeRoute, insertRoute } from '../write';
import { markCorrelation } from './citus/correlation';
import { type Outcome, planSelect, type Settings } from './citus/select';

/** Only what cannot change within a transaction binds the key. */
const binding: BindSemantics = { values: 'immutable', isTrue: false, nullSafe: false, ranges: true };

export default defineRouter({
  id: 'citus',
  route: routeCitus,
});

function routeCitus(query: Query, context: RouteContext): Route {
  const index = tableIndex(context.map, context.schema);
  const options: AnalysisOptions = {
    table: (name) => index.find(name),
    semantics: binding,
    pinned: (rel, column) => pinDomain(context.pins, rel, column),
  };
  const settings = settingsOf(context);
  switch (query.kind) {
    case 'insert': {
      const table = query.table.kind === 'table' ? index.find(query.table.name.parts) : undefined;
      if (table?.kind !== 'sharded') return outsideInsert(query, options);
      return insertRoute(query, table, {
        values: 'volatile',
        key: table.shardKey,
        analyse: (source) => analyse(source, options),
      });
    }
    case 'update':
    case 'delete':
    case 'merge':
      return changeRoute(query, analyse(query, options), binding.values);
    case 'other':
      return query.inner ? routeCitus(query.inner, context) : readRoute(query, analyse(query, options));
    default: {
      const analysis = prepared(query, options);
      return withOutcome(readRoute(query, analysis), planSelect(analysis.universe.root, analysis, settings));
    }
  }
}

function prepared(query: Query, options: AnalysisOptions): Analysis {
  const analysis = analyse(query, options);
  markCorrelation(analysis.universe);
  return analysis;
}

function settingsOf({ map }: RouteContext): Settings {
  const value = map.router.settings.enable_repartition_joins ?? map.router.settings['citus.enable_repartition_joins'];
  return { repartitionJoins: value === true || value === 'on' || value === 'true' || value === 1 };
}

function withOutcome(route: Route, outcome: Outcome): Route {
  const { reach, crossShard, refused, shards, notes } = outcome;
  const own = refused ? [{ code: 'refused' as const, text: refused.because }, ...notes] : notes;
  return {
    ...route,
    reach: route.reach === 'unknown' && reach !== 'scatter' ? 'unknown' : reach,
    crossShard,
    refused,
    shards,
    reasons: [...own, ...route.reasons],
  };
}

/** Into a reference, single-shard or ordinary table: rows that come from the shards have to be brought there. */
function outsideInsert(query: Extract<Query, { kind: 'insert' }>, options: AnalysisOptions): Route {
  const route = readRoute(query, analyse(query, options));
  return route.crossShard ? { ...route, crossShard: 'coordinator' } : { ...emptyRoute, ...route };
}
