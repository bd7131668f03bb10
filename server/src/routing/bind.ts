/** Which values a column may have: facts that hold for a table use, equalities among them, and the lattice of values. */
import type { Column, Expr } from '../query/model';
import { truthOf } from '../query/normalize';
import { all, type Domain, join, meet, none, open, point, points, range, singleValue } from './domain';
import { factsFor } from './facts';
import { type KeyValue, keyValueOf, type Volatility } from './keyValue';
import { resolveColumn } from './names';
import { type Fact, holdsNode, type Node, type Rel, relNode, type Scope } from './scope';

/** Where routers differ in what binds a key. */
export interface BindSemantics {
  /** Expressions up to this volatility are known values. */
  readonly values: Volatility;
  /** `(k = 1) IS TRUE` binds as `k = 1` does. */
  readonly isTrue: boolean;
  /** `k IS NOT DISTINCT FROM 1`, `k <=> 1` bind. */
  readonly nullSafe: boolean;
  /** Only `=` binds other columns through a join; lists and ranges bind the column that they name. */
  readonly listsStay?: boolean;
  /** Two lists of values for one column, or two ORs that name it, read the shards of both. */
  readonly listsAdd?: boolean;
  /** Whether what holds inside a derived table or semi-join is known to the query around it; by default it is. */
  readonly seesInside?: (scope: Scope) => boolean;
  /** An outer join ON a false constant does not say that its nullable side is not read. */
  readonly falseOnReads?: boolean;
  /** `(p) = TRUE` binds as `p` does. */
  readonly equalsTrue?: boolean;
  /** `NOT IN (SELECT …)` does not say that rows of equal keys meet. */
  readonly notInApart?: boolean;
  /** What holds for the row that a limited subquery is computed for is known inside of it. */
  readonly seesAround?: boolean;
  /** The query as part of which a scope is planned: a false condition of another query says nothing of its tables. */
  readonly levelOf?: (scope: Scope) => Scope;
  /** Planned by itself: columns of the queries around it are values that it does not know. */
  readonly isApart?: (scope: Scope) => boolean;
  /** Predicates around EXCEPT are not moved inside. */
  readonly exceptStays?: boolean;
  /** `BETWEEN` and comparisons count where the strategy can use them. */
  readonly ranges: boolean;
  /** They do not count for a hashed key, not even to leave values of a list out. */
  readonly hashHidesRanges?: boolean;
  /** `k IS NULL` is one value of the key: rows without it lie together. */
  readonly nullIsValue?: boolean;
}

export const sharedBinding: BindSemantics = {
  values: 'stable',
  isTrue: true,
  nullSafe: false,
  seesAround: true,
  ranges: true,
};

/** Two columns, or a column and a value, that are equal. */
export type Edge = readonly [Node, Node];

