/** Where the connections arrive: on each server of a sharded database, or on the proxy in front of them. */
import type { ShardMap } from '../../shards/model';
import type { Known } from './model';

export interface Servers {
  readonly servers: Known;
  /** Virtual shards on them, where the map has some. */
  readonly shards?: number;
  /** The system that applications connect to instead of the servers. */
  readonly proxy?: string;
}

/** Applications speak to one endpoint of these; the connections behind it are the system's own. */
const proxies: Readonly<Record<string, string>> = {
  vitess: 'vtgate',
  citus: 'the Citus coordinator',
  pgdog: 'PgDog',
  pgcat: 'pgcat',
  spqr: 'the SPQR router',
  mongodb: 'mongos',
  cockroachdb: 'CockroachDB',
  yugabytedb: 'YugabyteDB',
  tidb: 'TiDB',
  spanner: 'Spanner',
  'polardb-x': 'PolarDB-X',
  'aurora-limitless': 'the Aurora Limitless routers',
};

const one: Known = { value: 1, evidence: { kind: 'assumed', text: 'one database server: no shard map says more' } };

export function serversOf(map: ShardMap | undefined): Servers {
  if (!map) return { servers: one };
  const proxy = Object.hasOwn(proxies, map.router.name) ? proxies[map.router.name] : undefined;
  if (proxy !== undefined)
    return { servers: { value: 1, evidence: { kind: 'given', text: `connections end at ${proxy}` } }, proxy };
  const database = map.databases.find(({ servers }) => servers !== undefined);
  if (database?.servers === undefined) return { servers: one };
  const evidence = { kind: 'given', text: `\`databases.${database.name}.servers\` of the map` } as const;
  return {
    servers: { value: database.servers, evidence },
    ...(database.virtualShards !== undefined && { shards: database.virtualShards }),
  };
}
