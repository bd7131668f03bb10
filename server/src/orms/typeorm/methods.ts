/** Methods of repositories and managers that send statements. */
import type { Operation } from '../orm';

export const methods: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ...[
    'find',
    'findBy',
    'findOne',
    'findOneBy',
    'findOneOrFail',
    'findOneByOrFail',
    'findAndCount',
    'findAndCountBy',
  ].map((name) => [name, 'select'] as const),
  ...['findByIds', 'findOneById', 'exists', 'exist', 'existsBy', 'preload', 'findTrees', 'findRoots', 'reload'].map(
    (name) => [name, 'select'] as const,
  ),
  ...['count', 'countBy'].map((name) => [name, 'count'] as const),
  ...['sum', 'average', 'minimum', 'maximum'].map((name) => [name, 'aggregate'] as const),
  ['insert', 'insert'],
  ['save', 'upsert'],
  ['upsert', 'upsert'],
  ['update', 'update'],
  ['updateAll', 'update'],
  ['increment', 'update'],
  ['decrement', 'update'],
  ['softDelete', 'update'],
  ['restore', 'update'],
  ['softRemove', 'update'],
  ['recover', 'update'],
  ['delete', 'delete'],
  ['deleteAll', 'delete'],
  ['remove', 'delete'],
  ['clear', 'delete'],
]);

/** Methods of a row of an active record. */
export const rowMethods: ReadonlySet<string> = new Set(['save', 'remove', 'softRemove', 'recover', 'reload']);

/** Methods of a query builder that send it. */
export const terminals: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ...[
    'getOne',
    'getOneOrFail',
    'getMany',
    'getManyAndCount',
    'getRawOne',
    'getRawMany',
    'getRawAndEntities',
    'stream',
  ].map((name) => [name, 'select'] as const),
  ['getExists', 'select'],
  ['getCount', 'count'],
  ['execute', 'select'],
]);
