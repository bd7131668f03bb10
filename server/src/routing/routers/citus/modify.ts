/** UPDATE and DELETE: what Citus refuses, and where the rest runs. */
import type { Assignment, Delete, Expr, From, Query, SelectItem, Update } from '../../../query/model';
import { conjuncts, normalize } from '../../../query/normalize';
import { leavesOf, partsOf, queriesIn, someExpr } from '../../../query/walk';
import type { Analysis } from '../../analysis';
import { itemOf } from '../../fromItems';
import { callVolatility, exprVolatility, keyValueOf } from '../../keyValue';
import { resolveColumn } from '../../names';
import { type Rel, relNode, type Scope } from '../../scope';
import { changesRows } from './changes';
import { changesByCall } from './ctes';
import { pushdownObstacle } from './pushdown';
import { newPlan, type Outcome, planInParts, planSelect, refuse } from './select';
import { onOneShard } from './single';
import {
  fromScopes,
  isDistributed,
  isLocal,
  isReference,
  type Plan,
  prune,
  readsShards,
  type Settings,
} from './tables';
import { dependsOnZone, type TypeOf } from './timeZone';

type Change = Update | Delete;
type Refusal = Outcome['refused'];

export function planChange(query: Change, analysis: Analysis, settings: Settings): Outcome {
  const { root, rels } = analysis.universe;
  const ordinary: Outcome = { reach: 'unsharded', crossShard: null, refused: null, shards: {}, notes: [] };
  const items = query.targets.map((target) => (target.kind === 'table' ? itemOf(target, root) : undefined));
  const view = items.find((item) => item !== undefined && 'children' in item);
  if (view && rels.some((rel) => !isLocal(rel)))
    return {
      ...ordinary,
      reach: 'scatter',
      refused: refuse('view-change', 'rows are not changed through a view of distributed tables'),
    };
  if (rels.every(isLocal)) return ordinary;
  const target = rels.find((rel) => query.targets.includes(rel.ref));
  const refused = target && refusedChange(query, root, target, newPlan(analysis, settings));
  if (refused) return { ...ordinary, reach: worstReach(target, analysis), refused };
  const changed = refusedCtes(analysis, settings);
  if (changed) return { ...ordinary, reach: worstReach(target ?? (rels[0] as Rel), analysis), refused: changed };
  const single =
    target && isReference(target) && rels.some(isLocal) ? undefined : onOneShard(root, newPlan(analysis, settings));
  if (single?.kind === 'none') return emptyChange(query, target);
  if (single?.kind === 'single' && target && isReference(target))
    return {
      ...ordinary,
      reach: 'reference',
      refused: refuse('reference-target', 'rows of one shard are not read while a reference table is changed'),
    };
  if (single) return planSelect(root, analysis, settings);
  const byPlace = target ? refusedPlace(query, root, target, newPlan(analysis, settings)) : null;
  if (byPlace) return { ...ordinary, reach: worstReach(target ?? (rels[0] as Rel), analysis), refused: byPlace };
  if (target && isDistributed(target) && mergesName(query, root)) {
    const why = 'a join with USING gives its column a name that another table of the statement has: ON does not';
    return { ...ordinary, reach: worstReach(target, analysis), refused: refuse('using-conflict', why) };
  }
  const outcome = withCteFallback(root, analysis, settings);
  const volatile =
    !outcome.refused && target && !isLocal(target) && outcome.left.some((child) => changesByCall(child.query));
  const why = 'a volatile function in a subquery would be computed differently on each shard';
  return volatile ? { ...outcome, refused: refuse('volatile-function', why) } : outcome;
}

/** `ctid IN (SELECT …)`: a row's place means something on its own shard only, and rows of the subquery come from all of them. */
function refusedPlace(query: Change, root: Scope, target: Rel, plan: Plan): Refusal {
  if (!isDistributed(target) || !query.where || queriesIn(query.where).length === 0) return null;
  const named = someExpr(query.where, (expr) => expr.kind === 'column' && expr.name === 'ctid');
  return named && !onOneShard(root, plan)
    ? refuse('row-place', '`ctid` is compared with rows of other shards, where it means nothing')
    : null;
}

/** FULL JOIN USING merges two columns into a value whose name a third table also has. */
function mergesName(query: Change, root: Scope): boolean {
  const visit = (from: From): boolean => {
    if (from.kind !== 'join') return false;
    if (visit(from.left) || visit(from.right)) return true;
    const joined = leavesOf([from]);
    return (from.type === 'full' ? (from.using ?? []) : []).some((name) =>
      root.rels.some((rel) => !joined.includes(rel.ref) && rel.table?.columns.has(name) === true),
    );
  };
  return query.from.some(visit);
}

