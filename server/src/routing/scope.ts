/**
 * The blocks of a statement and what stands in them: each SELECT, set-operation branch, derived table, CTE use, view
 * and subquery is a Scope; each use of a table is a Rel. Names resolve to nodes: `12.tenant_id` is column `tenant_id`
 * of Rel 12, `#3.0` is the first output column of set operation 3, `~3.g.n` column `n` of the function `g` in scope 3.
 */
import type { Expr, Query, TableRef } from '../query/model';
import type { ShardTable } from '../shards/model';

export interface Rel {
  readonly id: number;
  readonly ref: TableRef;
  /** Undefined: the map does not name it. */
  readonly table: ShardTable | undefined;
  readonly alias: string;
  readonly scope: Scope;
}

/**
 * How a scope hangs in its parent. Rows of a `derived` scope join the parent's rows; `semi` (IN, EXISTS as an AND part)
 * filters them both ways; `anti` (NOT IN, NOT EXISTS) and `scalar` (anywhere else) do not bind the parent.
 */
export type Link = 'root' | 'derived' | 'semi' | 'anti' | 'scalar' | 'branch';

/** Something that stands in FROM. */
export type Item = Rel | Scope;

export interface Scope {
  readonly id: number;
  readonly query: Query;
  readonly parent: Scope | undefined;
  readonly link: Link;
  /** The CTE or view that this scope is a use of. */
  readonly of:
    | { readonly kind: 'cte' | 'view'; readonly name: string; readonly uses: number; readonly materialized?: boolean }
    | undefined;
  readonly rels: Rel[];
  readonly children: Scope[];
  readonly facts: Fact[];
  /** FROM items by alias, lower case, in source order. */
  readonly names: Map<string, Item | 'function'>;
  /** Columns that USING of a RIGHT JOIN merged into the right side's, by lower-case name. */
  readonly merged: Map<string, Node>;
  /** Output columns: name (lower case) and what stands behind. */
  outputs: Output[];
  /** Output columns are all known: no `*` over a table whose columns are not known. */
  outputsComplete: boolean;
  /** Only these items' facts hold for this scope's rows, seen from the parent; undefined: all of the parent's. */
  context: ReadonlySet<Item> | undefined;
  /** Predicates of the parent must not be moved inside. */
  sealed: boolean;
  /** Only predicates on these columns may be moved inside: others would change what its windows see. */
  lets: ReadonlySet<Node> | undefined;
  /** What it computes is not known around it, also where it is a constant. */
  hidesValues: boolean;
  /** Uses columns of an enclosing scope. */
  correlated: boolean;
  /** A bare name is a column of this scope wherever it may be one, also where lists of columns speak for a scope around it. */
  readonly innerFirst: boolean;
}

/** A scope in which nothing has been looked at yet. */
export const emptyScope = (
  id: number,
  query: Query,
  parent: Scope | undefined,
  link: Link,
  of: Scope['of'],
  innerFirst: boolean,
): Scope => ({
  id,
  query,
  parent,
  link,
  of,
  rels: [],
  children: [],
  facts: [],
  names: new Map(),
  merged: new Map(),
  outputs: [],
  outputsComplete: true,
  context: undefined,
  sealed: false,
  lets: undefined,
  hidesValues: false,
  correlated: false,
  innerFirst,
});

export interface Output {
  readonly name: string;
  readonly expr: Expr | undefined;
  /** `expr` is computed by a query that does not let its values be known. */
  readonly hidden?: boolean;
  /** The column behind it, where it is a bare one. */
  readonly node: Node | undefined;
}

export type Node = string;

/**
 * A predicate that holds for all rows of some items of its scope. `connects`: says that rows match (a FULL or anti
 * join), without filtering either side.
 */
export interface Fact {
  readonly scope: Scope;
  readonly items: ReadonlySet<Item> | undefined;
  readonly connects: boolean;
  readonly what:
    | { readonly kind: 'predicate'; readonly expr: Expr }
    | {
        readonly kind: 'equal';
        readonly a: Node;
        readonly b: Node;
        /** `a NOT IN (SELECT b …)`: only rows with equal values matter to each other, yet no row has them. */
        readonly negated?: boolean;
      };
}

export const relNode = (rel: Rel, column: string): Node => `${rel.id}.${column.toLowerCase()}`;
export const outputNode = (scope: Scope, index: number): Node => `#${scope.id}.${index}`;
/** A column of rows that no table has: a function in FROM, VALUES. */
export const rowNode = (scope: Scope, from: string, column: string): Node =>
  `~${scope.id}.${from}.${column.toLowerCase()}`;

export const isScope = (item: Item): item is Scope => 'children' in item;

/** Whether a column stands in a scope or below it. */
export const holdsNode = (scope: Scope, node: Node): boolean =>
  node.startsWith(`#${scope.id}.`) ||
  node.startsWith(`~${scope.id}.`) ||
  scope.rels.some((rel) => node.startsWith(`${rel.id}.`)) ||
  scope.children.some((child) => holdsNode(child, node));
