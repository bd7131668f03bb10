/**
 * FROM as the planner builds it. Tables with nothing but tables between them are one graph, in which any two may merge;
 * a derived table, an outer join or a subquery in ON makes what stands around it a join of two sides, left before right.
 */
import type { Expr, From, Join } from '../../../query/model';
import type { Universe } from '../../build';
import { aliasOf } from '../../fromItems';
import { isScope, type Rel, type Scope } from '../../scope';
import { nodesOf, type Predicate, relOf, split, subqueriesOf } from './columns';
import { Refusal } from './plan';

export type Leaf = Exclude<From, Join>;

export type Source =
  | { readonly kind: 'graph'; readonly leaves: readonly Leaf[]; readonly on: readonly Predicate[] }
  | { readonly kind: 'leaf'; readonly leaf: Leaf }
  | {
      readonly kind: 'join';
      readonly left: Source;
      readonly right: Source;
      readonly outer: boolean;
      readonly on: readonly Predicate[];
      readonly written: Join | undefined;
    };

export function sourceOf(from: readonly From[], scope: Scope): Source | undefined {
  return from
    .map((item) => itemSource(item, scope))
    .reduce<Source | undefined>((left, right) => (left ? joined(left, right, undefined, scope) : right), undefined);
}

function itemSource(item: From, scope: Scope): Source {
  if (item.kind !== 'join') {
    const isTable = item.kind === 'table' && !isScopeName(item, scope);
    return isTable ? { kind: 'graph', leaves: [item], on: [] } : { kind: 'leaf', leaf: item };
  }
  if (item.natural) throw new Refusal('natural-join', 'vtgate does not plan NATURAL joins', item.span);
  const left = itemSource(item.left, scope);
  const right = itemSource(item.right, scope);
  if (item.type === 'inner' || item.type === 'cross') return joined(left, right, item, scope);
  if (item.on && subqueriesOf(item.on).length > 0)
    throw new Refusal(
      'subquery-in-outer-join',
      'a subquery in the ON of an outer join works on one shard only',
      item.on.span,
    );
  const [kept, other] = item.type === 'right' ? [right, left] : [left, right];
  return { kind: 'join', left: kept, right: other, outer: true, on: split(item.on, scope), written: item };
}

const isScopeName = (leaf: Leaf, scope: Scope): boolean => {
  const named = scope.names.get(aliasOf(leaf));
  return named !== undefined && named !== 'function' && isScope(named);
};

function joined(left: Source, right: Source, item: Join | undefined, scope: Scope): Source {
  const on = split(item?.on, scope);
  const isGraph = !on.some(({ expr }) => subqueriesOf(expr).length > 0);
  return left.kind === 'graph' && right.kind === 'graph' && isGraph
    ? { kind: 'graph', leaves: [...left.leaves, ...right.leaves], on: [...left.on, ...right.on, ...on] }
    : { kind: 'join', left, right, outer: false, on, written: item };
}

/** Conditions of inner joins: they hold for all rows, as those of WHERE do. */
export const innerConditions = (source: Source): readonly Predicate[] => {
  switch (source.kind) {
    case 'leaf':
      return [];
    case 'graph':
      return source.on;
    case 'join':
      return [
        ...innerConditions(source.left),
        ...(source.outer ? [] : [...source.on, ...innerConditions(source.right)]),
      ];
  }
};

const leavesIn = (source: Source): readonly Leaf[] => {
  switch (source.kind) {
    case 'leaf':
      return [source.leaf];
    case 'graph':
      return source.leaves;
    case 'join':
      return [...leavesIn(source.left), ...leavesIn(source.right)];
  }
};

/** Outer joins whose other side a predicate filters are inner ones. The predicates of WHERE first, then those of ON. */
export function narrowed(source: Source, where: readonly Predicate[], scope: Scope, universe: Universe): Source {
  const owners = ownersIn(scope, universe);
  const filter = (one: Source, predicates: readonly Predicate[]): Source =>
    predicates
      .filter(({ expr, rewritten }) => !rewritten && subqueriesOf(expr).length === 0)
      .reduce((at, predicate) => filtered(at, predicate, owners), one);
  const below = (one: Source): Source => {
    if (one.kind !== 'join') return one;
    const sides = { ...one, left: below(one.left), right: below(one.right) };
    return one.outer ? sides : filter(sides, one.on);
  };
  return filter(below(source), where);
}

/** The FROM items whose columns an expression reads; `undefined` among them stands for any. */
type Owners = (expr: Expr, at: Scope) => ReadonlySet<Leaf | undefined>;

function filtered(source: Source, predicate: Predicate, owners: Owners): Source {
  if (source.kind !== 'join') return source;
  const read = owners(predicate.expr, predicate.scope);
  const within = (side: Source): boolean => {
    const leaves: readonly (Leaf | undefined)[] = leavesIn(side);
    return read.size > 0 && [...read].every((leaf) => leaf && leaves.includes(leaf));
  };
  if (within(source.left)) return { ...source, left: filtered(source.left, predicate, owners) };
  const outer = source.outer && !rejectsNulls(predicate, leavesIn(source.right), owners);
  if (outer || !within(source.right)) return { ...source, outer };
  return { ...source, outer, right: filtered(source.right, predicate, owners) };
}

/** A bare column of that side, compared or tested for NOT NULL; the planner looks no deeper. */
function rejectsNulls({ expr, scope }: Predicate, side: readonly Leaf[], owners: Owners): boolean {
  const isOne = (one: Expr): boolean => {
    if (one.kind !== 'column') return false;
    const [owner, more] = owners(one, scope);
    return owner !== undefined && more === undefined && side.includes(owner);
  };
  switch (expr.kind) {
    case 'compare':
      return expr.op !== '<=>' && (isOne(expr.left) || isOne(expr.right));
    case 'in':
      return isOne(expr.left);
    case 'like':
      return isOne(expr.value) || isOne(expr.pattern);
    case 'is-null':
      return expr.negated && isOne(expr.value);
    default:
      return false;
  }
}

function ownersIn(scope: Scope, universe: Universe): Owners {
  const leaves = new Map<Rel | Scope, Leaf>();
  const collect = (item: From): void => {
    if (item.kind === 'join') {
      collect(item.left);
      collect(item.right);
      return;
    }
    const found =
      item.kind === 'derived'
        ? scope.children.find((child) => child.query === item.query)
        : (scope.rels.find((rel) => rel.ref === item) ?? scope.names.get(aliasOf(item)));
    if (found && found !== 'function') leaves.set(found, item);
  };
  if ('from' in scope.query) for (const item of scope.query.from) collect(item);
  const ownerOf = (node: string): Leaf | 'outside' | undefined => {
    const rel = relOf(node, universe);
    if (rel && leaves.has(rel)) return leaves.get(rel);
    let at = rel ? rel.scope : universe.scopes[Number(node.slice(1, node.indexOf('.')))];
    for (; at && at !== scope; at = at.parent) if (leaves.has(at)) return leaves.get(at);
    return at === scope ? undefined : 'outside';
  };
  return (expr, at) => {
    const owners = new Set<Leaf | undefined>();
    for (const node of nodesOf(expr, at)) {
      const owner = node === undefined ? undefined : ownerOf(node);
      if (owner !== 'outside') owners.add(owner);
    }
    return owners;
  };
}
