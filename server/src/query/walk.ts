/** Visits the parts of an expression or query, in source order. */
import type { Expr, From, Query } from './model';

/** The direct parts of an expression; subqueries are not entered (see `subqueriesOf`). */
export function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'column':
    case 'star':
    case 'const':
    case 'param':
    case 'opaque':
    case 'exists':
    case 'subquery':
      return [];
    case 'compare':
      return [expr.left, expr.right];
    case 'in':
      return Array.isArray(expr.items) ? [expr.left, ...(expr.items as readonly Expr[])] : [expr.left];
    case 'between':
      return [expr.value, expr.low, expr.high];
    case 'like':
      return [expr.value, expr.pattern];
    case 'is-null':
    case 'is-truth':
    case 'cast':
      return [expr.value];
    case 'and':
    case 'or':
    case 'operation':
    case 'case':
      return expr.args;
    case 'not':
      return [expr.arg];
    case 'row':
    case 'array':
      return expr.items;
    case 'call':
      return [
        ...expr.args,
        ...(expr.filter ? [expr.filter] : []),
        ...(expr.over ? [...expr.over.partitionBy, ...expr.over.orderBy] : []),
      ];
    case 'choice':
      return expr.options;
  }
}

/** The expression and all below it, without entering subqueries; stops below a part for which `visit` answers false. */
export function walkExpr(expr: Expr, visit: (expr: Expr) => boolean | undefined): void {
  if (visit(expr) === false) return;
  for (const part of partsOf(expr)) walkExpr(part, visit);
}

export function someExpr(expr: Expr, test: (expr: Expr) => boolean): boolean {
  return test(expr) || partsOf(expr).some((part) => someExpr(part, test));
}

/** The query directly inside an expression node. */
export function queryIn(expr: Expr): Query | undefined {
  if (expr.kind === 'exists' || expr.kind === 'subquery') return expr.query;
  if (expr.kind === 'in' && !Array.isArray(expr.items)) return expr.items as Query;
  return undefined;
}

/** Queries that stand in an expression, those inside of them left out. */
export function queriesIn(expr: Expr): readonly Query[] {
  const own = queryIn(expr);
  return [...(own ? [own] : []), ...partsOf(expr).flatMap(queriesIn)];
}

/** Row sources of a FROM list, joins flattened, in source order. */
export function leavesOf(from: readonly From[]): readonly Exclude<From, { kind: 'join' }>[] {
  return from.every(isLeaf)
    ? from
    : from.flatMap((item) => (item.kind === 'join' ? leavesOf([item.left, item.right]) : [item]));
}

const isLeaf = (item: From): item is Exclude<From, { kind: 'join' }> => item.kind !== 'join';

/** Any object of the model. */
export type AnyNode = { readonly kind?: unknown };

/** Every object below one, subqueries and all: queries are plain data without circles. */
export function visitNodes(value: unknown, look: (node: AnyNode) => void): void {
  if (Array.isArray(value)) for (const each of value) visitNodes(each, look);
  else if (typeof value === 'object' && value !== null) {
    look(value);
    for (const each of Object.values(value)) if (typeof each === 'object') visitNodes(each, look);
  }
}
