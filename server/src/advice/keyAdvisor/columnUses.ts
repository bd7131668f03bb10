/** By which columns the statements of a workspace find rows, fill them in, and join tables. */
import type { Column, Expr, From, Query, TableRef } from '../../query/model';
import { conjuncts, normalize } from '../../query/normalize';
import { leavesOf, partsOf, queryIn } from '../../query/walk';
import { keyValueOf } from '../../routing/keyValue';
import { boundValues } from '../boundValues';
import type { Surveyed } from '../survey';
import type { KnownTable, KnownTables } from './knownTables';

/** A column of a table; names folded, so that equal ids are one column. */
export type ColumnId = `${string}\u0000${string}`;

export const columnId = (table: string, column: string): ColumnId => `${table}\u0000${column.toLowerCase()}`;

export interface ColumnUse {
  readonly table: KnownTable;
  /** As declared, or as first written. */
  readonly column: string;
  /** Statements that find rows by `column = value` or `column IN (values)`. */
  readonly asked: readonly Surveyed[];
  /** Statements that insert rows with a value for it. */
  readonly filled: readonly Surveyed[];
}

export interface ColumnUses {
  readonly columns: ReadonlyMap<ColumnId, ColumnUse>;
  /** Statements that look for rows of a table: all but plain inserts. */
  asks(table: KnownTable): readonly Surveyed[];
  /** Columns that a statement gives a value: it finds rows by them, or fills them in. */
  of(statement: Surveyed): readonly ColumnId[];
  /** Pairs of columns that some statement joins by, each once, in the order of the statements. */
  readonly joins: readonly (readonly [ColumnId, ColumnId])[];
}

export function columnUses(known: KnownTables): ColumnUses {
  const columns = new Map<ColumnId, { table: KnownTable; column: string; asked: Surveyed[]; filled: Surveyed[] }>();
  const asks = new Map<KnownTable, Surveyed[]>();
  const bound = new Map<Surveyed, ColumnId[]>();
  const joins = new Map<string, readonly [ColumnId, ColumnId]>();
  const find = (name: readonly string[]) => known.find(name)?.table;
  for (const one of known.statements) {
    const seen = new Set<string>();
    for (const { table: found, column, value, how } of boundValues(one.query, find)) {
      const table = known.find(found.name);
      const id = table && columnId(table.name, column);
      if (!table || !id || !keyValueOf(value, 'volatile') || seen.has(`${how} ${id}`)) continue;
      seen.add(`${how} ${id}`);
      const use = columns.get(id) ?? { table, column: spelled(table, column), asked: [], filled: [] };
      columns.set(id, use);
      (how === 'equality' ? use.asked : use.filled).push(one);
      bound.set(one, [...(bound.get(one) ?? []), id]);
    }
    for (const name of one.query.kind === 'insert' ? one.reads : one.tables) {
      const table = known.find(name.split('.'));
      if (table && asks.get(table)?.at(-1) !== one) asks.set(table, [...(asks.get(table) ?? []), one]);
    }
    for (const pair of joinedColumns(one.query, known)) joins.set(pair.join('='), pair);
  }
  return {
    columns,
    asks: (table) => asks.get(table) ?? [],
    of: (one) => bound.get(one) ?? [],
    joins: [...joins.values()],
  };
}

/** The column's name as it is declared. */
const spelled = ({ table }: KnownTable, written: string): string =>
  [...table.columns.keys()].find((name) => name.toLowerCase() === written.toLowerCase()) ?? written;

/** `a.x = b.y` between two tables, wherever it stands in the query. */
function joinedColumns(query: Query, known: KnownTables): readonly (readonly [ColumnId, ColumnId])[] {
  const found: (readonly [ColumnId, ColumnId])[] = [];
  visit(query, []);
  return found;

  function visit(one: Query, outer: readonly TableRef[]): void {
    if ('with' in one) for (const cte of one.with?.ctes ?? []) visit(cte.query, []);
    switch (one.kind) {
      case 'set-operation':
        visit(one.left, outer);
        visit(one.right, outer);
        return;
      case 'insert':
        if (one.source !== 'default' && one.source.kind !== 'opaque') visit(one.source, outer);
        return;
      case 'select':
      case 'update':
      case 'delete': {
        const own = leavesOf(one.from);
        const sources = [...own.filter((leaf) => leaf.kind === 'table'), ...outer];
        const conditions = [...one.from.flatMap(onOf), ...(one.where ? [one.where] : [])];
        for (const part of conditions.flatMap((condition) => conjuncts(normalize(condition)))) {
          if (part.kind !== 'compare' || part.op !== '=') continue;
          const [a, b] = [columnIn(part.left, sources), columnIn(part.right, sources)];
          if (a && b && a !== b) found.push(a < b ? [a, b] : [b, a]);
        }
        for (const leaf of own) if (leaf.kind === 'derived') visit(leaf.query, sources);
        const items = one.kind === 'select' ? one.items.map(({ expr }) => expr) : [];
        for (const expr of [...items, ...conditions]) inside(expr, sources);
        return;
      }
      default:
    }
  }

  function inside(expr: Expr, sources: readonly TableRef[]): void {
    const inner = queryIn(expr);
    if (inner) visit(inner, sources);
    for (const part of partsOf(expr)) inside(part, sources);
  }

  function columnIn(expr: Expr, sources: readonly TableRef[]): ColumnId | undefined {
    if (expr.kind !== 'column') return undefined;
    const table = ownerOf(expr, sources, known);
    return table && columnId(table.name, expr.name);
  }
}

const onOf = (from: From): readonly Expr[] =>
  from.kind === 'join' ? [...onOf(from.left), ...onOf(from.right), ...(from.on ? [from.on] : [])] : [];

function ownerOf(
  { qualifier, name }: Column,
  sources: readonly TableRef[],
  known: KnownTables,
): KnownTable | undefined {
  const alias = qualifier.at(-1)?.toLowerCase();
  if (alias !== undefined) {
    const ref = sources.find((one) => (one.alias ?? one.name.parts.at(-1) ?? '').toLowerCase() === alias);
    return ref && known.find(ref.name.parts);
  }
  const having = sources
    .flatMap((ref) => known.find(ref.name.parts) ?? [])
    .filter(({ table }) => [...table.columns.keys()].some((one) => one.toLowerCase() === name.toLowerCase()));
  return having.length === 1 ? having[0] : undefined;
}
