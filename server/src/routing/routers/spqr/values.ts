/**
 * SPQR's reading of a statement: every comparison of a distribution column with a literal or parameter in WHERE and ON is
 * one more value of that column, for the relation as a whole. AND and OR count alike, and so do `=`, `<`, `<>`, `NOT IN`,
 * `NOT LIKE` and `BETWEEN`: `analyzeWhereClause` of `router/planner/analyze.go`.
 */
import type { Column, Cte, Expr, From, Insert, Query, TableRef, With } from '../../../query/model';
import { queryIn } from '../../../query/walk';
import type { ShardTable } from '../../../shards/model';
import type { Span } from '../../../text/span';
import { type KeyValue, keyValueOf } from '../../keyValue';
import { hidesNext, isConst, isValueOf, operand, rowsOf } from './operands';

export interface Values {
  /** Tables that are read or changed, by declaration. */
  readonly tables: ReadonlySet<ShardTable>;
  /** Some value is a parameter: it is not known when rows are divided among shards. */
  readonly bound: boolean;
  /** Per table: column, lower case → its values. */
  readonly of: ReadonlyMap<ShardTable, ReadonlyMap<string, readonly Found[]>>;
  /** Columns that SPQR cannot tell apart. */
  readonly ambiguous: { readonly name: string; readonly because: string; readonly span: Span } | undefined;
  /** A value that SPQR takes for the key and cannot be one. */
  readonly unfit: { readonly because: string; readonly span: Span } | undefined;
  /** Something was met that the source does not say. */
  readonly open: boolean;
  /** Something is written, in a CTE perhaps. */
  readonly writes: boolean;
  /** A CTE writes a reference relation. */
  readonly copies: boolean;
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
  /** By the name that the statement writes. */
  const relations = new Map<string, ShardTable>();
  const aliases = new Map<string, { readonly table: ShardTable; readonly written: string }>();
  const cteAliases = new Set<string>();
  /** Names and aliases of CTEs; of those over VALUES, what stands in their columns. */
  const ctes = new Map<string, ReadonlyMap<string, readonly Expr[]>>();
  let ambiguous: Values['ambiguous'];
  let unfit: Values['unfit'];
  let open = false;
  let joined = false;
  let bound = false;
  let writes = false;
  let copies = false;

