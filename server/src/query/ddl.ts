/** Neutral DDL: what migrations say about tables. Dialects lower into it, `schema/` replays it in order. */
import type { Span } from '../text/span';
import type { Expr, Name, Query } from './model';

export type Ddl =
  | CreateTable
  | AlterTable
  | DropObject
  | CreateIndex
  | CreateView
  | CreateType
  | AlterEnum
  | RenameObject
  | CreateTrigger
  | OtherDdl;

export interface ColumnDef {
  readonly name: string;
  /** Lower-case type without modifiers: `varchar`, `timestamp with time zone` as `timestamptz`, `int` as `integer`, arrays with `[]`. */
  readonly type: string;
  /** Type modifiers as written: `varchar(20)` → ['20']; MySQL `enum('a','b')` → ['a','b']. */
  readonly modifiers: readonly string[];
  readonly notNull: boolean;
  readonly default?: Expr;
  /** serial, identity, AUTO_INCREMENT, AUTO_RANDOM. */
  readonly identity?: 'serial' | 'identity' | 'auto-increment' | 'auto-random';
  /** GENERATED ALWAYS AS (expr). */
  readonly generated?: Expr;
  readonly collation?: string;
  /** MySQL's AFTER column, or FIRST where `after` is left out; otherwise a new column is the last one. */
  readonly position?: { readonly after?: string };
  readonly span: Span;
}

/** How a key is written, for those who change it. */
export interface KeyWriting {
  /** What stands between the brackets of the key's columns. */
  readonly list?: Span;
  /** The key ends its column's definition: from the word before it to its own last one. There is no list then. */
  readonly inline?: Span;
}

/** How a foreign key is written: as a key, and from REFERENCES on. */
export interface ForeignWriting extends KeyWriting {
  /** The word REFERENCES. */
  readonly references: Span;
  /** What stands between the brackets behind the other table's name; else an empty span behind that name. */
  readonly referenced: Span;
}

export type ConstraintDef =
  | {
      readonly kind: 'primary' | 'unique';
      readonly name?: string;
      readonly columns: readonly IndexPart[];
      readonly usingIndex?: string;
      readonly written?: KeyWriting;
      readonly span: Span;
    }
  | {
      readonly kind: 'foreign';
      readonly name?: string;
      readonly columns: readonly string[];
      readonly references: Name;
      readonly referenced: readonly string[];
      readonly onDelete?: ForeignAction;
      readonly onUpdate?: ForeignAction;
      /** The columns that SET NULL or SET DEFAULT is about, where it names them. */
      readonly sets?: readonly string[];
      readonly written?: ForeignWriting;
      readonly span: Span;
    }
  | { readonly kind: 'check'; readonly name?: string; readonly expr: Expr; readonly span: Span }
  | { readonly kind: 'exclude'; readonly name?: string; readonly columns: readonly IndexPart[]; readonly span: Span };

export type ForeignAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default';

/** A key part: a plain column, or an expression (`column` undefined). */
export interface IndexPart {
  readonly column?: string;
  readonly expr?: Expr;
  readonly descending?: boolean;
  /** YugabyteDB `HASH`. */
  readonly hash?: boolean;
  /** EXCLUDE's operator (`=`, `&&`). */
  readonly operator?: string;
}

export interface PartitionBy {
  readonly strategy: 'hash' | 'list' | 'range' | 'key';
  readonly columns: readonly IndexPart[];
  readonly partitions?: number;
}

export interface CreateTable {
  readonly kind: 'create-table';
  readonly name: Name;
  readonly ifNotExists: boolean;
  readonly temporary: boolean;
  readonly columns: readonly ColumnDef[];
  readonly constraints: readonly ConstraintDef[];
  readonly partitionBy?: PartitionBy;
  readonly partitionOf?: Name;
  /** Indexes that stand in the column list (MySQL KEY, INDEX); `table` is that of the statement. */
  readonly indexes?: readonly CreateIndex[];
  readonly inherits: readonly Name[];
  readonly like?: Name;
  /** What LIKE copies beside columns, types and NOT NULL: PostgreSQL's INCLUDING words (`all`, `indexes`, `defaults`, `constraints`, `identity` …); MySQL: `all`. */
  readonly likeIncluding?: readonly string[];
  /** CREATE TABLE … AS. */
  readonly as?: Query;
  /** WITH (…) and table options, names in lower case. */
  readonly options: Readonly<Record<string, string>>;
  readonly span: Span;
}

