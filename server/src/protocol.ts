/**
 * What client and server say to each other beyond the language server protocol: types only, and the one file of the
 * server that the client may import. Method names are the keys of `Requests` and of the two notification maps, so
 * that a wrong name or a wrong shape does not compile on either side.
 *
 * Other editors need none of this: diagnostics, code actions, hover, lens and completion are plain protocol. Positions
 * are LSP positions (0-based, UTF-16), places are URIs.
 */
import type { Position, Range } from 'vscode-languageserver-types';

/** Asked by the client, answered by the server. */
export interface Requests {
  /** The route of the statement at a position and why; null where no statement stands. */
  readonly 'shardlint/explain': Call<ExplainParams, Explanation | null>;
  /** The configuration that governs a document (or the first folder), with the origin of every value. */
  readonly 'shardlint/effectiveConfig': Call<EffectiveConfigParams, EffectiveConfig>;
  /**
   * Reads the whole workspace and publishes its findings. The server reports progress (`$/progress`, percentage and
   * message) on the token given; a scan stopped by `$/cancelRequest` is an ordinary result with `cancelled: true`.
   */
  readonly 'shardlint/scan': Call<ScanParams, ScanSummary>;
  /** Declarations in a folder from which a first map can be written, best first. */
  readonly 'shardlint/configCandidates': Call<ConfigCandidatesParams, ConfigCandidates>;
  /** What moves when servers come or go, for the map that governs a document (or the first folder). */
  readonly 'shardlint/reshard': Call<ReshardParams, ReshardForecast>;
  /**
   * A page of advice over all statements of a folder; works without a map. Progress is reported on the token given, as for
   * `shardlint/scan`.
   */
  readonly 'shardlint/advice': Call<AdviceParams, Advice>;
  /** The text of a folder's baseline: what is found today, or, where there is one, what of it is left. Reads the workspace. */
  readonly 'shardlint/baseline': Call<BaselineParams, Baseline>;
  /**
   * Reads what was not read yet, with progress as `shardlint/scan`, and writes the shard report. Findings of files that are
   * not open are not published by it.
   */
  readonly 'shardlint/report': Call<ReportParams, Report>;
  /** The tables of the maps with their statements, as far as files were read: for a tree. */
  readonly 'shardlint/tables': Call<null, Tables>;
  /** The statements of a table that run in one way; at most 500. */
  readonly 'shardlint/tableStatements': Call<TableStatementsParams, TableStatements>;
  /** Statements that were found and could not be read; at most 500. */
  readonly 'shardlint/unread': Call<null, UnreadStatements>;
}

/** Asked by a server that has no files of its own, answered by the client. Paths as in file URIs, decoded. */
export interface FileRequests {
  /** All files below a folder; folders of the names in `skip` are not entered. */
  readonly 'shardlint/listFiles': Call<{ readonly root: string; readonly skip: readonly string[] }, readonly string[]>;
  readonly 'shardlint/readFile': Call<{ readonly path: string }, Uint8Array | null>;
  readonly 'shardlint/exists': Call<{ readonly path: string }, boolean>;
  /** A file that is shipped beside the bundle. */
  readonly 'shardlint/asset': Call<{ readonly name: string }, Uint8Array | null>;
}

/** Told by the server, without an answer. */
export interface ServerNotifications {
  /** Sent at the start, after each change of a map, a finished analysis or scan, and after `shardlint/activeDocument`. */
  readonly 'shardlint/status': Status;
}

/** Told by the client, without an answer. */
export interface ClientNotifications {
  /** The file in front: the status that follows speaks of the map that governs it. */
  readonly 'shardlint/activeDocument': { readonly uri: string };
}

interface Call<Params, Result> {
  readonly params: Params;
  readonly result: Result;
}

/**
 * - `starting`: maps are being read.
 * - `idle`: on purpose nothing to do: no map, switched off, or no map that governs the active document.
 * - `scanning`: a scan of the workspace runs.
 * - `ready`: the map is read, and figures are current.
 * - `problem`: the map has errors, or a bug was caught; `message` says which.
 */
export type StatusState = 'starting' | 'idle' | 'scanning' | 'ready' | 'problem';

/** The answer to "why do I see nothing?". */
export interface Status {
  readonly state: StatusState;
  /** Whose rules decide (`vitess`, `citus`, `generic`), null without a map. */
  readonly router: string | null;
  /** The map in use, null without one. */
  readonly map: string | null;
  /** Tables that the map knows. */
  readonly tables: number;
  /** Statements found so far in the documents and files that were read. */
  readonly statements: number;
  /** How many of them have a known route. */
  readonly understood: number;
  /** Findings shown at present. */
  readonly problems: number;
  /** One sentence for people, without a full stop: "812 of 840 queries understood", "No shard map in this workspace". */
  readonly message: string;
  /** What could be done next, one sentence; null where nothing is to be done. */
  readonly hint: string | null;
}

export interface ExplainParams {
  readonly uri: string;
  readonly position: Position;
}

export interface Explanation {
  /** The statement, for a highlight. */
  readonly range: Range;
  /** A Markdown page of its own: the statement, its route, the reasons with links to their places. */
  readonly markdown: string;
}

export interface EffectiveConfigParams {
  readonly uri: string | null;
}

export interface EffectiveConfig {
  /** YAML, each value followed by a comment that says where it comes from. */
  readonly text: string;
  /** The map in use, null without one. */
  readonly map: string | null;
}

