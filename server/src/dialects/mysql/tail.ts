/** What may follow the rows of a query or write: ORDER BY, LIMIT, locks. */
import type { Expr, OrderItem, Tail } from '../../query/model';
import type { Cursor } from './cursor';
import { readExpr } from './expression';

/** From ORDER on. */
export const readOrderBy = (c: Cursor): OrderItem[] => {
  c.expect('ORDER', 'BY');
  return c.list(() => {
    const expr = readExpr(c);
    const descending = c.takeAny('ASC', 'DESC') === 'DESC';
    return descending ? { expr, descending } : { expr };
  });
};

export interface Limit {
  readonly limit?: Expr;
  readonly offset?: Expr;
}

/** `LIMIT n`, `LIMIT offset, n`, `LIMIT n OFFSET offset`, and MariaDB's and the standard's `OFFSET … FETCH`. */
export const readLimit = (c: Cursor): Limit => {
  if (c.take('LIMIT')) {
    const first = readExpr(c);
    if (c.takeOp(',')) {
      const limit = readExpr(c);
      return { limit, offset: first };
    }
    if (c.take('OFFSET')) return { limit: first, offset: readExpr(c) };
    // MariaDB: LIMIT 5 ROWS EXAMINED 1000
    if (c.take('ROWS', 'EXAMINED')) readExpr(c);
    return { limit: first };
  }
  const offset = c.take('OFFSET') ? readExpr(c) : undefined;
  if (offset) c.takeAny('ROW', 'ROWS');
  if (!c.take('FETCH')) return offset ? { offset } : {};
  if (!c.takeAny('FIRST', 'NEXT')) c.fail();
  const limit = c.atAny('ROW', 'ROWS') ? undefined : readExpr(c);
  if (!c.takeAny('ROW', 'ROWS')) c.fail();
  if (!c.take('ONLY')) c.expect('WITH', 'TIES');
  return { ...(limit && { limit }), ...(offset && { offset }) };
};

export const readLock = (c: Cursor): Tail['lock'] => {
  let lock: Tail['lock'];
  for (;;) {
    if (c.take('LOCK', 'IN', 'SHARE', 'MODE')) lock ??= 'share';
    else if (c.at('FOR', 'UPDATE') || c.at('FOR', 'SHARE')) {
      c.next();
      const { upper } = c.next();
      lock = upper === 'UPDATE' ? 'update' : (lock ?? 'share');
      if (c.take('OF'))
        c.list(() => {
          c.name();
          if (c.takeOp('.')) c.anyName();
        });
    } else return lock;
    if (c.take('WAIT')) c.next();
    else if (!c.take('NOWAIT')) c.take('SKIP', 'LOCKED');
  }
};

/** ORDER BY, LIMIT and locks, in any order that a server takes. */
export const readTail = (c: Cursor): Tail => {
  let orderBy: OrderItem[] = [];
  let limit: Limit = {};
  let lock: Tail['lock'];
  for (;;) {
    if (c.at('ORDER', 'BY')) orderBy = readOrderBy(c);
    else if (c.atAny('LIMIT', 'OFFSET', 'FETCH')) limit = readLimit(c);
    else if (c.atAny('FOR', 'LOCK')) {
      lock = readLock(c) ?? c.fail();
    } else return { orderBy, ...limit, ...(lock && { lock }) };
  }
};
