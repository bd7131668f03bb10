/**
 * Recursive planning: parts of a query that cannot be sent to the shards along with the rest are run first, and their
 * rows are sent to whoever needs them. Inner queries are looked at before outer ones.
 */
import type { From, Join } from '../../../query/model';
import { conjuncts, normalize } from '../../../query/normalize';
import { queriesIn } from '../../../query/walk';
import { commonColumns, itemOf } from '../../fromItems';
import { exprVolatility } from '../../keyValue';
import { findOutput, resolveColumn } from '../../names';
import { isScope, type Node, type Rel, type Scope } from '../../scope';
import { cteObstacle } from './ctes';
import { keyBehind, keysTied, unionIsSafe } from './equality';
import { writesOuterJoin } from './outerJoins';
import { outerJoinsOf } from './pseudoconstant';
import { pushdownObstacle, unionObstacle } from './pushdown';
import {
  activeRels,
  armsOf,
  fromReadsLocal,
  fromReadsShards,
  fromScopes,
  isDistributed,
  isLocal,
  isReference,
  type Plan,
  readsShards,
  sublinks,
} from './tables';

/** Plans the parts below a query; `level` 0 is the statement itself. */
export function planParts(scope: Scope, plan: Plan, level: number): void {
  if (plan.planned.has(scope)) return;
  if (level === 0 && !scope.of) planCtes(scope, plan);
  for (const child of [...sublinks(scope), ...fromScopes(scope)]) {
    if (plan.planned.has(child)) continue;
    planParts(child, plan, level + 1);
    const why = needsOwnPlan(child, plan);
    if (why) planFirst(child, plan, why);
  }
  if (scope.query.kind === 'set-operation') planUnion(scope, plan, level);
  planSublinks(scope, plan);
  const having = scope.query.kind === 'select' && scope.query.having ? queriesIn(scope.query.having) : [];
  for (const child of sublinks(scope))
    if (having.includes(child.query) && readsShards(child, plan)) planFirst(child, plan, 'it stands in HAVING');
  planFunctions(scope, plan);
  planNotColocated(scope, plan);
  planOuterJoins(scope, plan);
  planLocalJoins(scope, plan);
  planSublinks(scope, plan);
}

/** Where FROM gives every shard the same rows, subqueries that read the shards are run once. */
function planSublinks(scope: Scope, plan: Plan): void {
  if (scope.query.kind === 'insert' || fromReadsShards(scope, plan)) return;
  for (const child of sublinks(scope))
    if (readsShards(child, plan)) planFirst(child, plan, 'nothing around it reads the shards');
}

/** Runs a subquery first, unless it uses columns of the queries around it. */
function planFirst(scope: Scope, plan: Plan, why: string): boolean {
  if (scope.correlated || plan.planned.has(scope)) return false;
  plan.planned.add(scope);
  const what = scope.of?.kind === 'cte' ? `\`${scope.of.name}\`` : 'the subquery';
  const text = `${what} is run first and its rows are sent on: ${why}`;
  // A CTE that is used twice is run once.
  if (scope.of?.kind !== 'cte' || !plan.notes.some((note) => note.text === text))
    plan.notes.push({ code: 'subquery', text, span: scope.query.span });
  return true;
}

/** CTEs that are not merged into the query around them. */
export function planCtes(root: Scope, plan: Plan): void {
  const visit = (scope: Scope): void => {
    const why =
      scope.of?.kind === 'cte'
        ? (cteObstacle(scope.of, scope.query) ?? (plan.keepCtes ? 'it cannot be merged into the query' : undefined))
        : undefined;
    for (const child of scope.children) visit(child);
    if (!why) return;
    planParts(scope, plan, 0);
    planFirst(scope, plan, why);
  };
  for (const child of root.children) visit(child);
}

