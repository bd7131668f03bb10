/** The shard map: what is sharded, by what, where; merged from the native file and the importers. Plain data. */
import type { Query } from '../query/model';
import type { MeasuredTable } from '../schema/statistics';
import type { Location } from '../text/span';

export interface ShardMap {
  /** The map file, or the declaration that stands in for it. */
  readonly file: string;
  /** Dialect id. */
  readonly dialect: string;
  readonly router: RouterChoice;
  readonly defaultDatabase?: string;
  /** PostgreSQL search path; the first entry is where unqualified names are declared. */
  readonly searchPath: readonly string[];
  readonly tables: readonly ShardTable[];
  readonly databases: readonly Database[];
  readonly receivers: readonly Receiver[];
  /** Vitess routing rules: from-name → to-name (both `keyspace.table` or `table`), tablet type suffix kept. */
  readonly routingRules: readonly { readonly from: string; readonly to: readonly string[] }[];
  /** Every table that has one of these columns is sharded by it, by the first that it has. */
  readonly defaultShardKeys?: readonly string[];
  /** Keys that something hints at, of tables that the map does not shard. They decide nothing. */
  readonly candidates: readonly KeyCandidate[];
  /** Statements that logs know, with their calls; `workload` names the files. */
  readonly workload?: readonly LoggedStatement[];
  /** What `statistics` and imports measured; later ones stand over earlier ones. The schema has it already. */
  readonly statistics?: readonly MeasuredTable[];
  readonly services: readonly Service[];
  readonly readModels: readonly ReadModel[];
  readonly traffic: Readonly<Record<string, string>>;
  readonly rules: Readonly<Record<string, RuleSetting>>;
  readonly budgets: Readonly<Record<string, { readonly maxScatter?: number }>>;
  readonly replication: Replication;
  /** Files that the map speaks for: globs relative to the map's folder; empty: all below it. */
  readonly files: readonly string[];
}

export interface RouterChoice {
  readonly name: string;
  readonly version?: number;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
}

export type Severity = 'error' | 'warning' | 'information' | 'hint';

