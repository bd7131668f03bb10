/** Whether all of a query lies on one shard: then anything goes. */

import type { Rel, Scope } from '../../scope';
import { changesByQuery } from './changes';
import { activeRels, isDistributed, isLocal, isReference, type Plan, prune } from './tables';
import { isFalse } from './unplanned';

export type SingleShard =
  | {
      readonly kind: 'none' | 'single' | 'reference' | 'unsharded';
      readonly shard?: number;
      readonly of?: number;
      readonly apart?: boolean;
    }
  | undefined;

/** Stands in a subquery whose own condition is false. */
function isUnread(rel: Rel, root: Scope): boolean {
  for (let at: Scope | undefined = rel.scope; at && at !== root; at = at.parent)
    if (at.facts.some(isFalse)) return true;
  return false;
}

/** Where a query runs if one place has all of its rows. */
export function onOneShard(scope: Scope, plan: Plan): SingleShard {
  const rels = activeRels(scope, plan);
  const distributed = rels.filter(isDistributed);
  if (changesByQuery(scope, plan)) return undefined;
  if (distributed.length === 0) {
    if (rels.some((rel) => isLocal(rel) && !isUnread(rel, scope))) return { kind: 'unsharded' };
    return rels.some(isReference) ? { kind: 'reference' } : { kind: 'unsharded' };
  }
  if (rels.some(isLocal)) return undefined;
  const keys = new Set<string>();
  const groups = new Set<string>();
  let shard: number | undefined;
  let of: number | undefined;
  for (const rel of distributed) {
    const pruned = prune(rel, plan.analysis);
    if (pruned.reach === 'none') continue;
    if (pruned.reach !== 'single' || pruned.key === undefined) return undefined;
    keys.add(pruned.key);
    groups.add(rel.table?.group ?? '');
    if (rel.table?.kind === 'sharded') {
      shard = pruned.ids ? [...pruned.ids][0] : undefined;
      of = rel.table.shards;
    }
  }
  if (keys.size > 1) return undefined;
  if (keys.size === 0) return { kind: 'none' };
  if (groups.size > 1 && !plan.settings.nonColocatedRouter) return undefined;
  // Shards of one number begin on one node, and stay there unless they are moved.
  const apart = groups.size > 1 ? { apart: true } : {};
  return { kind: 'single', ...apart, ...(shard !== undefined ? { shard } : {}), ...(of !== undefined ? { of } : {}) };
}
