/** What a predicate says is equal: columns of table uses, and values. */
import type { Expr } from '../query/model';
import { columnType, keyTypeName } from '../shards/groups';
import type { BindSemantics } from './bindSemantics';
import { keyValueOf, shape } from './keyValue';
import { resolveColumn } from './names';
import type { Node, Rel, Scope } from './scope';

/** Two columns, or a column and a value, that are equal. */
export type Edge = readonly [Node, Node];

/** Says that a column has one value, also as a part that all branches of an OR spell alike. */
export function isEquality(expr: Expr): boolean {
  switch (expr.kind) {
    case 'or':
      return sharedEquality(expr.args);
    case 'and':
      return expr.args.some(isEquality);
    case 'in':
      return expr.list !== true && !expr.negated && Array.isArray(expr.items) && expr.items.length === 1;
    default:
      return expr.kind === 'compare' && expr.op === '=';
  }
}

function sharedEquality(branches: readonly Expr[]): boolean {
  const [first = [], ...others] = branches.map((branch) => (branch.kind === 'and' ? branch.args : [branch]));
  const spelled = others.map((parts) => new Set(parts.map(shape)));
  return first.some((part) => isEquality(part) && spelled.every((parts) => parts.has(shape(part))));
}

/** Everything that equals one node. */
export function classOf(node: Node, edges: readonly Edge[]): ReadonlySet<Node> {
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
export function classes(edges: readonly Edge[]): Map<Node, Set<Node>> {
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
    const term = behind(one, scope, semantics);
    if (typeof term === 'string') return term;
    const value = keyValueOf(term, semantics.values, semantics.folds);
    return value && !value.many ? value.id : undefined;
  };
  const a = side(expr.left);
  const b = side(expr.right);
  return a !== undefined && b !== undefined ? [[a, b]] : [];
}

/** The node of a bare column, or the expression that it (or a computed output behind it) is. */
export function behind(expr: Expr, scope: Scope, semantics: BindSemantics): Node | Expr {
  if (expr.kind === 'cast' && semantics.ownTypeCasts && expr.value.kind === 'column') {
    const node = resolveColumn(expr.value, scope)?.node;
    return node !== undefined && typeOfNode(node, scope) === keyTypeName(expr.type) ? node : expr;
  }
  if (expr.kind !== 'column') return expr;
  const found = resolveColumn(expr, scope);
  return found?.node ?? (found?.hidden ? undefined : found?.expr) ?? expr;
}

/** What casts of a column to its own type leave as it is: those with a length or precision are not among them. */
const plainTypes = new Set([
  'integer',
  'bigint',
  'smallint',
  'text',
  'uuid',
  'date',
  'boolean',
  'double precision',
  'real',
]);

function typeOfNode(node: Node, scope: Scope): string | undefined {
  let root = scope;
  while (root.parent) root = root.parent;
  const dot = node.indexOf('.');
  const table = relOf(node.slice(0, dot), root)?.table;
  const name = table && keyTypeName(columnType(table, node.slice(dot + 1)));
  return name !== undefined && plainTypes.has(name) ? name : undefined;
}

function relOf(id: string, scope: Scope): Rel | undefined {
  for (const rel of scope.rels) if (String(rel.id) === id) return rel;
  for (const child of scope.children) {
    const found = relOf(id, child);
    if (found) return found;
  }
  return undefined;
}
