/**
 * The shard report: what one workspace sends to its shards. Plain data; the JSON that users read is this shape as it
 * stands. Where a field means the same as in MongoDB's `analyzeShardKey`, it has that name. `docs/report.md` gives the
 * formula of every figure.
 *
 * Lines and columns are 1-based. Percentages are 0 to 100 with two decimals. Counts are of statements of the
 * application's own code; those of tests, migrations, seeds and scripts are counted once, in `coverage.elsewhere`.
 */
import type { Operation } from '../../query/operation';
import type { Confidence } from '../../routing/route';
import type { RouteClass } from '../../routing/routeClass';
import type { ShardTable, Strategy } from '../../shards/model';
import type { Method } from '../reshard/methods';
import type { Growth, Outcome } from '../reshard/outcomes';

export interface ShardReport {
  readonly version: 1;
  /** One section a map. */
  readonly maps: readonly MapSection[];
  /** Against a baseline file, over all maps; absent without one. */
  readonly trend?: Trend;
}

export interface MapSection {
  /** The map's file, relative to the folder of the report; null for a plan, which has none. */
  readonly map: string | null;
  readonly router: string;
  readonly dialect: string;
  readonly coverage: CoverageSection;
  /** Every statement once. */
  readonly traffic: Traffic;
  /** Statements by calls a second; absent where neither the map's traffic nor a workload says any. */
  readonly byWeight?: Traffic;
  /** Sharded tables first, then the others that the map declares, then those that only statements name. */
  readonly tables: readonly TableSection[];
  /** What leaves its shard, the most expensive first; at most `mostWorst`. */
  readonly worst: readonly StatementLine[];
  /** Who has to mend what: by the owners that CODEOWNERS names, those with the most first. Empty without CODEOWNERS. */
  readonly owners: readonly OwnerSection[];
  readonly services: readonly ServiceSection[];
  readonly replicas: ReplicaSection;
  /** How reads can be taken off the shards, the cheapest step first. */
  readonly reads: readonly ReadLine[];
  readonly budgets: readonly BudgetLine[];
  /** What moves with one server more, for each way in which tables are placed; empty where the map declares no servers. */
  readonly resharding: readonly ReshardingSection[];
  /** Findings at present, by rule, the most frequent first. */
  readonly findings: readonly { readonly rule: string; readonly count: number }[];
}

/** How many statements (or how many calls a second) go where. `total` is the sum of the seven classes. */
export interface Tally {
  readonly total: number;
  readonly single: number;
  readonly subset: number;
  readonly scatter: number;
  /** Rows move between shards; whatever its reach. */
  readonly crossShard: number;
  readonly reference: number;
  readonly unsharded: number;
  /** The source does not say it. */
  readonly unknown: number;
  /** Of the total: statements that the router would reject. */
  readonly refused: number;
}

export interface Traffic {
  readonly reads: Tally;
  readonly writes: Tally;
  /** Definitions, sessions, and what else neither reads nor writes rows. */
  readonly other: Tally;
  readonly readDistribution: ReadDistribution;
  readonly writeDistribution: WriteDistribution;
}

/** Of the reads of sharded tables whose reach is known. Percentages are absent where there are none. */
export interface ReadDistribution {
  readonly sampleSize: {
    readonly total: number;
    readonly find: number;
    readonly aggregate: number;
    readonly count: number;
    /** Reads inside of statements that write elsewhere. */
    readonly other: number;
  };
  /** One value of the shard key. */
  readonly percentageOfSingleShardReads?: number;
  /** Several shards, not all: lists and ranges of the key, and rows of few shards brought together. */
  readonly percentageOfMultiShardReads?: number;
  /** Every shard. */
  readonly percentageOfScatterGatherReads?: number;
  /** Of all of them: those that move rows between shards. */
  readonly percentageOfCrossShardReads?: number;
}

/** Of the writes to sharded tables whose reach is known; INSERTs count, which `analyzeShardKey` leaves out. */
export interface WriteDistribution {
  readonly sampleSize: {
    readonly total: number;
    readonly insert: number;
    readonly update: number;
    readonly delete: number;
    readonly upsert: number;
  };
  readonly percentageOfSingleShardWrites?: number;
  readonly percentageOfMultiShardWrites?: number;
  readonly percentageOfScatterGatherWrites?: number;
  readonly percentageOfCrossShardWrites?: number;
  /** Writes that change the shard key of a row. */
  readonly percentageOfShardKeyUpdates?: number;
  /** Writes of one row (by a unique key, or with LIMIT 1) that do not say its shard key. */
  readonly percentageOfSingleWritesWithoutShardKey?: number;
  /** Writes of several rows that do not say a shard key. */
  readonly percentageOfMultiWritesWithoutShardKey?: number;
}

export interface TableSection {
  readonly table: string;
  /** Keyspace or database where the map says one. */
  readonly database: string | null;
  /** `undeclared`: statements name it and the map does not. */
  readonly kind: ShardTable['kind'] | 'undeclared';
  readonly shardKey: readonly string[];
  readonly strategy: Strategy | null;
  /** Logical shards; null where nobody says how many. */
  readonly shards: number | null;
  readonly group: string | null;
  /** Where the map says the key. */
  readonly declared: Place | null;
  /** Statements that read it and that write it, by the class of the statement. */
  readonly traffic: Omit<Traffic, 'other'>;
  readonly byWeight?: Omit<Traffic, 'other'>;
  readonly shardKeyUpdates: number;
  readonly writesWithoutShardKey: number;
  /** Absent for tables that are not sharded. */
  readonly keyCharacteristics?: KeyCharacteristics;
  /** At most `mostWorstOfOne`. */
  readonly worst: readonly StatementLine[];
}

