/** The one entry of routing: picks the router, tells variants apart, and adds what holds for every router. */
import type { Query } from '../query/model';
import type { ShardMap } from '../shards/model';
import { routerAnswer } from './answer';
import { variantsOf } from './choices';
import { hintReasons } from './hints';
import { worse } from './reach';
import type { Reach, Reason, Route } from './route';
import type { RouteContext, Router } from './router';
import { routers } from './routers';

/** The router that a map names; systems without a module of their own get the shared rules. */
export const routerFor = (name: string): Router | undefined =>
  routers.find((router) => router.id === name || router.aliases?.includes(name));

export function routeStatement(query: Query, context: RouteContext): Route {
  const router = routerFor(context.map.router.name) ?? routerFor('generic');
  if (!router) throw new Error('the generic router is missing');
  const picked = router.pinned?.(context.hints) ?? [];
  const within = picked.length > 0 ? { ...context, pins: [...picked, ...context.pins] } : context;
  const routes = (context.fixed ? [query] : variantsOf(query)).map((variant) => router.route(variant, within));
  const chosen = routes.length === 1 ? (routes[0] as Route) : combine(routes);
  const hints = hintReasons(context.hints);
  const allowed = hints.length > 0 ? chosen : requiringKeys(chosen, context);
  const answer = routerAnswer(allowed, router.id);
  const reasons = distinct(hints.length === 0 ? allowed.reasons : [...hints, ...allowed.reasons]);
  const route: Route = answer === undefined ? { ...allowed, reasons } : { ...allowed, reasons, answer };
  return context.shallow ? { ...route, confidence: 'guess' } : route;
}

const requiring = new WeakMap<ShardMap, ReadonlySet<string>>();

function tablesRequiringKeys(map: ShardMap): ReadonlySet<string> {
  const known =
    requiring.get(map) ?? new Set(map.tables.flatMap(({ name, keyRequired }) => (keyRequired ? [name.join('.')] : [])));
  requiring.set(map, known);
  return known;
}

/** Tables whose statements have to name a key: what goes to all shards for want of one is refused. */
function requiringKeys(route: Route, { map }: RouteContext): Route {
  if (route.reach !== 'scatter' || route.refused) return route;
  const required = tablesRequiringKeys(map);
  if (required.size === 0) return route;
  const bare = route.bindings.find(({ table, how }) => required.has(table) && (how === 'none' || how === 'range'));
  if (!bare) return route;
  const because = `statements on \`${bare.table}\` have to bind \`${bare.key.join(', ')}\``;
  return {
    ...route,
    refused: { code: 'key-required', because },
    reasons: [{ code: 'refused', text: because, span: bare.span }, ...route.reasons],
  };
}

/** Parts of a statement may say the same of themselves: nothing is told twice. */
const distinct = (reasons: readonly Reason[]): readonly Reason[] =>
  reasons.length < 2
    ? reasons
    : reasons.filter((one, i) => {
        const first = reasons.findIndex((other) => isSame(one, other));
        return first === i;
      });

const isSame = (a: Reason, b: Reason): boolean =>
  a === b || (a.code === b.code && a.span?.start === b.span?.start && a.text === b.text);

/** The worst variant, with the others' reaches as alternatives. */
export function combine(routes: readonly Route[]): Route {
  const badness = (route: Route): number => (route.refused ? 2 : 0) + (route.crossShard ? 1 : 0);
  const worst = routes.reduce((a, b) => {
    if (badness(a) !== badness(b)) return badness(a) > badness(b) ? a : b;
    return worse(a.reach, b.reach) === a.reach ? a : b;
  });
  const others = new Set<Reach>(routes.flatMap((route) => [route.reach, ...route.alternatives]));
  others.delete(worst.reach);
  return { ...worst, alternatives: [...others] };
}
