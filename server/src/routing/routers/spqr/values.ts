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
  /** A value that SPQR takes for the key and cannot be one. */
  readonly unfit: { readonly because: string; readonly span: Span } | undefined;
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

/** `strict`: of the operators only `=` counts (`strict_operators`). */
export function valuesIn(
  query: Query,
  find: (name: readonly string[]) => ShardTable | undefined,
  strict: boolean,
): Values {
  const tables = new Set<ShardTable>();
  const of = new Map<ShardTable, Map<string, Found[]>>();
  const aliases = new Map<string, ShardTable>();
  /** Names and aliases of CTEs; of those over VALUES, what stands in their columns. */
  const ctes = new Map<string, ReadonlyMap<string, readonly Expr[]>>();
  let ambiguous: Values['ambiguous'];
  let unfit: Values['unfit'];
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
        // `= ANY (…)` of an array is a function to it.
        else if (!expr.negated && !expr.list && expr.left.kind === 'column')
          listed(expr.left, expr.items as readonly Expr[]);
        return;
      }
      case 'between':
        if (!expr.negated && !strict && expr.value.kind === 'column') listed(expr.value, [expr.low, expr.high]);
        return;
      case 'like':
        if (!expr.negated && !strict && expr.value.kind === 'column') compared(expr.value, expr.pattern);
        return;
      case 'compare':
        if (!strict || expr.op === '=') compared(expr.left, expr.right);
        return;
      case 'operation': {
        const [left, right] = expr.args;
        if (!strict && left && right && expr.args.length === 2) compared(left, right);
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

  /** Of a list, all have to be values. */
  function listed(column: Column, items: readonly Expr[]): void {
    for (const item of items) {
      const value = bare(item);
      if (value.kind === 'opaque' || value.kind === 'choice') open = true;
      else if (isValue(value)) record(column, value);
      else if (isKey(tableOf(column), column.name))
        unfit ??= {
          because: `the list for \`${column.name}\` has more than constants and parameters`,
          span: item.span,
        };
    }
  }

  function record(column: Column, value: Expr): void {
    const table = tableOf(column);
    if (!table) return;
    note(table, column.name, value);
    const type = table.columns.get(column.name) ?? '';
    if (isKey(table, column.name) && isOfOtherType(value, type))
      unfit ??= { because: `\`${column.name}\` is ${type}, and this value is not`, span: value.span };
  }

  function note(table: ShardTable, column: string, expr: Expr): void {
    const value = bare(expr);
    const known = isValue(value) ? keyValueOf(value) : undefined;
    const name = column.toLowerCase();
    if (!known || !isKey(table, name)) return;
    const columns = of.get(table) ?? new Map<string, Found[]>();
    of.set(table, columns);
    columns.set(name, [...(columns.get(name) ?? []), { value: known, span: expr.span }]);
  }

  function tableOf(column: Column): ShardTable | undefined {
    const qualifier = column.qualifier.at(-1);
    if (qualifier !== undefined) {
      if (ctes.has(qualifier)) return undefined;
      const named = aliases.get(qualifier) ?? [...tables].find(({ name }) => name.at(-1) === qualifier);
      if (named) return named;
    }
    // What the qualifier says otherwise is not looked at: the column itself has to tell.
    if (tables.size === 1) return [...tables][0];
    const able = [...tables].filter(({ kind, shardKey }) => kind === 'sharded' && shardKey.includes(column.name));
    if (able.length > 1) ambiguous ??= { column: column.name, span: column.span };
    return able.length === 1 ? able[0] : undefined;
  }

  inQuery(query);
  const target = query.kind === 'insert' && query.table.kind === 'table' ? find(query.table.name.parts) : undefined;
  const rows = query.kind === 'insert' && target ? rowsOf(query, target, columnExprs) : undefined;
  return { tables, of, ambiguous, unfit, open, joined, ...(rows && { rows }) };
}

const isKey = (table: ShardTable | undefined, column: string): boolean =>
  table?.kind === 'sharded' && table.shardKey.some((key) => key.toLowerCase() === column.toLowerCase());

function isOfOtherType(value: Expr, type: string): boolean {
  if (value.kind !== 'const') return false;
  if (/^u?int|^bigint|^smallint/i.test(type))
    return value.type === 'string' && !/^\s*[+-]?\d+\s*$/.test(String(value.value));
  return /^(?:varchar|text|uuid)/i.test(type) && value.type === 'number';
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

/** Fractions are none. */
const isValue = (expr: Expr): boolean =>
  expr.kind === 'param' ||
  (expr.kind === 'const' && (expr.type === 'string' || (expr.type === 'number' && /^-?\d+$/.test(String(expr.value)))));
