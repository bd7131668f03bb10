/** Which predicates of a statement hold for the rows of one table use, from its own scope outwards. */
import { queryIn, someExpr } from '../query/walk';
import type { BindSemantics } from './bindSemantics';
import { resolveColumn } from './names';
import { type Fact, holdsNode, type Item, type Node, type Rel, type Scope } from './scope';

/** Facts that hold for every row of the item that matters to the statement. */
export function factsFor(
  rel: Rel,
  { seesInside, seesAround, exceptStays }: Pick<BindSemantics, 'seesInside' | 'seesAround' | 'exceptStays'> = {},
): readonly Fact[] {
  const found: Fact[] = [];
  let via: Item = rel;
  // Queries on the way up into which not every predicate around them may be moved.
  const gates: { readonly scope: Scope; readonly lets: ReadonlySet<Node> }[] = [];
  for (let scope: Scope | undefined = rel.scope; scope; ) {
    const matched = matchedWith(via, scope);
    const isMatched = (items: ReadonlySet<Item>): boolean => matched.some((item) => items.has(item));
    for (const fact of scope.facts)
      if (
        !fact.connects &&
        (!fact.items || isMatched(fact.items)) &&
        gates.every((gate) => passes(fact, gate.scope, gate.lets))
      )
        found.push(fact);
    for (const child of scope.children) {
      if (child === via || !exports(child) || (child.context && !isMatched(child.context))) continue;
      exported(child, found, seesInside);
    }
    // What is said of a limited subquery's rows says nothing of those left out; what is said of the row that it is
    // computed for holds inside, where a LATERAL or scalar subquery names that row.
    if (scope.sealed) {
      if (!seesAround || (scope.link !== 'derived' && scope.link !== 'scalar')) break;
      gates.push({ scope, lets: noColumns });
    } else if (scope.lets) gates.push({ scope, lets: scope.lets });
    else if (exceptStays && scope.link !== 'branch' && holdsExcept(scope)) gates.push({ scope, lets: noColumns });
    via = scope;
    scope = scope.parent;
  }
  return found;
}

/**
 * The item, and those of other outer joins that its rows only meet where they have rows themselves: in
 * `a LEFT JOIN b ON a.k = b.k LEFT JOIN c ON b.k = c.k` rows of `c` matter beside rows of `b`, and these beside `a`.
 */
function matchedWith(item: Item, scope: Scope): readonly Item[] {
  const found = [item];
  const outer = scope.facts.filter(({ items, connects }) => items !== undefined && !connects);
  if (outer.length < 2) return found;
  for (const one of found)
    for (const fact of outer) {
      if (!fact.items?.has(one)) continue;
      for (const node of columnsOf(fact)) {
        const other = itemWith(node, scope);
        if (other && !found.includes(other)) found.push(other);
      }
    }
  return found;
}

/** The two columns that a fact says are equal. */
function columnsOf({ what, scope }: Fact): readonly Node[] {
  if (what.kind === 'equal') return what.negated ? [] : [what.a, what.b];
  const { expr } = what;
  if (expr.kind !== 'compare' || expr.op !== '=') return [];
  return [expr.left, expr.right].flatMap((side) => {
    const node = side.kind === 'column' ? resolveColumn(side, scope)?.node : undefined;
    return node === undefined ? [] : [node];
  });
}

const itemWith = (node: Node, scope: Scope): Item | undefined =>
  scope.rels.find((rel) => node.startsWith(`${rel.id}.`)) ??
  scope.children.find((child) => child.link === 'derived' && holdsNode(child, node));

const noColumns: ReadonlySet<Node> = new Set();

const holdsExcept = ({ query, children }: Scope): boolean =>
  query.kind === 'set-operation' && (query.op === 'except' || children.some(holdsExcept));

/** Speaks of nothing that the scope brings, but of the columns that it lets through. */
function passes({ what, scope: home }: Fact, scope: Scope, lets: ReadonlySet<Node>): boolean {
  const isOutside = (node: Node): boolean => lets.has(node) || !holdsNode(scope, node);
  if (what.kind === 'equal') return isOutside(what.a) && isOutside(what.b);
  return !someExpr(what.expr, (expr) => {
    if (expr.kind === 'star' || queryIn(expr)) return true;
    if (expr.kind !== 'column') return false;
    const node = resolveColumn(expr, home)?.node;
    return node === undefined || !isOutside(node);
  });
}

const exports = (scope: Scope): boolean => scope.link === 'derived' || scope.link === 'semi';

/** Facts of a derived table or semi-join that hold for the rows it lets through. */
function exported(scope: Scope, into: Fact[], seesInside: ((scope: Scope) => boolean) | undefined): void {
  if (seesInside && !seesInside(scope)) {
    // What ties the rows of a semi-join to those around it is said outside of it.
    for (const fact of scope.facts) if (fact.what.kind === 'equal' && scope.link === 'semi') into.push(fact);
    return;
  }
  for (const fact of scope.facts) if (!fact.items && !fact.connects) into.push(fact);
  for (const child of scope.children) if (exports(child) && !child.context) exported(child, into, seesInside);
}
