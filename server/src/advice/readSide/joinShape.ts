/** What a SELECT asks of the tables that it joins, in terms that are the same wherever it is written. */
import type { Column, Expr, From, Select } from '../../query/model';
import { normalize } from '../../query/normalize';
import { queryIn, someExpr, walkExpr } from '../../query/walk';
import { findColumn, findTable, type Schema, type Table } from '../../schema/model';
import type { ShardMap, ShardTable } from '../../shards/model';
import { tableIndex } from '../../shards/resolve';

/** One table of a join; each stands in it once. */
export interface Joined {
  readonly name: readonly string[];
  readonly alias: string;
  readonly declared: ShardTable | undefined;
  readonly facts: Table | undefined;
  /** By LEFT JOIN, with all conditions of that join: its columns may be missing. */
  readonly on?: readonly Expr[];
}

export interface ColumnOf {
  /** Index of the table. */
  readonly table: number;
  readonly column: string;
}

/** `a = b` between two tables. */
export interface Link {
  readonly a: ColumnOf;
  readonly b: ColumnOf;
}

export interface JoinShape {
  readonly query: Select;
  readonly tables: readonly Joined[];
  readonly links: readonly Link[];
  /** Conditions on constants alone. */
  readonly fixed: readonly Expr[];
  /** Columns that equal a value of the caller's. */
  readonly bound: readonly ColumnOf[];
  /** Conditions on the caller's values that are more than equality, and what is not known of them. */
  readonly loose: readonly Expr[];
  /** GROUP BY with positions and names of the select list resolved. */
  readonly groupBy: readonly Expr[];
  of(column: Column): ColumnOf | undefined;
}

interface Known {
  readonly map: ShardMap;
  readonly schema: Schema;
  readonly shape: JoinShape | undefined;
}

const shapes = new WeakMap<Select, Known>();

/** Undefined where rows come from elsewhere than tables that are joined side by side, or names are not clear. */
export function joinShape(query: Select, map: ShardMap, schema: Schema): JoinShape | undefined {
  const known = shapes.get(query);
  if (known && known.map === map && known.schema === schema) return known.shape;
  const shape = shapeOf(query, map, schema);
  shapes.set(query, { map, schema, shape });
  return shape;
}

function shapeOf(query: Select, map: ShardMap, schema: Schema): JoinShape | undefined {
  if (query.with || query.into || query.groupingSets || query.lock) return undefined;
  const chains = query.from.map(chainOf);
  const index = tableIndex(map, schema);
  const tables: Joined[] = [];
  const conditions: Expr[] = query.where ? conjuncts(query.where) : [];
  for (const one of chains.flatMap((chain): readonly (Chained | undefined)[] => chain ?? [undefined])) {
    if (one?.item.kind !== 'table' || one.item.optional || one.item.columns) return undefined;
    const { name: ref, alias } = one.item;
    const declared = index.find(ref.parts);
    const facts = findTable(schema, declared?.name ?? ref.parts) ?? findTable(schema, ref.parts.slice(-1));
    const name = declared?.name ?? ref.parts;
    // A dot in a map's name of a table divides it: what is left may be no name.
    if (name.includes('')) return undefined;
    tables.push({
      name,
      alias: alias ?? ref.parts.at(-1) ?? '',
      declared,
      facts,
      ...(one.left && { on: one.on }),
    });
    if (!one.left) conditions.push(...one.on);
  }
  if (tables.length === 0 || new Set(tables.map(({ name }) => name.join('.').toLowerCase())).size < tables.length)
    return undefined;
  const of = (column: Column): ColumnOf | undefined => resolve(column, tables);
  const groupBy = query.groupBy.map((expr) => itemMeant(expr, query, of));
  const shape = sorted(conditions, of);
  const outer = tables.flatMap(({ on = [] }) => on.flatMap((expr) => linkOf(expr, of) ?? []));
  return { query, tables, groupBy, of, ...shape, links: [...shape.links, ...outer] };
}

