import { expect, test } from 'vitest';
import { routerCases, routerOf, words } from '../harness/routes';

const tables = {
  orders: { shardKey: 'tenant', shards: 4, group: 'a', columns: { tenant: 'bigint', id: 'bigint', state: 'text' } },
  items: { shardKey: 'tenant', shards: 4, group: 'a', columns: { tenant: 'bigint', order_id: 'bigint' } },
  regions: {
    shardKey: 'code',
    strategy: 'list',
    shards: 2,
    group: 'b',
    mapping: [
      { values: [1, 2, 3], shard: 'a' },
      { values: [7], shard: 'b' },
    ],
  },
  countries: { kind: 'reference', columns: { code: 'text', tenant: 'bigint' } },
};
const router = routerOf({ dialect: 'postgresql', router: 'pgdog', tables });

/** SQL → reach or refusal; a `!` behind it: rows are missing from the answer. */
const cases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'the first key decides': {
    'SELECT * FROM orders WHERE tenant = 1': 'single',
    'SELECT * FROM orders WHERE 1 = tenant': 'single',
    "SELECT * FROM orders WHERE tenant = '1'": 'single',
    'SELECT * FROM orders WHERE tenant = $1::bigint': 'single',
    'SELECT * FROM orders WHERE tenant IS NOT DISTINCT FROM 1': 'single',
    'SELECT * FROM orders o JOIN items i ON i.tenant = o.tenant WHERE o.tenant = 1': 'single',
    "SELECT * FROM orders WHERE tenant::text = '1'": 'single',
    'SELECT * FROM orders WHERE tenant = 1 AND tenant = 2': 'single',
    'SELECT * FROM orders WHERE id IN (SELECT order_id FROM items WHERE tenant = 1)': 'single!',
    'WITH x AS (SELECT * FROM orders WHERE tenant = 1) SELECT * FROM x': 'single',
    'SELECT count(*) FILTER (WHERE tenant = 1) FROM orders': 'single!',
    'SELECT * FROM orders WHERE tenant = 1 UNION ALL SELECT * FROM orders WHERE tenant = 2': 'single!',
  },
  lists: {
    'SELECT * FROM orders WHERE tenant IN (1, 2)': 'subset',
    'SELECT * FROM orders WHERE tenant IN (1)': 'single',
    'SELECT * FROM orders WHERE tenant = ANY($1)': 'scatter',
    'SELECT * FROM orders o WHERE o.tenant = ANY($1) AND o.tenant = 1': 'single',
    'SELECT * FROM regions WHERE code IN (1, 2)': 'single',
    'SELECT * FROM regions WHERE code IN (1, 7)': 'subset',
  },
  'what is not looked into': {
    'SELECT * FROM orders WHERE tenant = 1 OR tenant = 2': 'scatter',
    'SELECT * FROM orders WHERE NOT (tenant <> 1)': 'scatter',
    'SELECT * FROM orders WHERE tenant > 1': 'scatter',
    'SELECT * FROM orders WHERE tenant = now()': 'scatter',
    'SELECT * FROM orders WHERE tenant IS NULL': 'scatter',
    'SELECT * FROM orders WHERE tenant = NULL': 'scatter',
    'SELECT * FROM orders o JOIN items i ON i.tenant = o.tenant WHERE tenant = 1': 'scatter',
    'SELECT * FROM orders': 'scatter',
    'UPDATE orders SET state = $1 WHERE id = 2': 'scatter',
    'DELETE FROM orders': 'scatter',
  },
  'shards work alone': {
    'SELECT * FROM orders o JOIN items i ON i.order_id = o.id': 'scatter!',
    'SELECT * FROM orders o JOIN items i ON i.order_id = o.id WHERE o.tenant = 1': 'single!',
    'SELECT * FROM orders o JOIN countries c ON c.code = o.state': 'scatter',
    'SELECT * FROM orders UNION ALL SELECT * FROM orders': 'single!',
    'SELECT (SELECT count(*) FROM orders)': 'single!',
  },
  'tables on every shard': {
    'SELECT * FROM countries': 'reference',
    'UPDATE countries SET code = $1': 'reference',
    'SELECT * FROM settings': 'unsharded',
    'SELECT * FROM orders o JOIN settings s ON s.id = o.id WHERE o.tenant = 1': 'single',
  },
  'rows go by their key, or to a shard in turn': {
    'INSERT INTO orders (tenant, id) VALUES (1, 2)': 'single',
    'INSERT INTO orders (id) VALUES (2)': 'single',
    'INSERT INTO orders (tenant, id) VALUES (NULL, 2)': 'scatter',
    'INSERT INTO orders (tenant, id) VALUES (1, 2), (1, 3)': 'scatter',
    'INSERT INTO orders (tenant, id) SELECT 1, id FROM countries': 'single',
    'INSERT INTO orders (tenant, id) SELECT tenant, order_id FROM items WHERE tenant = 1': 'single',
    'INSERT INTO countries (code) VALUES (1)': 'reference',
    'INSERT INTO countries (code) SELECT state FROM orders WHERE tenant = 1': 'single!',
    'INSERT INTO countries (code) SELECT state FROM orders WHERE tenant BETWEEN 1 AND 1': 'scatter!',
    'WITH x AS (SELECT * FROM orders WHERE tenant = 1) INSERT INTO items (tenant) SELECT id FROM x': 'single!',
  },
  // `statement.rs`: `search_stmt`, `search_expr`.
  'operands: what is searched on both sides of a comparison': {
    'SELECT * FROM orders WHERE (tenant, id) = (1, 2)': 'scatter',
    'SELECT * FROM orders WHERE tenant = coalesce($1, 2)': 'subset',
    'SELECT * FROM orders WHERE tenant = greatest(1, id)': 'single!',
    'SELECT * FROM orders WHERE tenant + (SELECT owner FROM items WHERE tenant = 7) = 1': 'single!',
    'SELECT * FROM orders WHERE id NOT IN (SELECT order_id FROM items WHERE tenant = 1)': 'scatter!',
    'SELECT * FROM orders WHERE (id, tenant) = (2, 1)': 'scatter',
    'SELECT * FROM orders WHERE tenant + 1 = 2': 'single!',
    'SELECT * FROM orders WHERE tenant = 1 + 1': 'single!',
    'SELECT * FROM orders WHERE coalesce(tenant, 0) = 1': 'scatter',
    'SELECT * FROM orders WHERE abs(tenant) = 1': 'scatter',
    'SELECT * FROM orders WHERE 1 = abs(tenant)': 'scatter',
    'SELECT * FROM orders WHERE tenant = -1': 'single',
    'SELECT * FROM orders WHERE tenant = 1.5': 'scatter',
    'SELECT * FROM orders WHERE tenant = true': 'scatter',
    'SELECT * FROM orders WHERE tenant = (SELECT 1)': 'scatter',
    'SELECT * FROM orders WHERE (tenant = 1) IS TRUE': 'single',
    'SELECT * FROM orders WHERE tenant = 1 AND (id = 2 OR state = $1)': 'single',
    'SELECT * FROM orders WHERE (tenant = 1 OR id = 2) AND tenant = 3': 'single',
    'SELECT * FROM orders WHERE tenant BETWEEN 1 AND 1': 'scatter',
    'SELECT * FROM orders WHERE tenant <= 1 AND tenant >= 1': 'scatter',
    'SELECT * FROM orders WHERE tenant IN (1, NULL)': 'scatter',
    'SELECT * FROM orders WHERE tenant IN ($1, $2)': 'subset',
    'SELECT * FROM orders WHERE tenant NOT IN (1)': 'scatter',
    'SELECT * FROM orders WHERE tenant = ANY(ARRAY[1, 2])': 'scatter',
    "SELECT * FROM orders WHERE tenant = ANY('{1}'::bigint[])": 'scatter',
    'SELECT * FROM orders WHERE tenant IS DISTINCT FROM 1': 'scatter',
    'SELECT * FROM orders WHERE tenant IS NOT DISTINCT FROM NULL': 'scatter',
    'SELECT CASE WHEN tenant = 1 THEN 1 END FROM orders': 'single!',
    'SELECT * FROM orders WHERE tenant = $1 FOR UPDATE': 'single',
    'SELECT tenant, count(*) FROM orders GROUP BY tenant': 'scatter',
    'SELECT * FROM orders ORDER BY id LIMIT 10': 'scatter',
  },
  // `SearchContext`, `get_sharded_table`: whose column it is.
  names: {
    'SELECT * FROM public.orders WHERE tenant = 1': 'single',
    'SELECT * FROM public.orders WHERE orders.tenant = 1': 'single',
    'SELECT * FROM orders AS "O" WHERE "O".tenant = 1': 'single',
    'SELECT * FROM orders WHERE "TENANT" = 1': 'scatter',
    'SELECT * FROM orders, items WHERE orders.tenant = items.tenant AND items.tenant = 1': 'single',
    'SELECT * FROM orders o LEFT JOIN items i ON i.tenant = o.tenant AND i.tenant = 1': 'single!',
    'SELECT * FROM orders o JOIN items i ON i.tenant = o.tenant AND o.tenant = 1': 'single',
    'SELECT * FROM (SELECT tenant AS t FROM orders) x WHERE x.t = 1': 'scatter',
    'SELECT * FROM (SELECT * FROM orders) x WHERE x.tenant = 1': 'scatter',
    'SELECT * FROM (SELECT * FROM orders WHERE tenant = 1) x': 'single',
    'SELECT * FROM orders o WHERE EXISTS (SELECT 1 FROM items i WHERE i.tenant = o.tenant AND i.tenant = 1)': 'single',
    'SELECT * FROM countries WHERE tenant = 1': 'reference',
    'SELECT * FROM countries c JOIN orders o ON o.tenant = c.tenant WHERE c.tenant = 1': 'scatter',
  },
  // `query/update.rs`, `query/delete.rs`: the names are those of the table that is written.
  'writes with other tables': {
    'UPDATE orders o SET state = $1 WHERE o.tenant = 1': 'single',
    'UPDATE orders SET state = i.note FROM items i WHERE i.tenant = orders.tenant AND orders.tenant = 1': 'single',
    'UPDATE orders SET state = i.note FROM items i WHERE i.tenant = orders.tenant AND i.tenant = 1': 'scatter',
    'DELETE FROM orders USING items i WHERE i.tenant = orders.tenant AND i.tenant = 1': 'scatter',
    'DELETE FROM orders WHERE tenant = 1 RETURNING *': 'single',
    'DELETE FROM orders WHERE id IN (SELECT order_id FROM items WHERE tenant = 1)': 'single!',
    'DELETE FROM countries WHERE code = $1': 'reference',
    'WITH gone AS (DELETE FROM orders WHERE tenant = 1 RETURNING *) SELECT * FROM gone': 'scatter',
    'MERGE INTO orders o USING items i ON i.tenant = o.tenant AND o.tenant = 1 WHEN MATCHED THEN DELETE': 'scatter',
  },
  // `query/mod.rs`, `query/ddl.rs`, `query/explain.rs`.
  'other statements': {
    'EXPLAIN SELECT * FROM orders WHERE tenant = 1': 'single',
    'EXPLAIN ANALYZE DELETE FROM orders': 'scatter',
    'TRUNCATE orders': 'scatter',
    'LOCK TABLE orders': 'scatter',
    'COPY orders TO STDOUT': 'scatter',
  },
  // `comment/directive.rs`; `ShardSource`: a comment stands above what the tables say.
  comments: {
    '/* pgdog_shard: 1 */ SELECT * FROM orders': 'single',
    '/* pgdog_sharding_key: 7 */ SELECT * FROM orders WHERE id = 2': 'single',
    "/* pgdog_sharding_key: '7' */ INSERT INTO orders (id) VALUES (1), (2)": 'single',
    '/* pgdog_shard: 0 */ UPDATE orders SET tenant = 2 WHERE tenant = 1': 'refused key-update',
    '/* pgdog_shard: 0 */ UPDATE countries SET code = 1': 'refused omni-write-directive',
    '/* pgdog_shard: 0 */ SELECT * FROM countries': 'reference',
  },
  'changed keys': {
    'UPDATE orders SET tenant = 2 WHERE tenant = 1': 'refused key-update',
    'UPDATE orders SET tenant = 1, state = $1 WHERE tenant = 1': 'single',
    'UPDATE orders SET tenant = tenant + 1 WHERE id = 1': 'refused key-update',
    'UPDATE orders SET tenant = 1': 'refused key-update',
    'UPDATE regions SET code = 2 WHERE code = 1': 'single',
    'UPDATE regions SET code = 7 WHERE code = 1': 'refused key-update',
    'INSERT INTO orders (tenant, id) VALUES (1, 2) ON CONFLICT (tenant, id) DO UPDATE SET tenant = 3': 'single',
  },
};

routerCases(cases, router);

test('settings: cross-shard statements refused, inserts split, keys rewritten', async () => {
  const settings = {
    cross_shard_disabled: true,
    'rewrite.split_inserts': 'rewrite',
    'rewrite.shard_key': 'rewrite',
  };
  const strict = routerOf({ dialect: 'postgresql', router: { name: 'pgdog', settings }, tables });
  expect(words(await strict('SELECT * FROM orders'))).toBe('refused cross-shard-disabled');
  expect(words(await strict('INSERT INTO orders (tenant) VALUES (1), (1)'))).toBe('single');
  expect(words(await strict('UPDATE orders SET tenant = 2 WHERE tenant = 1'))).toBe('single');
});