export interface AdviceParams {
  /** A file of the folder that is meant; null: the first one. */
  readonly uri: string | null;
  readonly about: AdviceTopic;
  readonly workDoneToken: string | number | null;
}

export type AdviceTopic =
  /** Candidate shard keys; every key of one table, or the ranking over all. */
  | { readonly kind: 'keys'; readonly table: string | null }
  /** What `orders=tenant_id` would change. */
  | { readonly kind: 'what-if'; readonly change: string }
  /** Tables that could have a database of their own, and what each cut would break. */
  | { readonly kind: 'services' };

export interface Advice {
  /** A Markdown page; null where there is no answer. */
  readonly markdown: string | null;
  /** Why there is no answer, one sentence. */
  readonly why: string | null;
}

export interface ReshardParams {
  readonly uri: string | null;
  /** Servers today; null: as the map says. */
  readonly from: number | null;
  /** Servers afterwards; null: one more. */
  readonly to: number | null;
}

export interface ReshardForecast {
  /** A Markdown page; null where there is no answer. */
  readonly markdown: string | null;
  /** Servers today, as far as the map says it: the smallest number of them where databases differ. */
  readonly servers: number | null;
  /** Why there is no answer, one sentence. */
  readonly why: string | null;
}

export interface ScanParams {
  readonly workDoneToken: string | number | null;
  /** Folders to scan; all folders of the workspace where null. */
  readonly folders: readonly string[] | null;
}

export interface BaselineParams {
  readonly folder: string;
}

export interface Baseline {
  /** Where it belongs, a file URI; null where the setting names no file of the folder. */
  readonly uri: string | null;
  /** Undefined where nothing is to be written. */
  readonly text: string | null;
  /** Findings that it accepts. */
  readonly accepted: number;
  /** Findings that were accepted and are mended. */
  readonly mended: number;
}

export interface ScanSummary {
  readonly files: number;
  readonly statements: number;
  readonly understood: number;
  readonly problems: number;
  readonly cancelled: boolean;
}

export interface ConfigCandidatesParams {
  readonly folder: string;
}

export interface ConfigCandidates {
  /** A map that exists already: the client opens it instead of proposing another one. */
  readonly existing: string | null;
  readonly candidates: readonly ConfigCandidate[];
}

export interface ConfigCandidate {
  /** "Vitess VSchema in db/vschema.json". */
  readonly label: string;
  /** "3 sharded tables, 2 reference tables". */
  readonly detail: string;
  /** Where the map belongs: a file URI that does not exist yet. */
  readonly uri: string;
  /** The map's text, YAML. */
  readonly text: string;
}

export interface UnreadStatements {
  readonly statements: readonly UnreadStatement[];
  /** All of them, also those beyond the limit. */
  readonly total: number;
}

export interface UnreadStatement {
  readonly uri: string;
  readonly range: Range;
  /** The statement's beginning, on one line. */
  readonly text: string;
  /** Why it could not be read, in words of ours. */
  readonly why: string;
}

/** The `shardlint.*` settings, as `workspace/configuration` answers for the section `shardlint`. */
export interface Settings {
  readonly enable: boolean;
  /** A map for the whole folder, relative to it; empty: the nearest one upward from each file. */
  readonly configFile: string;
  /** Findings that this file accepts are not shown; relative to the folder, empty: none. */
  readonly baseline: string;
  readonly run: 'onType' | 'onSave';
  /** Findings with less confidence are not shown. */
  readonly minConfidence: 'certain' | 'likely' | 'guess';
  /** Globs, relative to the folder, of files that are never analysed. */
  readonly exclude: readonly string[];
  /** `openFiles`: only what is open; `workspace`: every file, from the start. */
  readonly scope: 'openFiles' | 'workspace';
  readonly hover: boolean;
  readonly codeLens: boolean;
}

export interface ReportParams {
  readonly workDoneToken: string | number | null;
  /** `view`: a body whose links carry `data-uri`, `data-line`, `data-column` (0-based), and whose buttons carry `data-action`. */
  readonly format: 'view' | 'html' | 'md' | 'json';
  /** Where it will be written: links in it lead from there. Null: names are relative to the folder. */
  readonly target: string | null;
}

export interface Report {
  /** Null where it was cancelled. */
  readonly text: string | null;
  /** For `view`: the style sheet that belongs to it. */
  readonly style: string;
}

export interface Tables {
  /** Maps in use: 0 where there is nothing to be known. */
  readonly maps: number;
  /** Files that were read. */
  readonly files: number;
  readonly tables: readonly TableInMap[];
}

export interface TableInMap {
  readonly map: string;
  /** More than one map: its path in the folder. */
  readonly mapName: string | null;
  readonly name: string;
  readonly kind: string;
  readonly key: readonly string[];
  /** By the words of the inventory: `single`, `scatter`, `cross-shard-join` …; the most expensive first. */
  readonly classes: readonly { readonly class: string; readonly name: string; readonly count: number }[];
}

export interface TableStatementsParams {
  readonly map: string;
  readonly table: string;
  readonly class: string;
}

export interface TableStatements {
  readonly statements: readonly TableStatement[];
  readonly total: number;
}

export interface TableStatement {
  readonly uri: string;
  readonly range: Range;
  /** The statement's beginning, on one line. */
  readonly text: string;
  readonly function: string | null;
  readonly writes: boolean;
  readonly why: string | null;
}
