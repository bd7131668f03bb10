/** A plan as a route: how far it reaches, what crosses, and why. */
import type { Query } from '../../../query/model';
import type { ShardTable } from '../../../shards/model';
import type { Analysis } from '../../analysis';
import { shardOf, shardsOfPrefix } from '../../exactShards';
import { worse } from '../../reach';
import { emptyRoute, mergeWork, wrongShard } from '../../read';
import { tableName } from '../../reasons';
import type { Reach, Reason, Route, Shards, TableBinding } from '../../route';
import type { Planning } from './context';
import { best } from './options';
import { joinsOf, operationOf, type Plan, type RoutePlan, routesOf } from './plan';
import { routeReasons } from './reasons';

export function toRoute(plan: Plan, query: Query, analysis: Analysis, planning: Planning): Route {
  const routes = routesOf(plan);
  const rows = routes.filter((route) => route.target !== 'dual' && route.target !== 'none');
  const reach = reachOf(routes, planning, analysis);
  // With nothing but one query, a join at vtgate has no rows of shards to bring together.
  const join =
    rows.length > 1
      ? joinsOf(plan).find(
          (one) => one.parts.filter((part) => routesOf(part).some((route) => rows.includes(route))).length > 1,
        )
      : undefined;
  const sharded = rows.flatMap((route) => (route.target === 'sharded' ? route.rels : []));
  const many = reach === 'subset' || reach === 'scatter' || reach === 'unknown';
  const merge = many ? mergeWork(query, planning.universe.root, sharded, analysis) : [];
  const reasons: Reason[] = [
    ...sharded.flatMap((rel) => wrongShard(rel, analysis)),
    ...(join ? joinsOf(plan).map((one) => one.reason) : []),
    ...routes.flatMap((route) => routeReasons(route, analysis)),
    ...(merge.length > 0 ? [{ code: 'merge', text: `left to do at vtgate: ${merge.join(', ')}` } as const] : []),
    ...planning.universe.opaque.map((one): Reason => ({ code: 'open', text: one.why })),
  ];
  return {
    ...emptyRoute,
    reach,
    crossShard: join ? join.how : null,
    shards: join ? {} : shardsOf(reach, rows),
    merge,
    confidence: isSure(rows) ? 'certain' : 'likely',
    reasons,
    bindings: bindingsOf(routes),
  };
}

const isSure = (routes: readonly RoutePlan[]): boolean =>
  routes.every((route) => route.rels.every((rel) => rel.table) && best(route.options)?.vindex.assumed !== true);

function reachOf(routes: readonly RoutePlan[], { universe }: Planning, analysis: Analysis): Reach {
  let reach: Reach | undefined = universe.opaque.length > 0 ? 'unknown' : undefined;
  const places = new Set<string>();
  const read = routes.filter((route) => route.target !== 'dual');
  const rows = read.filter((route) => route.target !== 'none');
  if (read.length > 0 && rows.length === 0) return 'none';
  for (const route of rows) {
    const one = routeReach(route, analysis);
    const chosen = best(route.options);
    if (one === 'single') places.add(`${chosen?.vindex.keyspace}.${chosen?.vindex.name} ${chosen?.ids.join(',')}`);
    reach = reach === undefined ? one : worse(reach, one);
  }
  if (reach === 'single' && places.size > 1) return 'subset';
  return reach ?? 'unsharded';
}

function routeReach(route: RoutePlan, analysis: Analysis): Reach {
  switch (route.target) {
    case 'none':
    case 'reference':
    case 'unsharded':
      return route.target;
    case 'dual':
      return 'reference';
    case 'sharded': {
      const operation = operationOf(route);
      if (operation === 'unique') return 'single';
      if (operation !== 'scatter') return 'subset';
      return route.rels.some((rel) => analysis.reach(rel).reach === 'unknown') ? 'unknown' : 'scatter';
    }
  }
}

function shardsOf(reach: Reach, routes: readonly RoutePlan[]): Shards {
  const known = routes.flatMap((route) => route.rels.flatMap((rel) => rel.table?.shards ?? []));
  const of = known.length > 0 ? Math.max(...known) : undefined;
  const total = of !== undefined ? { of } : {};
  const exact = reach === 'single' || reach === 'subset' ? exactShards(routes) : undefined;
  if (exact) return { count: exact.length, ...total, ids: exact };
  switch (reach) {
    case 'none':
      return { count: 0, ...total };
    case 'single':
      return { count: 1, ...total };
    case 'scatter':
      return of !== undefined ? { count: of, of } : {};
    default:
      return total;
  }
}

/** The shards by number, where the primary vindexes can be computed and all values are literals. */
function exactShards(routes: readonly RoutePlan[]): readonly number[] | undefined {
  const found = new Set<number>();
  for (const route of routes) {
    if (route.target !== 'sharded') continue;
    const chosen = best(route.options);
    const table = chosen?.rel.table;
    const [primary] = table?.vindexes ?? [];
    if (!chosen || !table || !primary || chosen.vindex.name !== primary.name) return undefined;
    const several = primary.columns.length > 1;
    if (!['unique', several ? 'prefix' : 'list'].includes(chosen.operation)) return undefined;
    const shards = shardNumbers(table, several ? [chosen.ids] : chosen.ids.map((id) => [id]));
    if (!shards) return undefined;
    for (const one of shards) found.add(one);
  }
  return found.size > 0 ? [...found].sort((a, b) => a - b) : undefined;
}

/** The shards of the primary vindex's values, by their ids, a list for each row; undefined as soon as one is not known. */
export function shardNumbers(table: ShardTable, rows: readonly (readonly string[])[]): readonly number[] | undefined {
  const found = rows.flatMap((ids): readonly (number | undefined)[] => {
    if (!ids.every((id) => /^=(?!true$|false$|NULL$)/.test(id))) return [undefined];
    const values = ids.map((id) => id.slice(1));
    const [id = '', ...more] = ids;
    return more.length === 0 && table.shardKey.length === 1
      ? [shardOf(table, { id, constant: id.slice(1) })]
      : (shardsOfPrefix(table, values) ?? [undefined]);
  });
  return found.every((one) => one !== undefined) ? [...new Set(found)].sort((a, b) => a - b) : undefined;
}

function bindingsOf(routes: readonly RoutePlan[]): readonly TableBinding[] {
  return routes.flatMap((route) => {
    const chosen = best(route.options);
    return route.rels.map((rel): TableBinding => {
      const base = { table: tableName(rel), alias: rel.alias, span: rel.ref.name.span, key: rel.table?.shardKey ?? [] };
      if (rel.table?.kind === 'reference') return { ...base, how: 'reference', values: [] };
      if (rel.table?.kind === 'single-shard') return { ...base, how: 'single-shard', values: [] };
      if (rel.table?.kind !== 'sharded') return { ...base, how: 'unsharded', values: [] };
      if (!chosen) return { ...base, how: 'none', values: [] };
      if (chosen.rel !== rel) return { ...base, how: 'join', values: chosen.ids };
      const how =
        chosen.operation === 'unique' || chosen.operation === 'equal'
          ? 'equality'
          : chosen.operation === 'between' || chosen.operation === 'prefix'
            ? 'range'
            : 'in-list';
      return { ...base, how, values: chosen.ids };
    });
  });
}