/** Why a subquery has to be planned by itself. */
function needsOwnPlan(scope: Scope, plan: Plan): string | undefined {
  if (!fromScopesHaveRows(scope)) return undefined;
  const rels = activeRels(scope, plan);
  if (rels.some(isLocal)) return rels.some(isDistributed) ? undefined : 'it reads ordinary tables';
  return pushdownObstacle(scope, plan);
}

/** The row that a recursive CTE reads of itself is not a query. */
const fromScopesHaveRows = (scope: Scope): boolean =>
  !(
    scope.query.kind === 'values' &&
    scope.of === undefined &&
    scope.outputs.length > 0 &&
    scope.query.rows.length === 0
  );

function planUnion(scope: Scope, plan: Plan, level: number): void {
  const arms = armsOf(scope);
  const relsOf = (arm: Scope): readonly Rel[] => activeRels(arm, plan);
  const why =
    level === 0
      ? 'rows of a set operation at the top are put together above the shards'
      : (unionObstacle(scope, plan) ??
        (unionIsSafe(scope, plan, relsOf)
          ? undefined
          : 'the arms do not give the distribution column at the same place'));
  if (!why) return;
  for (const arm of arms) if (readsShards(arm, plan)) planFirst(arm, plan, why);
}

/** Functions in a join are run once where they may differ from shard to shard. */
function planFunctions(scope: Scope, plan: Plan): void {
  const { query } = scope;
  if (query.kind !== 'select' && query.kind !== 'update' && query.kind !== 'delete') return;
  const leaves = leaf(query.from);
  if (leaves.length < 2) return;
  for (const one of leaves)
    if (one.kind === 'function' && exprVolatility(one.call) !== 'immutable')
      plan.notes.push({
        code: 'subquery',
        text: 'a function in the join is run once, and its rows are sent on',
        span: one.span,
      });
}

const leaf = (from: readonly From[]): readonly From[] =>
  from.flatMap((one) => (one.kind === 'join' ? leaf([one.left, one.right]) : [one]));

/** Subqueries that are not tied to the anchor by the distribution column are run first. */
function planNotColocated(scope: Scope, plan: Plan): void {
  const froms = fromScopes(scope).filter((child) => readsShards(child, plan));
  const where = 'where' in scope.query && scope.query.where ? queriesIn(scope.query.where) : [];
  const wheres = sublinks(scope).filter((child) => where.includes(child.query) && readsShards(child, plan));
  if (froms.length + wheres.length === 0 || scope.query.kind === 'set-operation') return;
  if (fromReadsLocal(scope, plan) || keysTied(activeRels(scope, plan), plan)) return;
  const table = scope.rels.find((rel) => isDistributed(rel) && !plan.fetched.has(rel));
  const anchor = table ? undefined : froms.find((child) => !holdsUnion(child));
  const anchored = table ? [table] : anchor ? activeRels(anchor, plan) : [];
  if (anchored.length === 0) return;
  for (const child of [...froms, ...wheres]) {
    if (child === anchor || keysTied([...anchored, ...activeRels(child, plan)], plan)) continue;
    planFirst(child, plan, 'it is not tied to the rest by the distribution column');
  }
}

const holdsUnion = (scope: Scope): boolean =>
  scope.query.kind === 'set-operation' || scope.children.some((child) => child.link === 'derived' && holdsUnion(child));

/** The side of an outer join that every shard would answer in full is not joined with rows of one shard each. */
function planOuterJoins(scope: Scope, plan: Plan): void {
  const { query } = scope;
  if (query.kind !== 'select' && query.kind !== 'update' && query.kind !== 'delete') return;
  if (outerJoinsOf(plan) !== 'seen' || !writesOuterJoin(scope)) return;
  const recurs = (from: From, chained = false): boolean => {
    if (from.kind !== 'join') {
      const item = itemOf(from, scope);
      if (!item) return true;
      return isScope(item) ? !readsShards(item, plan) : !isDistributed(item) || plan.fetched.has(item);
    }
    const left = recurs(from.left, true);
    const right = recurs(from.right, true);
    const alone = !chained && scope.link !== 'branch';
    switch (from.type) {
      case 'left':
        if (left && !right) {
          if (alone && meetsReference(from.left, from.right, from, scope, plan)) return false;
          fetchSide(from.right, scope, plan);
        }
        return left;
      case 'right':
        if (right && !left) {
          if (alone && meetsReference(from.right, from.left, from, scope, plan)) return false;
          fetchSide(from.left, scope, plan);
        }
        return right;
      case 'full':
        if (left && !right) fetchSide(from.right, scope, plan);
        if (right && !left) fetchSide(from.left, scope, plan);
        return left || right;
      default:
        return left && right;
    }
  };
  for (const from of query.from) recurs(from);
}

