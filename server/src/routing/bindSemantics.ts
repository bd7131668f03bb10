import type { Volatility } from './keyValue';
import type { Scope } from './scope';

/** Where routers differ in what binds a key. */
export interface BindSemantics {
  /** Expressions up to this volatility are known values. */
  readonly values: Volatility;
  /** `(k = 1) IS TRUE` binds as `k = 1` does. */
  readonly isTrue: boolean;
  /** `k IS NOT DISTINCT FROM 1`, `k <=> 1` bind. */
  readonly nullSafe: boolean;
  /** Only `=` binds other columns through a join; lists and ranges bind the column that they name. */
  readonly listsStay?: boolean;
  /** Two lists of values for one column, or two ORs that name it, read the shards of both. */
  readonly listsAdd?: boolean;
  /** Whether what holds inside a derived table or semi-join is known to the query around it; by default it is. */
  readonly seesInside?: (scope: Scope) => boolean;
  /** An outer join ON a false constant does not say that its nullable side is not read. */
  readonly falseOnReads?: boolean;
  /** Functions of literals are computed before anything else. */
  readonly folds?: boolean;
  /** A cast of a column to the type that it has is the column. */
  readonly ownTypeCasts?: boolean;
  /** `(p) = TRUE` binds as `p` does. */
  readonly equalsTrue?: boolean;
  /** `NOT IN (SELECT …)` does not say that rows of equal keys meet. */
  readonly notInApart?: boolean;
  /** What holds for the row that a limited subquery is computed for is known inside of it. */
  readonly seesAround?: boolean;
  /** The query as part of which a scope is planned: a false condition of another query says nothing of its tables. */
  readonly levelOf?: (scope: Scope) => Scope;
  /** Planned by itself: columns of the queries around it are values that it does not know. */
  readonly isApart?: (scope: Scope) => boolean;
  /** Predicates around EXCEPT are not moved inside. */
  readonly exceptStays?: boolean;
  /** `BETWEEN` and comparisons count where the strategy can use them. */
  readonly ranges: boolean;
  /** They do not count for a hashed key, not even to leave values of a list out. */
  readonly hashHidesRanges?: boolean;
  /** `k IS NULL` is one value of the key: rows without it lie together. */
  readonly nullIsValue?: boolean;
}

export const sharedBinding: BindSemantics = {
  values: 'stable',
  isTrue: true,
  nullSafe: false,
  seesAround: true,
  ranges: true,
};
