/** Columns that a statement compares with, or fills in by, a value: block by block, as far as their table is plain. */
import type { Column, Delete, Expr, From, Query, Select, TableRef, Update } from '../query/model';
import { conjuncts, normalize } from '../query/normalize';
import { leavesOf, partsOf, queryIn } from '../query/walk';
import type { ShardTable } from '../shards/model';

export interface BoundValue {
  readonly table: ShardTable;
  /** As written. */
  readonly column: string;
  readonly value: Expr;
  readonly how: 'equality' | 'insert';
}

export type FindTable = (name: readonly string[]) => ShardTable | undefined;

export function boundValues(query: Query, find: FindTable): readonly BoundValue[] {
  const found: BoundValue[] = [];
  visit(query, find, found);
  return found;
}

function visit(query: Query, find: FindTable, into: BoundValue[]): void {
  if ('with' in query) for (const cte of query.with?.ctes ?? []) visit(cte.query, find, into);
  switch (query.kind) {
    case 'select':
      into.push(...inBlock(query, query.where, find));
      inside([...query.items.map(({ expr }) => expr), query.where, query.having], find, into);
      for (const leaf of leavesOf(query.from)) if (leaf.kind === 'derived') visit(leaf.query, find, into);
      return;
    case 'update':
    case 'delete':
      into.push(...inBlock(query, query.where, find));
      inside([query.where], find, into);
      return;
    case 'set-operation':
      visit(query.left, find, into);
      visit(query.right, find, into);
      return;
    case 'insert': {
      const { table: ref, columns, source } = query;
      const table = ref.kind === 'table' ? find(ref.name.parts) : undefined;
      if (source === 'default' || source.kind === 'opaque') return;
      if (table && columns && source.kind === 'values')
        for (const row of source.rows)
          columns.forEach(({ name }, i) => {
            const value = row[i];
            if (value) into.push({ table, column: name, value, how: 'insert' });
          });
      else if (source.kind !== 'values') visit(source, find, into);
      return;
    }
    case 'other':
      if (query.inner) visit(query.inner, find, into);
      return;
    default:
  }
}

/** Queries that stand inside expressions. */
function inside(exprs: readonly (Expr | undefined)[], find: FindTable, into: BoundValue[]): void {
  for (const expr of exprs) {
    if (!expr) continue;
    const query = queryIn(expr);
    if (query) visit(query, find, into);
    inside(partsOf(expr), find, into);
  }
}

interface Source {
  readonly ref: TableRef;
  readonly table: ShardTable | undefined;
}

function inBlock(block: Select | Update | Delete, where: Expr | undefined, find: FindTable): readonly BoundValue[] {
  const sources = leavesOf(block.from).map((leaf): Source | undefined =>
    leaf.kind === 'table' ? { ref: leaf, table: find(leaf.name.parts) } : undefined,
  );
  const predicates = [...(where ? [where] : []), ...block.from.flatMap(joinedOn)];
  return predicates
    .flatMap((predicate) => conjuncts(normalize(predicate)))
    .flatMap((part) => equalities(part))
    .flatMap(({ column, value }): readonly BoundValue[] => {
      const table = owner(column, sources);
      return table ? [{ table, column: column.name, value, how: 'equality' }] : [];
    });
}

const joinedOn = (from: From): readonly Expr[] =>
  from.kind === 'join' ? [...joinedOn(from.left), ...joinedOn(from.right), ...(from.on ? [from.on] : [])] : [];

function equalities(expr: Expr): readonly { readonly column: Column; readonly value: Expr }[] {
  if (expr.kind === 'compare' && expr.op === '=') {
    const { left, right } = expr;
    return [
      ...(left.kind === 'column' && right.kind !== 'column' ? [{ column: left, value: right }] : []),
      ...(right.kind === 'column' && left.kind !== 'column' ? [{ column: right, value: left }] : []),
    ];
  }
  if (expr.kind === 'in' && !expr.negated && expr.left.kind === 'column' && Array.isArray(expr.items)) {
    const column = expr.left;
    return (expr.items as readonly Expr[]).map((value) => ({ column, value }));
  }
  return [];
}

/** The one table of the block whose column it can be. */
function owner({ qualifier, name }: Column, sources: readonly (Source | undefined)[]): ShardTable | undefined {
  const alias = qualifier.at(-1)?.toLowerCase();
  const tables = sources.filter((one) => one !== undefined);
  if (alias !== undefined)
    return tables.find(({ ref }) => (ref.alias ?? ref.name.parts.at(-1) ?? '').toLowerCase() === alias)?.table;
  const folded = name.toLowerCase();
  const having = tables.filter(
    ({ table }) => table && [...table.columns.keys()].some((one) => one.toLowerCase() === folded),
  );
  if (sources.length === 1) return tables[0]?.table;
  return having.length === 1 ? having[0]?.table : undefined;
}
