/** What an inventory line says of a query: its verb and its tables. */

import type { Operation } from '../orms/orm';
import type { Expr, From, Query, TableRef } from '../query/model';
import { leavesOf, partsOf, queryIn } from '../query/walk';

export function operationOf(query: Query): Operation {
  switch (query.kind) {
    case 'select':
      if (
        query.groupBy.length === 0 &&
        query.items.length === 1 &&
        query.items[0]?.expr.kind === 'call' &&
        query.items[0].expr.name === 'count'
      )
        return 'count';
      return query.groupBy.length > 0 || query.items.some(({ expr }) => expr.kind === 'call' && expr.aggregate === true)
        ? 'aggregate'
        : 'select';
    case 'set-operation':
    case 'values':
      return 'select';
    case 'insert':
      return query.replace || (query.onConflict && query.onConflict.set.length > 0) ? 'upsert' : 'insert';
    case 'update':
    case 'delete':
      return query.kind;
    case 'merge':
      return 'upsert';
    case 'other':
      return query.what === 'ddl' || query.what === 'truncate'
        ? 'ddl'
        : query.inner
          ? operationOf(query.inner)
          : 'other';
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
