/** Tables and columns as declared by DDL, ORM schemas and statistics: one model, whatever said it. */
import type { Expr, Query } from '../query/model';
import type { Location } from '../text/span';

export interface Schema {
  /** By `tableKey(name)`. */
  readonly tables: ReadonlyMap<string, Table>;
  /** Enum types: folded name → values. */
  readonly enums: ReadonlyMap<string, readonly string[]>;
}

export interface Table {
  /** Qualified where the declaration says so: `['public', 'orders']`, `['orders']`. */
  readonly name: readonly string[];
  readonly kind: 'table' | 'view' | 'materialized-view';
  readonly columns: ReadonlyMap<string, ColumnFacts>;
  readonly primaryKey?: UniqueKey;
  readonly uniques: readonly UniqueKey[];
  readonly indexes: readonly IndexFacts[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly triggers: readonly { readonly name: string; readonly at: Location }[];
  readonly partitionBy?: {
    readonly strategy: string;
    readonly columns: readonly string[];
    readonly partitions?: number;
  };
  /** A view's query. */
  readonly definition?: Query;
  readonly at: Location;
}

export interface ColumnFacts {
  readonly name: string;
  /** As in ddl.ts: lower case, without modifiers. */
  readonly type: string;
  readonly modifiers: readonly string[];
  readonly nullable: boolean;
  readonly identity?: 'serial' | 'identity' | 'auto-increment' | 'auto-random';
  readonly default?: Expr;
  readonly generated?: boolean;
  /** Values that an enum type, a CHECK (x IN (…)) or an ORM enum allows, and which of them said so. */
  readonly allowed?: { readonly values: readonly string[]; readonly by: 'enum' | 'check' | 'boolean' };
  readonly statistics?: ColumnStatistics;
  readonly at: Location;
}

export interface UniqueKey {
  readonly name?: string;
  /** Plain columns in order; an expression part is `undefined`. */
  readonly columns: readonly (string | undefined)[];
  /** Partial unique index. */
  readonly partial?: boolean;
  readonly at: Location;
}

export interface IndexFacts extends UniqueKey {
  readonly unique: boolean;
}

export interface ForeignKey {
  readonly name?: string;
  readonly columns: readonly string[];
  readonly table: readonly string[];
  readonly referenced: readonly string[];
  readonly onDelete?: string;
  readonly onUpdate?: string;
  /** The ORM declares the relation but no database constraint. */
  readonly logical?: boolean;
  readonly at: Location;
}

/** Names as in `pg_stats`; counts are rows, shares are 0 to 1. */
export interface ColumnStatistics {
  readonly distinct?: number;
  readonly nullShare?: number;
  readonly mostCommon?: readonly { readonly value: string; readonly share: number }[];
  readonly correlation?: number;
  readonly rows?: number;
}

/** The map key of a table name: its parts, lower case, joined by dots. */
export const tableKey = (name: readonly string[]): string => name.join('.').toLowerCase();

export const emptySchema: Schema = { tables: new Map(), enums: new Map() };
