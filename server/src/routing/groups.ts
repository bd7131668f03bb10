/**
 * Which table uses lie on the same shards, and so can be joined there. A group of a SELECT is one connected set; a set
 * operation makes one group of several alternative parts, each of which must meet whatever the whole is joined with.
 */
import type { Select } from '../query/model';
import { someExpr } from '../query/walk';
import type { Binder } from './bind';
import { resolveColumn } from './names';
import { holdsNode, type Rel, relNode, type Scope } from './scope';

export interface Group {
  readonly parts: readonly (readonly Rel[])[];
  readonly kind: 'sharded' | 'unsharded';
  /** Its rows are made above the shards (LIMIT, aggregate … of a subquery over many): nothing joins it there. */
  readonly apart: Scope | undefined;
}

/** Two groups that meet in one scope without lying together. */
export interface Crossing {
  readonly scope: Scope;
  readonly why: 'off-key' | 'other-group' | 'mixed' | 'apart';
  readonly left: Rel;
  readonly right: Rel;
  /** The join stands between a scope and its subquery. */
  readonly subquery: boolean;
}

export interface GroupRules {
  readonly binder: Binder;
  /** Columns on which a table's rows are placed; empty for single-shard tables. */
  placement(rel: Rel): readonly string[];
  /** Tables of equal names are placed alike. Undefined: not on the shards at all (reference, function). */
  home(rel: Rel): { readonly kind: 'sharded' | 'unsharded'; readonly name: string } | undefined;
  /** A subquery that is limited or computed for each row around it stays where that row's key is. */
  readonly followsRows: boolean;
  /** All of the group's rows that matter lie on one shard. */
  isSingle(rels: readonly Rel[]): boolean;
}

export function findGroups(
  root: Scope,
  rules: GroupRules,
): { readonly groups: readonly Group[]; readonly crossings: readonly Crossing[] } {
  const crossings: Crossing[] = [];

  function ofScope(scope: Scope): readonly Group[] {
    if (scope.query.kind === 'set-operation') {
      const branches = scope.children.map(ofScope);
      // At the root, branches are statements of their own whose rows are put together.
      const groups = branches.flat();
      if (groups.length === 0) return [];
      if (scope.link === 'root' || scope.link === 'branch') return groups;
      const kinds = new Set(groups.map((group) => group.kind));
      const kind = kinds.has('sharded') ? 'sharded' : 'unsharded';
      const apart = groups.find((group) => group.apart)?.apart ?? (kinds.size > 1 ? scope : undefined);
      return [{ parts: groups.flatMap((group) => group.parts), kind, apart }];
    }
    let groups: Group[] = [];
    for (const rel of scope.rels) {
      const home = rules.home(rel);
      if (home) groups = add(groups, { parts: [[rel]], kind: home.kind, apart: undefined }, scope, false);
    }
    for (const child of scope.children) {
      const below = ofScope(child);
      const nested = child.link !== 'derived';
      for (const group of below) groups = add(groups, seal(group, child), scope, nested);
    }
    return groups;
  }

  function add(groups: readonly Group[], group: Group, scope: Scope, subquery: boolean): Group[] {
    const met = groups.filter((other) => meet(other, group));
    const rest = groups.filter((other) => !met.includes(other));
    const merged = met.reduce((all, other) => merge(other, all), group);
    const [other] = rest;
    if (other && met.length === 0) crossings.push(crossing(other, group, scope, subquery));
    return [...rest, merged];
  }

  function crossing(left: Group, right: Group, scope: Scope, subquery: boolean): Crossing {
    const a = left.parts[0]?.[0] as Rel;
    const b = right.parts[0]?.[0] as Rel;
    const why =
      left.kind !== right.kind
        ? 'mixed'
        : left.apart || right.apart
          ? 'apart'
          : rules.home(a)?.name !== rules.home(b)?.name
            ? 'other-group'
            : 'off-key';
    return { scope, why, left: a, right: b, subquery };
  }

  const meet = (a: Group, b: Group): boolean => {
    if (a.kind !== b.kind) return false;
    if ((a.apart && !allSingle(a)) || (b.apart && !allSingle(b))) return false;
    return a.parts.every((p) => b.parts.every((q) => p.some((r) => q.some((s) => together(r, s)))));
  };

  const allSingle = (group: Group): boolean => group.parts.every((part) => rules.isSingle(part));

  function together(a: Rel, b: Rel): boolean {
    if (rules.home(a)?.name !== rules.home(b)?.name) return false;
    const left = rules.placement(a);
    const right = rules.placement(b);
    return (
      left.length === right.length &&
      left.every((column, i) => rules.binder.connected(relNode(a, column), relNode(b, right[i] ?? column)))
    );
  }

  /** Rows of a subquery that are limited or computed over many shards exist only above them. */
  function seal(group: Group, scope: Scope): Group {
    if (group.kind === 'unsharded' || group.apart || scope.query.kind !== 'select') return group;
    const rels = group.parts.flat();
    if (!gathers(scope.query, scope, rels, rules) || allSingle(group)) return group;
    if (rules.followsRows && group.parts.every((part) => part.some((rel) => isOfOuterKey(rel, scope)))) return group;
    return { ...group, apart: scope };
  }

  /** `(SELECT … WHERE i.key = outer.key LIMIT 1)`: what is limited or computed for one outer row stays with its key. */
  function isOfOuterKey(rel: Rel, scope: Scope): boolean {
    const placed = rules.placement(rel);
    if (placed.length === 0 || rel.scope !== scope) return false;
    return placed.every((column) => {
      const key = relNode(rel, column);
      return scope.facts.some(({ items, connects, what }) => {
        if (items !== undefined || connects || what.kind !== 'predicate') return false;
        const { expr } = what;
        if (expr.kind !== 'compare' || expr.op !== '=' || expr.left.kind !== 'column' || expr.right.kind !== 'column')
          return false;
        const left = resolveColumn(expr.left, scope)?.node;
        const right = resolveColumn(expr.right, scope)?.node;
        const other = left === key ? right : right === key ? left : undefined;
        return other !== undefined && !holdsNode(scope, other);
      });
    });
  }

  return { groups: ofScope(root), crossings };
}

