/** Which table uses an expression reads, and which columns the planner counts as one. */
import type { Expr, Query } from '../../../query/model';
import { conjuncts, normalize, truthOf } from '../../../query/normalize';
import { partsOf, queryIn } from '../../../query/walk';
import type { Universe } from '../../build';
import { resolveColumn } from '../../names';
import { isScope, type Node, outputNode, type Rel, relNode, type Scope } from '../../scope';

/** One AND part, read in the scope whose names it uses. */
export interface Predicate {
  readonly expr: Expr;
  readonly scope: Scope;
  /** Came out of an OR or NOT that was taken apart: vtgate does so only where nothing else finds the shards. */
  readonly rewritten?: true;
}

/** `a = b` between two columns, from ON, WHERE or USING. */
export type Equality = readonly [Node, Node];

export const split = (expr: Expr | undefined, scope: Scope): readonly Predicate[] =>
  expr
    ? andParts(expr).flatMap((part) => {
        if (isRowList(part)) return [{ expr: part, scope }];
        const rewritten = isRewritten(part) ? ({ rewritten: true } as const) : {};
        return conjuncts(normalize(part)).map((one) => ({ expr: one, scope, ...rewritten }));
      })
    : [];

/** The analyser drops a branch of an OR that is never true: what is left alone is split like the rest. */
function andParts(expr: Expr): readonly Expr[] {
  if (expr.kind === 'and') return expr.args.flatMap(andParts);
  if (expr.kind !== 'or') return [expr];
  const possible = expr.args.filter((arg) => truthOf(normalize(arg)) !== false);
  const [only, ...more] = possible;
  return only && more.length === 0 ? andParts(only) : [expr];
}

/** `(a, b) IN ((1, 2), (3, 4))` stays one test: a column alone is bound to its own values of all rows. */
const isRowList = (expr: Expr): boolean =>
  expr.kind === 'in' &&
  !expr.negated &&
  expr.left.kind === 'row' &&
  Array.isArray(expr.items) &&
  (expr.items as readonly Expr[]).every((item) => item.kind === 'row');

/** The analyser itself only turns `NOT a = b` around. */
const isRewritten = (expr: Expr): boolean =>
  expr.kind === 'not' ? !['compare', 'in', 'like'].includes(expr.arg.kind) : expr.kind === 'or';

/** All columns of an expression, as nodes; `undefined` stands for one that names no known column. Subqueries are not entered. */
export function nodesOf(expr: Expr, scope: Scope): readonly (Node | undefined)[] {
  if (expr.kind === 'column') {
    const found = resolveColumn(expr, scope);
    if (found?.expr) return nodesOf(found.expr, scope);
    return [found?.node];
  }
  return partsOf(expr).flatMap((part) => nodesOf(part, scope));
}

export const relOf = (node: Node, universe: Universe): Rel | undefined =>
  node.startsWith('#') ? undefined : universe.rels[Number(node.slice(0, node.indexOf('.')))];

export const columnOf = (node: Node): string => node.slice(node.indexOf('.') + 1);

export const isInside = (scope: Scope, outer: Scope): boolean => {
  for (let at: Scope | undefined = scope; at; at = at.parent) if (at === outer) return true;
  return false;
};

/** The node comes from the query around a subquery: to the planner its value is a bind variable. */
export function isOuter(node: Node, scope: Scope, universe: Universe): boolean {
  const home =
    relOf(node, universe)?.scope ?? universe.scopes[Number(node.slice(1, node.indexOf('.')))]?.parent ?? undefined;
  let crossed = false;
  for (let at: Scope | undefined = scope; at && home; at = at.parent) {
    if (at === home) return crossed;
    crossed ||= at.link !== 'derived' && at.link !== 'branch';
  }
  return false;
}

/** A column under all names that set operations above it give it: a predicate on those is pushed into every branch. */
export function namesOf(rel: Rel, column: string): ReadonlySet<Node> {
  const names = new Set<Node>([relNode(rel, column)]);
  for (let at: Scope | undefined = rel.scope; at?.parent; at = at.parent) {
    const above: Scope = at.parent;
    if (at.link !== 'branch') continue;
    at.outputs.forEach((output, i) => {
      if (output.node !== undefined && names.has(output.node)) names.add(outputNode(above, i));
    });
  }
  return names;
}

/** Columns that the statement's inner predicates set equal, as classes. */
export class Equalities {
  readonly #classes = new Map<Node, Set<Node>>();

  add([a, b]: Equality): void {
    const x = this.#classes.get(a) ?? new Set([a]);
    const y = this.#classes.get(b) ?? new Set([b]);
    if (x === y) return;
    for (const node of y) x.add(node);
    for (const node of x) this.#classes.set(node, x);
  }

  of(node: Node): ReadonlySet<Node> {
    return this.#classes.get(node) ?? new Set([node]);
  }
}

/** The two columns of `a = b`. */
export function equalityOf({ expr, scope }: Predicate): Equality | undefined {
  if (expr.kind !== 'compare' || expr.op !== '=') return undefined;
  const a = columnNode(expr.left, scope);
  const b = columnNode(expr.right, scope);
  return a !== undefined && b !== undefined ? [a, b] : undefined;
}

/** The column behind a name; the smallest or largest value of a column lies where that column's rows lie. */
export function columnNode(expr: Expr, scope: Scope): Node | undefined {
  if (expr.kind !== 'column') return undefined;
  const found = resolveColumn(expr, scope);
  if (found?.node !== undefined || !found?.expr) return found?.node;
  const derived = [...scope.names.values()].find(
    (item): item is Scope =>
      item !== 'function' && isScope(item) && item.outputs.some((output) => output.expr === found.expr),
  );
  return derived && extremum(found.expr, derived);
}

export function extremum(expr: Expr | undefined, scope: Scope): Node | undefined {
  if (expr?.kind !== 'call' || !['min', 'max'].includes(expr.name.toLowerCase())) return undefined;
  const [column] = expr.args;
  return column && columnNode(column, scope);
}

export const equalitiesIn = (predicates: readonly Predicate[]): readonly Equality[] =>
  predicates.map(equalityOf).filter((one) => one !== undefined);

/** The subqueries that stand in an expression, outermost only. */
export function subqueriesOf(expr: Expr): readonly { readonly at: Expr; readonly query: Query }[] {
  const query = queryIn(expr);
  const below = partsOf(expr).flatMap(subqueriesOf);
  return query ? [{ at: expr, query }, ...below] : below;
}
