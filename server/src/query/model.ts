/**
 * The neutral query: what a statement asks of its tables, whatever language, dialect or ORM said it.
 *
 * Dialects lower parse trees into it, ORM modules build it directly, routers and rules read nothing else.
 * Spans are offsets in the text that the query was read from: the SQL text where it came from SQL, the host file
 * where an ORM module built it. Identifiers are folded as the dialect folds them (PostgreSQL: unquoted → lower case).
 */
import type { Span } from '../text/span';

// ── names ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** `schema.table`, `keyspace.table` or `table`; never empty. The last part is the table. */
export interface Name {
  readonly parts: readonly string[];
  readonly span: Span;
}

// ── expressions ─────────────────────────────────────────────────────────────────────────────────────────────────

export type Expr =
  | Column
  | Star
  | Const
  | Param
  | Compare
  | In
  | Between
  | Like
  | IsNull
  | IsTruth
  | Logic
  | Not
  | Exists
  | ScalarQuery
  | Cast
  | Row
  | ArrayOf
  | Call
  | Operation
  | Case
  | Choice
  | Opaque;

/** A column reference; `qualifier` is the alias or table path before it, empty where unqualified. */
export interface Column {
  readonly kind: 'column';
  readonly qualifier: readonly string[];
  readonly name: string;
  readonly span: Span;
}

/** `*` or `t.*` in a select list, or the argument of `count(*)`. */
export interface Star {
  readonly kind: 'star';
  readonly qualifier: readonly string[];
  readonly span: Span;
}

/** A literal. Numbers that a double cannot hold keep their digits as a bigint (integers) or a string (`type: 'number'`). */
export interface Const {
  readonly kind: 'const';
  readonly type: 'string' | 'number' | 'boolean' | 'null' | 'bytes';
  readonly value: string | number | bigint | boolean | null;
  readonly span: Span;
}

/** A value that is known when the statement runs. Equal `id`s are the same value; `many` is a list of values (`IN ::ids`, `= ANY($1)`). */
export interface Param {
  readonly kind: 'param';
  readonly id: string;
  readonly many?: boolean;
  readonly span: Span;
}

export type CompareOp = '=' | '<>' | '<' | '<=' | '>' | '>=' | '<=>' | 'is distinct from' | 'is not distinct from';

export interface Compare {
  readonly kind: 'compare';
  readonly op: CompareOp;
  readonly left: Expr;
  readonly right: Expr;
  readonly span: Span;
}

/** `left [NOT] IN (…)`, `= ANY (ARRAY[…])` and `<> ALL (…)`; the right side is a list or a query. */
export interface In {
  readonly kind: 'in';
  readonly left: Expr;
  readonly items: readonly Expr[] | Query;
  readonly negated: boolean;
  /** A test of a list even where one item is left of it: `IN (1, NULL)`; written with ANY, SOME or ALL: `= ANY (SELECT …)`. */
  readonly list?: true;
  readonly span: Span;
}

export interface Between {
  readonly kind: 'between';
  readonly value: Expr;
  readonly low: Expr;
  readonly high: Expr;
  readonly negated: boolean;
  readonly span: Span;
}

export interface Like {
  readonly kind: 'like';
  readonly value: Expr;
  readonly pattern: Expr;
  readonly negated: boolean;
  readonly ignoreCase: boolean;
  readonly span: Span;
}

export interface IsNull {
  readonly kind: 'is-null';
  readonly value: Expr;
  readonly negated: boolean;
  readonly span: Span;
}

/** `IS [NOT] TRUE | FALSE | UNKNOWN`. */
export interface IsTruth {
  readonly kind: 'is-truth';
  readonly value: Expr;
  readonly truth: true | false | 'unknown';
  readonly negated: boolean;
  readonly span: Span;
}

export interface Logic {
  readonly kind: 'and' | 'or';
  readonly args: readonly Expr[];
  readonly span: Span;
}

export interface Not {
  readonly kind: 'not';
  readonly arg: Expr;
  readonly span: Span;
}

export interface Exists {
  readonly kind: 'exists';
  readonly query: Query;
  readonly span: Span;
}

/** A subquery used as a value; `array` for `ARRAY(SELECT …)`; `quantifier` for `op ANY|ALL (SELECT …)` other than `= ANY` and `<> ALL`. */
export interface ScalarQuery {
  readonly kind: 'subquery';
  readonly query: Query;
  readonly array?: boolean;
  readonly quantifier?: 'any' | 'all';
  readonly span: Span;
}

/** `x::type`, `CAST(x AS type)`. `type` is the lower-case type name without modifiers. */
export interface Cast {
  readonly kind: 'cast';
  readonly value: Expr;
  readonly type: string;
  readonly span: Span;
}

/** `(a, b)` as a row value. */
export interface Row {
  readonly kind: 'row';
  readonly items: readonly Expr[];
  readonly span: Span;
}

