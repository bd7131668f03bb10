/** The shared rules and nothing else: for home-grown sharding and for systems without a module of their own. */
import type { Query } from '../../query/model';
import { tableIndex } from '../../shards/resolve';
import { type AnalysisOptions, analyse } from '../analysis';
import { sharedBinding } from '../bindSemantics';
import { pinnedInsert } from '../pinnedInsert';
import { pinDomain } from '../pins';
import { emptyRoute, readRoute } from '../read';
import type { Route } from '../route';
import { defineRouter, type RouteContext } from '../router';
import { changeRoute, insertRoute } from '../write';

export default defineRouter({
  id: 'generic',
  route(query, context) {
    return routeGeneric(query, context);
  },
});

/** `reach`: of one table use, where an index of its own leads to the rows. */
export function routeGeneric(query: Query, context: RouteContext, reach?: AnalysisOptions['reach']): Route {
  const index = tableIndex(context.map, context.schema);
  const options: AnalysisOptions = {
    table: (name) => index.find(name),
    semantics: sharedBinding,
    pinned: (rel, column) => pinDomain(context.pins, rel, column),
    ...(reach && { reach }),
  };
  switch (query.kind) {
    case 'insert': {
      const table = query.table.kind === 'table' ? index.find(query.table.name.parts) : undefined;
      if (table?.kind !== 'sharded') return outsideInsert(query, options);
      const route = insertRoute(query, table, {
        values: 'volatile',
        key: table.shardKey,
        analyse: (source) => analyse(source, options),
      });
      return pinnedInsert(route, query, table, context.pins);
    }
    case 'update':
    case 'delete':
    case 'merge':
      return changeRoute(query, analyse(query, options), sharedBinding.values);
    case 'other':
      return query.inner ? routeGeneric(query.inner, context, reach) : readRoute(query, analyse(query, options));
    default:
      return readRoute(query, analyse(query, options));
  }
}

/** Into a reference, single-shard or ordinary table: rows that come from the shards have to be brought there. */
function outsideInsert(query: Extract<Query, { kind: 'insert' }>, options: AnalysisOptions): Route {
  const route = readRoute(query, analyse(query, options));
  return route.crossShard ? { ...route, crossShard: 'coordinator' } : { ...emptyRoute, ...route };
}
