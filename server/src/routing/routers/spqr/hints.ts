/** SPQR's comments: `__spqr__name: value`, several with commas between; they stand above the router's settings. */
import type { RouteContext } from '../../router';

/** What a comment calls a setting of the router otherwise. */
const settings: Readonly<Record<string, string>> = {
  engine_v2: 'enhanced_multishard_processing',
  default_route_behaviour: 'default_route_behaviour',
  allow_split_update: 'allow_split_update',
};

/** By name without the prefix; what is said last stands. */
export function hintsIn(hints: readonly string[]): ReadonlyMap<string, string> {
  const said = new Map<string, string>();
  for (const hint of hints)
    for (const [, name = '', value = ''] of hint.matchAll(/__spqr__\.?(\w+)\s*:\s*([^\s,]+)/g)) said.set(name, value);
  return said;
}

export function withHints(context: RouteContext): RouteContext {
  const { map, hints } = context;
  if (hints.length === 0) return context;
  const said = [...hintsIn(hints)].flatMap(([name, value]) => {
    const setting = settings[name];
    return setting === undefined ? [] : [[setting, value] as const];
  });
  if (said.length === 0) return context;
  const router = { ...map.router, settings: { ...map.router.settings, ...Object.fromEntries(said) } };
  return { ...context, map: { ...map, router } };
}
