/**
 * The shape of a rule. A rule sees queries, routes, the map and the schema: no text, no syntax tree, no files.
 * Message ids and their placeholders are checked by the compiler.
 */
import type { Query } from '../query/model';
import type { Route } from '../routing/route';
import type { Schema } from '../schema/model';
import type { Severity, ShardMap, ShardTable } from '../shards/model';
import type { Location, Span } from '../text/span';
import type { Unit } from './unit';

/** What a rule may be about. `migration` covers seeds and scripts too; SQL migration files are `sql-migration`. */
export type FileKind = 'source' | 'test' | 'migration' | 'sql-migration';

export interface RuleMeta<Messages extends Record<string, string> = Record<string, string>> {
  /** The problem in a few words. */
  readonly summary: string;
  /** What it costs. */
  readonly why: string;
  /** What to do. */
  readonly remedy: string;
  /** When the rule should be turned off. */
  readonly whenNot?: string;
  readonly sources?: readonly string[];
  readonly severity: Severity;
  /** Severity by kind of file where it differs; `off` for none. */
  readonly severityIn?: Partial<Record<FileKind, Severity | 'off'>>;
  readonly since: string;
  /** One finding a statement and cause: this rule is silent where one of these speaks of the same statement. */
  readonly yieldsTo?: readonly string[];
  /** Text with `{placeholder}`s: what, why it costs, what to do; three sentences at most. */
  readonly messages: Messages;
}

type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

type MessageData<Text extends string> = [Placeholders<Text>] extends [never]
  ? Readonly<Record<string, never>>
  : Readonly<Record<Placeholders<Text>, string | number>>;

export type Report<Messages extends Record<string, string>> = <Id extends keyof Messages & string>(
  message: Id,
  at: Span,
  data: MessageData<Messages[Id]>,
  more?: ReportMore,
) => void;

export interface ReportMore {
  readonly related?: readonly Related[];
  readonly fixes?: readonly QueryFix[];
  /** Fixes that stand elsewhere: a migration, the map. */
  readonly repairs?: readonly MapFix[];
  /** Offer to bind these keys where a variable of that name is in scope: the engine knows the host. */
  readonly bind?: { readonly table: string; readonly alias: string; readonly columns: readonly string[] };
  readonly confidence?: Route['confidence'];
  /** Overrides the rule's severity for this finding, e.g. where an alternative is single. */
  readonly severity?: Severity;
}

/** A place that explains a finding: in this statement (`span`), or elsewhere (`location`). */
export type Related =
  | { readonly span: Span; readonly message: string }
  | { readonly location: Location; readonly message: string };

/** Edits in the statement's own coordinates; the engine maps them to the source or drops the fix. */
export interface QueryFix {
  readonly title: string;
  readonly safe: boolean;
  readonly edits: readonly QueryEdit[];
}

export interface QueryEdit {
  readonly span: Span;
  readonly text: string;
}

export interface QueryContext<Messages extends Record<string, string>> {
  readonly route: Route;
  readonly target: Placed['target'];
  /** As `Placed.targetByName`. */
  readonly targetByName: boolean;
  /** Undefined outside of transactions. */
  readonly transaction: string | undefined;
  /** A row that writes itself back by its primary key. */
  readonly ofRow: boolean;
  /** The file that the statement stands in; `serviceOf` knows whose it is. Who asks is asked again in every file. */
  readonly path: string;
  readonly map: ShardMap;
  readonly schema: Schema;
  readonly file: FileKind;
  /** Absent where fixes are not asked for. */
  readonly placing?: Placing;
  table(name: readonly string[]): ShardTable | undefined;
  readonly report: Report<Messages>;
}

/** One statement of a unit or workspace, with its place. */
export interface Placed {
  readonly file: string;
  /** Module id of the ORM, or `sql`. */
  readonly orm: string;
  readonly query: Query;
  /** All that the call sends, `query` among it: nested writes, an eager load after a write. */
  readonly queries: readonly Query[];
  readonly route: Route;
  /** The same object for statements whose queries are the same but for literals. */
  readonly alike?: object;
  /** The statement in its file: its text, or the call. */
  readonly at: Span;
  /** The method's name, the tag or the first word. */
  readonly name: Span;
  /** Physical names of the tables that it reads and writes, eager loads and nested writes included. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Maps a query span to the file. */
  toSource(span: Span): Span;
  readonly kind: FileKind;
  /** In code of the application itself: of the kind `source`. */
  readonly own: boolean;
  /** How sure it is that it is sent at all. */
  readonly confidence: Route['confidence'];
  readonly transaction?: string;
  readonly target: 'primary' | 'replica' | 'unknown';
  /** Known by the client's name alone. */
  readonly targetByName: boolean;
  /** Calls a second, where the map's traffic says it. */
  readonly rate?: number;
}