  function inQuery(one: Query): void {
    const [written] =
      one.kind === 'insert' ? [one.table] : one.kind === 'update' || one.kind === 'delete' ? one.targets : [];
    writes ||= written !== undefined;
    copies ||= one !== query && written?.kind === 'table' && find(written.name.parts)?.kind === 'reference';
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
        if (one.table.kind === 'table') named(one.table);
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
          // The alias alone is remembered, and where there is none it stands for columns without a qualifier.
          cteAliases.add(item.alias ?? '');
          return;
        }
        const table = named(item);
        if (table) tables.add(table);
        return;
      }
      case 'join':
        inFrom(item.right);
        inFrom(item.left);
        inExpr(item.on);
        return;
      case 'derived':
        inDerived(item.query);
        return;
      default:
        return;
    }
  }

  /** `ProcessRangeNode`. */
  function named({ name: { parts }, alias, span }: TableRef): ShardTable | undefined {
    const table = find(parts);
    if (!table) return undefined;
    const name = parts.at(-1) ?? '';
    const written = parts.join('.');
    relations.set(written, table);
    const known = aliases.get(name)?.written ?? written;
    if (alias === undefined && known !== written)
      ambiguous ??= { name, span, because: `\`${name}\` is a relation and an alias of another one` };
    aliases.set(alias ?? name, { table, written });
    return table;
  }

  /** `analyzeSelectStmt`: neither WITH nor the select list of a derived table is read. */
  function inDerived(one: Query): void {
    if (one.kind === 'select') {
      for (const item of one.from) inFrom(item);
      inExpr(one.where);
    } else if (one.kind === 'set-operation') {
      inDerived(one.left);
      inDerived(one.right);
    }
  }

  function inExpr(whole: Expr | undefined): void {
    const expr = whole && operand(whole);
    switch (expr?.kind) {
      case 'and':
      case 'or': {
        const [first, ...rest] = expr.args;
        let before = first;
        if (first?.kind === 'exists' || first?.kind === 'subquery') inQuery(first.query);
        else inExpr(first);
        for (const arg of rest) {
          if (!(before && hidesNext(before, before === first))) inExpr(arg);
          before = arg;
        }
        return;
      }
      case 'in': {
        const left = operand(expr.left);
        const inner = queryIn(expr);
        if (left.kind !== 'column') return;
        if (inner) inQuery(inner);
        // `= ANY (…)` of an array is a function to it.
        else if (!expr.list) listed(left, expr.items as readonly Expr[]);
        return;
      }
      case 'between': {
        const value = operand(expr.value);
        if (expr.negated || strict) return;
        if (value.kind === 'column') listed(value, [expr.low, expr.high]);
        else inExpr(value);
        return;
      }
      case 'like':
        if (!strict) compared(expr.value, expr.pattern);
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
    const a = operand(left);
    const b = operand(right);
    if (isConst(a)) {
      if (b.kind === 'column') record(b, a);
      return;
    }
    if (a.kind === 'subquery' || a.kind === 'exists') {
      inQuery(a.query);
      return;
    }
    if (a.kind !== 'column') {
      inExpr(a);
      inExpr(b);
      return;
    }
    if (isConst(b)) record(a, b);
    else if (b.kind === 'column') {
      tableOf(a);
      tableOf(b);
      const values = [
        ...columnExprs(b).map((one) => [a, one] as const),
        ...columnExprs(a).map((one) => [b, one] as const),
      ];
      for (const [column, value] of values) record(column, value);
      if (values.length > 0) joined = true;
    } else inExpr(b);
  }

  /** Of a list, all have to be values. */
  function listed(column: Column, items: readonly Expr[]): void {
    for (const item of items) {
      const value = operand(item);
      if (value.kind === 'opaque' || value.kind === 'choice') open = true;
      else if (isConst(value)) record(column, value);
      else if (isKey(tableOf(column), column.name))
        unfit ??= {
          because: `the list for \`${column.name}\` has more than constants and parameters`,
          span: item.span,
        };
    }
  }

  function record(column: Column, expr: Expr): void {
    const table = tableOf(column);
    if (table && tables.has(table)) note(table, column.name, expr);
  }

  function note(table: ShardTable, column: string, expr: Expr): void {
    const value = operand(expr);
    const name = column.toLowerCase();
    if (!isConst(value) || !isKey(table, name)) return;
    const type = table.columns.get(column) ?? '';
    if (!isValueOf(value, type))
      unfit ??= { because: `\`${column}\` is ${type}, and this value is not`, span: value.span };
    const known = keyValueOf(value);
    if (!known) return;
    bound ||= known.constant === undefined;
    const columns = of.get(table) ?? new Map<string, Found[]>();
    of.set(table, columns);
    columns.set(name, [...(columns.get(name) ?? []), { value: known, span: expr.span }]);
  }

  /** `ResolveRelationByAlias`: a qualifier that says nothing is as good as none. */
  function tableOf(column: Column): ShardTable | undefined {
    const qualifier = column.qualifier.at(-1) ?? '';
    const plain = relations.get(qualifier);
    if (plain) return plain;
    if (cteAliases.has(qualifier)) return undefined;
    const meant = aliases.get(qualifier);
    if (meant) return meant.table;
    if (relations.size === 1) return [...relations.values()][0];
    const able = [...relations.values()].filter((table) => isKey(table, column.name));
    if (able.length > 1)
      ambiguous ??= {
        name: column.name,
        span: column.span,
        because: `\`${column.name}\` may be the distribution column of several relations: qualify it`,
      };
    return able.length === 1 ? able[0] : undefined;
  }

  inQuery(query);
  const target = query.kind === 'insert' && query.table.kind === 'table' ? find(query.table.name.parts) : undefined;
  const rows = query.kind === 'insert' && target ? rowsOf(query, target, columnExprs) : undefined;
  return { tables, of, ambiguous, unfit, open, joined, bound, writes, copies, ...(rows && { rows }) };
}

const isKey = (table: ShardTable | undefined, column: string): boolean =>
  table?.kind === 'sharded' && table.shardKey.some((key) => key.toLowerCase() === column.toLowerCase());
