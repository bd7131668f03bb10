/** Which values a column may have: facts that hold for a table use, equalities among them, and the lattice of values. */
import type { Column, Expr } from '../query/model';
import { truthOf } from '../query/normalize';
import type { BindSemantics } from './bindSemantics';
import { all, type Domain, join, meet, none, point, singleValue } from './domain';
import { classes, classOf, type Edge, equality, isEquality } from './equality';
import { factsFor } from './facts';
import { keyValueOf } from './keyValue';
import { conjunction, evaluate, isAlternative, mentions, type Part } from './predicateValues';
import { type Fact, holdsNode, type Node, outputNode, type Rel, relNode, type Scope } from './scope';

/** Not a value. */
const isColumn = (node: Node): boolean => /^[\d#~]/.test(node);

export interface Binder {
  /** The values that a column of a table use may have. */
  domain(rel: Rel, column: string): Domain;
  /** Columns and values that are equal to it, for explanations. */
  equals(rel: Rel, column: string): ReadonlySet<Node>;
  /** The equalities that hold for its rows, one by one. */
  edges(rel: Rel): readonly Edge[];
  /** What a fact says is equal. */
  edgesOf(fact: Fact): readonly Edge[];
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
    const own = outputsOver(node, rel.scope);
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
    if (!scope || isInside(from.scope, scope) || semantics.seesInside?.(scope) === false) return all;
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
    edgesOf,
    connected: (a, b) => a === b || (meetings().get(a)?.has(b) ?? false),
    meeting: (node) => meetings().get(node) ?? new Set([node]),
  };
}

/** The column, and the outputs of set operations around it that are this column in the arm where it stands. */
function outputsOver(node: Node, home: Scope): ReadonlySet<Node> {
  const found = new Set([node]);
  for (let at: Scope | undefined = home; at; at = at.parent) {
    const around = at.link === 'branch' ? at.parent : undefined;
    if (around)
      at.outputs.forEach((output, i) => {
        if (output.node !== undefined && found.has(output.node)) found.add(outputNode(around, i));
      });
  }
  return found;
}

function isInside(scope: Scope, outer: Scope): boolean {
  for (let at: Scope | undefined = scope; at; at = at.parent) if (at === outer) return true;
  return false;
}

export const keyColumn = (name: string): Column => ({
  kind: 'column',
  qualifier: [],
  name,
  span: { start: 0, end: 0 },
});