const declares = (query: Query, body: Query): boolean =>
  'with' in query && query.with?.ctes.some((cte) => cte.query === body) === true;

/** Plans with CTEs merged in; where that fails, with all of them run first. `left`: subqueries in FROM that are sent along. */
function withCteFallback(
  root: Scope,
  analysis: Analysis,
  settings: Settings,
): Outcome & { readonly left: readonly Scope[] } {
  const attempt = (keepCtes: boolean) => {
    const plan = newPlan(analysis, settings, keepCtes);
    const outcome = planInParts(root, plan, settings);
    return { ...outcome, left: fromScopes(root).filter((child) => !plan.planned.has(child)) };
  };
  // CTEs of a statement that changes rows are merged where they stand in its FROM, not in subqueries.
  const first = attempt(
    analysis.universe.scopes.some(
      (scope) => scope.of?.kind === 'cte' && scope.parent !== root && declares(root.query, scope.query),
    ),
  );
  // Rows of a distributed table never go straight into every copy of a reference table.
  const target = root.rels.find((rel) => 'targets' in root.query && root.query.targets.includes(rel.ref));
  const spreads = target !== undefined && isReference(target) && !first.crossShard && first.reach !== 'reference';
  if ((!first.refused && !spreads) || !analysis.universe.scopes.some((scope) => scope.of?.kind === 'cte')) return first;
  const second = attempt(true);
  return second.refused ? first : second;
}

const worstReach = (target: Rel, analysis: Analysis): Outcome['reach'] =>
  isDistributed(target) ? prune(target, analysis).reach : isReference(target) ? 'reference' : 'unsharded';

/** A change of no rows has no task, unless the shard is found before the predicate is looked at. */
/** `key = 5 AND false` on one table: the shard is looked up before the rest is read. */
function namesOneKey(query: Change, target: Rel | undefined): boolean {
  const key = target?.table?.shardKey[0]?.toLowerCase();
  if (!key || query.from.length !== 1 || query.where?.kind !== 'and') return false;
  const ids = query.where.args.flatMap((part) => {
    if (part.kind !== 'compare' || part.op !== '=' || part.left.kind !== 'column') return [];
    const value = part.left.name.toLowerCase() === key ? keyValueOf(part.right, 'immutable') : undefined;
    return value?.constant !== undefined ? [value.id] : [];
  });
  return new Set(ids).size === 1 && !query.where.args.some((part) => part.kind === 'and' || part.kind === 'or');
}

function emptyChange(query: Change, target: Rel | undefined): Outcome {
  const common = { crossShard: null, refused: null, notes: [] };
  const fixed = target?.table?.kind === 'single-shard' || target?.table?.shards === 1 || namesOneKey(query, target);
  return fixed
    ? { ...common, reach: 'single', shards: { count: 1 } }
    : { ...common, reach: 'none', shards: { count: 0 } };
}

const searches = ({ query }: Scope): boolean => 'with' in query && query.with?.ctes.some((cte) => cte.search) === true;

/** What is refused of CTEs, wherever they stand: those with SEARCH, and some of those that change rows. */
export function refusedCtes(analysis: Analysis, settings: Settings): Refusal {
  const { root, scopes, rels } = analysis.universe;
  if (scopes.some(searches) && !rels.every(isLocal))
    return refuse('search-clause', 'a recursive CTE with SEARCH is not sent to the shards');
  const declared = 'with' in root.query ? (root.query.with?.ctes ?? []).map((cte) => cte.query) : [];
  for (const scope of scopes) {
    const { query } = scope;
    if (scope.of?.kind !== 'cte' || !changesRows(query)) continue;
    if (!declared.includes(query))
      return refuse('nested-change', 'a CTE that changes rows must stand at the top of the statement');
    if (query.kind !== 'update' && query.kind !== 'delete') continue;
    const target = rels.find((rel) => query.targets.includes(rel.ref));
    if (!target) continue;
    const plan = newPlan(analysis, settings);
    const refused = refusedChange(query, scope, target, plan) ?? refusedPlace(query, scope, target, plan);
    if (refused) return refused;
  }
  return null;
}

function refusedChange(query: Change, root: Scope, target: Rel, plan: Plan): Refusal {
  if (isLocal(target)) return null;
  return (
    refusedCalls(query, root) ??
    refusedReturning(query.returning, root) ??
    (isReference(target) ? refusedReference(query, root, plan) : null) ??
    (query.kind === 'update' ? refusedKeyChange(query, query.set, target, root) : null)
  );
}

