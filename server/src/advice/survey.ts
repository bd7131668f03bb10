/** Everything that a decision about shards is made from: what a workspace sends, and what is declared of its tables. */
import type { Query } from '../query/model';
import type { Operation } from '../query/operation';
import type { Route } from '../routing/route';
import type { Schema } from '../schema/model';
import type { ShardMap } from '../shards/model';
import type { Location, Span } from '../text/span';
import type { Sent } from './tableUse';
import type { Work } from './work';

/** One map with the statements that it governs. Without a map in the workspace: a plan in which nothing is sharded yet. */
export interface Survey {
  readonly map: ShardMap;
  /** With the columns and keys that ORM models declare. */
  readonly schema: Schema;
  readonly planned: boolean;
  /** What a plan was made of: globs relative to the workspace folder, by importer. */
  readonly imports?: readonly { readonly importer: string; readonly pattern: string }[];
  /** In the order of files and places. */
  readonly statements: readonly Surveyed[];
  /** Most called first. Undefined where the map names no workload. */
  readonly onlyLogged?: readonly OnlyLogged[];
  /** Statements of the workload that no engine could read. */
  readonly unreadLogged?: number;
  /** Statements that no engine could read: where, and why; whether in code of the application itself, as in `Sent`. */
  readonly unread: readonly { readonly at: Location; readonly why: string; readonly own: boolean }[];
  /** Loops and transactions around the statements of the application itself; read when it is asked for. */
  readonly work?: () => Work;
}

/** SQL with parameters in the place of values, and what our router says of just that text. */
export interface Askable {
  readonly sql: string;
  readonly query: Query;
  readonly route: Route;
}

/** A statement that the map's workload has and no code here shows: another service's, or one that is made at run time. */
export interface OnlyLogged {
  readonly sql: string;
  readonly calls: number;
  /** Of all calls together. */
  readonly milliseconds?: number;
  readonly rate?: number;
  readonly operation: Operation;
  readonly tables: readonly string[];
  readonly query: Query;
  readonly route: Route;
  readonly at: Location;
  under(effective: { readonly map: ShardMap; readonly schema: Schema }): Route;
}

/** One statement that is sent: an item of the inventory with its query. */
export interface Surveyed extends Sent {
  /** The statement's text, or the call. */
  readonly at: Span;
  /** The method's name, the tag or the first word. */
  readonly name: Span;
  /** Module id of the ORM, or `sql`. */
  readonly orm: string;
  readonly operation: Operation;
  /** Physical names of all its tables, of those that it reads, and of those that it writes. */
  readonly tables: readonly string[];
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly sql: string;
  readonly target: 'primary' | 'replica' | 'unknown';
  /** Shared by the statements of one transaction. */
  readonly transaction?: string;
  /** The function that it stands in: `createOrder`, `OrderService.createOrder`. */
  readonly function?: string;
  /** Calls a second, where the map's traffic or a workload says them. */
  readonly rate?: number;
  /** Calls in the time that the map's workload covers; its part of them where several statements look alike. */
  readonly calls?: number;
  /** What stopped the reading; empty where all was understood. */
  readonly unknown: readonly string[];
  /** What a server can be asked about it; undefined where a library makes its text, or the source does not say all of it. */
  askable(): Askable | undefined;
  /** The route that another map would give it. */
  under(effective: { readonly map: ShardMap; readonly schema: Schema }): Route;
}
