/** Which statements of a workspace read or insert into a table. */
import type { Query, TableRef } from '../query/model';
import { leavesOf } from '../query/walk';
import type { Route } from '../routing/route';
import type { Schema } from '../schema/model';
import type { ShardMap, ShardTable } from '../shards/model';
import { tableIndex } from '../shards/resolve';
import type { Span } from '../text/span';

/** One statement with its place. */
export interface Sent {
  readonly file: string;
  readonly query: Query;
  readonly route: Route;
  /** The same object for statements that are the same but for literals. */
  readonly alike?: object;
  /** Code of the application itself, not of tests, migrations, seeds and scripts. */
  readonly own: boolean;
  toSource(span: Span): Span;
}

/** Tables that statements insert into, and all tables that they name. */
export interface TableUse {
  readonly inserted: ReadonlySet<ShardTable>;
  readonly named: ReadonlySet<ShardTable>;
}

export function tableUse(all: readonly Pick<Sent, 'query' | 'route'>[], map: ShardMap, schema: Schema): TableUse {
  const index = tableIndex(map, schema);
  const inserted = new Set<ShardTable>();
  const named = new Set<ShardTable>();
  for (const { query, route } of all) {
    // A definition uses nothing.
    for (const binding of query.kind === 'other' ? [] : route.bindings) {
      const table = index.find(binding.table.split('.'));
      if (table) named.add(table);
    }
    for (const ref of insertsOf(query)) {
      const table = index.find(ref.name.parts);
      if (table) inserted.add(table);
    }
  }
  return { inserted, named };
}

/** The tables that a statement puts new rows into, those of its CTEs included. */
function insertsOf(query: Query): readonly TableRef[] {
  const inside = 'with' in query ? (query.with?.ctes ?? []).flatMap((cte) => insertsOf(cte.query)) : [];
  switch (query.kind) {
    case 'insert':
      return query.table.kind === 'table' ? [...inside, query.table] : inside;
    case 'merge':
      return query.target.kind === 'table' && query.actions.some(({ action }) => action === 'insert')
        ? [...inside, query.target]
        : inside;
    case 'other':
      // COPY … FROM, and what EXPLAIN and PREPARE have inside.
      return query.what === 'copy' ? query.tables : query.inner ? insertsOf(query.inner) : [];
    default:
      return inside;
  }
}

/** The tables of a query's own FROM. */
export const tablesIn = (query: Query): readonly TableRef[] =>
  query.kind === 'select' || query.kind === 'update' || query.kind === 'delete'
    ? leavesOf(query.from).flatMap((item) => (item.kind === 'table' ? [item] : []))
    : [];