/** Not a value. */
const isColumn = (node: Node): boolean => /^[\d#]/.test(node);

export interface Binder {
  /** The values that a column of a table use may have. */
  domain(rel: Rel, column: string): Domain;
  /** Columns and values that are equal to it, for explanations. */
  equals(rel: Rel, column: string): ReadonlySet<Node>;
  /** The equalities that hold for its rows, one by one. */
  edges(rel: Rel): readonly Edge[];
  /** Both columns always match: rows that meet lie together. */
  connected(a: Node, b: Node): boolean;
  /** All nodes known to be equal through any join of the statement. */
  meeting(node: Node): ReadonlySet<Node>;
}

export function makeBinder(scopes: readonly Scope[], semantics: BindSemantics): Binder {
  const cache = new Map<Node, { domain: Domain; equals: ReadonlySet<Node> }>();
  let withoutRanges: BindSemantics | undefined;
  const edges = new Map<Fact, readonly Edge[]>();
  const edgesOf = (fact: Fact): readonly Edge[] => {
    const known = edges.get(fact);
    if (known) return known;
    const { what, scope } = fact;
    const found: readonly Edge[] =
      what.kind === 'predicate'
        ? what.expr.kind === 'and'
          ? what.expr.args.flatMap((expr) => equality(expr, scope, semantics))
          : equality(what.expr, scope, semantics)
        : what.negated && semantics.notInApart
          ? []
          : [[what.a, what.b]];
    edges.set(fact, found);
    return found;
  };

  let everywhere: Map<Node, Set<Node>> | undefined;
  const meetings = (): Map<Node, Set<Node>> =>
    (everywhere ??= classes(scopes.flatMap((scope) => scope.facts).flatMap(edgesOf)));

  function bound(rel: Rel, column: string): { domain: Domain; equals: ReadonlySet<Node> } {
    const node = relNode(rel, column);
    const known = cache.get(node);
    if (known) return known;
    // A recursive question (a set operation over itself) answers `all`: nothing more is known.
    cache.set(node, { domain: all, equals: new Set([node]) });
    const hides = semantics.hashHidesRanges && rel.table?.strategy === 'hash';
    if (hides) withoutRanges ??= { ...semantics, ranges: false };
    const rules = (hides && withoutRanges) || semantics;
    const facts: Fact[] = [];
    const ties: Edge[] = [];
    for (const fact of factsFor(rel, semantics)) {
      if (isIdle(fact, rel)) continue;
      facts.push(fact);
      ties.push(...edgesWithin(fact));
    }
    const equals = classOf(node, ties);
    const own = new Set([node]);
    const parts: Part[] = [];
    for (const { what, scope } of facts) {
      if (what.kind !== 'predicate') continue;
      const adds = rules.listsAdd === true && isAlternative(what.expr) && mentions(what.expr, own, scope, rules);
      const domain = fromFact(what.expr, scope, own, equals, rules);
      if (adds || domain.kind !== 'all') parts.push({ domain, adds });
    }
    let domain = conjunction(parts);
    for (const one of equals) if (one.startsWith('#')) domain = meet(domain, outputDomain(one, rel));
    const answer = { domain, equals };
    cache.set(node, answer);
    return answer;
  }

  const isIdle = (fact: Fact, rel: Rel): boolean =>
    fact.what.kind === 'predicate' &&
    truthOf(fact.what.expr) === false &&
    ((semantics.falseOnReads === true && fact.items !== undefined) ||
      (semantics.levelOf !== undefined && semantics.levelOf(fact.scope) !== semantics.levelOf(rel.scope)));

  /** Without those that compare a column of a query that is planned by itself with one of the queries around it. */
  function edgesWithin(fact: Fact): readonly Edge[] {
    const found = edgesOf(fact);
    const { what, scope } = fact;
    const { isApart } = semantics;
    if (!isApart || !scope.correlated || (what.kind === 'equal' && scope.link !== 'semi')) return found;
    let home = scope;
    while (home.parent && !isApart(home)) home = home.parent;
    if (!home.correlated) return found;
    return found.filter(([a, b]) => !isColumn(a) || !isColumn(b) || holdsNode(home, a) === holdsNode(home, b));
  }

  function fromFact(
    expr: Expr,
    scope: Scope,
    own: ReadonlySet<Node>,
    equals: ReadonlySet<Node>,
    rules: BindSemantics,
  ): Domain {
    const through = evaluate(expr, equals, scope, rules);
    if (!rules.listsStay || equals.size === 1 || through.kind === 'none') return through;
    return singleValue(through) && isEquality(expr) ? through : evaluate(expr, own, scope, rules);
  }

  /** What a set operation lets through in one of its columns: the union of its branches, seen from outside. */
  function outputDomain(node: Node, from: Rel): Domain {
    const [id, index] = node.slice(1).split('.').map(Number);
    const scope = scopes[id ?? -1];
    if (!scope || isInside(from.scope, scope)) return all;
    let domain: Domain = none;
    for (const branch of scope.children) {
      const output = branch.outputs[index ?? 0];
      const value = output?.expr && keyValueOf(output.expr, semantics.values);
      const behind = output?.node
        ? scopes.flatMap((one) => one.rels).find((rel) => output.node?.startsWith(`${rel.id}.`))
        : undefined;
      domain = join(
        domain,
        value
          ? point(value)
          : behind && output?.node
            ? bound(behind, output.node.slice(output.node.indexOf('.') + 1)).domain
            : all,
      );
    }
    return domain;
  }

  return {
    domain: (rel, column) => bound(rel, column).domain,
    equals: (rel, column) => bound(rel, column).equals,
    edges: (rel) => factsFor(rel).flatMap(edgesOf),
    connected: (a, b) => a === b || (meetings().get(a)?.has(b) ?? false),
    meeting: (node) => meetings().get(node) ?? new Set([node]),
  };
}

function isInside(scope: Scope, outer: Scope): boolean {
  for (let at: Scope | undefined = scope; at; at = at.parent) if (at === outer) return true;
  return false;
}

interface Part {
  readonly domain: Domain;
  /** One of several values: two such parts read the shards of both. */
  readonly adds: boolean;
}

/** AND. Constants and ranges come before parameters: what contradicts is found whatever stands between. */
function conjunction(parts: readonly Part[]): Domain {
  const sorted = parts.length < 2 ? parts : [...parts].sort((a, b) => certainty(a.domain) - certainty(b.domain));
  let plain = all;
  let added: Domain | undefined;
  // Of two bounds that cannot be compared only one is kept: what the other leaves out shows on the second way round.
  const ranges = sorted.filter(({ domain, adds }) => !adds && domain.kind === 'ranges');
  if (ranges.length > 2) for (const { domain } of [...ranges, ...ranges]) plain = meet(plain, domain);
  for (const { domain, adds } of sorted)
    if (adds) added = added ? join(added, domain) : domain;
    else plain = meet(plain, domain);
  return added ? meet(plain, added) : plain;
}

function certainty(domain: Domain): number {
  if (domain.kind !== 'points') return domain.kind === 'ranges' ? 1 : 3;
  for (const value of domain.points.values()) if (value.constant === undefined) return 2;
  return 0;
}

const isAlternative = (expr: Expr): boolean => expr.kind === 'or' || (expr.kind === 'in' && !isEquality(expr));

/** Compares the column with values anywhere in it. */
const mentions = (expr: Expr, nodes: ReadonlySet<Node>, scope: Scope, semantics: BindSemantics): boolean =>
  expr.kind === 'and' || expr.kind === 'or'
    ? expr.args.some((arg) => mentions(arg, nodes, scope, semantics))
    : evaluate(expr, nodes, scope, { ...semantics, ranges: true }).kind !== 'all';

/** Says that a column has one value, also as the same part of all branches of an OR. */
function isEquality(expr: Expr): boolean {
  switch (expr.kind) {
    case 'or':
      return expr.args.every(isEquality);
    case 'and':
      return expr.args.some(isEquality);
    case 'in':
      return expr.list !== true && Array.isArray(expr.items) && expr.items.length === 1;
    default:
      return expr.kind === 'compare' && expr.op === '=';
  }
}

/** Everything that equals one node. */
function classOf(node: Node, edges: readonly Edge[]): ReadonlySet<Node> {
  if (edges.length > 32) return classes(edges).get(node) ?? new Set([node]);
  const found = new Set([node]);
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const [a, b] of edges) {
      if (found.has(a)) found.add(b);
      else if (found.has(b)) found.add(a);
    }
  }
  return found;
}

