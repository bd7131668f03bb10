/** Plans the row sources of one query block: a route for each table, then whatever merges. */
import type { Expr, From } from '../../../query/model';
import { aliasOf } from '../../fromItems';
import type { Rel, Scope } from '../../scope';
import { type Equality, equalitiesIn, type Predicate, relOf } from './columns';
import { keyspaceOf, type Planning } from './context';
import { mergeJoin } from './merge';
import { optionsOf } from './options';
import { dual, type Plan, Refusal, type RoutePlan } from './plan';
import { joinReason } from './reasons';
import { planScope } from './select';
import { innerConditions, type Leaf, narrowed, type Source, sourceOf } from './sources';

export function planFrom(
  scope: Scope,
  from: readonly From[],
  predicates: readonly Predicate[],
  planning: Planning,
): Plan {
  const written = sourceOf(from, scope);
  if (!written) return nothing(scope, predicates);
  const source = narrowed(written, predicates, scope, planning.universe);
  return planSource(source, [...predicates, ...innerConditions(source)], { scope, planning });
}

interface Within {
  readonly scope: Scope;
  readonly planning: Planning;
}

/** `known`: what is sure of all rows that come out, conditions of inner joins included. */
function planSource(source: Source, known: readonly Predicate[], { scope, planning }: Within): Plan {
  switch (source.kind) {
    case 'leaf':
      return planLeaf(scope, source.leaf, known, planning);
    case 'graph': {
      const plans = source.leaves.map((leaf) => planLeaf(scope, leaf, known, planning));
      return mergeAll(plans, [...equalitiesIn(known), ...usingPairs(scope)], scope, planning);
    }
    case 'join':
      return source.outer
        ? planOuter(source, known, { scope, planning })
        : planInner(source, known, { scope, planning });
  }
}

/** Two sides, of which one is more than tables: the left one has to take in the right one. */
function planInner(join: Extract<Source, { kind: 'join' }>, known: readonly Predicate[], within: Within): Plan {
  const { scope, planning } = within;
  const left = planSource(join.left, known, within);
  const right = planSource(join.right, known, within);
  if (left.kind === 'route' && right.kind === 'route') {
    const pairs = pairsBetween(left, right, [...equalitiesIn(known), ...usingPairs(scope)], planning);
    const merged = mergeJoin(left, right, pairs, false, planning);
    if (merged) return merged;
  }
  return { kind: 'join', how: 'join', parts: [left, right], reason: joinReason([left, right], scope) };
}

const usingPairs = (scope: Scope): readonly Equality[] =>
  scope.facts.flatMap(({ what }) => (what.kind === 'equal' ? [[what.a, what.b] as const] : []));

const isFalse = ({ expr }: Predicate): boolean =>
  (expr.kind === 'const' && expr.type === 'boolean' && expr.value === false) || isFalseList(expr);

/** `1 IN ('a', 'b')`: vtgate evaluates what reads no column. MySQL compares a string with a number as a number. */
function isFalseList(expr: Expr): boolean {
  if (expr.kind !== 'in' || expr.negated || !Array.isArray(expr.items)) return false;
  const { left } = expr;
  return (
    left.kind === 'const' &&
    (expr.items as readonly Expr[]).every(
      (item) =>
        item.kind === 'const' &&
        (item.type === left.type ? item.value !== left.value : asNumber(item.value) !== asNumber(left.value)),
    )
  );
}

const asNumber = (value: unknown): number =>
  typeof value === 'string' ? Number(/^\s*-?\d+(\.\d+)?/.exec(value)?.[0] ?? 0) : Number(value);

const nothing = (scope: Scope, predicates: readonly Predicate[]): RoutePlan =>
  predicates.some((one) => one.scope === scope && isFalse(one)) ? { ...dual, target: 'none' } : dual;

function planLeaf(scope: Scope, leaf: Leaf, predicates: readonly Predicate[], planning: Planning): Plan {
  switch (leaf.kind) {
    case 'table': {
      const rel = scope.rels.find((one) => one.ref === leaf);
      if (rel) return tableRoute(rel, predicates, planning);
      const child = scope.names.get(aliasOf(leaf));
      return child && child !== 'function' && 'children' in child ? planDerived(child, predicates, planning) : dual;
    }
    case 'derived': {
      if (leaf.lateral) throw new Refusal('lateral', 'vtgate does not plan LATERAL derived tables', leaf.span);
      const child = scope.children.find((one) => one.query === leaf.query);
      return child ? planDerived(child, predicates, planning) : dual;
    }
    default:
      return dual;
  }
}

