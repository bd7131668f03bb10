/** Whether all distributed tables of a part are co-located and tied together by their distribution columns. */
import { type Fact, type Node, type Rel, relNode, type Scope } from '../../scope';
import { levelOf } from './flat';
import { armsOf, isDistributed, type Plan } from './tables';

const keyNode = (rel: Rel): Node => relNode(rel, rel.table?.shardKey[0] ?? '');

/**
 * Columns that the planner knows to be equal. Within one query, equality passes through any column; from one query to
 * another, and through outer joins, only through distribution columns.
 */
function equalNodes(plan: Plan): (a: Node, b: Node) => boolean {
  const { analysis } = plan;
  // Parts that are run first only ever become more.
  const parts = plan.planned.size + plan.fetched.size;
  if (plan.ties?.parts === parts) return plan.ties.equal;
  const { scopes, rels } = analysis.universe;
  const isLive = (scope: Scope | undefined): boolean => {
    for (let at = scope; at; at = at.parent) if (plan.planned.has(at)) return false;
    return true;
  };
  const keys = new Set(
    rels.filter((rel) => rel.table?.kind === 'sharded' && !plan.fetched.has(rel) && isLive(rel.scope)).map(keyNode),
  );
  const isKey = (node: Node): boolean =>
    node.startsWith('#') ? isLive(scopes[Number(node.slice(1, node.indexOf('.')))]) : keys.has(node);
  const whole = makeClasses();
  const levels = new Map<Scope, Classes>();
  for (const scope of scopes) {
    for (const fact of scope.facts) {
      const edges =
        fact.what.kind === 'predicate'
          ? analysis.binder.edgesOf(fact)
          : fact.what.negated || (scope.link === 'semi' && scope.correlated)
            ? []
            : [[fact.what.a, fact.what.b] as const];
      const outer = fact.items !== undefined || fact.connects || scope.link === 'anti';
      for (const [a, b] of edges) {
        // A subquery that tests columns around it does not filter them.
        if (scope.link === 'scalar' && isAround(a, scope, rels) && isAround(b, scope, rels)) continue;
        if (outer) {
          // Rows of a set operation on the nullable side are matched by no shard alone.
          if (!isNullableUnion(a, fact, scopes) && !isNullableUnion(b, fact, scopes) && isKey(a) && isKey(b))
            whole.tie(a, b);
          continue;
        }
        // What ties a semi-join to the query around it belongs to that query.
        const home = fact.what.kind === 'equal' && scope.link === 'semi' ? (scope.parent ?? scope) : scope;
        const level = levelOf(home);
        const classes = levels.get(level) ?? makeClasses();
        levels.set(level, classes);
        classes.tie(a, b);
      }
    }
  }
  for (const classes of levels.values())
    for (const nodes of classes.all()) {
      const [first, ...others] = [...nodes].filter(isKey);
      for (const other of others) if (first) whole.tie(first, other);
    }
  const found = (a: Node, b: Node): boolean => a === b || whole.same(a, b);
  plan.ties = { parts, equal: found };
  return found;
}

/** A column of a set operation on the nullable side of an outer join, in whose ON the fact stands. */
function isNullableUnion(node: Node, { items, connects }: Fact, scopes: readonly Scope[]): boolean {
  if (!items || connects || !node.startsWith('#')) return false;
  for (let at = scopes[Number(node.slice(1, node.indexOf('.')))]; at; at = at.parent) if (items.has(at)) return true;
  return false;
}

/** A column of a query around the scope. */
function isAround(node: Node, scope: Scope, rels: readonly Rel[]): boolean {
  const home = rels[Number(node.slice(0, node.indexOf('.')))]?.scope;
  for (let at = scope.parent; at; at = at.parent) if (at === home) return true;
  return false;
}

interface Classes {
  tie(a: Node, b: Node): void;
  same(a: Node, b: Node): boolean;
  all(): ReadonlySet<ReadonlySet<Node>>;
}

function makeClasses(): Classes {
  const of = new Map<Node, Set<Node>>();
  return {
    tie(a, b) {
      const x = of.get(a) ?? new Set([a]);
      const y = of.get(b) ?? new Set([b]);
      for (const node of y) x.add(node);
      for (const node of x) of.set(node, x);
    },
    same: (a, b) => of.get(a)?.has(b) ?? false,
    all: () => new Set(of.values()),
  };
}

/** All of the distribution columns are equal, whether or not their tables are co-located. */
export function keysTied(rels: readonly Rel[], plan: Plan): boolean {
  const [first, ...others] = rels.filter(isDistributed);
  if (!first || others.length === 0) return true;
  if (!others.every((rel) => rel.table?.kind === first.table?.kind)) return false;
  const equal = equalNodes(plan);
  return others.every((rel) =>
    rel.table?.kind === 'single-shard' ? rel.table.group === first.table?.group : equal(keyNode(first), keyNode(rel)),
  );
}

export function keysEqual(rels: readonly Rel[], plan: Plan): boolean {
  const [first, ...others] = rels.filter(isDistributed);
  return others.every((rel) => rel.table?.group === first?.table?.group) && keysTied(rels, plan);
}

/** The distribution column that stands behind a node, through set operations (their first arm speaks for all). */
export function keyBehind(node: Node | undefined, plan: Plan): Rel | undefined {
  if (node === undefined) return undefined;
  const { scopes, rels } = plan.analysis.universe;
  if (node.startsWith('#')) {
    const [id, index] = node.slice(1).split('.').map(Number);
    const home = scopes[id ?? -1];
    const arm = home && armsOf(home)[0];
    if (!home || !arm || plan.planned.has(home) || plan.planned.has(arm)) return undefined;
    return keyBehind(arm.outputs[index ?? 0]?.node, plan);
  }
  const dot = node.indexOf('.');
  const rel = rels[Number(node.slice(0, dot))];
  if (rel?.table?.kind !== 'sharded' || plan.fetched.has(rel)) return undefined;
  for (let scope: Scope | undefined = rel.scope; scope; scope = scope.parent)
    if (plan.planned.has(scope)) return undefined;
  return node === keyNode(rel) ? rel : undefined;
}

/** Every arm gives the distribution column at one same place, and is tied together within. */
export function unionIsSafe(scope: Scope, plan: Plan, relsOf: (arm: Scope) => readonly Rel[]): boolean {
  const arms = armsOf(scope);
  const width = arms[0]?.outputs.length ?? 0;
  if (!arms.every((arm) => keysTied(relsOf(arm), plan))) return false;
  if (arms.flatMap(relsOf).every((rel) => rel.table?.kind !== 'sharded')) return true;
  for (let i = 0; i < width; i++) if (arms.every((arm) => keyBehind(arm.outputs[i]?.node, plan))) return true;
  return false;
}
