/**
 * What vtgate's analyser turns down in any block, wherever its rows lie (`semantics/check_invalid.go`, `scoper.go`,
 * `early_rewriter.go`), and what it does not let anybody group by (`queryprojection.go`).
 */
import type { Cte, Expr, Query, Select, SelectItem, With } from '../../../query/model';
import { leavesOf, someExpr, visitNodes } from '../../../query/walk';
import type { Scope } from '../../scope';
import { subqueriesOf } from './columns';
import type { Planning } from './context';
import { hasOpenStar, openStar } from './limits';
import { Refusal } from './plan';

export function refuseInvalid(query: Query, { universe, written, index }: Planning): void {
  for (const scope of universe.scopes) {
    refuseAliases(scope);
    refuseFoundRows(scope);
    refuseNext(scope);
    refuseDoubledColumns(scope);
    refusePlaces(scope);
    refuseUnionOrder(scope.query);
  }
  visitNodes(query, (node) => {
    const { with: ctes } = node as { readonly with?: With };
    if (ctes && !ctes.recursive) for (const cte of ctes.ctes) refuseOwnName(cte);
  });
  for (const rel of written) {
    const name = rel.ref.name.parts.at(-1);
    if (!rel.table && index.tables.some((table) => table.vindexes?.some((vindex) => vindex.name === name)))
      throw new Refusal('vindex-write', `\`${name}\` is a vindex: it can be read only`, rel.ref.name.span);
  }
}

/** A table twice under one name; joins that host code names by itself have no alias to go by. */
function refuseAliases({ query }: Scope): void {
  if (!('from' in query)) return;
  const seen = new Map<string, boolean>();
  for (const leaf of leavesOf(query.from)) {
    if (leaf.kind !== 'table') continue;
    const name = leaf.alias ?? leaf.name.parts.at(-1) ?? '';
    const given = leaf.alias !== undefined;
    const before = seen.get(name);
    if (before !== undefined && (before || given))
      throw new Refusal('not-unique-table', `\`${name}\` stands for two tables`, leaf.span);
    seen.set(name, given);
  }
}

function refuseFoundRows({ query, link }: Scope): void {
  if (query.kind === 'select' && query.foundRows && link !== 'root')
    throw new Refusal('found-rows', 'SQL_CALC_FOUND_ROWS works at the top of a statement only', query.span);
}

/** `SELECT NEXT 5 VALUES FROM …` */
function refuseNext({ query, rels }: Scope): void {
  const [rel] = rels;
  const [item] = query.kind === 'select' ? query.items : [];
  if (item?.expr.kind === 'call' && item.expr.name === 'next' && rel?.table && !rel.table.sequence)
    throw new Refusal('not-a-sequence', `\`${rel.alias}\` is no sequence`, rel.ref.span);
}

function refuseDoubledColumns({ query, link, parent }: Scope): void {
  if (link !== 'derived' || query.kind !== 'select' || !parent || !('from' in parent.query)) return;
  const own = leavesOf(parent.query.from).find((leaf) => leaf.kind === 'derived' && leaf.query === query);
  if (own?.kind !== 'derived' || own.columns) return;
  const seen = new Set<string>();
  for (const { expr, alias } of query.items) {
    const name = alias ?? (expr.kind === 'column' ? expr.name : undefined);
    if (name === undefined) continue;
    if (seen.has(name))
      throw new Refusal('column-count', `two columns of the derived table are called \`${name}\``, expr.span);
    seen.add(name);
  }
}

/** GROUP BY and ORDER BY: places of the select list, names of its items. */
function refusePlaces(scope: Scope): void {
  const { query } = scope;
  if (query.kind === 'set-operation') {
    const first = firstSelect(query);
    if (first) for (const { expr } of query.orderBy) itemAt(expr, first.items, scope, 'ORDER BY');
    return;
  }
  if (query.kind !== 'select') return;
  for (const { expr } of query.orderBy) itemAt(expr, query.items, scope, 'ORDER BY');
  for (const expr of query.groupBy) {
    const meant = itemAt(expr, query.items, scope, 'GROUP BY') ?? namedItem(expr, query, scope) ?? expr;
    if (someExpr(meant, (one) => one.kind === 'call' && one.aggregate === true && !one.over))
      throw new Refusal('group-by-aggregate', 'rows cannot be grouped by an aggregate', expr.span);
    if (subqueriesOf(meant).length > 0)
      throw new Refusal('subquery-in-group-by', 'vtgate does not plan a subquery in GROUP BY', expr.span);
  }
}

const firstSelect = (query: Query): Select | undefined =>
  query.kind === 'set-operation' ? firstSelect(query.left) : query.kind === 'select' ? query : undefined;

/** The item that a number names. */
function itemAt(expr: Expr, items: readonly SelectItem[], scope: Scope, where: string): Expr | undefined {
  if (expr.kind !== 'const' || !Number.isInteger(expr.value)) return undefined;
  const place = Number(expr.value);
  if (items.slice(0, Math.max(place, 0)).some((item) => item.expr.kind === 'star')) {
    if (hasOpenStar(scope)) throw openStar(expr.span);
    return undefined;
  }
  const item = items[place - 1];
  if (!item) throw new Refusal('column-count', `${where} ${place}: there is no such column`, expr.span);
  return item.expr;
}

/** A name is an item's alias, unless a table is known to have such a column. */
function namedItem(expr: Expr, query: Select, scope: Scope): Expr | undefined {
  if (expr.kind !== 'column' || expr.qualifier.length > 0) return undefined;
  const name = expr.name.toLowerCase();
  const isColumn = scope.rels.some(({ table }) =>
    [...(table?.columns.keys() ?? []), ...(table?.vindexes?.flatMap((vindex) => vindex.columns) ?? [])].some(
      (column) => column.toLowerCase() === name,
    ),
  );
  return isColumn ? undefined : query.items.find((item) => item.alias?.toLowerCase() === name)?.expr;
}

function refuseUnionOrder(query: Query): void {
  if (query.kind !== 'set-operation') return;
  for (const { expr } of query.orderBy)
    if (someExpr(expr, (one) => one.kind === 'column' && one.qualifier.length > 0))
      throw new Refusal('union-order', 'ORDER BY of a UNION names columns of the whole, without a table', expr.span);
}

function refuseOwnName({ name, query }: Cte): void {
  visitNodes(query, (node) => {
    const table = node as { kind?: unknown; name?: { parts?: readonly string[] }; span?: Cte['span'] };
    if (table.kind === 'table' && table.name?.parts?.length === 1 && table.name.parts[0] === name)
      throw new Refusal('cte-own-name', `\`${name}\` reads a table of its own name`, table.span);
  });
}
