/**
 * What vtgate can compute by itself (`evalengine`, `translate_builtin.go`): literals, placeholders and most functions of
 * them. What it cannot compute finds no shard in WHERE, and is refused as the value of a vindex column.
 */
import type { Expr } from '../../../query/model';
import { someExpr } from '../../../query/walk';

/** MySQL's functions that have no counterpart there. */
const foreign = new Set(
  `default rand sleep benchmark uuid_short soundex aes_encrypt aes_decrypt compress uncompress load_file name_const
  master_pos_wait get_lock release_lock release_all_locks is_free_lock is_used_lock`.split(/\s+/),
);

export const isComputable = (expr: Expr): boolean =>
  !someExpr(
    expr,
    (one) =>
      one.kind === 'column' ||
      one.kind === 'subquery' ||
      one.kind === 'exists' ||
      (one.kind === 'call' && (one.name.startsWith('st_') || foreign.has(one.name.toLowerCase()))),
  );
