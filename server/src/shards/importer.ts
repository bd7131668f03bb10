/** Reads the declaration of one sharding system. An importer is one module in `importers/` and one fixture. */
import type { Dialect, SqlParser } from '../dialects/dialect';
import type { Schema } from '../schema/model';
import type { MeasuredTable } from '../schema/statistics';
import type { Database, KeyCandidate, MapProblem, RouterChoice, ShardMap, ShardTable } from './model';
import type { SentSql } from './sentSql';

export interface Importer {
  readonly id: string;
  readonly title: string;
  readonly page: ImporterPage;
  /** Globs by which such a declaration is found in a workspace. */
  readonly files: readonly string[];
  /** A cheap look at the text: is it one of ours? */
  accepts(file: SourceText): boolean;
  /** It says what was measured, and declares nothing: no map is made of it alone. */
  readonly evidence?: boolean;
  /** One file says everything: alone in a workspace without a map, it is the map. */
  readonly standsAlone?: boolean;
  /** Those of `files` that are known by their names alone: the extension wakes up for them. */
  readonly wakes?: readonly string[];
  /** What to use when this declaration stands alone; undefined where it says nothing about shards. */
  readonly implies?: { readonly dialect: string; readonly router: string };
  /** Dialect whose parser `import` needs, if any; a function where it depends on the files or on the map's dialect. */
  readonly parses?: string | ((files: readonly SourceText[], mapDialect: string) => string | undefined);
  /** Texts in host languages whose SQL it wants, beside those that import one of them: see `ImportContext.sent`. */
  readonly sends?: RegExp;
  /** Pure; files in the order in which they apply. Every table remembers where it was declared. */
  import(files: readonly SourceText[], context: ImportContext): Imported;
}

/** What the importer's page says beside its fixture, in Markdown. */
export interface ImporterPage {
  /** What the declaration may hold and the map then lacks: an honest list. */
  readonly notRead: string;
  /** Where the format is described. */
  readonly sources: readonly string[];
}

export interface SourceText {
  readonly path: string;
  readonly text: string;
}

export interface ImportContext {
  readonly dialect?: { readonly dialect: Dialect; readonly parser: SqlParser };
  /** Name given in the map for what the declaration leaves unnamed (a VSchema file's keyspace). */
  readonly database?: string;
  /** By path, what a file in a host language sends when it is run, where that can be read. */
  readonly sent?: ReadonlyMap<string, readonly SentSql[]>;
}

export interface Imported {
  readonly tables: readonly ShardTable[];
  readonly databases: readonly Database[];
  readonly routingRules: ShardMap['routingRules'];
  readonly router?: RouterChoice;
  readonly schema?: Schema;
  readonly statistics?: readonly MeasuredTable[];
  readonly workload?: ShardMap['workload'];
  readonly defaultShardKeys?: readonly string[];
  /** What only hints at a key: it never makes a table sharded. */
  readonly candidates?: readonly KeyCandidate[];
  readonly problems: readonly MapProblem[];
  /** SQL statements met, and those among them that may be DDL but could not be read. */
  readonly coverage?: { readonly statements: number; readonly unread: number };
}

export const defineImporter = (importer: Importer): Importer => importer;
