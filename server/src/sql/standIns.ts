import type { Span } from '../text/span';

/**
 * What the stand-ins at given offsets mean: offset of the stand-in → what stood there. The node that an engine reads
 * at such an offset, constant or column, is that thing and nothing else.
 */
export type StandIns = ReadonlyMap<number, StandIn>;

/**
 * `value`: one value; `list`: a list of values (`IN ::ids`, `ANY($1)`); `identifier`: a name that is not known;
 * `fragment`: any piece of SQL, where it stands as an expression (`WHERE ${filter}`) an Opaque predicate;
 * `rows`: `VALUES ?`, read as `SELECT 0`: rows that the caller supplies;
 * `assignments`: `SET ?`, read as an assignment of this to a column: columns that the caller supplies (`openSet`);
 * `clause`: a fragment between two clauses, blank for the engine: it may add joins or predicates (see `openClauses`).
 */
export type StandInKind = 'value' | 'list' | 'identifier' | 'fragment' | 'rows' | 'assignments' | 'clause';

export interface StandIn {
  readonly kind: StandInKind;
  /** Identity of the value; equal ids are equal values. */
  readonly id: string;
  readonly length: number;
  /** For `clause`: the offset of the SELECT, UPDATE or DELETE that it belongs to. */
  readonly owner?: number;
}

/** Where something of the host stands in SQL text that it made: a template's `${…}`, a piece of a concatenation. */
export interface Hole {
  readonly span: Span;
  readonly kind: 'value' | 'list' | 'identifier' | 'fragment' | 'unknown';
  /** Equal ids are the same value: the host expression's text and binding. */
  readonly id: string;
}