/** Parts of both, pairwise; unions of unions are capped by keeping the parts side by side. */
function merge(a: Group, b: Group): Group {
  const parts =
    a.parts.length * b.parts.length > 16
      ? [...a.parts, ...b.parts]
      : a.parts.flatMap((p) => b.parts.map((q) => [...p, ...q]));
  return { parts, kind: a.kind, apart: a.apart ?? b.apart };
}

/** LIMIT, DISTINCT, aggregates and windows need all shards' rows at one place, unless they stay within one key value. */
export function gathers(
  query: Select,
  scope: Scope,
  rels: readonly Rel[],
  rules: Pick<GroupRules, 'binder' | 'placement'>,
): boolean {
  if (query.limit ?? query.offset) return true;
  const isKey = keyTest(scope, rels, rules);
  if (query.distinct === true && !query.items.some((item) => isKey(item.expr) || item.expr.kind === 'star'))
    return true;
  if (Array.isArray(query.distinct) && !query.distinct.some(isKey)) return true;
  const aggregates =
    query.items.some((item) =>
      someExpr(item.expr, (one) => one.kind === 'call' && one.aggregate === true && !one.over),
    ) || query.having !== undefined;
  if ((query.groupBy.length > 0 || aggregates) && !groupedByKey(query, isKey)) return true;
  return query.items.some((item) =>
    someExpr(item.expr, (one) => one.kind === 'call' && one.over !== undefined && !one.over.partitionBy.some(isKey)),
  );
}

/** GROUP BY may name an output by position or alias. */
export function groupedByKey(query: Select, isKey: (expr: Select['groupBy'][number]) => boolean): boolean {
  return query.groupBy.some((expr) => {
    if (isKey(expr)) return true;
    if (expr.kind === 'const' && typeof expr.value === 'number') {
      const item = query.items[expr.value - 1];
      return item !== undefined && isKey(item.expr);
    }
    return (
      expr.kind === 'column' &&
      expr.qualifier.length === 0 &&
      query.items.some((item) => item.alias === expr.name && isKey(item.expr))
    );
  });
}

/** Whether an expression is a column on which some of the tables are placed, or one that always equals it. */
export function keyTest(
  scope: Scope,
  rels: readonly Rel[],
  rules: Pick<GroupRules, 'binder' | 'placement'>,
): (expr: Select['groupBy'][number]) => boolean {
  return (expr) => {
    if (expr.kind !== 'column') return false;
    const node = resolveColumn(expr, scope)?.node;
    if (node === undefined) return false;
    return rels.some((rel) => {
      const [first, ...more] = rules.placement(rel);
      return first !== undefined && more.length === 0 && rules.binder.connected(relNode(rel, first), node);
    });
  };
}