/**
 * A reference table alone on the outer side, joined to the distribution column of one table or subquery: each shard
 * answers for the reference rows whose values would lie on it.
 */
function meetsReference(outer: From, inner: From, join: Join, scope: Scope, plan: Plan): boolean {
  if (plan.settings.version < 13 || plan.analysis.universe.root.query.kind !== 'select') return false;
  const left = itemOf(outer, scope);
  const right = inner.kind === 'derived' && inner.joined ? undefined : itemOf(inner, scope);
  if (!left || !right || isScope(left) || !isReference(left)) return false;
  const isKey = (node: Node | undefined): boolean => {
    const rel = keyBehind(node, plan);
    return rel !== undefined && (isScope(right) ? isInside(rel.scope, right) : rel === right);
  };
  if (join.using || join.natural)
    return (join.using ?? commonColumns(join, [left], [right])).some((name) => isKey(findOutput(right, name)?.node));
  // `… AND false` still compares the columns.
  return (join.on?.kind === 'and' ? join.on.args : conjuncts(join.on && normalize(join.on))).some((part) => {
    if (part.kind !== 'compare' || part.op !== '=') return false;
    const [a, b] = [part.left, part.right].map((side) =>
      side.kind === 'column' ? resolveColumn(side, scope)?.node : undefined,
    );
    const ofLeft = (node: Node | undefined): boolean => node?.startsWith(`${left.id}.`) === true;
    return (isKey(a) && ofLeft(b)) || (isKey(b) && ofLeft(a));
  });
}

function isInside(scope: Scope, outer: Scope): boolean {
  for (let at: Scope | undefined = scope; at; at = at.parent) if (at === outer) return true;
  return false;
}

function fetchSide(from: From, scope: Scope, plan: Plan): void {
  if (from.kind === 'join') {
    fetchSide(from.left, scope, plan);
    fetchSide(from.right, scope, plan);
    return;
  }
  const item = itemOf(from, scope);
  if (!item) return;
  const why = 'the other side of the outer join is the same on every shard';
  if (isScope(item)) {
    if (readsShards(item, plan) && !planFirst(item, plan, why)) plan.stuck.push(item);
  } else if (isDistributed(item)) fetch(item, plan, why);
}

function fetch(rel: Rel, plan: Plan, why: string): void {
  if (plan.fetched.has(rel)) return;
  plan.fetched.add(rel);
  plan.notes.push({
    code: 'mixed',
    text: `\`${rel.alias}\` is read first and its rows are sent on: ${why}`,
    span: rel.ref.name.span,
  });
}

/** An ordinary table in a join with distributed ones is read first. */
function planLocalJoins(scope: Scope, plan: Plan): void {
  const own = scope.rels.filter((rel) => !plan.fetched.has(rel));
  const local = own.filter(isLocal);
  if (local.length === 0 || !fromReadsShards(scope, plan)) return;
  const { query } = scope;
  const targets = query.kind === 'update' || query.kind === 'delete' ? query.targets : [];
  if (local.some((rel) => targets.includes(rel.ref))) {
    for (const rel of own.filter(isDistributed)) fetch(rel, plan, 'the table that is changed is not on the shards');
    return;
  }
  for (const rel of local) fetch(rel, plan, 'it is not on the shards');
}
