/** FROM and WHERE of a join as SQL text, every column with its table. */
import type { Column, Expr } from '../../query/model';
import type { ColumnOf, Joined, JoinShape } from './joinShape';
import { quoteName, quoteTable } from './sqlNames';
import { joined, writeExpr } from './writeExpr';

/** The table's own last name: unique in a shape, and free of what an alias was called. */
export const aliasOf = ({ name }: Pick<Joined, 'name'>): string => name.at(-1) ?? '';

export const columnText = (dialect: string, shape: JoinShape, { table, column }: ColumnOf): string => {
  const found = shape.tables[table];
  return `${quoteName(dialect, found ? aliasOf(found) : '')}.${quoteName(dialect, column)}`;
};

export const tableText = (dialect: string, table: Pick<Joined, 'name'>): string => {
  const alias = quoteName(dialect, aliasOf(table));
  return table.name.length > 1 ? `${quoteTable(dialect, table.name)} AS ${alias}` : alias;
};

export const exprText = (dialect: string, shape: JoinShape, expr: Expr): string | undefined =>
  writeExpr(expr, {
    dialect,
    column: (column: Column) => {
      const found = shape.of(column);
      return found && columnText(dialect, shape, found);
    },
  });

/** Inner joins by ON as far as their links go, the rest in WHERE. Undefined where something cannot be written. */
export function fromText(
  dialect: string,
  shape: JoinShape,
): { readonly from: string; readonly where: string } | undefined {
  const used = new Set<JoinShape['links'][number]>();
  const outer = new Set(shape.tables.flatMap(({ on = [] }) => on));
  const parts = shape.tables.map((table, at): string | undefined => {
    const text = tableText(dialect, table);
    if (table.on) {
      const on = joined(
        table.on.map((expr) => exprText(dialect, shape, expr)),
        ' AND ',
      );
      return on === undefined ? undefined : `LEFT JOIN ${text} ON ${on || 'TRUE'}`;
    }
    if (at === 0) return text;
    const links = shape.links.filter(
      (link) => Math.max(link.a.table, link.b.table) === at && !used.has(link) && !isOuter(link, shape, outer),
    );
    for (const link of links) used.add(link);
    const on = links
      .map(({ a, b }) => `${columnText(dialect, shape, a)} = ${columnText(dialect, shape, b)}`)
      .join(' AND ');
    return on === '' ? `CROSS JOIN ${text}` : `JOIN ${text} ON ${on}`;
  });
  const left = shape.links.filter((link) => !used.has(link) && !isOuter(link, shape, outer));
  const equal = left.map(({ a, b }) => `${columnText(dialect, shape, a)} = ${columnText(dialect, shape, b)}`);
  const fixed = shape.fixed.map((expr) => {
    const text = exprText(dialect, shape, expr);
    return expr.kind === 'or' && text ? `(${text})` : text;
  });
  const from = joined(parts, ' ');
  const where = joined([...equal, ...fixed], ' AND ');
  return from === undefined || where === undefined ? undefined : { from, where };
}

/** A link that stands in the ON of a LEFT JOIN. */
function isOuter({ a, b }: JoinShape['links'][number], shape: JoinShape, outer: ReadonlySet<Expr>): boolean {
  const is = (expr: Expr, one: ColumnOf): boolean => {
    const found = expr.kind === 'column' ? shape.of(expr) : undefined;
    return found?.table === one.table && found.column === one.column;
  };
  return [...outer].some(
    (expr) =>
      expr.kind === 'compare' && ((is(expr.left, a) && is(expr.right, b)) || (is(expr.left, b) && is(expr.right, a))),
  );
}

export const andText = (conditions: readonly string[]): string =>
  conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
