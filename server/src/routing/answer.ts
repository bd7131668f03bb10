/** What a router itself shows for a route, in its own words: how a person checks it there. */
import type { Route } from './route';

/** Undefined for routers without such words, and where the route does not say enough. */
export function routerAnswer(route: Route, router: string): string | undefined {
  switch (router) {
    case 'citus':
      return citus(route);
    case 'vitess':
      return vitess(route);
    default:
      return undefined;
  }
}

/** EXPLAIN on the coordinator. */
function citus({ reach, crossShard, refused, shards }: Route): string | undefined {
  if (refused) return 'Citus answers with an error.';
  if (reach === 'unknown') return undefined;
  if (crossShard === 'repartition')
    return 'Citus EXPLAIN shows a repartition (MapMergeJob, or INSERT … SELECT with repartition).';
  if (crossShard === 'coordinator') return 'Citus EXPLAIN shows that rows are pulled to the coordinator.';
  if (crossShard === 'subplan') return 'Citus EXPLAIN shows a Distributed Subplan.';
  if (crossShard === 'join') return undefined;
  if (reach === 'unsharded') return 'EXPLAIN shows an ordinary plan: no shard takes part.';
  const tasks =
    reach === 'scatter' ? (shards.count ?? shards.of) : (shards.count ?? (reach === 'single' ? 1 : undefined));
  return tasks === undefined || tasks === 0 ? undefined : `Citus EXPLAIN shows Task Count: ${tasks}.`;
}

/** VEXPLAIN PLAN at vtgate: the variant of its operator. */
function vitess({ reach, crossShard, refused, bindings }: Route): string | undefined {
  if (refused) return 'vtgate answers with an error.';
  if (crossShard === 'join') return 'VEXPLAIN PLAN shows a Join over several Routes.';
  if (crossShard !== null) return 'VEXPLAIN PLAN shows several Routes.';
  switch (reach) {
    case 'none':
      return 'VEXPLAIN PLAN shows the variant None.';
    case 'scatter':
      return 'VEXPLAIN PLAN shows the variant Scatter.';
    case 'unsharded':
      return 'VEXPLAIN PLAN shows the variant Unsharded.';
    case 'reference':
      return 'VEXPLAIN PLAN shows the variant Reference.';
    case 'single':
      return bindings.some(({ how }) => how === 'equality')
        ? 'VEXPLAIN PLAN shows the variant EqualUnique.'
        : undefined;
    default:
      return undefined;
  }
}