export type AlterAction =
  | {
      readonly kind: 'add-column';
      readonly column: ColumnDef;
      readonly constraints: readonly ConstraintDef[];
      readonly span: Span;
    }
  | { readonly kind: 'drop-column'; readonly column: string; readonly span: Span }
  | { readonly kind: 'rename-column'; readonly from: string; readonly to: string; readonly span: Span }
  | {
      readonly kind: 'alter-type';
      readonly column: string;
      readonly type: string;
      readonly modifiers: readonly string[];
      readonly span: Span;
    }
  | { readonly kind: 'set-not-null' | 'drop-not-null'; readonly column: string; readonly span: Span }
  | {
      readonly kind: 'set-default' | 'drop-default';
      readonly column: string;
      readonly default?: Expr;
      readonly span: Span;
    }
  /** MySQL MODIFY and CHANGE: the whole definition anew. */
  | { readonly kind: 'redefine-column'; readonly column: string; readonly definition: ColumnDef; readonly span: Span }
  | { readonly kind: 'add-constraint'; readonly constraint: ConstraintDef; readonly span: Span }
  | { readonly kind: 'drop-constraint'; readonly name: string; readonly primary?: boolean; readonly span: Span }
  | { readonly kind: 'rename-constraint'; readonly from: string; readonly to: string; readonly span: Span }
  /** ADD GENERATED … AS IDENTITY; DROP IDENTITY leaves `identity` out. */
  | {
      readonly kind: 'set-identity';
      readonly column: string;
      readonly identity?: ColumnDef['identity'];
      readonly span: Span;
    }
  /** MySQL ALTER TABLE … ADD INDEX / ADD UNIQUE; `table` is that of the statement. */
  | { readonly kind: 'add-index'; readonly index: CreateIndex; readonly span: Span }
  | { readonly kind: 'drop-index'; readonly name: string; readonly span: Span }
  | { readonly kind: 'rename-index'; readonly from: string; readonly to: string; readonly span: Span }
  | { readonly kind: 'rename'; readonly to: Name; readonly span: Span }
  | { readonly kind: 'set-schema'; readonly schema: string; readonly span: Span }
  | { readonly kind: 'attach-partition' | 'detach-partition'; readonly partition: Name; readonly span: Span }
  | { readonly kind: 'other'; readonly what: string; readonly span: Span };

export interface AlterTable {
  readonly kind: 'alter-table';
  readonly name: Name;
  readonly actions: readonly AlterAction[];
  readonly span: Span;
}

export interface DropObject {
  readonly kind: 'drop';
  readonly object: 'table' | 'view' | 'index' | 'schema' | 'type' | 'sequence' | 'trigger' | 'other';
  readonly names: readonly Name[];
  readonly ifExists: boolean;
  readonly cascade?: boolean;
  /** Triggers, and MySQL's DROP INDEX … ON table. */
  readonly table?: Name;
  readonly span: Span;
}

export interface CreateIndex {
  readonly kind: 'create-index';
  readonly name?: string;
  readonly table: Name;
  readonly unique: boolean;
  readonly columns: readonly IndexPart[];
  /** Partial index condition. */
  readonly where?: Expr;
  readonly written?: KeyWriting;
  readonly span: Span;
}

export interface CreateView {
  readonly kind: 'create-view';
  readonly name: Name;
  readonly columns?: readonly string[];
  readonly query?: Query;
  readonly materialized: boolean;
  readonly span: Span;
}

/** CREATE TYPE … AS ENUM; `values` undefined for other types. */
export interface CreateType {
  readonly kind: 'create-type';
  readonly name: Name;
  readonly values?: readonly string[];
  readonly span: Span;
}

/** ALTER TYPE of an enum's values. */
export interface AlterEnum {
  readonly kind: 'alter-enum';
  readonly name: Name;
  readonly action:
    | { readonly kind: 'add'; readonly value: string; readonly before?: string; readonly after?: string }
    | { readonly kind: 'rename'; readonly from: string; readonly to: string };
  readonly span: Span;
}

/** ALTER … RENAME TO and SET SCHEMA of objects other than tables, and MySQL's RENAME TABLE a TO b, c TO d. */
export interface RenameObject {
  readonly kind: 'rename-object';
  readonly object: 'table' | 'view' | 'index' | 'type' | 'schema' | 'other';
  readonly pairs: readonly { readonly from: Name; readonly to: Name }[];
  readonly span: Span;
}

export interface CreateTrigger {
  readonly kind: 'create-trigger';
  readonly name: string;
  readonly table: Name;
  readonly span: Span;
}

export interface OtherDdl {
  readonly kind: 'other-ddl';
  readonly what: string;
  readonly names: readonly Name[];
  readonly span: Span;
}
