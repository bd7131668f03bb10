/** Systems that place rows on servers themselves: how they take a new server in, and the commands that people use for it. */

export interface PlacingSystem {
  readonly title: string;
  /** What it moves: whole virtual shards, halves of ranges, or small ranges of its own choosing. */
  readonly moves: 'virtual-shards' | 'range-split' | 'balancer';
  /** A shard of the map is a server of its own. */
  readonly shardIsServer?: true;
  /** What to know, in sentences. */
  readonly says: string;
  readonly commands: readonly Command[];
  readonly sources: readonly string[];
}

export interface Command {
  readonly text: string;
  readonly does: string;
}

/** By router name. */
const systems: Readonly<Record<string, PlacingSystem>> = {
  citus: {
    title: 'Citus',
    moves: 'virtual-shards',
    says: 'Citus moves whole shards, together with those of the same co-location group, while they are read and written.',
    commands: [
      { text: "SELECT citus_add_node('HOST', 5432);", does: 'brings the new worker in; no shard moves yet' },
      { text: 'SELECT * FROM get_rebalance_table_shards_plan();', does: 'lists the moves, and does none' },
      { text: 'SELECT citus_rebalance_start();', does: 'moves in the background' },
      { text: 'SELECT * FROM citus_rebalance_status();', does: 'shows how far it is' },
      {
        text: "SELECT isolate_tenant_to_new_shard('TABLE', VALUE, 'CASCADE');",
        does: 'gives one value a shard of its own, which can then be moved',
      },
    ],
    sources: [
      'Citus documentation: Cluster Management',
      'Citus UDFs: citus_rebalance_start, isolate_tenant_to_new_shard',
    ],
  },
  vitess: {
    title: 'Vitess',
    moves: 'range-split',
    shardIsServer: true,
    says: 'Vitess splits ranges of keyspace ids: Reshard copies every row of the shards that are split to new shards, follows the changes, and switches reads and writes over; the other shards are not touched.',
    commands: [
      {
        text: "vtctldclient Reshard --workflow NAME --target-keyspace KEYSPACE create --source-shards 'OLD' --target-shards 'NEW'",
        does: 'copies, and follows the changes',
      },
      { text: 'vtctldclient vdiff --workflow NAME --target-keyspace KEYSPACE create', does: 'compares both sides' },
      { text: 'vtctldclient Reshard --workflow NAME --target-keyspace KEYSPACE switchtraffic', does: 'switches over' },
      {
        text: 'vtctldclient Reshard --workflow NAME --target-keyspace KEYSPACE complete',
        does: 'ends the workflow; the old shards can go',
      },
    ],
    sources: ['Vitess documentation: Resharding', 'vtctldclient Reshard'],
  },
  mongodb: {
    title: 'MongoDB',
    moves: 'balancer',
    says: 'The balancer moves ranges of the shard key until every shard has about the same amount of data; a range of one key value cannot be split.',
    commands: [
      { text: 'sh.addShard("REPLICA_SET/HOST:PORT")', does: 'brings the new shard in; the balancer begins by itself' },
      { text: 'sh.balancerCollectionStatus("DB.COLLECTION")', does: 'says whether the collection is balanced' },
      {
        text: 'db.adminCommand({ reshardCollection: "DB.COLLECTION", key: { KEY: 1 } })',
        does: 'writes the collection anew by another key; all rows move',
      },
    ],
    sources: ['MongoDB manual: Sharded Cluster Balancer', 'MongoDB manual: Add Shards to a Cluster'],
  },
  spqr: {
    title: 'SPQR',
    moves: 'range-split',
    shardIsServer: true,
    says: 'SPQR splits key ranges and moves one part to another shard in batches; the rest stays.',
    commands: [
      { text: 'SPLIT KEY RANGE NEW FROM OLD BY BOUND;', does: 'cuts a range; both parts stay where they are' },
      { text: 'REDISTRIBUTE KEY RANGE NEW TO SHARD BATCH SIZE 1000;', does: 'moves one part' },
      { text: 'SHOW key_ranges;', does: 'shows which shard has which range' },
    ],
    sources: ['SPQR documentation: Manual rebalancing, SQL commands'],
  },
  cockroachdb: balancer('CockroachDB', 'ranges', ['CockroachDB documentation: Replication Layer']),
  yugabytedb: balancer('YugabyteDB', 'tablets', ['YugabyteDB documentation: Tablet splitting']),
  tidb: balancer('TiDB', 'regions', ['TiDB documentation: TiDB Scheduling']),
  spanner: balancer('Spanner', 'splits', ['Spanner documentation: Schema and data model']),
};

function balancer(title: string, unit: string, sources: readonly string[]): PlacingSystem {
  return {
    title,
    moves: 'balancer',
    says: `${title} splits and moves ${unit} by itself, by size and load; adding a node is all that there is to do.`,
    commands: [],
    sources,
  };
}

/** A remainder over the shards, each of which is a server; what these routers do about it. */
const remainders: Readonly<Record<string, PlacingSystem['says']>> = {
  pgdog:
    'PgDog takes the hash modulo the number of shards, and copies all rows to a new set of databases: `RESHARD SOURCE DESTINATION PUBLICATION` on its admin database, which ends with the cutover.',
  pgcat:
    'pgcat takes the hash modulo the number of shards, and moves nothing by itself: rows are copied by logical replication or by the application.',
};

/** Vitess: the shards to split and what becomes of them, as Reshard wants them; by halves of equal ranges of one byte. */
function splitShards(from: number, split: number): { readonly source: string; readonly target: string } | undefined {
  if (256 % from !== 0 || from > 128 || split < 1 || split > from) return undefined;
  const width = 256 / from;
  const name = (bound: number): string => (bound === 0 || bound === 256 ? '' : bound.toString(16).padStart(2, '0'));
  const range = (start: number, end: number): string => (end - start === 256 ? '0' : `${name(start)}-${name(end)}`);
  const starts = Array.from({ length: split }, (_, i) => i * width);
  return {
    source: starts.map((start) => range(start, start + width)).join(','),
    target: starts
      .flatMap((start) => [range(start, start + width / 2), range(start + width / 2, start + width)])
      .join(','),
  };
}

/** The system with its commands made out for so many shards, where that can be done. */
export function systemFor(router: string, from: number, to: number): PlacingSystem | undefined {
  const system = placingSystem(router);
  const names = router === 'vitess' && to > from && to <= 2 * from ? splitShards(from, to - from) : undefined;
  if (!system || !names) return system;
  const commands = system.commands.map(({ text, does }) => ({
    text: text.replace("'OLD'", `'${names.source}'`).replace("'NEW'", `'${names.target}'`),
    does,
  }));
  return { ...system, commands };
}

export const placingSystem = (router: string): PlacingSystem | undefined =>
  Object.hasOwn(systems, router) ? systems[router] : undefined;

export const remainderNote = (router: string): string | undefined =>
  Object.hasOwn(remainders, router) ? remainders[router] : undefined;