/** What statistics and declarations say of the key. Of its one column, or of each column of several. */
export interface KeyCharacteristics extends Partial<ColumnCharacteristics> {
  /** As many values as rows, by a unique key; null where no schema says it. */
  readonly isUnique: boolean | null;
  /** Rows of the table. */
  readonly numRowsTotal?: number;
  readonly columns?: readonly (ColumnCharacteristics & { readonly column: string })[];
}

export interface ColumnCharacteristics {
  readonly type: string;
  readonly nullable: boolean | null;
  readonly numDistinctValues?: number;
  /** `share` of the rows, 0 to 1; `frequency` in rows where their number is known. */
  readonly mostCommonValues?: readonly {
    /** Null where whoever measured kept it back. */
    readonly value: string | null;
    readonly frequency?: number;
    readonly share: number;
  }[];
  /** Share of the rows without a value, 0 to 1. */
  readonly nullShare?: number;
  /** Whether values grow with the rows' order: `monotonic` from 0.7 on, in either direction. */
  readonly monotonicity: {
    readonly recordIdCorrelationCoefficient?: number;
    readonly type: 'monotonic' | 'not monotonic' | 'unknown';
  };
}

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface StatementLine extends Place {
  readonly endLine: number;
  readonly endColumn: number;
  /** The function that it stands in. */
  readonly function: string | null;
  readonly operation: Operation;
  readonly tables: readonly string[];
  readonly class: RouteClass;
  readonly shards: { readonly count?: number; readonly of?: number };
  /** Why the router rejects it. */
  readonly refused: string | null;
  readonly confidence: Confidence;
  /** Calls a second. */
  readonly rate: number | null;
  /** Why it goes where it goes. */
  readonly why: readonly string[];
  /** Rules with a finding in it. */
  readonly rules: readonly string[];
  readonly owners: readonly string[];
  readonly service: string | null;
  /** On one line, at most 240 characters. */
  readonly sql: string;
}

export interface CoverageSection {
  /** Statements of this map, wherever they stand; those that could not be read among them. */
  readonly statements: number;
  /** With a route that is known. */
  readonly understood: number;
  readonly unknown: number;
  /** Statements in tests, migrations, seeds and scripts, which the rest of the report leaves out. */
  readonly elsewhere: number;
  /** What stopped the reading, the most frequent first. One statement may have several reasons. */
  readonly reasons: readonly { readonly why: string; readonly count: number; readonly first: readonly Place[] }[];
}

/** Statements that leave their shard (subset left out) by who owns their files. A file may have several owners. */
export interface OwnerSection {
  /** Null: nobody. */
  readonly owner: string | null;
  readonly statements: number;
  readonly scatter: number;
  readonly crossShard: number;
  readonly worst: readonly StatementLine[];
}

export interface ServiceSection {
  readonly service: string;
  readonly owns: readonly string[];
  readonly reads: Tally;
  readonly writes: Tally;
  /** Statements that read, or write, a table that another service owns. */
  readonly foreignReads: number;
  readonly foreignWrites: number;
}

export interface ReplicaSection {
  /** As declared; times in milliseconds. */
  readonly replication: ReplicationLine;
  readonly databases: readonly (ReplicationLine & { readonly database: string })[];
  readonly reads: Targets;
  readonly writes: Targets;
}

export interface ReplicationLine {
  readonly mode: string | null;
  readonly replicaLag: number | null;
  readonly stickiness: number | null;
}

export interface Targets {
  readonly primary: number;
  readonly replica: number;
  readonly unknown: number;
}

export interface BudgetLine {
  readonly service: string;
  readonly maxScatter: number;
  /** Statements of the service that scatter or move rows between shards; null where no such service is declared. */
  readonly scatter: number | null;
  readonly kept: boolean | null;
}

/** As `shardlint reshard` has it. Shares of the rows of these tables that another server has afterwards, 0 to 1. */
export interface ReshardingSection {
  readonly database: string | null;
  readonly tables: readonly string[];
  readonly from: number;
  readonly to: number;
  /** How the map places its rows. */
  readonly method: Method;
  /** The map's own method first; null where only the rows themselves could say it. */
  readonly methods: readonly {
    readonly method: Method;
    readonly moved: number | null;
    readonly basis: Outcome['basis'];
    readonly text: string;
  }[];
  readonly growth: readonly Growth[];
}

export interface Trend {
  /** The baseline file, as it was named. */
  readonly baseline: string;
  readonly accepted: number;
  readonly now: number;
  /** Found now and not accepted. */
  readonly fresh: number;
  /** Accepted and found no longer. */
  readonly mended: number;
  readonly rules: readonly {
    readonly rule: string;
    readonly accepted: number;
    readonly now: number;
    readonly fresh: number;
    readonly mended: number;
  }[];
}

export const mostWorst = 50;
export const mostWorstOfOne = 5;
/** As in `analyzeShardKey`. */
export const monotonicFrom = 0.7;

export interface ReadLine {
  readonly step: 'replica' | 'denormalise' | 'materialized-view' | 'read-model';
  readonly tables: readonly string[];
  /** A clause. */
  readonly why: string;
  /** Why the steps before it do not do, each as a clause. */
  readonly before: readonly { readonly step: ReadLine['step']; readonly why: string }[];
  readonly statements: number;
  readonly first: readonly Place[];
}
