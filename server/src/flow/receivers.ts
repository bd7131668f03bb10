/** Receivers that the shard map declares: `shardFor($key)` binds the key, `forEachShard(*)` fans out, `readPool` reads a replica. */
import type { Span } from '../text/span';

/** As in the shard map. `match`: a name or path, with an argument list where it is a call; `$key` names the argument that is bound. */
export interface ReceiverPattern {
  readonly match: string;
  readonly binds?: string;
  readonly reach?: 'scatter' | 'single';
  readonly target?: 'replica' | 'primary';
  readonly sql?: boolean;
}

/** What the receivers of one chain say together. */
export interface Receiving {
  readonly pins: readonly { readonly column: string; readonly value: string; readonly span: Span }[];
  readonly reach?: 'scatter' | 'single';
  readonly target?: 'replica' | 'primary';
  /** The map says that it takes SQL text. */
  readonly sql: boolean;
}
