/** What SPQR's parser (`lyx/gram.y`) makes of operands, and which of them are values (`ParseExprValue`). */
import type { Column, Expr, Insert } from '../../../query/model';
import type { ShardTable } from '../../../shards/model';
import { keyPlaces } from '../../insert';

/** Casts and tests of truth and NULL are dropped, and of COALESCE stays the first argument. */
export function operand(expr: Expr): Expr {
  switch (expr.kind) {
    case 'cast':
    case 'is-null':
      return operand(expr.value);
    case 'is-truth':
      return expr.truth === 'unknown' ? expr : operand(expr.value);
    case 'call': {
      const [first] = expr.name === 'coalesce' ? expr.args : [];
      return first ? operand(first) : expr;
    }
    default:
      return expr;
  }
}

/** Fractions are strings to it. */
export const isConst = (expr: Expr): boolean =>
  expr.kind === 'param' || (expr.kind === 'const' && (expr.type === 'string' || expr.type === 'number'));

export function isValueOf(value: Expr, type: string): boolean {
  if (value.kind !== 'const') return true;
  const text = String(value.value);
  if (/^u?int|^bigint|^smallint/i.test(type)) return /^[+-]?\d+$/.test(text);
  return !/^(?:varchar|text|uuid)/i.test(type) || value.type === 'string' || !/^-?\d+$/.test(text);
}

/**
 * The condition behind this one is not looked at: a subquery or a constant to the left of AND stands for the whole of it,
 * and operators such as `@>` and `~` bind weaker than AND, so that their constant is what stands left of it.
 */
export function hidesNext(condition: Expr, isFirst: boolean): boolean {
  const expr = operand(condition);
  if (expr.kind === 'exists' || expr.kind === 'subquery' || isConst(expr)) return isFirst;
  const right = expr.kind === 'operation' && !/^[-+*/%^]$/.test(expr.op) ? expr.args[1] : undefined;
  return right !== undefined && isConst(operand(right));
}

/**
 * What each inserted row has for the key columns, in key order: of VALUES, of constants in a select list, of a CTE over
 * VALUES that is selected from alone. Undefined where that cannot be said.
 */
export function rowsOf(
  insert: Insert,
  table: ShardTable,
  columnExprs: (column: Column) => readonly Expr[],
): readonly (readonly Expr[])[] | undefined {
  const { source } = insert;
  const places = keyPlaces(insert, table, table.shardKey);
  // Without a list of columns none is at a known place.
  const at = insert.columns ? places.flatMap((place) => (place.kind === 'at' ? [place.index] : [])) : [];
  if (source === 'default' || source.kind === 'opaque' || at.length < places.length) return undefined;
  if (source.kind === 'values') return source.rows.map((row) => at.flatMap((i) => row[i] ?? []));
  if (source.kind !== 'select') return undefined;
  const items = at.flatMap((i) => source.items[i]?.expr ?? []);
  if (items.length < at.length) return undefined;
  if (items.every((item) => operand(item).kind === 'const' || isConst(operand(item)))) return [items];
  const [from] = source.from;
  const [item] = items;
  if (from?.kind !== 'table' || source.from.length > 1 || item?.kind !== 'column' || items.length > 1) return undefined;
  const alias = from.name.parts.at(-1) ?? '';
  const exprs = columnExprs({ ...item, qualifier: [alias] });
  return exprs.length > 0 ? exprs.map((expr) => [expr]) : undefined;
}
