/** Where a statement runs. The shape is public: see the interfaces' Route. */
import type { Span } from '../text/span';

export type Reach = 'none' | 'single' | 'subset' | 'scatter' | 'reference' | 'unsharded' | 'unknown';
export type CrossShard = 'join' | 'subplan' | 'repartition' | 'coordinator';
export type Confidence = 'certain' | 'likely' | 'guess';
export type MergeWork = 'sort' | 'aggregate' | 'limit' | 'distinct' | 'window';

export interface Route {
  readonly reach: Reach;
  readonly crossShard: CrossShard | null;
  readonly refused: { readonly code: string; readonly because: string } | null;
  readonly shards: Shards;
  readonly merge: readonly MergeWork[];
  readonly confidence: Confidence;
  readonly alternatives: readonly Reach[];
  readonly reasons: readonly Reason[];
  /** What the router itself shows for it, as a sentence, where it has words for it. */
  readonly answer?: string;
  /** Which tables are bound to which key, for rules and explanations. Not part of the public shape. */
  readonly bindings: readonly TableBinding[];
}

/** Logical shards read, of how many; numbers only where they are known. */
export interface Shards {
  readonly count?: number;
  readonly of?: number;
  readonly ids?: readonly number[];
  readonly servers?: number;
}

/** Made once, by routing; shown by diagnostic, hover, report and explain. */
export interface Reason {
  readonly code: ReasonCode;
  readonly text: string;
  readonly span?: Span;
}

export type ReasonCode =
  | 'pinned' // a predicate fixes the key
  | 'pinned-through' // … through an equality with another table
  | 'subset' // the key is bound to several values
  | 'unbound' // no predicate binds the key
  | 'hidden' // the key stands inside an expression
  | 'range-on-hash' // a range on a hash key
  | 'or-unbound' // one OR branch lacks the key
  | 'open' // a predicate that the source does not say
  | 'decided-elsewhere' // a function of the project decides what is sent
  | 'contradiction'
  | 'co-located' // joined on the keys
  | 'off-key-join'
  | 'other-group' // not co-located at all
  | 'mixed' // sharded with unsharded
  | 'subquery' // a subquery that cannot be sent along
  | 'insert-value'
  | 'missing-key'
  | 'key-update'
  | 'rows-move' // INSERT … SELECT that repartitions
  | 'reference'
  | 'unsharded'
  | 'merge'
  | 'refused'
  | 'incomplete' // the router sends it where not all of its rows are
  | 'receiver' // the receiver picks the shard
  | 'wrong-shard'
  | 'hint'
  | 'unknown-table'
  | 'shallow';

export interface TableBinding {
  /** Physical name as declared. */
  readonly table: string;
  readonly alias: string;
  readonly span: Span;
  readonly key: readonly string[];
  readonly how:
    | 'equality'
    | 'in-list'
    | 'range'
    | 'none'
    | 'open'
    | 'join'
    | 'insert-value'
    | 'receiver'
    | 'reference'
    | 'unsharded'
    | 'single-shard';
  /** Values where known, as `KeyValue.id` has them: `=` and a literal, `$` and the identity of a parameter. */
  readonly values: readonly string[];
}
