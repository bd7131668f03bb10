/** What users see, in source coordinates: the same for the editor, the CLI and the report. */
import type { Operation } from '../query/operation';
import type { Route } from '../routing/route';
import type { Severity } from '../shards/model';
import type { Location, Span } from '../text/span';

export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: Route['confidence'];
  readonly message: string;
  readonly file: string;
  readonly span: Span;
  readonly related: readonly { readonly location: Location; readonly message: string }[];
  readonly fixes: readonly Fix[];
  /** Survives moved lines: rule, file and the statement's text, not its position. */
  readonly fingerprint: string;
  /** Places with a part in it by name: `write` becomes the public fields `writeFile` and `writeLine`. */
  readonly places?: Readonly<Record<string, Location>>;
}

export interface Fix {
  readonly title: string;
  readonly safe: boolean;
  readonly edits: readonly FileEdit[];
}

/** `span` in the file as it is; an absent file is created. */
export interface FileEdit {
  readonly file: string;
  readonly span: Span;
  readonly text: string;
}

/** One statement of the inventory (`shardlint queries`). */
export interface InventoryItem {
  readonly file: string;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly orm: string;
  readonly operation: Operation;
  readonly tables: readonly string[];
  /** Those of them that it writes. */
  readonly writes: readonly string[];
  /** Stands in code of the application itself, not in tests, migrations, seeds and scripts. */
  readonly own: boolean;
  readonly route: Route;
  readonly target: 'primary' | 'replica' | 'unknown';
  readonly transaction: string | null;
  readonly confidence: Route['confidence'];
  readonly sql: string;
  /** What stopped the reading; empty where all was understood. */
  readonly unknown: readonly string[];
}

export interface Coverage {
  readonly statements: number;
  readonly understood: number;
  readonly unknown: number;
  /** Statements that no engine could read: shown on demand, never underlined. */
  readonly unread: readonly { readonly location: Location; readonly why: string }[];
}

/** Result of one check: everything a shell needs. */
export interface Checked {
  readonly findings: readonly Finding[];
  readonly inventory: readonly InventoryItem[];
  readonly coverage: Coverage;
  /** Texts of the files that findings stand in, for code frames and line numbers. */
  text(file: string): string | undefined;
  /** What a person called files that lie elsewhere. */
  readonly given?: ReadonlyMap<string, string>;
}
