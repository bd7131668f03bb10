/** The verb of a query in an inventory line. */
import type { Query } from './model';

export type Operation = 'select' | 'insert' | 'update' | 'delete' | 'upsert' | 'count' | 'aggregate' | 'ddl' | 'other';

const writing: ReadonlySet<Operation> = new Set(['insert', 'update', 'delete', 'upsert']);

export const isWrite = (operation: Operation): boolean => writing.has(operation);

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