interface Chained {
  readonly item: Exclude<From, { kind: 'join' }>;
  readonly left: boolean;
  readonly on: readonly Expr[];
}

/** Joins as a list; undefined for RIGHT, FULL and NATURAL ones, and for brackets on the right side. */
function chainOf(item: From): readonly Chained[] | undefined {
  if (item.kind !== 'join') return [{ item, left: false, on: [] }];
  const { type, left, right, on, using, natural, optional } = item;
  if (natural || optional || using || type === 'right' || type === 'full' || right.kind === 'join') return undefined;
  const before = chainOf(left);
  return before && [...before, { item: right, left: type === 'left', on: on ? conjuncts(on) : [] }];
}

export function conjuncts(expr: Expr): Expr[] {
  const flat = normalize(expr);
  return flat.kind === 'and' ? [...flat.args] : [flat];
}

function sorted(conditions: readonly Expr[], of: JoinShape['of']) {
  const links: Link[] = [];
  const fixed: Expr[] = [];
  const bound: ColumnOf[] = [];
  const loose: Expr[] = [];
  for (const expr of conditions) {
    const link = linkOf(expr, of);
    const column = boundBy(expr, of);
    if (link) links.push(link);
    else if (column) bound.push(column);
    else if (someExpr(expr, isOpen)) loose.push(expr);
    else if (expr.kind !== 'const') fixed.push(expr);
  }
  return { links, fixed, bound, loose };
}

/** Only the running program knows its value. */
const isOpen = (expr: Expr): boolean =>
  expr.kind === 'param' || expr.kind === 'opaque' || expr.kind === 'choice' || queryIn(expr) !== undefined;

function linkOf(expr: Expr, of: JoinShape['of']): Link | undefined {
  if (expr.kind !== 'compare' || expr.op !== '=') return undefined;
  if (expr.left.kind !== 'column' || expr.right.kind !== 'column') return undefined;
  const [a, b] = [of(expr.left), of(expr.right)];
  return a && b && a.table !== b.table ? { a, b } : undefined;
}

function boundBy(expr: Expr, of: JoinShape['of']): ColumnOf | undefined {
  if (expr.kind !== 'compare' || expr.op !== '=') return undefined;
  const isValue = (one: Expr): boolean => one.kind === 'param' || (one.kind === 'cast' && isValue(one.value));
  if (expr.left.kind === 'column' && isValue(expr.right)) return of(expr.left);
  return expr.right.kind === 'column' && isValue(expr.left) ? of(expr.right) : undefined;
}

function resolve({ qualifier, name }: Column, tables: readonly Joined[]): ColumnOf | undefined {
  const alias = qualifier.at(-1)?.toLowerCase();
  const at = (table: number): ColumnOf | undefined => (table < 0 ? undefined : { table, column: name });
  if (alias !== undefined) return at(tables.findIndex((one) => one.alias.toLowerCase() === alias));
  if (tables.length === 1) return at(0);
  const having = tables.flatMap((one, i) => (hasColumn(one, name) ? [i] : []));
  return having.length === 1 ? at(having[0] ?? -1) : undefined;
}

const hasColumn = ({ declared, facts }: Joined, name: string): boolean =>
  (facts && findColumn(facts, name) !== undefined) ||
  declared?.columns.has(name) === true ||
  declared?.shardKey.includes(name) === true;

/** `GROUP BY 1`, `GROUP BY total`: the expression of the select list that is meant. */
function itemMeant(expr: Expr, { items }: Select, of: JoinShape['of']): Expr {
  if (expr.kind === 'const' && typeof expr.value === 'number') return items[expr.value - 1]?.expr ?? expr;
  if (expr.kind !== 'column' || expr.qualifier.length > 0 || of(expr)) return expr;
  return items.find(({ alias }) => alias === expr.name)?.expr ?? expr;
}

