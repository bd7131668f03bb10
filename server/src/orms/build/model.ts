/** Models as an ORM declares them: host names on one side, physical tables and columns on the other. */
import type { Expr } from '../../query/model';
import type { ColumnFacts } from '../../schema/model';
import type { Location } from '../../text/span';

export interface Model {
  readonly name: string;
  /** Physical name, schema first where the declaration has one. */
  readonly table: readonly string[];
  /** By host name. */
  readonly fields: ReadonlyMap<string, Field>;
  readonly relations: ReadonlyMap<string, Relation>;
  /** Host names of fields; compound keys by the name that a filter calls them. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
  readonly primaryKey: readonly string[];
  readonly kind: 'table' | 'view';
  /** False where nothing declares it and names are taken as they are written. */
  readonly declared: boolean;
  readonly at: Location;
}

export interface Field {
  readonly name: string;
  readonly column: string;
  /** As in schema/model.ts: lower case, without modifiers. */
  readonly type: string;
  readonly modifiers: readonly string[];
  readonly nullable: boolean;
  readonly identity?: ColumnFacts['identity'];
  /** The client or the database fills it in when it is left out. */
  readonly defaulted?: boolean;
  /** What fills it in, where the source says it. */
  readonly default?: Expr;
  /** The library sends a value of its own where a row lacks one: `@default(cuid())`, `$defaultFn`, `defaultValue`. */
  readonly supplied?: boolean;
  /** The values of its enum. */
  readonly allowed?: readonly string[];
  readonly at: Location;
}

/** Column pairs that always match between a row and its related rows. */
export interface Pair {
  readonly own: string;
  readonly other: string;
}

export interface Relation {
  readonly name: string;
  /** Model name. */
  readonly target: string;
  readonly many: boolean;
  /** Physical columns; with `through`, to the link table. */
  readonly on: readonly Pair[];
  /** The row itself holds the foreign key. */
  readonly owns: boolean;
  /** A link table that no model may stand for; `on` leads to it, and this leads on: `own` is the link's column. */
  readonly through?: { readonly table: readonly string[]; readonly on: readonly Pair[] };
  readonly optional?: boolean;
  readonly onDelete?: string;
  /** No constraint in the database. */
  readonly logical?: boolean;
  readonly at: Location;
}

/** A model that nothing declares: every name is taken as it is written. */
export const undeclared = (name: string, table: readonly string[], at: Location): Model => ({
  name,
  table,
  fields: new Map(),
  relations: new Map(),
  keys: new Map(),
  primaryKey: [],
  kind: 'table',
  declared: false,
  at,
});
