/** The steps by which reads are taken off the shards, cheapest first, and what they are proposed from. */
import type { Schema } from '../../schema/model';
import type { ShardMap } from '../../shards/model';
import type { Location } from '../../text/span';
import type { Surveyed } from '../survey';
import type { Sent } from '../tableUse';

/** One statement, as a survey has it; what else a survey knows is used where it is there. */
export interface Sending
  extends Sent,
    Pick<Surveyed, 'name' | 'reads' | 'writes' | 'target'>,
    Partial<Pick<Surveyed, 'rate' | 'function' | 'transaction' | 'under'>> {}

export interface Reading {
  readonly map: ShardMap;
  readonly schema: Schema;
  readonly statements: readonly Sending[];
}

export type StepKind = 'replica' | 'denormalise' | 'materialized-view' | 'read-model';

interface StepBase {
  /** Physical names of the tables that it is about. */
  readonly tables: readonly string[];
  /** The statements that it serves, in the order of files and places. */
  readonly statements: readonly Sending[];
  readonly traffic: Traffic;
  /** A clause: what is gained. */
  readonly why: string;
  /** Why the steps before it do not do, each as a clause. */
  readonly before: readonly { readonly kind: StepKind; readonly why: string }[];
}

export type ReadSideStep =
  | (StepBase & { readonly kind: 'replica' })
  | (StepBase & { readonly kind: 'denormalise'; readonly copy: ColumnCopy; readonly across: 'shard' | 'service' })
  | (StepBase & { readonly kind: 'materialized-view'; readonly view: ViewPlan | undefined })
  | (StepBase & { readonly kind: 'read-model'; readonly model: ReadModelPlan | undefined });

/** How often tables are read and written: calls a second where rates are known, else places in the code. */
export interface Traffic {
  readonly reads: number;
  readonly writes: number;
  readonly by: 'rates' | 'places';
}

/** Columns of a parent that its child keeps, too. */
export interface ColumnCopy {
  readonly child: readonly string[];
  readonly parent: readonly string[];
  /** Child's column and parent's column of the join. */
  readonly on: readonly (readonly [string, string])[];
  /** `column` of the parent as `copy` of the child; the type where it is declared. */
  readonly columns: readonly { readonly column: string; readonly copy: string; readonly type: string | undefined }[];
  /** Statements that insert into the child: they have to give the copy. */
  readonly inserts: readonly Sending[];
  /** Statements that may change the parent's column: they have to change the copies. */
  readonly updates: readonly Sending[];
  /** What declares the two tables. */
  readonly near: readonly string[];
}

/** An answer that is kept: rows of a query by their key. */
export interface ViewPlan {
  readonly name: string;
  /** Columns in order; the first ones, as many as `keys`, tell the rows apart. */
  readonly columns: readonly ViewColumn[];
  readonly keys: number;
  /** FROM … WHERE … GROUP BY …, in the map's dialect. */
  readonly from: string;
  readonly groupBy: string;
  /** A key column by which a sharded table of the join is sharded: the kept rows can lie beside its rows. */
  readonly beside: { readonly column: string; readonly table: readonly string[] } | undefined;
  /** Whether there is a table or view of this name with these columns. */
  readonly exists: boolean;
  readonly near: readonly string[];
}

export interface ViewColumn {
  readonly name: string;
  /** SQL text. */
  readonly value: string;
  /** Undefined for computed ones. */
  readonly type: string | undefined;
  readonly nullable: boolean;
}

/** Rows of a join as one table that is read instead. */
export interface ReadModelPlan {
  readonly name: string;
  /** The table with one row for each row of the join. */
  readonly root: SourceTable;
  readonly parents: readonly SourceTable[];
  /** Aliases of the tables that columns are of. */
  readonly aliases: readonly string[];
  readonly columns: readonly {
    readonly name: string;
    readonly table: number;
    readonly column: string;
    readonly type: string | undefined;
    readonly nullable: boolean;
  }[];
  /** Column of the read table that most of its queries bind and that always has a value. */
  readonly key: string | undefined;
  /** Columns of the read table that queries bind, the most frequent first. */
  readonly bound: readonly string[];
  /** FROM … with conditions on constants, in the map's dialect; tables by their aliases. */
  readonly from: string;
  readonly where: string;
  readonly writers: readonly Sending[];
  readonly exists: boolean;
  readonly near: readonly string[];
}

/** A table of a read model and how a change of its rows leads to rows of the read model. */
export interface SourceTable {
  readonly name: readonly string[];
  readonly alias: string;
  /** Columns that say which row has changed: the root's key, or what a parent is joined by. */
  readonly key: readonly { readonly column: string; readonly type: string | undefined }[];
  /** Columns of the read table that have the values of a parent's key. */
  readonly held: readonly string[];
  /** The columns by which its rows are sharded: a change is kept on the shard of its row. */
  readonly shard: SourceTable['key'];
  /** The conditions from the root to it without itself, `{n}` for the value of the n-th key column. */
  readonly path: { readonly from: string; readonly where: string };
}

/** `readers` alone count as reads where they are given: what else reads one of the tables gains nothing. */
export function trafficOf(
  statements: readonly Sending[],
  tables: readonly string[],
  readers?: readonly Sending[],
): Traffic {
  const own = statements.filter((one) => one.own);
  const writing = own.filter(({ writes }) => writes.some((table) => tables.includes(table)));
  const reading =
    readers ?? own.filter(({ reads, writes }) => writes.length === 0 && reads.some((table) => tables.includes(table)));
  const by = [...writing, ...reading].some(({ rate }) => rate !== undefined) ? 'rates' : 'places';
  const sum = (all: readonly Sending[]): number =>
    all.reduce((total, { rate }) => total + (by === 'rates' ? (rate ?? 0) : 1), 0);
  return { reads: sum(reading), writes: sum(writing), by };
}

/** `22 reads to 1 write in the code`. */
export const trafficText = ({ reads, writes, by }: Traffic): string => {
  const figure = (n: number): string => String(Math.round(n * 10) / 10);
  const ends = by === 'rates' ? 'a second' : 'in the code';
  return `${figure(reads)} ${reads === 1 ? 'read' : 'reads'} to ${figure(writes)} ${writes === 1 ? 'write' : 'writes'} ${ends}`;
};

/** More than ten reads to a write, where anything is known to write at all. */
export const isMostlyRead = ({ reads, writes }: Traffic): boolean => writes > 0 && reads > 10 * writes;

export const sendsAtOnce = ({ file, name }: Sending): string => `${file}:${name.start}`;

/** Where a statement is shown: at its method, tag or first word. */
export const locationOf = ({ file, name }: Sending): Location => ({ file, span: name });