export interface MapContext<Messages extends Record<string, string>> {
  readonly map: ShardMap;
  /** What DDL declares. */
  readonly schema: Schema;
  /** Both, with what the models of ORMs say of tables and columns beside DDL. */
  readonly known: { readonly map: ShardMap; readonly schema: Schema };
  readonly placing: Placing;
  /** `at` is a location in the map or a declaration. */
  report<Id extends keyof Messages & string>(
    message: Id,
    at: Location,
    data: MessageData<Messages[Id]>,
    more?: Omit<ReportMore, 'fixes'> & { readonly fixes?: readonly MapFix[] },
  ): void;
}

export interface MapFix {
  readonly title: string;
  readonly safe: boolean;
  readonly edits: readonly MapEdit[];
}

/** At the start of a file that does not exist, it makes the file. */
export interface MapEdit {
  readonly at: Location;
  readonly text: string;
}

/** Where a fix puts what it writes anew. The same workspace always gives the same places; names are made safe. */
export interface Placing {
  /**
   * The next migration, in the form of those that are there; of several folders in the one that is nearest to the files
   * `near`. Statements are whole, without semicolons. Undefined where the database has no migrations in SQL.
   */
  migration(
    title: string,
    steps: { readonly up: readonly string[]; readonly down: readonly string[] },
    near?: readonly string[],
  ): readonly MapEdit[] | undefined;
  /** There are migrations that a new one would follow. */
  migrated(): boolean;
  /**
   * A column with the keys that hold it, in the model that declares the child, as the parent's has it. Undefined where
   * models are not of a form that is written.
   */
  model(
    child: Location,
    parent: Location,
    added: {
      readonly column: string;
      readonly unique: readonly string[];
      readonly index: readonly string[];
      /** The relation to the parent goes over it too. */
      readonly widened: boolean;
    },
  ): readonly MapEdit[] | undefined;
  /** A file by its path from the map's folder; undefined where there is one. */
  file(path: string, text: string): MapEdit | undefined;
  /** Entries of a section of the map, their values as JSON; undefined where one of them is there already. */
  entries(section: string, values: Readonly<Record<string, string>>): MapEdit | undefined;
  /** `src/orders.ts:42`, from the map's folder. */
  where(location: Location): string;
  /**
   * What an entry of a section says, values as JSON: a new one, or the one that is there with its other fields.
   * Undefined where that cannot be said in the map's own file.
   */
  change(section: string, key: string, fields: Readonly<Record<string, string>>): MapEdit | undefined;
}

/** What a rule on units reports stands anywhere in host code; `statement` is the one that the finding is about. */
export interface UnitContext<Messages extends Record<string, string>> {
  readonly map: ShardMap;
  readonly schema: Schema;
  /** The rule's own options in the map. */
  readonly options: Readonly<Record<string, unknown>>;
  table(name: readonly string[]): ShardTable | undefined;
  report<Id extends keyof Messages & string>(
    message: Id,
    at: Location,
    data: MessageData<Messages[Id]>,
    more: UnitReport,
  ): void;
}

export interface UnitReport extends Omit<ReportMore, 'fixes' | 'bind' | 'related'> {
  readonly confidence: Route['confidence'];
  /** Kind of file that the finding stands in: severity depends on it. */
  readonly kind: FileKind;
  /** What tells this finding from others of the rule in that file, whatever its lines: see `Finding.fingerprint`. */
  readonly identity: string;
  /** Calls between the unit and what it is about: the nearest unit tells it. */
  readonly distance: number;
  readonly related?: readonly { readonly location: Location; readonly message: string }[];
  readonly fixes?: readonly MapFix[];
  /** Further public fields, e.g. the other place of a pair. */
  readonly places?: Readonly<Record<string, Location>>;
}

export interface WorkspaceContext<Messages extends Record<string, string>> extends MapContext<Messages> {
  readonly statements: readonly Placed[];
}

/** A rule with none of the four is asked by the engine: `unused-suppression`. */
export interface Rule<Messages extends Record<string, string> = Record<string, string>> {
  readonly id: string;
  readonly meta: RuleMeta<Messages>;
  query?(query: Query, context: QueryContext<Messages>): void;
  map?(context: MapContext<Messages>): void;
  unit?(unit: Unit, context: UnitContext<Messages>): void;
  workspace?(context: WorkspaceContext<Messages>): void;
}

export const defineRule = <const Messages extends Record<string, string>>(rule: Rule<Messages>): Rule<Messages> => rule;

/** Any rule, once its own message types no longer matter. */
// biome-ignore lint/suspicious/noExplicitAny: rules differ in their message types; the barrel holds them all.
export type AnyRule = Rule<any>;
