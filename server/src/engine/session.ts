/** What the routing statements of a script bind for those behind them: pgcat's, PgDog's, SPQR's and Vitess's. */
import type { Query } from '../query/model';
import type { Pin } from '../routing/router';

export interface Session {
  readonly pins: readonly Pin[];
  /** Set by SET LOCAL: the transaction's end takes it back. */
  readonly untilCommit: boolean;
}

export const free: Session = { pins: [], untilCommit: false };
const key = /^(?:sharding\s+key|pgdog\.sharding_key|__spqr__\.?sharding_key)(?:\s+to\s+|\s*=\s*)(.+)$/i;
const shard = /^(?:shard|pgdog\.shard|__spqr__\.?execute_on)(?:\s+to\s+|\s*=\s*)(.+)$/i;
const reset = /^(?:all|pgdog\.(?:shard|sharding_key)|__spqr__\.?(?:execute_on|sharding_key))$/i;

export function sessionAfter(query: Query, before: Session): Session {
  if (query.kind !== 'other' || !query.argument) return before;
  const said = query.argument.trim();
  switch (query.what) {
    // Vitess's `USE ks:-80`.
    case 'use':
      return /[:/]-?[0-9a-f]*-?[0-9a-f]*/i.test(said) && said.includes('-') ? bound(`use ${said}`, false) : free;
    case 'transaction':
      return before.untilCommit && /^(?:commit|end|rollback|abort)\b(?!\s+(?:\w+\s+)?to\b)/i.test(said) ? free : before;
    case 'set': {
      const words = said.replace(/^(?:session|local)\s+/i, '');
      const local = /^local\s/i.test(said);
      const value = key.exec(words)?.[1];
      const name = shard.exec(words)?.[1];
      if (value !== undefined) return isDefault(value) ? free : bound(`=${bare(value)}`, local);
      if (name !== undefined) return isDefault(name) ? free : bound(`shard ${bare(name)}`, local);
      return reset.test(words) ? free : before;
    }
    default:
      return before;
  }
}

const bound = (value: string, untilCommit: boolean): Session => ({ pins: [{ column: '*', value }], untilCommit });
const bare = (value: string): string => value.trim().replace(/^'|'$/g, '');
/** pgcat takes a shard back by `ANY`. */
const isDefault = (value: string): boolean => /^(?:default|''|'?any'?)$/i.test(value.trim());