/** Every shard, and every copy, must come to the same answer. */
function refusedCalls(query: Change, root: Scope): Refusal {
  const values = query.kind === 'update' ? query.set.map((one) => one.value) : [];
  if (
    [...values, ...(query.where ? [query.where] : [])].some((expr) => exprVolatility(expr) === 'volatile') ||
    leavesOf(query.from).some((leaf) => leaf.kind === 'function' && exprVolatility(leaf.call) === 'volatile')
  )
    return refuse('volatile-function', 'a volatile function would be computed differently on each shard or copy');
  const tested = query.where ? [...values, query.where] : values;
  if (tested.some((value) => hasStable(value, true, typeIn(root))))
    return refuse(
      'stable-function',
      'a function that depends on the session is computed once, so it cannot read columns or stand in CASE or COALESCE',
    );
  return null;
}

/** A stable call that cannot be computed before the statement is sent: it reads columns, or may not be reached at all. */
function hasStable(expr: Expr, plain: boolean, typeOf: TypeOf): boolean {
  if (isStable(expr, typeOf) && (!plain || (!isInlined(expr) && someExpr(expr, (one) => one.kind === 'column'))))
    return true;
  const inside = plain && !(expr.kind === 'case' || (expr.kind === 'call' && expr.name === 'coalesce'));
  return partsOf(expr).some((part) => hasStable(part, inside, typeOf));
}

const isStable = (expr: Expr, typeOf: TypeOf): boolean =>
  (expr.kind === 'call' && callVolatility(expr) === 'stable') || dependsOnZone(expr, typeOf);

/** `age(t)` is replaced by what it stands for before Citus looks: today is computed once, and the rest reads the column. */
const isInlined = (expr: Expr): boolean => expr.kind === 'call' && expr.name === 'age';

/** RETURNING is computed where the row lies: it may hold nothing that differs between sessions. */
export function refusedReturning(items: readonly SelectItem[] | undefined, scope: Scope): Refusal {
  const typeOf = typeIn(scope);
  const mutable = items?.some(
    ({ expr }) => exprVolatility(expr) !== 'immutable' || someExpr(expr, (one) => dependsOnZone(one, typeOf)),
  );
  return mutable ? refuse('mutable-returning', 'RETURNING holds a function that may differ between sessions') : null;
}

const typeIn =
  (scope: Scope): TypeOf =>
  (column) => {
    const node = resolveColumn(column, scope)?.node;
    const dot = node?.indexOf('.') ?? -1;
    const rel = node === undefined ? undefined : scope.rels.find((one) => node.startsWith(`${one.id}.`));
    return rel?.table?.columns.get(node?.slice(dot + 1) ?? '');
  };

function refusedReference(query: Change, root: Scope, plan: Plan): Refusal {
  const direct = root.rels.filter((rel) => !query.targets.includes(rel.ref));
  if (direct.some(isLocal))
    return refuse('local-join', 'a reference table is not changed from rows of ordinary tables');
  if (
    direct.some(isDistributed) ||
    fromScopes(root).some(
      (child) => readsShards(child, plan) && child.of?.kind !== 'cte' && !pushdownObstacle(child, plan),
    )
  )
    return refuse('reference-target', 'a reference table is not changed from rows of distributed tables');
  return null;
}

/** The key keeps its value where it is set to itself, to the literal or to the column that WHERE makes it equal to. */
function refusedKeyChange(
  query: Query & { where?: Expr },
  set: readonly Assignment[],
  target: Rel,
  root: Scope,
): Refusal {
  const key = target.table?.shardKey[0];
  if (target.table?.kind !== 'sharded' || key === undefined) return null;
  const own = relNode(target, key);
  const nodeOf = (expr: Expr): string | undefined =>
    expr.kind === 'column' ? resolveColumn(expr, root)?.node : undefined;
  const literal = (expr: Expr): string | undefined => {
    const value = keyValueOf(expr, 'immutable');
    return value?.constant !== undefined ? value.id : undefined;
  };
  for (const one of set) {
    if (one.column.toLowerCase() !== key.toLowerCase()) continue;
    const column = nodeOf(one.value);
    if (column === own) continue;
    const kept = conjuncts(query.where && normalize(query.where)).some((part) => {
      if (part.kind !== 'compare' || part.op !== '=') return false;
      const other = nodeOf(part.left) === own ? part.right : nodeOf(part.right) === own ? part.left : undefined;
      if (!other) return false;
      return column !== undefined
        ? nodeOf(other) === column
        : literal(one.value) !== undefined && literal(other) === literal(one.value);
    });
    if (!kept) return refuse('key-update', `\`${key}\` decides the shard of a row and cannot be changed`);
  }
  return null;
}