/** Predicates reach into a derived table unless it limits its rows. */
const planDerived = (child: Scope, predicates: readonly Predicate[], planning: Planning): Plan =>
  planScope(child, child.sealed ? [] : predicates, planning, 'derived');

function planOuter(join: Extract<Source, { kind: 'join' }>, known: readonly Predicate[], within: Within): Plan {
  const { scope, planning } = within;
  const { on } = join;
  const left = planSource(join.left, known, within);
  // What ON says of the other side alone cannot choose shards of a merged route: the kept rows lie on others too, unless
  // they lie on every shard.
  const alone = left.kind === 'route' && (left.target === 'dual' || left.target === 'reference');
  const right = planSource(join.right, [...(alone ? on : []), ...innerConditions(join.right)], within);
  const pairs = [...equalitiesIn(on), ...usingPairs(scope)];
  if (left.kind === 'route' && right.kind === 'route') {
    const merged = mergeJoin(left, right, pairs, true, planning);
    if (merged) return merged;
  }
  return { kind: 'join', how: 'join', parts: [left, right], reason: joinReason([left, right], scope) };
}

export function tableRoute(rel: Rel, predicates: readonly Predicate[], planning: Planning): RoutePlan {
  const { table } = rel;
  const base = { kind: 'route', rels: [rel], options: [], copies: new Set<string>() } as const;
  const isEmpty = predicates.some((one) => isFalse(one) && isAbove(one.scope, rel.scope));
  if (!table) {
    const [database = ''] = rel.ref.name.parts.slice(0, -1);
    if (database === '' && rel.ref.name.parts[0]?.toLowerCase() === 'dual')
      return isEmpty ? { ...dual, target: 'none' } : dual;
    return { ...base, target: isEmpty ? 'none' : 'unsharded', keyspace: database.toLowerCase() };
  }
  const keyspace = keyspaceOf(table);
  if (isEmpty) return { ...base, target: 'none', keyspace };
  const source = planning.index.sourceOf(table);
  const elsewhere = planning.written.has(rel)
    ? []
    : [...planning.index.copiesOf(table), ...(source ? [source] : [])].map(keyspaceOf);
  const copies = new Set(elsewhere);
  switch (table.kind) {
    case 'reference':
      return planning.written.has(rel) && source
        ? { ...base, target: 'unsharded', keyspace: keyspaceOf(source) }
        : { ...base, target: 'reference', keyspace, copies };
    case 'sharded':
    case 'single-shard': {
      const options = [...planning.pinned(rel), ...optionsOf(rel, predicates, planning.universe)];
      return { ...base, target: 'sharded', keyspace, options };
    }
    default:
      return { ...base, target: 'unsharded', keyspace, copies };
  }
}

const isAbove = (scope: Scope, below: Scope): boolean => {
  for (let at: Scope | undefined = below; at; at = at.parent) if (at === scope) return true;
  return false;
};

/** Merges until nothing merges: first routes that a predicate joins, then the rest. */
export function mergeAll(plans: readonly Plan[], pairs: readonly Equality[], scope: Scope, planning: Planning): Plan {
  let left = [...plans];
  for (let merged = true; merged && left.length > 1; ) {
    merged = false;
    for (const crossed of [false, true]) {
      const found = mergePair(left, pairs, crossed, planning);
      if (!found) continue;
      left = found;
      merged = true;
      break;
    }
  }
  const [only] = left;
  if (left.length === 1 && only) return only;
  return { kind: 'join', how: 'join', parts: left, reason: joinReason(left, scope) };
}

function mergePair(
  plans: readonly Plan[],
  pairs: readonly Equality[],
  crossed: boolean,
  planning: Planning,
): Plan[] | undefined {
  for (const a of plans) {
    for (const b of plans) {
      if (a === b || a.kind !== 'route' || b.kind !== 'route') continue;
      const on = pairsBetween(a, b, pairs, planning);
      if (on.length === 0 && !crossed) continue;
      const route = mergeJoin(a, b, on, false, planning);
      if (route) return [...plans.filter((one) => one !== a && one !== b), route];
    }
  }
  return undefined;
}

function pairsBetween(
  a: RoutePlan,
  b: RoutePlan,
  pairs: readonly Equality[],
  { universe }: Planning,
): readonly Equality[] {
  const side = (route: RoutePlan, node: string): boolean => {
    const rel = relOf(node, universe);
    return rel !== undefined && route.rels.includes(rel);
  };
  return pairs.filter(([x, y]) => (side(a, x) && side(b, y)) || (side(a, y) && side(b, x)));
}
