/** Methods that send statements. */
import type { Operation } from '../orm';

const named = (operation: Operation, ...names: readonly string[]): readonly (readonly [string, Operation])[] =>
  names.map((name) => [name, operation] as const);

/** Of managers (the entity first) and repositories. */
export const methods: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ...named('select', 'find', 'findOne', 'findOneOrFail', 'findAll', 'findAndCount', 'findByCursor', 'stream'),
  ...named('select', 'populate', 'refresh', 'refreshOrFail', 'lock'),
  ...named('count', 'count', 'countBy'),
  ...named('insert', 'insert', 'insertMany', 'nativeInsert'),
  ...named('update', 'nativeUpdate'),
  ...named('delete', 'nativeDelete'),
  ...named('upsert', 'upsert', 'upsertMany'),
]);

/** Of managers, and of repositories before version 6: they send what is pending. */
export const flushing: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ...named('other', 'flush', 'tryFlush', 'commit', 'transactional'),
  ...named('upsert', 'persistAndFlush'),
  ...named('delete', 'removeAndFlush'),
]);

/** Of collections and references. */
export const relatedMethods: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ...named('select', 'init', 'load', 'loadOrFail', 'loadItems', 'matching'),
  ...named('count', 'loadCount'),
]);

/** Of query builders. */
export const terminals: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ...named('select', 'execute', 'getResult', 'getResultList', 'getSingleResult', 'getResultAndCount', 'stream'),
  ...named('count', 'getCount'),
]);