/** Equivalence classes of an edge list. */
function classes(edges: readonly Edge[]): Map<Node, Set<Node>> {
  const found = new Map<Node, Set<Node>>();
  for (const [a, b] of edges) {
    const x = found.get(a) ?? new Set([a]);
    const y = found.get(b) ?? new Set([b]);
    if (x === y) continue;
    for (const node of y) x.add(node);
    for (const node of x) found.set(node, x);
  }
  return found;
}

/** `a.x = b.y` gives the two columns, `a.x = 5` the column and the value `=5`. */
export function equality(expr: Expr, scope: Scope, semantics: BindSemantics): readonly Edge[] {
  if (expr.kind === 'in' && !expr.negated && Array.isArray(expr.items) && expr.items.length === 1) {
    if (expr.list && semantics.listsStay) return [];
    return equality(
      { kind: 'compare', op: '=', left: expr.left, right: (expr.items as readonly Expr[])[0] as Expr, span: expr.span },
      scope,
      semantics,
    );
  }
  if (expr.kind !== 'compare' || expr.op !== '=') return [];
  const side = (one: Expr): Node | undefined => {
    const term = behind(one, scope);
    if (typeof term === 'string') return term;
    const value = keyValueOf(term, semantics.values);
    return value && !value.many ? value.id : undefined;
  };
  const a = side(expr.left);
  const b = side(expr.right);
  return a !== undefined && b !== undefined ? [[a, b]] : [];
}

