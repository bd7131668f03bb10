/** What functions do around their statements: rows that are gone through one by one, and what else a transaction waits for. */
import type { Location } from '../text/span';

export interface Work {
  readonly repeated: readonly Repeated[];
  readonly waits: readonly Wait[];
}

/** A statement that is sent once for each row of another one. */
export interface Repeated {
  /** The statement: its method's name, tag or first word. */
  readonly statement: Location;
  /** The statement whose rows are gone through. */
  readonly rows: Location;
  /** The call in the loop, where the statement stands in another function. */
  readonly through?: { readonly at: Location; readonly name: string };
}

/** Something slow or outside of the database that is done while a transaction is open. */
export interface Wait {
  readonly at: Location;
  /** `an HTTP call`, `a mail`, `Kafka`. */
  readonly what: string;
  /** It goes to a queue or broker, which is quick, and before the commit. */
  readonly queued: boolean;
  /** The call that begins the transaction. */
  readonly transaction: Location;
  /** Calls between both, from the outside in. */
  readonly through: readonly string[];
}

/** One place that a person would look at. */
export const placeId = ({ file, span }: Location): string => `${file}:${span.start}`;
