/** Which predicates around a query may be moved below its windows and its DISTINCT ON. */
import type { Expr, Select } from '../query/model';
import { walkExpr } from '../query/walk';
import { resolveColumn } from './names';
import type { Node, Scope } from './scope';

/** The columns by which all windows and DISTINCT ON take rows apart; undefined for a query without them. */
export function partitionColumns(scope: Scope, query: Select): ReadonlySet<Node> | undefined {
  const partitions: (readonly Expr[])[] = Array.isArray(query.distinct) ? [query.distinct] : [];
  for (const item of query.items)
    walkExpr(item.expr, (expr) => {
      if (expr.kind === 'call' && expr.over) partitions.push(expr.over.partitionBy);
      return true;
    });
  const [first, ...others] = partitions.map((by) => new Set(by.flatMap((expr) => nodeOf(expr, scope, query) ?? [])));
  return first && new Set([...first].filter((node) => others.every((one) => one.has(node))));
}

/** DISTINCT ON may name an output by its position or alias. */
function nodeOf(expr: Expr, scope: Scope, { items }: Select): Node | undefined {
  if (expr.kind === 'const' && typeof expr.value === 'number') return scope.outputs[expr.value - 1]?.node;
  if (expr.kind !== 'column') return undefined;
  const aliased = expr.qualifier.length === 0 && items.findIndex((item) => item.alias === expr.name);
  return resolveColumn(expr, scope)?.node ?? (typeof aliased === 'number' ? scope.outputs[aliased]?.node : undefined);
}
