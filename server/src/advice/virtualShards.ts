/** Databases whose rows are placed by a remainder over the servers themselves, or over hardly more shards than servers. */
import type { Schema } from '../schema/model';
import type { Database, ShardMap, ShardTable } from '../shards/model';
import { shardKeys } from './shardKeys';

export interface ModuloLayout {
  readonly database: Database;
  /** The first table that is placed so. */
  readonly table: ShardTable;
  readonly servers: number;
  readonly shards: number;
  /** The share of keys that one more server moves. */
  readonly moved: number;
}

/** These map shards to servers themselves, and split or move them. */
const own: ReadonlySet<string> = new Set(
  'citus vitess mongodb spqr cockroachdb yugabytedb spanner tidb oracle-sharding aurora-limitless polardb-x oceanbase'.split(
    ' ',
  ),
);

const isModulo = ({ hash, strategy, levels }: ShardTable): boolean =>
  strategy === 'hash' && levels === undefined && (hash === 'mod' || hash === 'modulo');

/** One for each database whose placement is a declared modulo. */
export function moduloLayouts(map: ShardMap, schema: Schema): readonly ModuloLayout[] {
  if (own.has(map.router.name)) return [];
  const found = new Map<Database, ModuloLayout>();
  for (const { table, database } of shardKeys(map, schema)) {
    const servers = database?.servers ?? 0;
    if (!database || servers < 2 || !isModulo(table) || found.has(database)) continue;
    const shards = table.shards ?? database.virtualShards ?? servers;
    found.set(database, { database, table, servers, shards, moved: movedShare(servers, shards) });
  }
  return [...found.values()];
}

/** By one more server: all but a few keys where the remainder is that of the servers; whole shards elsewhere. */
function movedShare(servers: number, shards: number): number {
  if (shards > servers) return 1 / (servers + 1);
  return servers / (servers + 1);
}
