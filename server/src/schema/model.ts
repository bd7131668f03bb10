/** Tables and columns as declared by DDL, ORM schemas and statistics: one model, whatever said it. */
import type { ForeignWriting, KeyWriting } from '../query/ddl';
import type { Expr, Query } from '../query/model';
import type { Location } from '../text/span';

export interface Schema {
  /** By `tableKey(name)`; look up with `findTable`, which knows that `orders` and `public.orders` are one. */
  readonly tables: ReadonlyMap<string, Table>;
  /** Enum types: folded name → values. */
  readonly enums: ReadonlyMap<string, readonly string[]>;
}

export interface Table {
  /** Qualified where the declaration says so: `['public', 'orders']`, `['orders']`. */
  readonly name: readonly string[];
  readonly kind: 'table' | 'view' | 'materialized-view';
  /** By name as the dialect folds it, in declaration order; look up with `findColumn`. */
  readonly columns: ReadonlyMap<string, ColumnFacts>;
  readonly primaryKey?: UniqueKey;
  readonly uniques: readonly UniqueKey[];
  readonly indexes: readonly IndexFacts[];
  readonly foreignKeys: readonly ForeignKey[];
  /** Columns of which a CHECK wants at least one to have a value: `num_nonnulls(a, b) = 1`. */
  readonly someNotNull?: readonly (readonly string[])[];
  /** EXCLUDE constraints. */
  readonly exclusions: readonly ExclusionKey[];
  readonly triggers: readonly { readonly name: string; readonly at: Location }[];
  readonly partitionBy?: {
    readonly strategy: string;
    readonly columns: readonly string[];
    readonly partitions?: number;
  };
  /** Parents by declaration: PARTITION OF and INHERITS. */
  readonly partitionOf?: readonly string[];
  readonly inherits?: readonly (readonly string[])[];
  readonly temporary?: boolean;
  /** False where columns come from something that is not read (CREATE TABLE AS a query, LIKE of an unknown table). */
  readonly columnsComplete: boolean;
  /** As a live database, or a file made from one, measured it; those of its columns stand at the columns. */
  readonly statistics?: TableStatistics;
  /** No declaration was read: that it exists, and which columns it has, statistics say alone. */
  readonly measured?: boolean;
  /** A view's query. */
  readonly definition?: Query;
  /** What CREATE TABLE lists, from the first column to the last column or constraint. */
  readonly list?: Location;
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
  readonly allowed?: {
    readonly values: readonly string[];
    readonly by: 'enum' | 'check' | 'boolean';
    readonly constraint?: string;
  };
  readonly statistics?: ColumnStatistics;
  /** What the model of an ORM says of a column that DDL declares. */
  readonly model?: { readonly type: string; readonly at: Location };
  readonly at: Location;
}

/** The database fills it in where an INSERT leaves it out. */
export const isFilledIn = ({ default: standard, identity, generated }: ColumnFacts): boolean =>
  standard !== undefined || identity !== undefined || generated === true;

export interface UniqueKey {
  readonly name?: string;
  /** Plain columns in order; an expression part is `undefined`. */
  readonly columns: readonly (string | undefined)[];
  /** Partial unique index. */
  readonly partial?: boolean;
  /** Where it is written so that it can be changed: as in ddl.ts. Gone as soon as a column has another name there. */
  readonly written?: Places<KeyWriting>;
  readonly at: Location;
}

/** Spans of a statement as places of its file. */
export type Places<W> = { readonly [K in keyof W]: Location };

export interface IndexFacts extends UniqueKey {
  readonly unique: boolean;
}

export interface ExclusionKey {
  readonly name?: string;
  readonly parts: readonly { readonly column?: string; readonly operator?: string }[];
  readonly at: Location;
}

export interface ForeignKey {
  readonly name?: string;
  readonly columns: readonly string[];
  readonly table: readonly string[];
  readonly referenced: readonly string[];
  readonly onDelete?: string;
  readonly onUpdate?: string;
  /** The columns that SET NULL or SET DEFAULT is about, where it names them. */
  readonly sets?: readonly string[];
  /** The ORM declares the relation but no database constraint. */
  readonly logical?: boolean;
  readonly written?: Places<ForeignWriting>;
  readonly at: Location;
}

/** Estimates, as databases keep them. */
export interface TableStatistics {
  readonly rows?: number;
  /** With indexes and out-of-line values; all partitions together. */
  readonly bytes?: number;
}

/** Names as in `pg_stats`; counts are rows, shares are 0 to 1. */
export interface ColumnStatistics {
  /** Different values; negative: that share of the rows, so that -1 is a value of its own for each. */
  readonly distinct?: number;
  readonly nullShare?: number;
  /** Most frequent first. The value is missing where whoever made the file kept it back. */
  readonly mostCommon?: readonly { readonly value?: string; readonly share: number }[];
  /** Between the order of values and that of the rows on disk, -1 to 1. */
  readonly correlation?: number;
  /** Of the whole table. */
  readonly rows?: number;
}

/** The map key of a table name: its parts, lower case, joined by dots. */
export const tableKey = (name: readonly string[]): string => name.join('.').toLowerCase();

export const emptySchema: Schema = { tables: new Map(), enums: new Map() };

/** The schemas that stand for "no schema": PostgreSQL's default search path. */
const defaultPath = ['public'] as const;

/** The table that a name means: as written, then through the search path, in both directions. */
export function findTable(
  schema: Schema,
  name: readonly string[],
  searchPath: readonly string[] = defaultPath,
): Table | undefined {
  const exact = schema.tables.get(tableKey(name));
  if (exact !== undefined) return exact;
  if (name.length === 1) {
    for (const path of searchPath) {
      const found = schema.tables.get(tableKey([path, ...name]));
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const [qualifier = '', ...rest] = name;
  if (rest.length !== 1 || !searchPath.includes(qualifier.toLowerCase())) return undefined;
  return schema.tables.get(tableKey(rest));
}

/** A column by name; MySQL's names differ in case only. */
export function findColumn(table: Table, name: string): ColumnFacts | undefined {
  const exact = table.columns.get(name);
  if (exact !== undefined) return exact;
  const folded = name.toLowerCase();
  for (const column of table.columns.values()) if (column.name.toLowerCase() === folded) return column;
  return undefined;
}
