/** Whose rules decide. A router is one module in `routers/` over the shared algebra. */
import type { Query } from '../query/model';
import type { Schema } from '../schema/model';
import type { ShardMap } from '../shards/model';
import type { Span } from '../text/span';
import type { Route } from './route';

export interface Router {
  readonly id: string;
  readonly aliases?: readonly string[];
  route(query: Query, context: RouteContext): Route;
  /** What the router's own comments pick before it reads the statement: keys, or a shard by its number. */
  pinned?(hints: readonly string[]): readonly Pin[];
}

export interface RouteContext {
  readonly map: ShardMap;
  readonly schema: Schema;
  /** Keys that the receiver or a routing statement binds before any predicate: column → value id. */
  readonly pins: readonly Pin[];
  /** Router comments that stand in or before the statement (`/*vt+ ALLOW_SCATTER=1 *\/`), without their delimiters. */
  readonly hints: readonly string[];
  /** Read from SQL text: host code decides nothing in it. */
  readonly fixed?: boolean;
  /** The parse was by tokens only. */
  readonly shallow: boolean;
}

export interface Pin {
  /** `*` for whatever the key is: a session that is sent to one shard. */
  readonly column: string;
  /** Equal ids are the same value; constants are `=text`; a shard by its number or name is no key, and starts otherwise. */
  readonly value: string;
  readonly span?: Span;
}

export const defineRouter = (router: Router): Router => router;
