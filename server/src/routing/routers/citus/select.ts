/** How a SELECT is planned: on one shard if it can, otherwise parts first, then the rest on every shard. */
import type { Analysis } from '../../analysis';
import type { CrossShard, Reach, Reason, Shards } from '../../route';
import type { Scope } from '../../scope';
import { keysEqual } from './equality';
import { pushdownObstacle } from './pushdown';
import { hasOuterJoin, planParts } from './recursive';
import { onOneShard } from './single';
import {
  activeRels,
  fromReadsShards,
  fromScopes,
  isDistributed,
  isLocal,
  type Plan,
  prune,
  readsShards,
  sublinks,
} from './tables';

export interface Outcome {
  readonly reach: Reach;
  readonly crossShard: CrossShard | null;
  readonly refused: { readonly code: string; readonly because: string } | null;
  readonly shards: Shards;
  readonly notes: readonly Reason[];
}

export interface Settings {
  readonly repartitionJoins: boolean;
  /** Major version; the newest known one where the map does not say. */
  readonly version: number;
}

export const newPlan = (analysis: Analysis, keepCtes = false, version = 13): Plan => ({
  analysis,
  version,
  planned: new Set(),
  fetched: new Set(),
  notes: [],
  keepCtes,
});

export function planSelect(root: Scope, analysis: Analysis, settings: Settings): Outcome {
  const single = onOneShard(root, newPlan(analysis));
  if (single) return oneShard(single, []);
  const first = planInParts(root, newPlan(analysis, false, settings.version), settings);
  if (!first.refused || !analysis.universe.scopes.some((scope) => scope.of?.kind === 'cte')) return first;
  // A statement that fails with its CTEs merged in is planned once more with all of them run first.
  const second = planInParts(root, newPlan(analysis, true, settings.version), settings);
  return second.refused ? first : second;
}

function oneShard(single: NonNullable<ReturnType<typeof onOneShard>>, notes: readonly Reason[]): Outcome {
  const common = { crossShard: null, refused: null, notes };
  switch (single.kind) {
    case 'reference':
    case 'unsharded':
      return { ...common, reach: single.kind, shards: {} };
    default: {
      const of = single.of !== undefined ? { of: single.of } : {};
      const ids = single.shard !== undefined ? { ids: [single.shard] } : {};
      return { ...common, reach: 'single', shards: { count: 1, ...of, ...ids } };
    }
  }
}

export function planInParts(root: Scope, plan: Plan, settings: Settings): Outcome {
  const before = reachOf(root, plan);
  planParts(root, plan, 0);
  const crossShard: CrossShard | null = plan.notes.length > 0 ? 'subplan' : null;
  const common = { notes: plan.notes, reach: before.reach };
  for (const scope of plan.planned) {
    const inner = innerRefusal(scope, plan, settings);
    if (inner) return { ...common, crossShard, shards: {}, refused: inner };
  }
  const single = onOneShard(root, plan);
  if (single) {
    if (crossShard) return { ...common, crossShard, refused: null, shards: {} };
    return oneShard(single, plan.notes);
  }
  const refused = refusal(root, plan, settings);
  if (refused === 'repartition') return { ...common, crossShard: 'repartition', refused: null, shards: {} };
  if (refused) return { ...common, crossShard, shards: {}, refused };
  const after = reachOf(root, plan);
  return {
    notes: plan.notes,
    crossShard,
    refused: null,
    reach: crossShard ? before.reach : after.reach,
    shards: crossShard ? {} : after.shards,
  };
}

/** A part that is run first must be able to run by itself. Its own parts have been planned before it. */
function innerRefusal(scope: Scope, plan: Plan, settings: Settings): Outcome['refused'] {
  if (scope.query.kind !== 'select') return null;
  const inner: Plan = { ...plan, planned: new Set(plan.planned) };
  inner.planned.delete(scope);
  if (onOneShard(scope, inner)) return null;
  const found = refusal(scope, inner, settings);
  return found === 'repartition' ? null : found;
}