/** The columns of a table that a query uses anywhere but to join; undefined where `*` or something unclear may name more. */
export function columnsUsed(shape: JoinShape, table: number): ReadonlySet<string> | undefined {
  const { query, of } = shape;
  const used = new Set<string>();
  let clear = true;
  const links = new Set(shape.links.flatMap(({ a, b }) => [a, b]).map(({ table: at, column }) => `${at}.${column}`));
  const visit = (expr: Expr): undefined => {
    walkExpr(expr, (one) => {
      if (one.kind === 'opaque' || one.kind === 'choice' || queryIn(one)) clear = false;
      if (one.kind === 'star') clear &&= one.qualifier.length > 0 && !isAlias(shape, one.qualifier, table);
      if (one.kind === 'call' && one.args.some(({ kind }) => kind === 'star')) {
        for (const arg of one.args) if (arg.kind !== 'star') visit(arg);
        return false;
      }
      if (one.kind !== 'column') return undefined;
      const found = of(one);
      const named = query.items.some(({ alias }) => one.qualifier.length === 0 && alias === one.name);
      if (!found && !named) clear = false;
      if (found?.table === table) used.add(found.column);
      return undefined;
    });
  };
  for (const { expr } of query.items) visit(expr);
  for (const expr of [...shape.fixed, ...shape.loose, ...shape.groupBy]) visit(expr);
  for (const { expr } of query.orderBy) visit(expr);
  if (query.having) visit(query.having);
  if (Array.isArray(query.distinct)) for (const expr of query.distinct as readonly Expr[]) visit(expr);
  for (const one of shape.bound) if (one.table === table) used.add(one.column);
  // The columns that it is joined by are known on the other side.
  for (const column of [...used]) if (links.has(`${table}.${column}`)) used.delete(column);
  return clear ? used : undefined;
}

const isAlias = ({ tables }: JoinShape, qualifier: readonly string[], table: number): boolean =>
  tables[table]?.alias.toLowerCase() === qualifier.at(-1)?.toLowerCase();

/** A join on these columns meets at most one row of the table. */
export function isUniqueBy({ facts, declared }: Joined, columns: ReadonlySet<string>): boolean {
  const inside = (key: readonly (string | undefined)[]): boolean =>
    key.length > 0 && key.every((column) => column !== undefined && columns.has(column.toLowerCase()));
  const keys = facts
    ? [facts.primaryKey, ...facts.uniques, ...facts.indexes.filter(({ unique }) => unique)].filter(
        (key) => key && !key.partial,
      )
    : [];
  return keys.some((key) => key !== undefined && inside(key.columns)) || (declared?.unique ?? []).some(inside);
}

/** The columns by which two tables are joined, pair by pair from the first to the second. */
export const linksBetween = ({ links }: JoinShape, from: number, to: number): readonly (readonly [string, string])[] =>
  links.flatMap(({ a, b }) =>
    a.table === from && b.table === to
      ? [[a.column, b.column] as const]
      : b.table === from && a.table === to
        ? [[b.column, a.column] as const]
        : [],
  );

/** Rows of `from` have at most one row of `to`: its foreign key, or a join on what is unique there. */
export function isParentOf(shape: JoinShape, to: number, from: number): boolean {
  const pairs = linksBetween(shape, from, to);
  const [child, parent] = [shape.tables[from], shape.tables[to]];
  if (pairs.length === 0 || !child || !parent) return false;
  if (isUniqueBy(parent, new Set(pairs.map(([, column]) => column.toLowerCase())))) return true;
  return (child.facts?.foreignKeys ?? []).some(
    ({ columns, table, referenced }) =>
      table.at(-1) === parent.name.at(-1) &&
      columns.every((column, i) =>
        pairs.some(([c, p]) => c === column && (referenced[i] === undefined || p === referenced[i])),
      ),
  );
}