export interface RuleSetting {
  readonly severity?: Severity | 'off';
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface Replication {
  readonly mode?: 'async' | 'semi-sync' | 'sync' | 'peer-to-peer';
  /** Milliseconds. */
  readonly replicaLag?: number;
  readonly stickiness?: number;
}

export interface Database {
  readonly name: string;
  readonly servers?: number;
  readonly virtualShards?: number;
  /** Vitess: a keyspace with `sharded: false` is one ordinary database. */
  readonly sharded?: boolean;
  /** Vitess `require_explicit_routing`: its tables are only found by qualified names. */
  readonly explicitOnly?: boolean;
  readonly replication: Replication;
  readonly at?: Location;
}

export type Strategy = 'hash' | 'range' | 'list' | 'time' | 'directory' | 'composite';

export interface ShardTable {
  /** Last part is the table; a schema, keyspace or database may stand before it. */
  readonly name: readonly string[];
  readonly kind: 'sharded' | 'reference' | 'unsharded' | 'single-shard' | 'view';
  /** Key columns in order; empty unless sharded. The first access path's columns. */
  readonly shardKey: readonly string[];
  readonly strategy: Strategy;
  /** Logical shards. */
  readonly shards?: number;
  /** Tables of one group are co-located: equal key values lie on one shard. Always set for sharded and single-shard tables. */
  readonly group: string;
  /** The group is declared, not derived by default (`groups.ts`). */
  readonly groupGiven?: boolean;
  readonly levels?: readonly Level[];
  /** Hash function by name where known: mod, postgresql, murmur, xxhash … */
  readonly hash?: string;
  readonly mapping?: readonly Mapping[];
  /** The router rejects statements that bind no key. */
  readonly keyRequired?: boolean;
  /** The router rejects ranges of the key: what places the rows is no order that it knows. */
  readonly rangesRefused?: boolean;
  /** Columns that the database or the router fills in when an INSERT leaves them out. */
  readonly generated: readonly string[];
  readonly directory?: { readonly table: string; readonly key: string; readonly shard: string };
  /** Column name → type (lower case, '' where unknown). */
  readonly columns: ReadonlyMap<string, string>;
  /** The column list is complete (DDL, or said to be authoritative): a name not in it is no column of this table. */
  readonly columnsComplete: boolean;
  readonly unique: readonly (readonly string[])[];
  /** Indexes whose entries are placed by columns of their own, where a table's indexes are not all of that kind. */
  readonly globalIndexes?: readonly { readonly columns: readonly string[]; readonly unique: boolean }[];
  readonly topShare?: number;
  /** Vitess: all ways to find the shard, the primary one first. */
  readonly vindexes?: readonly Vindex[];
  /** Vitess: whole table on the shard of this keyspace id. */
  readonly pinned?: string;
  /** Vitess: a sequence, read by `SELECT NEXT VALUE`. */
  readonly sequence?: boolean;
  /** Reference table with a source elsewhere: `keyspace.table`. */
  readonly source?: string;
  /** A view's own query. */
  readonly definition?: Query;
  readonly at?: Location;
  /** Where the map itself says the key: `shardKey`, or `levels`. */
  readonly keyAt?: Location;
}

/** A column by which an application or a database already divides a table's rows: it could be its shard key. */
export interface KeyCandidate {
  readonly name: readonly string[];
  readonly key: readonly string[];
  /** Partitions of one server, or rows that an application keeps apart. */
  readonly from: 'partitions' | 'tenant';
  /** How the partitions are made, and how many there are. */
  readonly strategy?: Strategy;
  readonly parts?: number;
  readonly at: Location;
}

export interface Level {
  readonly key: readonly string[];
  readonly strategy: Strategy;
  readonly over: 'server' | 'database' | 'table';
  readonly count?: number;
}

export interface Mapping {
  /** Inclusive; left out = open. */
  readonly from?: MappingValue;
  /** Exclusive; left out = open. */
  readonly to?: MappingValue;
  readonly values?: readonly MappingValue[];
  readonly shard: string;
}

export type MappingValue = string | number | bigint | boolean | null;

export interface Vindex {
  readonly name: string;
  /** hash, xxhash, unicode_loose_md5, lookup, consistent_lookup_unique, region_experimental … */
  readonly type: string;
  /** A type that Vitess does not ship: taken to be functional and unique, so routes by it are at most likely. */
  readonly assumed?: boolean;
  readonly columns: readonly string[];
  readonly unique: boolean;
  readonly lookup: boolean;
  readonly writeOnly: boolean;
  /** Owned by this table. */
  readonly owned: boolean;
  /** Planner cost as Vitess states it: 0 binary, 1 functional, 2 … lookup unique 10, lookup 20. */
  readonly cost: number;
  readonly params: Readonly<Record<string, string>>;
}

/** A call pattern; `$key` in `match` names the argument that is bound. */
export interface Receiver {
  readonly match: string;
  /** Key column that the argument pins. */
  readonly binds?: string;
  /** An intended fan-out. */
  readonly reach?: 'scatter' | 'single';
  readonly target?: 'replica' | 'primary';
  /** Plain driver objects that no import proves: `db.query(sql)`. */
  readonly sql?: boolean;
  readonly at?: Location;
}

export interface Service {
  readonly name: string;
  readonly files: readonly string[];
  readonly owns: readonly string[];
  readonly at?: Location;
}

export interface ReadModel {
  readonly table: string;
  readonly projector: readonly string[];
  readonly at?: Location;
}

/** One statement of a query log, its values taken out: `normalized` in `sql/` says how. */
export interface LoggedStatement {
  readonly sql: string;
  readonly calls: number;
  /** Of all calls together. */
  readonly milliseconds?: number;
  /** Calls a second, where the log says how long it counted. */
  readonly rate?: number;
  readonly at: Location;
}

/** A mistake in a map or declaration, at its exact place. */
export interface MapProblem {
  readonly at: Location;
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
}
