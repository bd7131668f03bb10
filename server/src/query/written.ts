/** What a query writes. */
import type { From, Query, TableRef } from './model';

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
