/** How a SELECT is planned: on one shard if it can, otherwise parts first, then the rest on every shard. */
import type { Select, SelectItem } from '../../../query/model';
import { leavesOf, queriesIn } from '../../../query/walk';
import type { Analysis } from '../../analysis';
import type { CrossShard, Reach, Reason, Shards } from '../../route';
import type { Rel, Scope } from '../../scope';
import { keysEqual } from './equality';
import { isFlat } from './flat';
import { hasOddFullJoin, lateralObstacle } from './lateral';
import { locksRows } from './locks';
import { writesOuterJoin } from './outerJoins';
import { outerJoinsOf } from './pseudoconstant';
import { mergeObstacle, pushdownObstacle } from './pushdown';
import { planParts } from './recursive';
import { onOneShard } from './single';
import {
  activeRels,
  fromReadsShards,
  fromScopes,
  isDistributed,
  isLocal,
  type Plan,
  type Pruned,
  prune,
  readsShards,
  type Settings,
  sublinks,
} from './tables';

export interface Outcome {
  readonly reach: Reach;
  readonly crossShard: CrossShard | null;
  readonly refused: { readonly code: string; readonly because: string } | null;
  readonly shards: Shards;
  readonly notes: readonly Reason[];
  /** Where the planner's answer hangs on something that the map does not say. */
  readonly confidence?: 'likely';
}

export const newPlan = (analysis: Analysis, settings: Settings, keepCtes = false): Plan => ({
  analysis,
  settings,
  planned: new Set(),
  fetched: new Set(),
  notes: [],
  stuck: [],
  ties: undefined,
  keepCtes,
});

/** A SELECT of no rows is one task on some shard, and reads no copy of a reference table either. */
export function planEmpty(analysis: Analysis): Outcome | undefined {
  const { rels } = analysis.universe;
  if (rels.every(isLocal) || rels.some(isDistributed) || !analysis.empty()) return undefined;
  return { reach: 'single', crossShard: null, refused: null, shards: { count: 1 }, notes: [] };
}

export function planSelect(root: Scope, analysis: Analysis, settings: Settings): Outcome {
  const single = onOneShard(root, newPlan(analysis, settings));
  if (single) return oneShard(single, []);
  const first = planInParts(root, newPlan(analysis, settings), settings);
  if (!first.refused || !analysis.universe.scopes.some((scope) => scope.of?.kind === 'cte')) return first;
  // A statement that fails with its CTEs merged in is planned once more with all of them run first.
  const second = planInParts(root, newPlan(analysis, settings, true), settings);
  return second.refused ? first : second;
}

function oneShard(single: NonNullable<ReturnType<typeof onOneShard>>, notes: readonly Reason[]): Outcome {
  const common = { crossShard: null, refused: null, notes };
  switch (single.kind) {
    case 'reference':
    case 'unsharded':
      return { ...common, reach: single.kind, shards: {} };
    default: {
      const shards: { count: number; of?: number; ids?: readonly number[] } = { count: 1 };
      if (single.of !== undefined) shards.of = single.of;
      if (single.shard !== undefined) shards.ids = [single.shard];
      const found: Outcome = { reach: 'single', crossShard: null, refused: null, shards, notes };
      if (!single.apart) return found;
      const text =
        'the tables are not co-located, but their shards of one number lie on one node unless they were moved';
      return { ...found, confidence: 'likely', notes: [...notes, { code: 'co-located', text }] };
    }
  }
}

