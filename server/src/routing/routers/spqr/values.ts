/**
 * SPQR's reading of a statement: every comparison of a distribution column with a literal or parameter in WHERE and ON is
 * one more value of that column, for the relation as a whole. AND and OR count alike, and so do `=`, `<` and `BETWEEN`:
 * `analyzeWhereClause` of `router/planner/analyze.go`.
 */
import type { Column, Cte, Expr, From, Insert, Query, With } from '../../../query/model';
import { queryIn } from '../../../query/walk';
import type { ShardTable } from '../../../shards/model';
import type { Span } from '../../../text/span';
import { keyPlaces } from '../../insert';
import { type KeyValue, keyValueOf } from '../../keyValue';

export interface Values {
  /** Tables that are read or changed, by declaration. */
  readonly tables: ReadonlySet<ShardTable>;
  /** Per table: column, lower case → its values. */
  readonly of: ReadonlyMap<ShardTable, ReadonlyMap<string, readonly Found[]>>;
  /** Columns that SPQR cannot tell apart. */
  readonly ambiguous: { readonly column: string; readonly span: Span } | undefined;
  /** Something was met that the source does not say. */
  readonly open: boolean;
  /** Some values came out of a VALUES that the statement joins. */
  readonly joined: boolean;
  /** INSERT: the key of each row, where it can be read. */
  readonly rows?: readonly (readonly Expr[])[];
}

export interface Found {
  readonly value: KeyValue;
  readonly span: Span;
}

export function valuesIn(query: Query, find: (name: readonly string[]) => ShardTable | undefined): Values {
  const tables = new Set<ShardTable>();
  const of = new Map<ShardTable, Map<string, Found[]>>();
  const aliases = new Map<string, ShardTable>();
  /** Names and aliases of CTEs; of those over VALUES, what stands in their columns. */
  const ctes = new Map<string, ReadonlyMap<string, readonly Expr[]>>();
  let ambiguous: Values['ambiguous'];
  let open = false;
  let joined = false;

  function inQuery(one: Query): void {
    switch (one.kind) {
      case 'select':
        inWith(one.with);
        for (const { expr } of one.items) inItem(expr);
        for (const item of one.from) inFrom(item);
        inExpr(one.where);
        break;
      case 'set-operation':
        inWith(one.with);
        inQuery(one.left);
        inQuery(one.right);
        break;
      case 'update':
      case 'delete': {
        inWith(one.with);
        // Only the target is known; names of FROM and USING mean nothing to SPQR.
        for (const target of one.targets) if (target.kind === 'table') inFrom(target);
        inExpr(one.where);
        break;
      }
      case 'insert':
        inWith(one.with);
        if (typeof one.source === 'object' && one.source.kind !== 'opaque') inQuery(one.source);
        if (one !== query) inserted(one);
        break;
      default:
        break;
    }
  }

  function inWith(clause: With | undefined): void {
    for (const cte of clause?.ctes ?? []) {
      ctes.set(cte.name, columnsOf(cte));
      inQuery(cte.query);
    }
  }

  /** Columns of a VALUES; a join of such a CTE passes them on under its own name. */
  function columnsOf({ columns = [], query: body }: Cte): ReadonlyMap<string, readonly Expr[]> {
    if (body.kind === 'values')
      return new Map(columns.map((name, i) => [name, body.rows.flatMap((row) => row[i] ?? [])]));
    const [join] = body.kind === 'select' ? body.from : [];
    if (join?.kind !== 'join') return new Map();
    const sides = [join.left, join.right].flatMap((side) =>
      side.kind === 'table' ? [...(ctes.get(side.name.parts.at(-1) ?? '') ?? [])] : [],
    );
    return new Map(sides);
  }

  /** Rows that a CTE inserts. */
  function inserted(insert: Insert): void {
    const table = insert.table.kind === 'table' ? find(insert.table.name.parts) : undefined;
    if (table?.kind !== 'sharded') return;
    for (const row of rowsOf(insert, table, columnExprs) ?? [])
      for (const [i, expr] of row.entries()) note(table, table.shardKey[i] ?? '', expr);
  }

  const columnExprs = (column: Column): readonly Expr[] =>
    ctes.get(column.qualifier.at(-1) ?? '')?.get(column.name) ?? [];

  /** Subqueries of a select list, bare or as a function's argument. */
  function inItem(expr: Expr): void {
    const inner = expr.kind === 'subquery' ? expr.query : undefined;
    if (inner) inQuery(inner);
    else if (expr.kind === 'call') for (const arg of expr.args) if (arg.kind === 'subquery') inQuery(arg.query);
  }

  function inFrom(item: From): void {
    switch (item.kind) {
      case 'table': {
        const name = item.name.parts.at(-1) ?? '';
        const cte = item.name.parts.length === 1 ? ctes.get(name) : undefined;
        if (cte) {
          ctes.set(item.alias ?? name, cte);
          return;
        }
        const table = find(item.name.parts);
        if (!table) return;
        tables.add(table);
        aliases.set(item.alias ?? name, table);
        return;
      }
      case 'join':
        inFrom(item.right);
        inFrom(item.left);
        inExpr(item.on);
        return;
      case 'derived':
        inQuery(item.query);
        return;
      default:
        return;
    }
  }

  function inExpr(expr: Expr | undefined): void {
    switch (expr?.kind) {
      case 'and':
      case 'or':
        for (const arg of expr.args) inExpr(arg);
        return;
      case 'in': {
        const inner = queryIn(expr);
        if (inner && expr.left.kind === 'column') inQuery(inner);
        else if (!expr.negated && expr.left.kind === 'column')
          for (const item of expr.items as readonly Expr[]) record(expr.left, item);
        return;
      }
      case 'between':
        if (!expr.negated && expr.value.kind === 'column') {
          record(expr.value, expr.low);
          record(expr.value, expr.high);
        }
        return;
      case 'like':
        if (!expr.negated && expr.value.kind === 'column') record(expr.value, expr.pattern);
        return;
      case 'compare':
        compared(expr.left, expr.right);
        return;
      case 'operation': {
        const [left, right] = expr.args;
        if (left && right && expr.args.length === 2) compared(left, right);
        return;
      }
      case 'opaque':
      case 'choice':
        open = true;
        return;
      default:
        return;
    }
  }

  function compared(left: Expr, right: Expr): void {
    const a = bare(left);
    const b = bare(right);
    if (a.kind === 'column' && isValue(b)) record(a, b);
    else if (b.kind === 'column' && isValue(a)) record(b, a);
    else if (a.kind === 'column' && b.kind === 'column') {
      const values = [
        ...columnExprs(b).map((one) => [a, one] as const),
        ...columnExprs(a).map((one) => [b, one] as const),
      ];
      for (const [column, value] of values) record(column, value);
      if (values.length > 0) joined = true;
    } else if (a.kind === 'opaque' || b.kind === 'opaque' || a.kind === 'choice' || b.kind === 'choice') open = true;
    else if (a.kind === 'subquery') inQuery(a.query);
    else if (a.kind !== 'column' || b.kind !== 'column') {
      inExpr(a);
      inExpr(b);
    }
  }

  function record(column: Column, expr: Expr): void {
    const value = bare(expr);
    if (value.kind === 'opaque' || value.kind === 'choice') open = true;
    const table = tableOf(column);
    if (table) note(table, column.name, value);
  }

  function note(table: ShardTable, column: string, expr: Expr): void {
    const value = bare(expr);
    const known = isValue(value) ? keyValueOf(value) : undefined;
    const name = column.toLowerCase();
    if (!known || !table.shardKey.some((key) => key.toLowerCase() === name)) return;
    const columns = of.get(table) ?? new Map<string, Found[]>();
    of.set(table, columns);
    columns.set(name, [...(columns.get(name) ?? []), { value: known, span: expr.span }]);
  }

  function tableOf(column: Column): ShardTable | undefined {
    const qualifier = column.qualifier.at(-1);
    if (qualifier !== undefined) {
      if (ctes.has(qualifier)) return undefined;
      const named = aliases.get(qualifier) ?? [...tables].find(({ name }) => name.at(-1) === qualifier);
      // With one relation in sight, whatever the qualifier says is taken to be that one.
      return named ?? (tables.size === 1 ? [...tables][0] : undefined);
    }
    if (tables.size === 1) return [...tables][0];
    const able = [...tables].filter(({ kind, shardKey }) => kind === 'sharded' && shardKey.includes(column.name));
    if (able.length > 1) ambiguous ??= { column: column.name, span: column.span };
    return able.length === 1 ? able[0] : undefined;
  }

  inQuery(query);
  const target = query.kind === 'insert' && query.table.kind === 'table' ? find(query.table.name.parts) : undefined;
  const rows = query.kind === 'insert' && target ? rowsOf(query, target, columnExprs) : undefined;
  return { tables, of, ambiguous, open, joined, ...(rows && { rows }) };
}

