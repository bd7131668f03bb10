/** A route as a proof: which predicate pins which table through which equality, what crosses, what the router shows. */
import { describe, expect, test } from 'vitest';
import { explanationText } from '../../server/src/report/explanation';
import { publicRoute } from '../../server/src/report/inventory';
import { routerOf } from '../harness/routes';

const tables = {
  orders: { shardKey: 'tenant_id', shards: 32, columns: { tenant_id: 'bigint', id: 'bigint', status: 'text' } },
  items: { shardKey: 'tenant_id', shards: 32, columns: { tenant_id: 'bigint', order_id: 'bigint' } },
  events: { shardKey: 'user_id', shards: 64, columns: { user_id: 'bigint', order_id: 'bigint' } },
  countries: { kind: 'reference' },
  settings: { kind: 'unsharded' },
};

const generic = routerOf({ dialect: 'postgresql', router: 'generic', tables });
const citus = routerOf({ dialect: 'postgresql', router: 'citus', tables });
const vitess = routerOf(
  { dialect: 'mysql', router: 'vitess', import: [{ vitess: 'vschema.json', database: 'shop' }] },
  {
    '/w/vschema.json': JSON.stringify({
      sharded: true,
      vindexes: { hash: { type: 'hash' } },
      tables: {
        users: { column_vindexes: [{ column: 'id', name: 'hash' }] },
        posts: { column_vindexes: [{ column: 'user_id', name: 'hash' }] },
      },
    }),
  },
);

/** Statement → the lines below it, without their bullets. */
const proofs = (router: typeof generic, cases: readonly (readonly [sql: string, ...lines: readonly string[]])[]) => {
  test.each(cases.map(([sql, ...lines]) => ({ sql, lines })))('$sql', async ({ sql, lines }) => {
    const text = explanationText([{ sql, route: await router(sql) }]);
    const shown = text.trimEnd().split('\n').slice(1);
    expect(shown.map((line) => line.replace(/^\s*[→•] /, '').trim())).toEqual(lines);
  });
};

describe('generic', () => {
  proofs(generic, [
    ['SELECT * FROM orders WHERE tenant_id = 7', 'one shard, 1 of 32 · certain', '`orders.tenant_id` = 7'],
    [
      'SELECT * FROM orders o JOIN items i ON i.tenant_id = o.tenant_id WHERE o.tenant_id = $1',
      'one shard, 1 of 32 · certain',
      '`orders.tenant_id` = $1',
      '`items.tenant_id` = $1 through `i.tenant_id = o.tenant_id`',
    ],
    [
      'SELECT * FROM orders a JOIN orders b USING (tenant_id) JOIN items i ON i.tenant_id = b.tenant_id WHERE a.tenant_id = 5',
      'one shard, 1 of 32 · certain',
      '`orders.tenant_id` = 5',
      '`orders.tenant_id` = 5 through `b.tenant_id = a.tenant_id`',
      '`items.tenant_id` = 5 through `i.tenant_id = b.tenant_id` and `b.tenant_id = a.tenant_id`',
    ],
    [
      'WITH t AS (SELECT * FROM orders WHERE tenant_id = 4) SELECT * FROM t JOIN items i ON i.tenant_id = t.tenant_id',
      'one shard, 1 of 32 · certain',
      '`orders.tenant_id` = 4',
      '`items.tenant_id` = 4 through `i.tenant_id = orders.tenant_id`',
    ],
    [
      'SELECT * FROM orders o, items i WHERE i.tenant_id = o.tenant_id AND i.tenant_id IN (1, 2)',
      'some shards of 32 · certain',
      '`orders.tenant_id` is one of 1, 2 through `o.tenant_id = i.tenant_id`',
      '`items.tenant_id` is one of 1, 2',
    ],
    [
      'SELECT * FROM orders o JOIN items i ON i.tenant_id = o.tenant_id',
      'every shard, 32 of 32 · certain',
      'no predicate binds `tenant_id` of `orders`',
      'no predicate binds `tenant_id` of `items`',
      '`orders` and `items` meet on their keys: each shard has both',
    ],
    [
      'SELECT * FROM orders o JOIN items i ON i.order_id = o.id',
      'every shard · rows move between shards (join) · certain',
      '`orders` and `items` are not joined on their keys',
      'no predicate binds `tenant_id` of `orders`',
      'no predicate binds `tenant_id` of `items`',
    ],
    [
      'SELECT * FROM orders o JOIN events e ON e.user_id = o.tenant_id WHERE o.tenant_id = 1',
      'some shards · rows move between shards (join) · certain',
      '`orders` and `events` are not co-located',
      '`orders.tenant_id` = 1',
      '`events.user_id` = 1 through `e.user_id = o.tenant_id`',
    ],
    [
      "SELECT * FROM orders WHERE tenant_id = 1 OR status = 'x'",
      'every shard, 32 of 32 · certain',
      'a branch of the OR does not bind `tenant_id`',
    ],
    [
      'SELECT * FROM orders WHERE tenant_id + 1 = 2',
      'every shard, 32 of 32 · certain',
      '`tenant_id` stands inside an expression, which does not bind it',
    ],
    [
      'SELECT * FROM orders WHERE tenant_id = 1 AND tenant_id = 2',
      'no shard: nothing can match, 0 of 32 · certain',
      'no value of `tenant_id` fits all predicates on `orders`',
    ],
    [
      'SELECT status, count(*) FROM orders GROUP BY status ORDER BY status LIMIT 5',
      'every shard, 32 of 32 · above the shards: sort, aggregate, limit · certain',
      'no predicate binds `tenant_id` of `orders`',
      'left to do above the shards: sort, aggregate, limit',
    ],
    [
      'INSERT INTO orders (id) VALUES (1)',
      'refused by the router · every shard · certain',
      '✗ the rows have no value for the shard key `tenant_id` of `orders`',
    ],
  ]);
});

