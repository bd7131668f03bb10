/** Which subqueries use columns of a query around them: every column of the statement is looked up once. */
import type { Column, Expr, From, Query } from '../../../query/model';
import { leavesOf, partsOf } from '../../../query/walk';
import type { Universe } from '../../build';
import { resolveColumn } from '../../names';
import type { Scope } from '../../scope';

/** Resolving a column marks the scopes between its use and its home. */
export function markCorrelation(universe: Universe): void {
  if (universe.scopes.length < 2) return;
  for (const scope of universe.scopes)
    if (scope.parent) for (const expr of expressionsOf(scope.query)) visit(expr, scope);
}

function visit(expr: Expr, scope: Scope): void {
  if (expr.kind === 'column' && !isOwnName(expr, scope)) resolveColumn(expr, scope);
  for (const part of partsOf(expr)) visit(part, scope);
}

/** A function's alias is also the name of its one column. */
const isOwnName = (column: Column, scope: Scope): boolean =>
  column.qualifier.length === 0 &&
  (scope.names.get(column.name.toLowerCase()) === 'function' ||
    [...scope.names.values()].every((item) => item === 'function'))
    ? scope.names.get(column.name.toLowerCase()) === 'function'
    : false;

/** Expressions in which columns of FROM stand; ORDER BY and GROUP BY may name outputs and are left out where they do. */
export function expressionsOf(query: Query): readonly Expr[] {
  switch (query.kind) {
    case 'select': {
      const named = new Set(query.items.flatMap((item) => (item.alias ? [item.alias] : [])));
      const own = (expr: Expr) => !(expr.kind === 'column' && expr.qualifier.length === 0 && named.has(expr.name));
      return [
        ...query.items.map((item) => item.expr),
        ...(query.where ? [query.where] : []),
        ...query.from.flatMap(joinExpressions),
        ...query.groupBy.filter(own),
        ...(query.having ? [query.having] : []),
        ...query.orderBy.map((item) => item.expr).filter(own),
      ];
    }
    case 'values':
      return query.rows.flat();
    case 'update':
      return [...query.set.map((one) => one.value), ...(query.where ? [query.where] : [])];
    case 'delete':
      return query.where ? [query.where] : [];
    default:
      return [];
  }
}

function joinExpressions(from: From): readonly Expr[] {
  if (from.kind === 'join')
    return [...joinExpressions(from.left), ...joinExpressions(from.right), ...(from.on ? [from.on] : [])];
  return leavesOf([from]).flatMap((leaf) => (leaf.kind === 'function' ? [leaf.call] : []));
}