export interface ArrayOf {
  readonly kind: 'array';
  readonly items: readonly Expr[];
  readonly span: Span;
}

/**
 * A function call; `name` is folded and unqualified unless it has a schema other than `pg_catalog`. Syntax that calls a
 * function is one too (`COALESCE`, `CURRENT_USER`); `DEFAULT` in the place of a value is the call `default`.
 */
export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expr[];
  /** `count(DISTINCT …)`. */
  readonly distinct?: boolean;
  /** Known to be an aggregate, and not a window over one (the dialect's own list, or syntax that only aggregates have). */
  readonly aggregate?: boolean;
  readonly filter?: Expr;
  /** `array_agg(x ORDER BY y)`, `WITHIN GROUP (ORDER BY y)`. */
  readonly orderBy?: readonly Expr[];
  /** Present for `f(…) OVER (…)`. */
  readonly over?: Window;
  readonly span: Span;
}

export interface Window {
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly Expr[];
}

/** An operator that is none of the kinds above: arithmetic, JSON, concatenation, regular expressions … */
export interface Operation {
  readonly kind: 'operation';
  readonly op: string;
  readonly args: readonly Expr[];
  readonly span: Span;
}

/** `CASE`; all conditions and results in source order. */
export interface Case {
  readonly kind: 'case';
  readonly args: readonly Expr[];
  readonly span: Span;
}

/** Host code decides at run time which of these stands here. An absent predicate is the constant TRUE. */
export interface Choice {
  readonly kind: 'choice';
  readonly options: readonly Expr[];
  readonly span: Span;
}

/** Something the source does not say (a caller's filter, a fragment that cannot be followed). */
export interface Opaque {
  readonly kind: 'opaque';
  readonly why: string;
  readonly span: Span;
}

// ── row sources ─────────────────────────────────────────────────────────────────────────────────────────────────

export type From = TableRef | Derived | Join | RowFunction | OpaqueFrom;

export interface TableRef {
  readonly kind: 'table';
  readonly name: Name;
  readonly alias?: string;
  /** Column aliases: `t (a, b)`. */
  readonly columns?: readonly string[];
  /** Host code joins it only in some variants; the worst variant has it. */
  readonly optional?: boolean;
  readonly span: Span;
}

/** A subquery or VALUES in FROM. */
export interface Derived {
  readonly kind: 'derived';
  readonly query: Query;
  readonly alias?: string;
  readonly columns?: readonly string[];
  readonly lateral: boolean;
  /** Written as `(a JOIN b ON …) AS name`: a join that hides its names, and no query of its own. */
  readonly joined?: true;
  readonly span: Span;
}

export interface Join {
  readonly kind: 'join';
  readonly type: 'inner' | 'left' | 'right' | 'full' | 'cross';
  readonly left: From;
  readonly right: From;
  readonly on?: Expr;
  readonly using?: readonly string[];
  readonly natural?: boolean;
  readonly optional?: boolean;
  /** The right side is read by a statement of its own, by values of the rows on the left: eager loads of many libraries. */
  readonly apart?: true;
  readonly span: Span;
}

/** `generate_series(…)`, `unnest($1)`, `json_to_recordset(…)`. */
export interface RowFunction {
  readonly kind: 'function';
  readonly call: Expr;
  readonly alias?: string;
  readonly columns?: readonly string[];
  readonly lateral: boolean;
  readonly span: Span;
}

/** A table whose name the source does not say. */
export interface OpaqueFrom {
  readonly kind: 'opaque-from';
  readonly why: string;
  readonly alias?: string;
  readonly span: Span;
}

// ── statements ──────────────────────────────────────────────────────────────────────────────────────────────────

export type Query = Select | SetOperation | Values | Insert | Update | Delete | Merge | Other;

export interface Cte {
  readonly name: string;
  readonly columns?: readonly string[];
  readonly query: Query;
  readonly materialized?: boolean;
  /** SEARCH BREADTH or DEPTH FIRST. */
  readonly search?: true;
  readonly span: Span;
}

export interface With {
  readonly recursive: boolean;
  readonly ctes: readonly Cte[];
}

export interface SelectItem {
  readonly expr: Expr;
  readonly alias?: string;
}

export interface OrderItem {
  readonly expr: Expr;
  readonly descending?: boolean;
}

/** What SELECT and set operations have in common above their rows. */
export interface Tail {
  readonly with?: With;
  readonly orderBy: readonly OrderItem[];
  readonly limit?: Expr;
  readonly offset?: Expr;
  /** `FOR UPDATE`, `FOR SHARE` and their kin. */
  readonly lock?: 'update' | 'share';
}