/** The node of a bare column, or the expression that it (or a computed output behind it) is. */
function behind(expr: Expr, scope: Scope): Node | Expr {
  if (expr.kind !== 'column') return expr;
  const found = resolveColumn(expr, scope);
  return found?.node ?? found?.expr ?? expr;
}

/** The values that `nodes` may have where the predicate holds. */
export function evaluate(expr: Expr, nodes: ReadonlySet<Node>, scope: Scope, semantics: BindSemantics): Domain {
  const isKey = (one: Expr): boolean => {
    const term = behind(one, scope);
    return typeof term === 'string' && nodes.has(term);
  };
  switch (expr.kind) {
    case 'and':
      return conjunction(
        expr.args.map((arg) => ({
          domain: evaluate(arg, nodes, scope, semantics),
          adds: semantics.listsAdd === true && isAlternative(arg) && mentions(arg, nodes, scope, semantics),
        })),
      );
    case 'or':
      return expr.args.reduce<Domain>((domain, arg) => join(domain, evaluate(arg, nodes, scope, semantics)), none);
    case 'const':
      return expr.type === 'boolean' && expr.value === false ? none : all;
    case 'opaque':
      return open;
    case 'is-truth':
      return semantics.isTrue && expr.truth === true && !expr.negated
        ? evaluate(expr.value, nodes, scope, semantics)
        : all;
    case 'compare': {
      if (semantics.equalsTrue && expr.op === '=' && truthOf(expr.right) === true && isPredicate(expr.left))
        return evaluate(expr.left, nodes, scope, semantics);
      const swapped = !isKey(expr.left) && isKey(expr.right);
      const key = swapped ? expr.right : expr.left;
      const other = swapped ? expr.left : expr.right;
      if (!isKey(key) || isKey(other)) return all;
      return compared(swapped ? flip(expr.op) : expr.op, behind(other, scope), semantics);
    }
    case 'in': {
      if (expr.negated || !Array.isArray(expr.items) || !isKey(expr.left)) return all;
      const values: KeyValue[] = [];
      for (const item of expr.items as readonly Expr[]) {
        const term = behind(item, scope);
        if (typeof term !== 'string' && (term.kind === 'opaque' || term.kind === 'choice')) return open;
        const value = typeof term === 'string' ? undefined : keyValueOf(term, semantics.values);
        if (!value) return all;
        values.push(value);
      }
      return points(values);
    }
    case 'is-null': {
      const value = semantics.nullIsValue && !expr.negated && isKey(expr.value) && keyValueOf(noValue(expr.span));
      return value ? point(value) : all;
    }
    case 'between': {
      if (expr.negated || !semantics.ranges || !isKey(expr.value)) return all;
      const low = keyValueOf(expr.low, semantics.values);
      const high = keyValueOf(expr.high, semantics.values);
      return low || high
        ? range({
            ...(low ? { low: { value: low, inclusive: true } } : {}),
            ...(high ? { high: { value: high, inclusive: true } } : {}),
          })
        : all;
    }
    default:
      return all;
  }
}

/** The key of rows that lack it, where that is a value as others are. */
export const noValue = (span: Expr['span']): Expr => ({ kind: 'param', id: 'null', span });

const isPredicate = (expr: Expr): boolean => ['compare', 'in', 'between', 'and', 'or'].includes(expr.kind);

function compared(op: string, other: Node | Expr, semantics: BindSemantics): Domain {
  if (typeof other === 'string') return all;
  if (other.kind === 'opaque') return open;
  const value = keyValueOf(other, semantics.values);
  if (!value) return all;
  switch (op) {
    case '=':
      return point(value);
    case '<=>':
    case 'is not distinct from':
      return semantics.nullSafe ? point(value) : all;
    case '<':
    case '<=':
      return semantics.ranges ? range({ high: { value, inclusive: op === '<=' } }) : all;
    case '>':
    case '>=':
      return semantics.ranges ? range({ low: { value, inclusive: op === '>=' } }) : all;
    default:
      return all;
  }
}

const flip = (op: string): string =>
  op.startsWith('<') && op !== '<>' && op !== '<=>'
    ? op.replace('<', '>')
    : op.startsWith('>')
      ? op.replace('>', '<')
      : op;

export const keyColumn = (name: string): Column => ({
  kind: 'column',
  qualifier: [],
  name,
  span: { start: 0, end: 0 },
});