/** Shards of all tables together: pruning of one does not spare the others. */
export function reachOf(root: Scope, plan: Plan): { readonly reach: Reach; readonly shards: Shards } {
  const distributed = activeRels(root, plan).filter(isDistributed);
  const all = distributed.map((rel) => prune(rel, plan.analysis));
  const of = Math.max(0, ...distributed.map((rel) => rel.table?.shards ?? 0));
  const total = of > 0 ? { of } : {};
  if (all.length === 0) return { reach: 'reference', shards: {} };
  if (all.some(({ reach }) => reach === 'scatter'))
    return { reach: 'scatter', shards: of > 0 ? { count: of, of } : {} };
  if (all.some(({ reach }) => reach === 'unknown')) return { reach: 'unknown', shards: total };
  const ids = new Set<number>();
  for (const one of all) {
    if (!one.ids) return { reach: 'subset', shards: total };
    for (const id of one.ids) ids.add(id);
  }
  if (ids.size === of) return { reach: of === 1 ? 'single' : 'scatter', shards: { count: of, of } };
  return {
    reach: ids.size === 1 ? 'single' : 'subset',
    shards: { count: ids.size, ...total, ids: [...ids].sort((a, b) => a - b) },
  };
}

/** Why what is left cannot be sent to the shards. */
function refusal(root: Scope, plan: Plan, settings: Settings): Outcome['refused'] | 'repartition' {
  const { query } = root;
  const rels = activeRels(root, plan);
  if (rels.some(isLocal)) return refuse('local-join', 'ordinary tables cannot be joined with distributed ones here');
  if (query.kind === 'select') {
    if (query.groupingSets) return refuse('grouping-sets', 'grouping sets are only answered by a single shard');
    if (query.lock) return refuse('row-locks', 'FOR UPDATE and FOR SHARE are only answered by a single shard');
  }
  if (plan.analysis.universe.scopes.some((scope) => isRecursive(scope) && !plan.planned.has(scope)))
    return refuse('recursive-cte', 'a recursive CTE is only answered by a single shard');
  if (!keysEqual(rels, plan))
    return settings.repartitionJoins && isPlain(root)
      ? 'repartition'
      : refuse(
          'off-key-join',
          'distributed tables are only joined where they are co-located and tied by their distribution columns',
        );
  return blocked(root, plan, true);
}

const isRecursive = (scope: Scope): boolean =>
  'with' in scope.query &&
  scope.query.with?.recursive === true &&
  scope.query.with.ctes.some((cte) => cte.query.kind === 'set-operation' && usesItself(scope));

const usesItself = (scope: Scope): boolean =>
  scope.children.some(
    (child) =>
      (child.query.kind === 'values' && child.query.rows.length === 0 && child.outputs.length > 0) || usesItself(child),
  );

function blocked(scope: Scope, plan: Plan, top: boolean): Outcome['refused'] {
  if (plan.planned.has(scope)) return null;
  if (!top) {
    const why = pushdownObstacle(scope, plan);
    if (why) return refuse('subquery', `a subquery that uses columns around it cannot be sent along: ${why}`);
  } else if (!fromReadsShards(scope, plan) && sublinks(scope).some((child) => readsShards(child, plan)))
    return refuse(
      'correlated-subquery',
      'a correlated subquery on distributed tables needs a distributed table in FROM',
    );
  for (const child of [...fromScopes(scope), ...sublinks(scope)]) {
    const found = blocked(child, plan, false);
    if (found) return found;
  }
  return null;
}

/** Inner joins of tables and nothing else: what repartitioning can do. */
const isPlain = (root: Scope): boolean =>
  root.query.kind === 'select' && root.children.length === 0 && !hasOuterJoin(root);

export const refuse = (code: string, because: string): { readonly code: string; readonly because: string } => ({
  code,
  because,
});
