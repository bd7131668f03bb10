/**
 * What a language server asks of the engine for one workspace folder. Everything is asynchronous and plain data, so
 * that the same questions can be put to another process.
 */

import type { Ask, Forecast } from '../advice/reshard/forecast';
import type { ShardReport } from '../advice/shardReport/model';
import type { Confidence, Route } from '../routing/route';
import type { RouteClass } from '../routing/routeClass';
import type { MapProblem } from '../shards/model';
import type { Location, Span } from '../text/span';
import type { AdviceAsk, AdvicePage } from './advicePages';
import type { Coverage, FileEdit, Finding } from './finding';
import type { Offer } from './mapHelp';
import type { otherKeys } from './otherKeys';
import type { Proposal } from './proposals';
import type { Shape } from './statementShape';
import type { FileChange } from './workspace';
import type { ReportAsk, TableStatement, TableView } from './workspaceReport';

export interface Analysis {
  readonly root: string;
  /** The maps in use, the most general first; empty: there is nothing to do. */
  maps(): Promise<readonly MapView[]>;
  /** The map that governs a file. */
  mapOf(path: string): Promise<MapView | undefined>;
  /** Takes an editor's text for a file; undefined: what is on disk counts again. */
  setBuffer(path: string, text: string | undefined): void;
  /** What has changed on disk or in a buffer. Answers whether maps were read again: then all may be different. */
  apply(changes: readonly FileChange[]): Promise<boolean>;
  /** Whether a map depends on the file, so that a change of its buffer must be told with `apply`. */
  isDeclaration(path: string): boolean;
  /** Undefined where no map governs the file, or it cannot be read. */
  file(path: string): Promise<FileView | undefined>;
  /**
   * What is found in an open document by itself while somebody types in it: quicker than `file`, which knows better when the
   * editor rests. Undefined where only `file` can say.
   */
  whileTyping(path: string): Promise<Pick<FileView, 'text' | 'findings' | 'faults'> | undefined>;
  /**
   * Findings in a file about what functions do one after another, as far as statements are known. `last`: what was said
   * last, moved along with the text.
   */
  unitFindings(path: string, last?: boolean): Promise<readonly Finding[]>;
  /** Maps and declarations: mistakes in them, and findings about them as far as statements are known. */
  mapReports(): Promise<readonly MapReport[]>;
  /**
   * What `mapReports` last said of a file, moved along with its text; `current` where nothing has changed since. Keystrokes
   * ask for it: looking at all statements of a workspace anew takes longer than they wait.
   */
  standing(path: string): Promise<{ readonly findings: readonly Finding[]; readonly current: boolean }>;
  /** Text of a file that findings, problems or locations point into. */
  text(path: string): Promise<string | undefined>;
  /** Sums over all files that were asked for, with what `mapReports` said last. */
  totals(): Promise<Totals>;
  /** The files that a scan reads. */
  sources(cancelled?: () => boolean): Promise<readonly string[]>;
  /** The edit that accepts a finding where it stands. */
  suppress(
    path: string,
    finding: Pick<Finding, 'rule' | 'span'>,
    scope: 'line' | 'file',
  ): Promise<FileEdit | undefined>;
  /** In a map file: what may be written at an offset. */
  complete(path: string, offset: number): Promise<readonly Offer[]>;
  /** In a map file: what a key means, what a table is. Markdown. */
  describe(path: string, offset: number): Promise<{ readonly span: Span; readonly markdown: string } | undefined>;
  /** Where the table under the cursor is declared: in the map from SQL, in the schema from the map. */
  declaration(path: string, offset: number): Promise<readonly Location[]>;
  /** The configuration that governs a file, as YAML with the origin of each value; undefined without a map. */
  effectiveConfig(path: string | undefined): Promise<{ readonly text: string; readonly map: string } | undefined>;
  /** What moves when servers come or go; undefined without a map. */
  forecast(path: string | undefined, ask: Ask): Promise<Forecast | undefined>;
  /** Advice over all statements, with or without a map. */
  advise(ask: AdviceAsk): Promise<AdvicePage>;
  /** In a map file, at a table: other columns that it could be sharded by. */
  otherKeys(path: string, offset: number): Promise<ReturnType<typeof otherKeys>>;
  /** The shard report over the files that were asked for: of the workspace after all of `sources` were. */
  shardReport(ask: ReportAsk): Promise<ShardReport>;
  /** The tables of all maps, with the statements of the files that were asked for. */
  tables(): Promise<readonly TableView[]>;
  tableStatements(asked: {
    readonly map: string;
    readonly table: string;
    readonly class: RouteClass;
  }): Promise<readonly TableStatement[]>;
  proposals(): Promise<readonly Proposal[]>;
  /** Every path and glob whose change matters beyond the sources themselves. */
  watched(): Promise<readonly string[]>;
}

export interface MapView {
  readonly file: string;
  readonly router: string;
  readonly dialect: string;
  readonly tables: number;
  readonly errors: number;
  /** A declaration that stands in for a map. */
  readonly implicit: boolean;
}

export interface FileView {
  readonly file: string;
  readonly text: string;
  readonly findings: readonly Finding[];
  readonly statements: readonly StatementView[];
  /** Bugs of ours that were caught: rule or module, and what was thrown. */
  readonly faults: readonly { readonly rule: string; readonly error: string }[];
}

/** A statement with all spans in its file. */
export interface StatementView {
  readonly orm: string;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly sql: string;
  /** What a library's call sends, as the map's database would read it. */
  readonly shape?: Shape;
  readonly route: Route;
  readonly confidence: Confidence;
  readonly tables: readonly { readonly name: string; readonly span: Span; readonly declared?: Location }[];
  readonly why: Coverage['unread'][number]['why'] | undefined;
}

export interface MapReport {
  readonly file: string;
  readonly problems: readonly MapProblem[];
  readonly findings: readonly Finding[];
}

export interface Totals {
  readonly files: number;
  readonly statements: number;
  readonly understood: number;
  readonly findings: readonly Finding[];
  readonly unread: Coverage['unread'];
}
