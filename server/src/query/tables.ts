/** The tables that a query reads and writes. */
import type { Expr, From, Name, Query, TableRef } from './model';
import { leavesOf, partsOf, queryIn } from './walk';

/** Tables, views and indexed tables that a definition makes, changes or drops. */
export function tablesDefined(query: Query): readonly Name[] {
  const ddl = query.kind === 'other' ? query.ddl : undefined;
  switch (ddl?.kind) {
    case 'create-table':
    case 'alter-table':
    case 'create-view':
      return [ddl.name];
    case 'create-index':
      return [ddl.table];
    case 'drop':
      return ddl.object === 'table' || ddl.object === 'view' ? ddl.names : ddl.table === undefined ? [] : [ddl.table];
    default:
      return [];
  }
}

/** All table uses of a query, those of subqueries and CTE bodies included; names of CTEs are no tables. */
export function tablesOf(query: Query): readonly TableRef[] {
  const found: TableRef[] = [];
  visit(query, new Set());
  return found;

  function visit(one: Query, outer: ReadonlySet<string>): void {
    const clause = 'with' in one ? one.with : undefined;
    const ctes = clause ? new Set([...outer, ...clause.ctes.map((cte) => cte.name.toLowerCase())]) : outer;
    for (const cte of clause?.ctes ?? []) visit(cte.query, ctes);
    const add = (ref: TableRef) => {
      if (ref.name.parts.length > 1 || !ctes.has(ref.name.parts[0]?.toLowerCase() ?? '')) found.push(ref);
    };
    const from = (items: readonly From[]): void => {
      for (const leaf of leavesOf(items)) {
        if (leaf.kind === 'table') add(leaf);
        else if (leaf.kind === 'derived') visit(leaf.query, ctes);
        else if (leaf.kind === 'function') expr(leaf.call);
      }
      for (const item of items) joins(item);
    };
    const joins = (item: From): void => {
      if (item.kind !== 'join') return;
      if (item.on) expr(item.on);
      joins(item.left);
      joins(item.right);
    };
    const expr = (value: Expr | undefined): void => {
      if (!value) return;
      const inside = queryIn(value);
      if (inside) visit(inside, ctes);
      for (const part of partsOf(value)) expr(part);
    };
    switch (one.kind) {
      case 'select':
        from(one.from);
        for (const item of one.items) expr(item.expr);
        for (const value of [one.where, one.having, ...one.groupBy, ...one.orderBy.map((item) => item.expr)])
          expr(value);
        break;
      case 'set-operation':
        visit(one.left, ctes);
        visit(one.right, ctes);
        break;
      case 'values':
        for (const value of one.rows.flat()) expr(value);
        break;
      case 'insert':
        if (one.table.kind === 'table') add(one.table);
        if (one.source !== 'default' && one.source.kind !== 'opaque') visit(one.source, ctes);
        break;
      case 'update':
        from(one.from);
        for (const set of one.set) expr(set.value);
        expr(one.where);
        break;
      case 'delete':
        from(one.from);
        expr(one.where);
        break;
      case 'merge':
        if (one.target.kind === 'table') add(one.target);
        from([one.source]);
        expr(one.on);
        break;
      case 'other':
        for (const ref of one.tables) add(ref);
        if (one.inner) visit(one.inner, ctes);
        break;
    }
  }
}

/** The table uses that a query writes, in CTEs too. */
export function writesOf(query: Query): readonly TableRef[] {
  const ctes = 'with' in query ? (query.with?.ctes ?? []).flatMap((cte) => writesOf(cte.query)) : [];
  const targets = targetsOf(query).filter((one) => one.kind === 'table');
  return [...ctes, ...targets];
}

function targetsOf(query: Query): readonly From[] {
  switch (query.kind) {
    case 'insert':
      return [query.table];
    case 'update':
    case 'delete':
      return query.targets;
    case 'merge':
      return [query.target];
    case 'other':
      return query.inner ? writesOf(query.inner) : query.what === 'truncate' ? query.tables : [];
    default:
      return [];
  }
}

/** Some table of the query, subqueries left aside, is chosen when it runs. */
export function hasDynamicTable(query: Query): boolean {
  switch (query.kind) {
    case 'select':
      return leavesOf(query.from).some(({ kind }) => kind === 'opaque-from');
    case 'set-operation':
      return hasDynamicTable(query.left) || hasDynamicTable(query.right);
    case 'insert':
      return query.table.kind === 'opaque-from';
    case 'update':
    case 'delete':
      return query.targets.some(({ kind }) => kind === 'opaque-from');
    case 'merge':
      return query.target.kind === 'opaque-from';
    default:
      return false;
  }
}