/**
 * What each inserted row has for the key columns, in key order: of VALUES, of constants in a select list, of a CTE over
 * VALUES that is selected from alone. Undefined where that cannot be said.
 */
function rowsOf(
  insert: Insert,
  table: ShardTable,
  columnExprs: (column: Column) => readonly Expr[],
): readonly (readonly Expr[])[] | undefined {
  const { source } = insert;
  const places = keyPlaces(insert, table, table.shardKey);
  const at = places.flatMap((place) => (place.kind === 'at' ? [place.index] : []));
  if (source === 'default' || source.kind === 'opaque' || at.length < places.length) return undefined;
  if (source.kind === 'values') return source.rows.map((row) => at.flatMap((i) => row[i] ?? []));
  if (source.kind !== 'select') return undefined;
  const items = at.flatMap((i) => source.items[i]?.expr ?? []);
  if (items.length < at.length) return undefined;
  if (items.every((item) => isValue(bare(item)))) return [items];
  const [from] = source.from;
  const [item] = items;
  if (from?.kind !== 'table' || source.from.length > 1 || item?.kind !== 'column' || items.length > 1) return undefined;
  const alias = from.name.parts.at(-1) ?? '';
  const exprs = columnExprs({ ...item, qualifier: [alias] });
  return exprs.length > 0 ? exprs.map((expr) => [expr]) : undefined;
}

const bare = (expr: Expr): Expr => (expr.kind === 'cast' ? bare(expr.value) : expr);

const isValue = (expr: Expr): boolean =>
  expr.kind === 'param' || (expr.kind === 'const' && (expr.type === 'number' || expr.type === 'string'));