export function planInParts(root: Scope, plan: Plan, settings: Settings): Outcome {
  const before = reachOf(root, plan);
  if (plan.analysis.universe.scopes.some(hasOddFullJoin))
    return {
      reach: before.reach,
      crossShard: null,
      refused: refuse('full-join', 'FULL JOIN needs equalities between its sides'),
      shards: {},
      notes: [],
    };
  if (outerJoinsOf(plan) === 'hidden')
    return {
      reach: before.reach,
      crossShard: null,
      refused: refuse(
        'hidden-outer-join',
        'before version 17, PostgreSQL cannot show outer joins beside a condition that reads no rows',
      ),
      shards: {},
      notes: [],
      confidence: 'likely',
    };
  if (plan.analysis.universe.scopes.some(declaresRecursion))
    return {
      reach: before.reach,
      crossShard: null,
      refused: refuse('recursive-cte', 'WITH RECURSIVE is only answered by a single shard'),
      shards: {},
      notes: [],
    };
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
  const refused = stuckRefusal(plan) ?? refusal(root, plan, settings);
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

const stuckRefusal = (plan: Plan): Outcome['refused'] =>
  plan.stuck.length > 0
    ? refuse(
        'lateral-outer-join',
        'a lateral subquery on distributed tables uses rows that every shard has, in an outer join',
      )
    : null;

/** A part that is run first must be able to run by itself. Its own parts have been planned before it. */
function innerRefusal(scope: Scope, plan: Plan, settings: Settings): Outcome['refused'] {
  if (scope.query.kind !== 'select') return null;
  const inner: Plan = { ...plan, planned: new Set(plan.planned), ties: undefined };
  for (let at: Scope | undefined = scope; at; at = at.parent) inner.planned.delete(at);
  if (onOneShard(scope, inner)) return null;
  const found = refusal(scope, inner, settings);
  return found === 'repartition' ? null : found;
}

/** Shards of all tables together: pruning of one does not spare the others. */
export function reachOf(
  root: Scope,
  plan: Plan,
  everyTable = false,
): { readonly reach: Reach; readonly shards: Shards } {
  const every = activeRels(root, plan).filter(isDistributed);
  // The nullable side of an outer join is read where the other side is, and nowhere else.
  const leading = everyTable ? every : every.filter((rel) => !isNullable(rel));
  const distributed = leading.length > 0 ? leading : every;
  const pruned = distributed.map((rel) => prune(rel, plan.analysis));
  const all = !everyTable && isPlain(root) && pruned.some(({ ids }) => ids) ? [narrowest(pruned)] : pruned;
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
  if (ids.size === 0) return { reach: 'none', shards: { count: 0, ...total } };
  if (ids.size === of) return { reach: of === 1 ? 'single' : 'scatter', shards: { count: of, of } };
  return {
    reach: ids.size === 1 ? 'single' : 'subset',
    shards: { count: ids.size, ...total, ids: [...ids].sort((a, b) => a - b) },
  };
}

/** MERGE that inserts keeps all rows of a source that is merged into the statement; another one is planned by itself. */
const isNullable = (rel: Rel): boolean =>
  (rel.scope.query.kind !== 'merge' || rel.scope.children.every(isFlat)) &&
  rel.scope.facts.some((fact) => fact.items?.has(rel) === true);

/** A plain join on the keys reads only shards that all of its tables need. */
function narrowest(all: readonly Pruned[]): Pruned {
  const known = all.flatMap(({ ids }) => (ids ? [ids] : []));
  const [first = new Set<number>(), ...others] = known;
  const ids = new Set([...first].filter((id) => others.every((one) => one.has(id))));
  const whole = all.every(({ reach }) => reach === 'scatter');
  return { reach: whole ? 'scatter' : ids.size === 0 ? 'none' : 'subset', ids };
}

/** Why what is left cannot be sent to the shards. */
function refusal(root: Scope, plan: Plan, settings: Settings): Outcome['refused'] | 'repartition' {
  const { query } = root;
  const rels = activeRels(root, plan);
  if (rels.some(isLocal)) return refuse('local-join', 'ordinary tables cannot be joined with distributed ones here');
  if (query.kind === 'select') {
    if (query.groupingSets) return refuse('grouping-sets', 'grouping sets are only answered by a single shard');
    if ([query.limit, query.offset].some((expr) => expr && queriesIn(expr).length > 0))
      return refuse('limit-subquery', 'LIMIT and OFFSET cannot be subqueries where several shards answer');
    if (locksRows(query, root))
      return refuse('row-locks', 'FOR UPDATE and FOR SHARE are only answered by a single shard');
  }
  const late = query.kind === 'select' ? lateSubquery(query, root, plan) : null;
  if (late) return late;
  if (!keysEqual(rels, plan))
    return settings.repartitionJoins && isPlain(root)
      ? 'repartition'
      : refuse(
          'off-key-join',
          'distributed tables are only joined where they are co-located and tied by their distribution columns',
        );
  return blocked(root, plan, true);
}

/** Whether or not its common table expressions use themselves. */
const declaresRecursion = ({ query }: Scope): boolean => 'with' in query && query.with?.recursive === true;

/** GROUP BY names the output by its position or alias: it is computed before rows are gathered. */
const isGrouped = (item: SelectItem, index: number, query: Select): boolean =>
  query.groupBy.some((expr) =>
    expr.kind === 'const' ? expr.value === index + 1 : expr.kind === 'column' && expr.name === item.alias,
  );

/** Subqueries of the SELECT list and HAVING that would have to run once the shards have answered. */
function lateSubquery(query: Select, root: Scope, plan: Plan): Outcome['refused'] {
  const left = sublinks(root).filter((child) => !plan.planned.has(child));
  if (left.length === 0) return null;
  const having = query.having ? queriesIn(query.having) : [];
  if (left.some((child) => child.correlated && having.includes(child.query)))
    return refuse('correlated-subquery', 'a subquery in HAVING cannot use columns around it');
  const listed = query.items.filter((item, i) => !isGrouped(item, i, query)).flatMap((item) => queriesIn(item.expr));
  const gathers = mergeObstacle(
    { ...query, limit: undefined, offset: undefined, distinct: false } as Select,
    root,
    plan,
  );
  return gathers && left.some((child) => listed.includes(child.query))
    ? refuse('late-subquery', 'a subquery in the SELECT list would run after rows of all shards are gathered')
    : null;
}

function blocked(scope: Scope, plan: Plan, top: boolean): Outcome['refused'] {
  if (plan.planned.has(scope)) return null;
  if (!top) {
    const why = pushdownObstacle(scope, plan);
    if (why) return refuse('subquery', `a subquery that uses columns around it cannot be sent along: ${why}`);
    const lateral = lateralObstacle(scope, plan);
    if (lateral) return refuse('lateral-subquery', `a lateral subquery uses rows that every shard has, and ${lateral}`);
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

/** Inner joins of tables and nothing else, once subqueries in FROM are merged: what the planner of joins can do. */
const isPlain = (scope: Scope): boolean =>
  scope.query.kind === 'select' &&
  leavesOf(scope.query.from).every((leaf) => leaf.kind !== 'function') &&
  !writesOuterJoin(scope) &&
  scope.children.every((child) => child.link === 'derived' && isFlat(child) && isPlain(child));

export const refuse = (code: string, because: string): { readonly code: string; readonly because: string } => ({
  code,
  because,
});