export interface Select extends Tail {
  readonly kind: 'select';
  /** `true` for DISTINCT, the expressions for DISTINCT ON. */
  readonly distinct: boolean | readonly Expr[];
  readonly items: readonly SelectItem[];
  /** Comma-separated sources are several entries. */
  readonly from: readonly From[];
  readonly where?: Expr;
  readonly groupBy: readonly Expr[];
  /** GROUPING SETS, ROLLUP or CUBE. */
  readonly groupingSets?: boolean;
  readonly having?: Expr;
  /** SELECT … INTO a table or variable. */
  readonly into?: boolean;
  /** MySQL's SQL_CALC_FOUND_ROWS. */
  readonly foundRows?: true;
  readonly span: Span;
}

export interface SetOperation extends Tail {
  readonly kind: 'set-operation';
  readonly op: 'union' | 'intersect' | 'except';
  readonly all: boolean;
  readonly left: Query;
  readonly right: Query;
  readonly span: Span;
}

export interface Values extends Tail {
  readonly kind: 'values';
  readonly rows: readonly (readonly Expr[])[];
  readonly span: Span;
}

export interface Assignment {
  readonly column: string;
  readonly qualifier: readonly string[];
  readonly value: Expr;
  readonly span: Span;
}

export interface InsertColumn {
  readonly name: string;
  readonly span: Span;
}

export interface Insert {
  readonly kind: 'insert';
  readonly with?: With;
  readonly table: TableRef | OpaqueFrom;
  /** Undefined: the table's own column order. */
  readonly columns?: readonly InsertColumn[];
  /** Host code supplies further columns that the source does not say. */
  readonly openColumns?: boolean;
  /** Rows as `values`, another query, `'default'` for DEFAULT VALUES, or `opaque`: rows that the caller supplies. */
  readonly source: Query | 'default' | Opaque;
  readonly onConflict?: OnConflict;
  /** MySQL REPLACE. */
  readonly replace?: boolean;
  /** INSERT IGNORE. */
  readonly ignore?: boolean;
  readonly returning?: readonly SelectItem[];
  readonly span: Span;
}

export interface OnConflict {
  /** Conflict target columns; empty for MySQL's ON DUPLICATE KEY and where none is named. */
  readonly target: readonly string[];
  /** The predicate of the partial unique index that is meant: `ON CONFLICT (a) WHERE b`. */
  readonly targetWhere?: Expr;
  /** Empty: DO NOTHING. */
  readonly set: readonly Assignment[];
  readonly where?: Expr;
}

export interface Update {
  readonly kind: 'update';
  readonly with?: With;
  /** The tables that are written; each is also in `from`, as the very same object. */
  readonly targets: readonly (TableRef | OpaqueFrom)[];
  /** All tables of the statement: targets, FROM items, joins. */
  readonly from: readonly From[];
  readonly set: readonly Assignment[];
  /** Host code supplies assigned columns that the source does not say. */
  readonly openSet?: boolean;
  /** MongoDB: what matches nothing is inserted, made of the filter and the assignments. */
  readonly upsert?: boolean;
  readonly where?: Expr;
  readonly orderBy: readonly OrderItem[];
  readonly limit?: Expr;
  readonly returning?: readonly SelectItem[];
  readonly span: Span;
}

export interface Delete {
  readonly kind: 'delete';
  readonly with?: With;
  /** As in Update. */
  readonly targets: readonly (TableRef | OpaqueFrom)[];
  readonly from: readonly From[];
  readonly where?: Expr;
  readonly orderBy: readonly OrderItem[];
  readonly limit?: Expr;
  readonly returning?: readonly SelectItem[];
  readonly span: Span;
}

export interface MergeAction {
  readonly when: 'matched' | 'not-matched' | 'not-matched-by-source';
  readonly condition?: Expr;
  readonly action: 'insert' | 'update' | 'delete' | 'nothing';
  readonly columns?: readonly string[];
  readonly values?: readonly Expr[];
  readonly set?: readonly Assignment[];
}

export interface Merge {
  readonly kind: 'merge';
  readonly with?: With;
  readonly target: TableRef | OpaqueFrom;
  readonly source: From;
  readonly on: Expr;
  readonly actions: readonly MergeAction[];
  readonly returning?: readonly SelectItem[];
  readonly span: Span;
}

/** Statements that are read but not routed by predicates: DDL (see `ddl.ts`), SET, SHOW, BEGIN, CALL, EXPLAIN … */
export interface Other {
  readonly kind: 'other';
  readonly what:
    | 'ddl'
    | 'transaction'
    | 'set'
    | 'use'
    | 'show'
    | 'explain'
    | 'call'
    | 'truncate'
    | 'lock'
    | 'copy'
    | 'prepare'
    | 'vschema'
    | 'utility';
  /** For EXPLAIN and PREPARE: the statement inside. */
  readonly inner?: Query;
  readonly tables: readonly TableRef[];
  readonly ddl?: import('./ddl').Ddl;
  /** `USE ks:-80`, `SET name TO value`: the words after the keyword. */
  readonly argument?: string;
  readonly span: Span;
}