describe('citus says what EXPLAIN shows', () => {
  proofs(citus, [
    [
      'SELECT * FROM orders WHERE tenant_id = 7',
      'one shard, 1 of 32 (8) · certain',
      '`orders.tenant_id` = 7',
      '⇒ Citus EXPLAIN shows Task Count: 1.',
    ],
    [
      'SELECT * FROM orders',
      'every shard, 32 of 32 · certain',
      'no predicate binds `tenant_id` of `orders`',
      '⇒ Citus EXPLAIN shows Task Count: 32.',
    ],
    [
      'SELECT * FROM orders o JOIN items i ON i.order_id = o.id',
      'refused by the router · every shard · certain',
      '✗ distributed tables are only joined where they are co-located and tied by their distribution columns',
      '`orders` and `items` are not joined on their keys',
      'no predicate binds `tenant_id` of `orders`',
      'no predicate binds `tenant_id` of `items`',
      '⇒ Citus answers with an error.',
    ],
  ]);
});

describe('vitess says what VEXPLAIN shows', () => {
  proofs(vitess, [
    [
      'SELECT * FROM users u JOIN posts p ON p.user_id = u.id WHERE u.id = 1',
      'one shard, 1 · certain',
      '`shop.users.id` = 1: one shard by the unique vindex `hash`',
      '`shop.users, shop.posts` are sent as one query: their rows lie together',
      '⇒ VEXPLAIN PLAN shows the variant EqualUnique.',
    ],
    [
      'UPDATE posts SET title = 1 WHERE id = 1',
      'every shard · certain',
      'no predicate binds a vindex column of `shop.posts` (`user_id`)',
      '⇒ VEXPLAIN PLAN shows the variant Scatter.',
    ],
    [
      'SELECT * FROM users u JOIN posts p ON p.id = u.id',
      'every shard · rows move between shards (join) · certain',
      '`shop.users` and `shop.posts` are not joined on columns of one unique vindex: vtgate joins them row by row',
      'no predicate binds a vindex column of `shop.users` (`id`)',
      'no predicate binds a vindex column of `shop.posts` (`user_id`)',
      '⇒ VEXPLAIN PLAN shows a Join over several Routes.',
    ],
  ]);
});

test('as data: the same reasons with the places of their predicates, and the answer', async () => {
  const sql = 'SELECT * FROM orders o JOIN items i ON i.tenant_id = o.tenant_id WHERE o.tenant_id = 7';
  const { reasons, answer } = publicRoute(await citus(sql));
  expect(reasons.map(({ code, span }) => [code, span && sql.slice(span.start, span.end)])).toEqual([
    ['pinned', 'o.tenant_id = 7'],
    ['pinned-through', 'o.tenant_id = 7'],
  ]);
  expect(answer).toBe('Citus EXPLAIN shows Task Count: 1.');
});
