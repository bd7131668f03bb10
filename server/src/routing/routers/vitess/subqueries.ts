/** Subqueries in expressions: sent along with the outer query, run by vtgate on their own, or refused. */
import type { Assignment, Expr, From, Query } from '../../../query/model';
import { partsOf } from '../../../query/walk';
import { resolveColumn } from '../../names';
import type { Scope } from '../../scope';
import { type Equality, equalitiesIn, isInside, relOf, split, subqueriesOf } from './columns';
import type { Planning } from './context';
import { width } from './limits';
import { atOnePlace, isAnywhere, sameShards, together } from './merge';
import { type Option, optionsOf } from './options';
import { isSingle, type Plan, Refusal, type RoutePlan } from './plan';
import { planScope } from './select';

interface Subquery {
  readonly scope: Scope;
  readonly how: 'in' | 'exists' | 'value';
  readonly negated: boolean;
  /** It is a whole AND part, not inside of an expression. */
  readonly top: boolean;
  /** In a select list, ORDER BY or SET: a value, not a filter. */
  readonly argument: boolean;
  /** Its value goes into a lookup: vtgate has to see it. */
  readonly looked: boolean;
  /** What it is compared with. */
  readonly left: Expr | undefined;
  readonly at: Expr;
}

/** The plan of a block's rows with its subqueries merged or put beside it. */
export function withSubqueries(outer: Plan, scope: Scope, planning: Planning): Plan {
  let plan = outer;
  for (const one of collect(scope)) {
    const inner = planScope(one.scope, [], planning, 'subquery');
    const merged = one.looked ? undefined : mergeInto(plan, inner, one, scope, planning);
    if (merged) {
      plan = merged;
      continue;
    }
    refuseCorrelated(one, planning);
    plan = {
      kind: 'join',
      how: 'subplan',
      parts: [inner, withPulled(plan, one, scope, planning)],
      reason: {
        code: 'subquery',
        text: 'the subquery is not tied to the outer rows by a shared unique vindex or the same shard: vtgate runs it on its own',
        span: one.at.span,
      },
    };
  }
  return plan;
}

function refuseCorrelated(one: Subquery, planning: Planning): void {
  if (!isCorrelated(one.scope, one.scope, planning)) return;
  if (!one.top)
    throw new Refusal(
      'subquery-in-expression',
      'a correlated subquery inside of an expression has to be on the same shard as the outer rows',
      one.at.span,
    );
  if (one.how === 'exists' && !one.negated && !one.argument) return;
  throw new Refusal(
    'correlated-subquery',
    'a correlated subquery on other shards than the outer rows works with EXISTS only',
    one.at.span,
  );
}

function collect(scope: Scope): readonly Subquery[] {
  const { query } = scope;
  const found: Subquery[] = [];
  const add = (expr: Expr, argument: boolean, looked = false): void => {
    for (const { at, query: inside } of subqueriesOf(expr)) {
      const child = scope.children.find((one) => one.query === inside);
      if (!child) continue;
      if ((at.kind === 'subquery' && at.quantifier) || (at.kind === 'in' && at.list))
        throw new Refusal('any-all', 'comparisons with ANY, ALL or SOME of a subquery work on one shard only', at.span);
      const one = { ...describe(expr, at, child, argument), looked };
      refuseWidth(one);
      found.push(one);
    }
  };
  for (const { expr } of filtersOf(query, scope)) add(expr, false);
  for (const expr of argumentsOf(query)) add(expr, true);
  if (query.kind === 'update') for (const one of query.set) add(one.value, true, setsVindex(one, scope));
  return found;
}

const setsVindex = ({ column }: Assignment, scope: Scope): boolean =>
  scope.rels.some(({ table }) =>
    table?.vindexes?.some((vindex) => vindex.columns.some((one) => one.toLowerCase() === column.toLowerCase())),
  );

/** A value is compared with one column, a row with as many as it has. */
function refuseWidth({ scope, how, left, at }: Subquery): void {
  if (how === 'exists' || !left) return;
  const columns = width(scope);
  const wanted = left.kind === 'row' ? left.items.length : 1;
  if (columns !== undefined && columns !== wanted)
    throw new Refusal('column-count', `the subquery has ${columns} columns where ${wanted} can be compared`, at.span);
}

function describe(whole: Expr, at: Expr, scope: Scope, argument: boolean): Omit<Subquery, 'looked'> {
  const negated = whole.kind === 'not' && whole.arg === at;
  const base = { scope, argument, at };
  if (at.kind === 'exists')
    return { ...base, how: 'exists', negated, top: argument || whole === at || negated, left: undefined };
  if (at.kind === 'in')
    return {
      ...base,
      how: 'in',
      negated: at.negated || negated,
      top: argument || whole === at || negated,
      left: at.left,
    };
  const compared =
    whole.kind === 'compare'
      ? whole.left === at
        ? whole.right
        : whole.right === at
          ? whole.left
          : undefined
      : undefined;
  return {
    ...base,
    how: 'value',
    negated: false,
    top: argument || whole === at || compared !== undefined,
    left: compared,
  };
}

function filtersOf(query: Query, scope: Scope) {
  const where = 'where' in query ? split(query.where, scope) : [];
  const having = query.kind === 'select' ? split(query.having, scope) : [];
  const from = 'from' in query ? query.from.flatMap((item) => innerOn(item)) : [];
  return [...where, ...from.flatMap((expr) => split(expr, scope)), ...having];
}

