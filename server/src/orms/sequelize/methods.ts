/** Methods of models and rows that send statements. */
import type { Operation } from '../orm';

export const modelMethods: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ...[
    'findByPk',
    'findById',
    'findOne',
    'findAll',
    'findAndCountAll',
    'findAndCount',
    'findOrBuild',
    'all',
    'find',
  ].map((name) => [name, 'select'] as const),
  ['count', 'count'],
  ...['max', 'min', 'sum', 'aggregate'].map((name) => [name, 'aggregate'] as const),
  ...['create', 'bulkCreate'].map((name) => [name, 'insert'] as const),
  ...['upsert', 'findOrCreate', 'findCreateFind'].map((name) => [name, 'upsert'] as const),
  ...['update', 'increment', 'decrement', 'restore'].map((name) => [name, 'update'] as const),
  ...['destroy', 'truncate'].map((name) => [name, 'delete'] as const),
]);

export const rowMethods: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ...['save', 'update', 'increment', 'decrement', 'restore'].map((name) => [name, 'update'] as const),
  ['destroy', 'delete'],
  ['reload', 'select'],
  ['$get', 'select'],
  ['$count', 'count'],
  ['$has', 'count'],
  ['$create', 'insert'],
  ['$add', 'update'],
  ['$set', 'update'],
  ['$remove', 'update'],
]);

/** `getTeam` → `$get`. */
export const accessorMethod = (name: string): string => `$${/^[a-z]+/.exec(name)?.[0] ?? ''}`;
