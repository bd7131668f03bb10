/** Names that a shard map may mention, for completion and for "did you mean". */
import { dialects } from '../../dialects';
import { importers } from '../importers';

/** What completion offers and slips of the finger are held against. */
export const knownDialects: readonly string[] = dialects.map(({ id }) => id);

/** Routers with a module of their own, and the systems that share one; `routing/routers/` holds them. */
export const ownRouters: readonly string[] = [
  'generic',
  'vitess',
  'citus',
  'pgdog',
  'spqr',
  'shardingsphere',
  'pgcat',
  'mongodb',
  'distributed-sql',
  'cockroachdb',
  'polardb-x',
  'spanner',
  'tidb',
  'yugabytedb',
];

/** Sharding systems that people name; those without a module of their own get the generic rules. */
export const knownRouters: readonly string[] = [
  ...ownRouters,
  'aurora-limitless',
  'oracle-sharding',
  'oceanbase',
  'dynamodb',
];

export const knownImporters = (): readonly { readonly id: string; readonly title: string }[] => importers;