function innerOn(item: From): readonly Expr[] {
  if (item.kind !== 'join') return [];
  return [...innerOn(item.left), ...innerOn(item.right), ...(item.on ? [item.on] : [])];
}

function argumentsOf(query: Query): readonly Expr[] {
  switch (query.kind) {
    case 'select':
      return [...query.items.map((item) => item.expr), ...query.groupBy, ...query.orderBy.map((item) => item.expr)];
    case 'update':
      return query.orderBy.map((item) => item.expr);
    default:
      return [];
  }
}

/** Tries each route of the outer side; inside of a join at vtgate, a subquery may still merge with one of the sides. */
function mergeInto(outer: Plan, inner: Plan, one: Subquery, scope: Scope, planning: Planning): Plan | undefined {
  if (inner.kind !== 'route') return undefined;
  if (outer.kind === 'route') return mergeRoutes(outer, inner, one, scope, planning);
  if (outer.kind !== 'join') return undefined;
  for (const part of outer.parts) {
    const merged = mergeInto(part, inner, one, scope, planning);
    if (merged) return { ...outer, parts: outer.parts.map((each) => (each === part ? merged : each)) };
  }
  return undefined;
}

function mergeRoutes(
  outerRoute: RoutePlan,
  innerRoute: RoutePlan,
  one: Subquery,
  scope: Scope,
  planning: Planning,
): RoutePlan | undefined {
  const [inner, outer] = atOnePlace(innerRoute, outerRoute);
  const same = inner.keyspace === outer.keyspace;
  if (inner.target === 'dual' || (isAnywhere(inner) && same)) return together(outer, inner, outer);
  if (inner.target === 'none' && same) return together(outer, inner, one.top && !one.negated ? inner : outer);
  if (isSingle(inner) && (outer.target === 'dual' || (isAnywhere(outer) && same))) return together(outer, inner, inner);
  if (outer.target === 'none' && same) return together(outer, inner, outer);
  if (inner.target !== 'sharded' || outer.target !== 'sharded' || !same) return undefined;
  if (!sameShards(inner, outer, tiesOf(one, scope, planning), planning)) return undefined;
  // Once they are one query, no value comes from outside, and only filters of the whole choose shards.
  const helpful = one.top && !one.negated ? inner.options.filter((option) => !option.outer) : [];
  return { ...together(outer, inner, outer), options: [...outer.options, ...helpful] };
}

/** Equalities between the subquery's columns and the outer ones. */
function tiesOf(one: Subquery, scope: Scope, planning: Planning): readonly Equality[] {
  const { scope: child } = one;
  const own = blocksOf(child).flatMap((block) => equalitiesIn(filtersOf(block.query, block)));
  const crossing = own.filter(([a, b]) => {
    const inside = [a, b].map((node) => {
      const home = relOf(node, planning.universe)?.scope;
      return home !== undefined && isInside(home, child);
    });
    return inside[0] !== inside[1];
  });
  const compared = one.left?.kind === 'column' ? resolveColumn(one.left, scope)?.node : undefined;
  const output = child.outputs[0]?.node;
  const isEqual = one.how === 'in' || one.how === 'value';
  return compared !== undefined && output !== undefined && isEqual ? [...crossing, [compared, output]] : crossing;
}

/** A set operation's branches, or the block itself. */
const blocksOf = (scope: Scope): readonly Scope[] =>
  scope.query.kind === 'set-operation' ? scope.children.flatMap(blocksOf) : [scope];

/** Vtgate runs the subquery first: its values then choose the outer query's shards. */
function withPulled(outer: Plan, one: Subquery, scope: Scope, planning: Planning): Plan {
  if (outer.kind !== 'route' || outer.target !== 'sharded' || one.negated || !one.top || one.argument) return outer;
  if (one.left?.kind !== 'column') return outer;
  const stand = { kind: 'param', id: `subquery ${one.scope.id}`, span: one.at.span } as const;
  const expr: Expr =
    one.how === 'in'
      ? { kind: 'in', left: one.left, items: [{ ...stand, many: true }], negated: false, span: one.at.span }
      : { kind: 'compare', op: '=', left: one.left, right: stand, span: one.at.span };
  const added: readonly Option[] = outer.rels.flatMap((rel) => optionsOf(rel, [{ expr, scope }], planning.universe));
  return { ...outer, options: [...outer.options, ...added] };
}

/** Uses a column of a block outside of `home`. */
function isCorrelated(scope: Scope, home: Scope, planning: Planning): boolean {
  const { query } = scope;
  const exprs = [...filtersOf(query, scope).map((one) => one.expr), ...argumentsOf(query)];
  if (exprs.some((expr) => readsOutside(expr, scope, home, planning))) return true;
  return scope.children.some((child) => isCorrelated(child, home, planning));
}

function readsOutside(expr: Expr, scope: Scope, home: Scope, planning: Planning): boolean {
  if (expr.kind === 'column') {
    const node = resolveColumn(expr, scope)?.node;
    const at = node === undefined ? undefined : relOf(node, planning.universe)?.scope;
    return at !== undefined && !isInside(at, home);
  }
  return partsOf(expr).some((part) => readsOutside(part, scope, home, planning));
}
