import { describe, expect, test } from 'vitest';
import { routerOf, words } from '../harness/routes';

const tables = {
  orders: {
    shardKey: 'tenant',
    shards: 32,
    group: 'a',
    columns: { tenant: 'bigint', id: 'bigint', state: 'text', at: 'timestamptz' },
  },
  items: {
    shardKey: 'tenant',
    shards: 32,
    group: 'a',
    columns: { tenant: 'bigint', order_id: 'bigint', price: 'numeric' },
  },
  events: {
    shardKey: 'device',
    shards: 16,
    group: 'b',
    columns: { device: 'integer', tenant: 'bigint', kind: 'text' },
  },
  countries: { kind: 'reference', columns: { code: 'text', name: 'text', tenant: 'bigint' } },
  regions: { kind: 'reference', columns: { region: 'bigint' } },
  settings: { kind: 'unsharded', columns: { name: 'text', value: 'text', tenant: 'bigint' } },
  notes_a: { kind: 'single-shard', group: 's1', columns: { id: 'bigint', body: 'text' } },
  tags_a: { kind: 'single-shard', group: 's1', columns: { id: 'bigint', tag: 'text' } },
  notes_b: { kind: 'single-shard', group: 's2', columns: { id: 'bigint', body: 'text' } },
  open_orders: {
    kind: 'view',
    definition: "SELECT tenant, id FROM orders WHERE state = 'open'",
    columns: { tenant: 'bigint', id: 'bigint' },
  },
  keyed: { shardKey: 'id', shards: 16, group: 'd', columns: { id: 'uuid', name: 'text' } },
  small: { shardKey: 'k', shards: 4, group: 'c', columns: { k: 'integer', v: 'integer' } },
};
const router = routerOf({ dialect: 'postgresql', router: 'citus', tables });

/** SQL → `reach`, `reach+crossing`, or `refused code`. */
const cases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'what pins the key (1)': {
    'SELECT * FROM orders WHERE tenant = 1': 'single',
    'SELECT * FROM orders WHERE 1 = tenant': 'single',
    "SELECT * FROM orders WHERE tenant = '1'": 'single',
    'SELECT * FROM orders WHERE tenant = 1 + 1': 'single',
    'SELECT * FROM orders WHERE NOT (tenant <> 1)': 'single',
    "SELECT * FROM orders WHERE (tenant, state) = (1, 'x')": 'single',
    'SELECT * FROM orders WHERE tenant IN (1, NULL)': 'single',
    'SELECT * FROM orders WHERE (tenant = 1) = true': 'single',
    'SELECT * FROM orders WHERE tenant = $1': 'single',
  },
  'what does not (1)': {
    "SELECT * FROM orders WHERE tenant::text = '1'": 'scatter',
    'SELECT * FROM orders WHERE tenant + 0 = 1': 'scatter',
    'SELECT * FROM orders WHERE tenant BETWEEN 1 AND 1': 'scatter',
    'SELECT * FROM orders WHERE tenant IS NOT DISTINCT FROM 1': 'scatter',
    'SELECT * FROM orders WHERE (tenant = 1) IS TRUE': 'scatter',
    "SELECT * FROM orders WHERE tenant = current_setting('app.tenant')::bigint": 'scatter',
  },
  'a subquery that is planned by itself does not know the row around it': {
    'SELECT (SELECT count(*) FROM items i WHERE i.tenant = o.tenant) FROM orders o WHERE o.tenant = 1': 'scatter',
    'SELECT (SELECT count(*) FROM items i WHERE i.tenant = 1) FROM orders o WHERE o.tenant = 1': 'single',
    'SELECT 1 FROM orders o WHERE tenant = 1 AND id IN (SELECT order_id FROM items i WHERE i.tenant = o.tenant)':
      'scatter',
    'SELECT 1 FROM orders o WHERE tenant = 1 AND EXISTS (SELECT 1 FROM items i WHERE i.tenant = o.tenant)': 'single',
    'SELECT 1 FROM orders o WHERE tenant = 1 AND EXISTS (SELECT 1 FROM items i WHERE i.tenant = o.tenant LIMIT 1)':
      'single',
    'SELECT 1 FROM orders o WHERE tenant = 1 AND tenant IN (SELECT tenant FROM items GROUP BY 1)': 'single',
    'SELECT 1 FROM orders o JOIN (SELECT tenant, count(*) FROM items GROUP BY 1) x USING (tenant) WHERE false':
      'scatter',
    'SELECT 1 FROM (SELECT tenant, row_number() OVER (PARTITION BY tenant) FROM items) x WHERE tenant = 1': 'single',
    'SELECT 1 FROM (SELECT tenant, row_number() OVER () FROM items) x WHERE tenant = 1': 'scatter+subplan',
    'SELECT 1 FROM (SELECT tenant FROM items EXCEPT SELECT tenant FROM orders) x WHERE tenant = 1': 'scatter+subplan',
  },
  'lists are no equalities': {
    'SELECT * FROM orders WHERE tenant IN (1, 2) AND tenant IN (2, 3)': 'subset',
    'SELECT * FROM orders WHERE tenant IN (1, 2) AND tenant > 1': 'subset',
    'SELECT * FROM orders o LEFT JOIN items i ON i.tenant = o.tenant WHERE i.tenant = ANY (ARRAY[1])': 'scatter',
    'SELECT * FROM orders o LEFT JOIN items i ON i.tenant = o.tenant WHERE i.tenant IN (1)': 'single',
    'SELECT * FROM (SELECT * FROM orders WHERE tenant IN (1, 2)) o JOIN items i ON i.tenant = o.tenant': 'subset',
  },
  'what contradicts itself is empty, whatever the column': {
    'SELECT * FROM orders WHERE id = 1 AND id = 2': 'single',
    'SELECT * FROM orders o, items i WHERE o.id = 1 AND o.id = i.order_id AND i.order_id = 2': 'single',
    "SELECT * FROM (SELECT * FROM orders WHERE state = 'open') o WHERE state = 'x'": 'single',
  },
  'outer joins beside conditions that read no rows': {
    'SELECT * FROM orders o LEFT JOIN items i USING (tenant) WHERE now() > o.at': 'scatter',
    "SELECT * FROM orders o LEFT JOIN items i USING (tenant) WHERE now() > '2020-01-01'": 'refused hidden-outer-join',
    'SELECT * FROM orders o LEFT JOIN items i USING (tenant) WHERE EXISTS (SELECT 1 FROM countries)':
      'refused hidden-outer-join',
  },
  'tables that are not co-located': {
    'SELECT * FROM orders o, events e WHERE o.tenant = 1 AND e.device = 1': 'refused off-key-join',
    'SELECT * FROM orders o JOIN (SELECT device FROM events) e ON e.device = o.tenant': 'refused off-key-join',
  },
  'an empty statement (3)': {
    'SELECT * FROM orders WHERE false': 'single',
    'SELECT * FROM orders WHERE tenant = 1 AND tenant = 2': 'single',
    'DELETE FROM orders WHERE false': 'none',
  },
  'joins on and off the key (5, 6)': {
    'SELECT * FROM orders o JOIN items i ON i.tenant = o.tenant': 'scatter',
    'SELECT * FROM orders o JOIN items i ON i.tenant = o.tenant WHERE o.tenant = 1': 'single',
    'SELECT * FROM orders o, items i WHERE o.tenant = 1 AND i.tenant = 1': 'single',
    'SELECT * FROM orders o JOIN items i ON i.order_id = o.id': 'refused off-key-join',
    'SELECT * FROM orders o, items i': 'refused off-key-join',
    'SELECT * FROM orders o JOIN events e ON e.tenant = o.tenant': 'refused off-key-join',
    'SELECT * FROM orders o LEFT JOIN items i ON i.tenant = o.tenant AND o.tenant = 1': 'scatter',
    'SELECT * FROM orders o JOIN countries c ON c.code = o.state': 'scatter',
    'SELECT * FROM orders o JOIN countries c ON c.tenant = o.tenant LEFT JOIN items i ON i.tenant = c.tenant':
      'refused off-key-join',
    'SELECT * FROM orders o JOIN items i ON i.tenant = o.tenant WHERE o.tenant IN (1, 2)': 'subset',
  },
  'outer joins with what every shard has (7)': {
    'SELECT * FROM countries c LEFT JOIN orders o ON o.state = c.code': 'scatter+subplan',
    'SELECT * FROM countries c LEFT JOIN orders o ON o.tenant = c.tenant': 'scatter',
    'SELECT * FROM countries c LEFT JOIN orders o ON o.state = c.code WHERE o.tenant = 1': 'single',
    'SELECT * FROM countries c FULL JOIN orders o ON o.tenant = c.tenant': 'scatter+subplan',
    'SELECT * FROM countries c FULL JOIN orders o ON o.tenant > 5': 'refused full-join',
    'SELECT * FROM orders o LEFT JOIN countries c ON o.state = c.code': 'scatter',
  },
  'ordinary tables (7)': {
    'SELECT * FROM settings': 'unsharded',
    'SELECT * FROM settings s JOIN countries c ON c.code = s.name': 'unsharded',
    'SELECT * FROM orders o JOIN settings s ON s.name = o.state': 'scatter+subplan',
    'SELECT * FROM orders o JOIN settings s ON s.name = o.state WHERE o.tenant = 1': 'single+subplan',
  },
  'schema-based tables (8)': {
    'SELECT * FROM notes_a': 'single',
    'SELECT * FROM notes_a JOIN tags_a USING (id)': 'single',
    'SELECT * FROM notes_a a JOIN notes_b b ON a.id < b.id, orders': 'refused off-key-join',
    'UPDATE notes_a SET body = NULL WHERE id = 3': 'single',
  },
  'CTEs (9)': {
    'WITH x AS (SELECT * FROM orders) SELECT * FROM x': 'scatter',
    'WITH x AS (SELECT * FROM orders) SELECT * FROM x WHERE tenant = 1': 'single',
    'WITH x AS MATERIALIZED (SELECT * FROM orders) SELECT * FROM x WHERE tenant = 1': 'scatter+subplan',
    'WITH x AS MATERIALIZED (SELECT * FROM orders WHERE tenant = 1) SELECT * FROM x': 'single',
    'WITH x AS (SELECT * FROM orders) SELECT * FROM x a JOIN x b ON a.tenant = b.tenant': 'scatter+subplan',
    'WITH x AS (SELECT *, random() FROM orders) SELECT * FROM x': 'scatter+subplan',
    'WITH x AS (DELETE FROM orders WHERE tenant = 1 RETURNING *) SELECT * FROM x': 'single',
    'WITH x AS (DELETE FROM orders RETURNING *) SELECT * FROM x': 'scatter+subplan',
  },
  'subqueries (10)': {
    'SELECT * FROM (SELECT * FROM orders LIMIT 5) x': 'scatter+subplan',
    'SELECT * FROM (SELECT state, count(*) FROM orders GROUP BY state) x': 'scatter+subplan',
    'SELECT * FROM (SELECT tenant, count(*) FROM orders GROUP BY tenant) x': 'scatter',
    'SELECT state, count(*) FROM orders GROUP BY state LIMIT 5': 'scatter',
    'SELECT * FROM orders WHERE tenant IN (SELECT tenant FROM items)': 'scatter',
    'SELECT * FROM orders WHERE id IN (SELECT order_id FROM items)': 'scatter+subplan',
    'SELECT * FROM orders WHERE tenant NOT IN (SELECT tenant FROM items)': 'scatter+subplan',
    'SELECT * FROM orders o WHERE EXISTS (SELECT 1 FROM items i WHERE i.tenant = o.tenant)': 'scatter',
    'SELECT * FROM orders o WHERE EXISTS (SELECT 1 FROM items i WHERE i.order_id = o.id)': 'refused off-key-join',
    'SELECT * FROM countries c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.state = c.code)':
      'refused correlated-subquery',
    'SELECT * FROM countries WHERE code IN (SELECT state FROM orders)': 'scatter+subplan',
    'SELECT * FROM countries c, LATERAL (SELECT * FROM orders o WHERE o.state = c.code LIMIT 2) x':
      'refused lateral-subquery',
    'SELECT * FROM orders o, LATERAL (SELECT * FROM items i WHERE i.tenant = o.tenant LIMIT 2) x': 'scatter',
  },
  'set operations (11)': {
    'SELECT tenant FROM orders UNION SELECT tenant FROM items': 'scatter+subplan',
    'SELECT * FROM (SELECT tenant FROM orders UNION SELECT tenant FROM items) x': 'scatter',
    'SELECT * FROM (SELECT id FROM orders UNION SELECT order_id FROM items) x': 'scatter+subplan',
    'SELECT tenant FROM orders WHERE tenant = 1 UNION SELECT tenant FROM items WHERE tenant = 1': 'single',
  },
  'only on one shard (12)': {
    'SELECT * FROM orders WHERE tenant = 1 FOR UPDATE': 'single',
    'SELECT * FROM orders FOR UPDATE': 'refused row-locks',
    'SELECT state, count(*) FROM orders GROUP BY ROLLUP (state)': 'refused grouping-sets',
    'WITH RECURSIVE r AS (SELECT id FROM orders UNION ALL SELECT o.id FROM orders o JOIN r ON o.id = r.id) SELECT * FROM r':
      'refused recursive-cte',
  },
  'INSERT (13)': {
    'INSERT INTO orders (tenant, id) VALUES (1, 2)': 'single',
    'INSERT INTO orders (id) VALUES (2)': 'refused missing-shard-key',
    'INSERT INTO orders (tenant, id) VALUES (NULL, 2)': 'refused missing-shard-key',
    'INSERT INTO orders (tenant, id) VALUES (1, (SELECT 1))': 'refused insert-subquery',
    "INSERT INTO countries VALUES ('de')": 'reference',
    'INSERT INTO orders (tenant, id) SELECT tenant, order_id FROM items': 'scatter',
    'INSERT INTO orders (tenant, id) SELECT tenant, order_id FROM items WHERE tenant = 1': 'single',
    'INSERT INTO orders (tenant, id) SELECT order_id, tenant FROM items': 'scatter+repartition',
    'INSERT INTO orders (tenant, id) SELECT tenant, order_id FROM items LIMIT 5': 'scatter+coordinator',
    'INSERT INTO orders (tenant, id) SELECT tenant, 1 FROM countries': 'scatter+coordinator',
    'INSERT INTO orders (tenant, id) SELECT i, i FROM generate_series(1, 9) i': 'scatter+coordinator',
    'INSERT INTO orders (tenant, id) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET at = now()':
      'refused volatile-function',
    'INSERT INTO orders (tenant, id) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET tenant = 3': 'refused key-update',
    'INSERT INTO open_orders VALUES (1, 2)': 'refused view-change',
  },
  'UPDATE and DELETE (14 to 16)': {
    "UPDATE orders SET state = 'x' WHERE tenant = 1": 'single',
    "UPDATE orders SET state = 'x'": 'scatter',
    'UPDATE orders SET tenant = 2 WHERE tenant = 1': 'refused key-update',
    'UPDATE orders SET tenant = 1 WHERE tenant = 1': 'single',
    'UPDATE orders SET tenant = $1 WHERE tenant = $1': 'refused key-update',
    'UPDATE orders SET state = random()::text WHERE tenant = 1': 'refused volatile-function',
    'UPDATE orders SET at = now() WHERE tenant = 1': 'single',
    'UPDATE orders SET at = coalesce(at, now()) WHERE tenant = 1': 'refused stable-function',
    'UPDATE orders o SET state = i.price FROM items i WHERE i.tenant = o.tenant': 'scatter',
    'DELETE FROM orders WHERE id IN (SELECT order_id FROM items)': 'scatter+subplan',
    'UPDATE countries c SET name = o.state FROM orders o WHERE o.state = c.code': 'refused reference-target',
    'DELETE FROM open_orders WHERE tenant = 1': 'refused view-change',
  },
  'what else is refused': {
    'DELETE FROM orders WHERE ctid IN (SELECT ctid FROM orders LIMIT 100)': 'refused row-place',
    'SELECT * FROM orders LIMIT 5 OFFSET (SELECT 1)': 'refused limit-subquery',
    'WITH x AS (UPDATE orders SET tenant = 2 WHERE tenant = 1 RETURNING *) SELECT * FROM x': 'refused key-update',
    'SELECT * FROM (WITH x AS (DELETE FROM orders RETURNING *) SELECT * FROM x) y': 'refused nested-change',
    'UPDATE orders SET state = at::date WHERE tenant = 1': 'refused stable-function',
    'SELECT * FROM countries c LEFT JOIN LATERAL (SELECT * FROM orders o WHERE o.state = c.code) x ON true':
      'refused lateral-outer-join',
    'SELECT state, (SELECT max(price) FROM items i WHERE i.tenant = o.id) FROM orders o GROUP BY state, id':
      'refused late-subquery',
  },
  'conditions that are false': {
    // PostgreSQL never plans a subquery that stands alone under one.
    'SELECT * FROM (SELECT tenant FROM orders LIMIT 3) x WHERE false': 'single',
    'SELECT * FROM (SELECT state, count(*) FROM orders GROUP BY state) x WHERE 1 = 2 ORDER BY 1': 'single',
    'SELECT * FROM (SELECT tenant FROM orders UNION SELECT tenant FROM items) x WHERE false': 'single',
    'SELECT * FROM (SELECT * FROM (SELECT tenant FROM orders LIMIT 3) a) b WHERE false': 'single',
    'SELECT * FROM (SELECT tenant FROM orders LIMIT 3) x, countries WHERE false': 'scatter+subplan',
    'SELECT * FROM (SELECT tenant FROM orders LIMIT 3) x WHERE false AND tenant IN (SELECT tenant FROM items)':
      'scatter+subplan',
    'WITH x AS MATERIALIZED (SELECT * FROM orders) SELECT * FROM x WHERE false': 'scatter+subplan',
    'SELECT * FROM countries WHERE false': 'single',
    'SELECT * FROM countries WHERE EXISTS (SELECT 1 FROM settings s WHERE s.tenant = countries.tenant AND false)':
      'single',
    'SELECT c.* FROM countries c LEFT JOIN (SELECT * FROM settings WHERE false) s ON true': 'reference',
    'SELECT c.* FROM countries c LEFT JOIN (SELECT * FROM settings) s ON true': 'unsharded',
    'INSERT INTO orders (tenant, id) SELECT tenant, id FROM orders WHERE false OFFSET 1': 'none',
    'INSERT INTO orders (tenant, id) SELECT id, id FROM orders WHERE false OFFSET 1': 'scatter+coordinator',
  },
  'UUIDs that differ': {
    "SELECT 1 FROM keyed k JOIN events e ON e.kind = k.name WHERE k.id = '11111111-1111-1111-1111-111111111111' AND k.id = '22222222-2222-2222-2222-222222222222'":
      'single',
    "SELECT 1 FROM keyed k JOIN events e ON e.kind = k.name WHERE k.id = '11111111-1111-1111-1111-111111111111'":
      'refused off-key-join',
    'SELECT 1 FROM orders WHERE NULL::boolean': 'single',
  },
  'outer joins that are inner ones': {
    'SELECT 1 FROM orders LEFT JOIN regions ON orders.tenant = region WHERE region = 5': 'single',
    'SELECT 1 FROM orders LEFT JOIN regions ON orders.tenant = region WHERE region IS NULL': 'scatter',
    'SELECT 1 FROM countries c CROSS JOIN countries d LEFT JOIN orders o ON c.tenant = o.tenant JOIN items i ON i.tenant = o.tenant':
      'scatter',
    'SELECT 1 FROM countries c LEFT JOIN (orders o JOIN items i USING (tenant)) q ON q.tenant = c.tenant':
      'scatter+subplan',
    'SELECT 1 FROM countries c LEFT JOIN orders o ON o.tenant = c.tenant AND false': 'scatter',
  },
  'row locks': {
    'WITH x AS (SELECT * FROM orders) SELECT * FROM x FOR UPDATE': 'scatter',
    'SELECT * FROM open_orders FOR UPDATE': 'refused row-locks',
    'SELECT * FROM (SELECT * FROM orders) x FOR UPDATE': 'refused row-locks',
    'WITH x AS (SELECT * FROM orders) SELECT * FROM x JOIN items USING (tenant) FOR UPDATE': 'refused row-locks',
  },
  'CTEs of statements that change rows': {
    'WITH x AS (SELECT tenant FROM orders) DELETE FROM items USING x WHERE x.tenant = items.tenant': 'scatter',
    'WITH x AS (SELECT tenant FROM orders) DELETE FROM items WHERE tenant IN (SELECT tenant FROM x)': 'scatter+subplan',
    'WITH x AS (SELECT tenant FROM orders) DELETE FROM items WHERE tenant = 1 AND tenant IN (SELECT tenant FROM x)':
      'single',
    'DELETE FROM items WHERE tenant IN (WITH x AS (SELECT tenant FROM orders) SELECT tenant FROM x)': 'scatter',
    'WITH x AS (SELECT tenant FROM items) MERGE INTO orders o USING x ON o.tenant = x.tenant WHEN MATCHED THEN DELETE':
      'scatter',
    'WITH x AS (SELECT tenant FROM items) MERGE INTO orders o USING (SELECT * FROM x) x ON o.tenant = x.tenant WHEN MATCHED THEN DELETE':
      'scatter+repartition',
    'WITH RECURSIVE x AS (SELECT id FROM orders WHERE tenant = 1 UNION ALL SELECT o.id FROM orders o JOIN x ON o.id = x.id WHERE o.tenant = 1) SEARCH DEPTH FIRST BY id SET seq SELECT * FROM x':
      'refused search-clause',
  },
  'the session decides': {
    "UPDATE orders SET state = 'x' WHERE tenant = 1 AND at < now() - interval '1 day'": 'single',
    "UPDATE orders SET state = 'x' WHERE tenant = 1 AND at < '2020-01-01'": 'single',
    "UPDATE orders SET state = 'x' WHERE tenant = 1 AND at < date '2020-01-01'": 'refused stable-function',
    "UPDATE orders SET state = 'x' WHERE tenant = 1 AND at BETWEEN current_date AND now()": 'refused stable-function',
    "UPDATE orders SET state = 'x' WHERE tenant = 1 AND at IN (localtimestamp)": 'refused stable-function',
    "UPDATE orders SET at = at + interval '1 day' WHERE tenant = 1": 'refused stable-function',
    'UPDATE orders SET at = to_timestamp(id) WHERE tenant = 1': 'single',
    "DELETE FROM orders WHERE tenant = 1 AND now() - at > interval '1 day'": 'single',
    "DELETE FROM orders WHERE tenant = 1 AND age(at) > interval '1 day'": 'single',
    "DELETE FROM orders WHERE tenant = 1 AND date_trunc('day', at) = current_date": 'refused stable-function',
    "DELETE FROM orders WHERE tenant = 1 AND at AT TIME ZONE 'UTC' < current_date": 'single',
    'DELETE FROM orders WHERE tenant = 1 AND at - at > now() - now()': 'single',
    'DELETE FROM orders WHERE tenant = 1 AND state::date = current_date': 'refused stable-function',
    'UPDATE orders SET state = id::text WHERE tenant = 1': 'single',
    "INSERT INTO orders (tenant, at) VALUES (1, now()) ON CONFLICT (tenant) DO UPDATE SET at = orders.at + interval '1 day'":
      'refused volatile-function',
    'DELETE FROM orders WHERE tenant = 1 RETURNING now()': 'refused mutable-returning',
    'DELETE FROM orders WHERE tenant = 1 RETURNING at::date': 'refused mutable-returning',
    'INSERT INTO orders (tenant) VALUES (1) RETURNING random()': 'refused mutable-returning',
    'INSERT INTO orders (tenant, id) VALUES (1, 2) RETURNING id + 1': 'single',
    'INSERT INTO settings (name) VALUES (1) RETURNING now()': 'unsharded',
  },
  'ORs of equalities': {
    'SELECT 1 FROM orders o JOIN items i ON o.tenant = i.tenant WHERE o.tenant = 1 OR i.tenant = 1': 'scatter',
    'SELECT 1 FROM orders o JOIN items i ON o.tenant = i.tenant WHERE o.tenant = 1 AND o.id = 2 OR i.tenant = 1 AND i.order_id = 2':
      'scatter',
    'SELECT 1 FROM orders o JOIN items i ON o.tenant = i.tenant WHERE o.tenant = 1 AND o.id = 2 OR o.tenant = 1 AND i.order_id = 3':
      'single',
    'SELECT 1 FROM orders WHERE (tenant = 1 OR id = 3) AND (tenant = 1 OR tenant = 1)': 'single',
    'SELECT 1 FROM orders WHERE (tenant = 1 OR id = 3) AND tenant IN (1, 1)': 'scatter',
  },
  'casts to the type that a column has': {
    'SELECT 1 FROM orders WHERE tenant::bigint = 1': 'single',
    'SELECT 1 FROM orders WHERE CAST(tenant AS int8) IN (1, 2)': 'subset',
    'SELECT 1 FROM orders WHERE tenant::int = 1': 'scatter',
  },
  'predicates around a UNION': {
    'SELECT * FROM (SELECT tenant FROM orders UNION ALL SELECT tenant FROM items) x WHERE tenant IN (1, 2)': 'subset',
    'SELECT * FROM (SELECT tenant FROM orders UNION SELECT order_id FROM items) x WHERE tenant IN (1, 2)':
      'scatter+subplan',
    'SELECT * FROM (SELECT tenant FROM orders UNION SELECT tenant FROM items LIMIT 5) x WHERE tenant IN (1, 2)':
      'scatter+subplan',
  },
  'values inside a UNION': {
    'SELECT * FROM (SELECT tenant FROM orders WHERE tenant = 1 UNION ALL SELECT tenant FROM items WHERE tenant = 1) u JOIN orders o ON o.tenant = u.tenant':
      'scatter',
    'SELECT * FROM orders WHERE tenant IN (SELECT tenant FROM orders WHERE tenant = 1 UNION SELECT tenant FROM items WHERE tenant = 1)':
      'scatter',
    'SELECT * FROM (SELECT tenant FROM orders UNION ALL SELECT tenant FROM items) u JOIN orders o ON o.tenant = u.tenant WHERE u.tenant = 1':
      'single',
  },
  'constants of subqueries': {
    'SELECT 1 FROM orders o JOIN (SELECT 1 AS t) v ON o.tenant = v.t': 'single',
    'SELECT 1 FROM orders o JOIN (SELECT 1 AS t FROM regions) v ON o.tenant = v.t': 'single',
    'WITH v AS (SELECT 1 AS t) SELECT 1 FROM orders o JOIN v ON o.tenant = v.t': 'single',
    'WITH v AS MATERIALIZED (SELECT 1 AS t) SELECT 1 FROM orders o JOIN v ON o.tenant = v.t': 'scatter+subplan',
    'WITH v (t) AS MATERIALIZED (VALUES (1)) SELECT 1 FROM orders o JOIN v ON o.tenant = v.t': 'scatter+subplan',
    'SELECT 1 FROM orders o JOIN (SELECT 1 AS t LIMIT 1) v ON o.tenant = v.t': 'scatter+subplan',
    'SELECT 1 FROM orders o JOIN (SELECT DISTINCT 1 AS t) v ON o.tenant = v.t': 'scatter',
    'SELECT 1 FROM orders o JOIN (SELECT count(*), 1 AS t FROM regions) v ON o.tenant = v.t': 'scatter+subplan',
    'SELECT 1 FROM orders WHERE (tenant, id) = ANY (ARRAY[(1, 2)])': 'scatter',
    'SELECT 1 FROM orders WHERE (tenant, id) IN ((1, 2))': 'single',
  },
  'rows that no table has': {
    'SELECT 1 FROM orders o JOIN unnest(ARRAY[1, 2]) AS u(t) ON o.tenant = u.t WHERE u.t = 1': 'single',
    'SELECT 1 FROM orders o JOIN generate_series(1, 9) g ON o.tenant = g WHERE g = 1': 'single',
    'SELECT 1 FROM orders o JOIN generate_series(1, 9) g ON o.tenant = g JOIN items i ON i.tenant = g': 'scatter',
    'SELECT 1 FROM orders o JOIN (VALUES (1, 2)) AS u(t, x) ON o.tenant = u.t': 'single',
    'SELECT 1 FROM orders o JOIN (VALUES (1, 2), (3, 4)) AS u(t, x) ON o.tenant = u.t': 'scatter',
    'SELECT 1 FROM orders o JOIN (VALUES (1, 2), (3, 4)) AS u(t, x) ON o.tenant = u.t WHERE u.t = 3': 'single',
  },
  'WITH RECURSIVE (12)': {
    'WITH RECURSIVE d (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM d WHERE n < 9) SELECT 1 FROM d LEFT JOIN orders o ON o.id = d.n':
      'refused recursive-cte',
    'WITH RECURSIVE d (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM d WHERE n < 9) SELECT 1 FROM d LEFT JOIN orders o ON o.id = d.n AND o.tenant = 1':
      'single',
    'SELECT 1 FROM orders WHERE id IN (WITH RECURSIVE d (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM d) SELECT n FROM d)':
      'refused recursive-cte',
    'WITH RECURSIVE r AS (SELECT region FROM regions) SELECT 1 FROM orders JOIN r ON id = region':
      'refused recursive-cte',
    'WITH RECURSIVE r AS (SELECT 1) INSERT INTO orders (tenant, id) VALUES (1, 2)': 'refused recursive-cte',
    'WITH r AS (SELECT 1) INSERT INTO orders (tenant, id) VALUES (1, 2)': 'single',
  },
  'INSERT … SELECT of one shard (13)': {
    'INSERT INTO items (tenant, order_id) SELECT tenant, id FROM orders WHERE tenant = $1': 'single',
    'INSERT INTO items (tenant, order_id) SELECT tenant, id FROM orders WHERE tenant IN ($1, $2)': 'subset',
    'INSERT INTO items (tenant, order_id) SELECT o.tenant, o.id FROM orders o JOIN regions ON region = id WHERE o.tenant = 1':
      'scatter',
    'INSERT INTO items (tenant, order_id) SELECT tenant, id FROM orders, events WHERE id = device AND false':
      'scatter+coordinator',
    'INSERT INTO settings (name) SELECT name FROM countries': 'unsharded',
    'INSERT INTO items (tenant, order_id) SELECT o.tenant, o.id FROM orders o LEFT JOIN items i ON i.tenant = o.tenant LEFT JOIN orders p ON p.tenant = i.tenant WHERE o.tenant = 1 LIMIT 5':
      'single',
    'INSERT INTO items (tenant, order_id) SELECT tenant, id FROM orders o WHERE EXISTS (SELECT 1 FROM items i WHERE i.tenant = o.tenant LIMIT 1)':
      'scatter',
    'INSERT INTO items (tenant, order_id) SELECT tenant, v.n FROM orders JOIN (VALUES (1), (2)) v(n) ON id = v.n':
      'scatter',
  },
  'functions of literals': {
    "SELECT 1 FROM keyed WHERE name = 'x' AND upper('a') = 'B'": 'single',
    "SELECT 1 FROM keyed WHERE substring('hello', 2, 3) = 'ell'": 'scatter',
    'SELECT 1 FROM orders o JOIN events e ON o.id = e.device WHERE int4eq(1, 2)': 'single',
    "SELECT 1 FROM orders WHERE date_ne_timestamp('2020-01-01', '2020-01-01'::timestamp)": 'single',
    "SELECT 1 FROM orders WHERE date_ne_timestamp('2020-01-01', '2020-01-02'::timestamp)": 'scatter',
    "SELECT 1 FROM orders WHERE length('ä') = 2": 'scatter',
  },
  'bare names of the query around': {
    'SELECT 1 FROM (SELECT tenant AS t, id AS n FROM orders) x WHERE EXISTS (SELECT 1 FROM items WHERE tenant = t AND order_id = n)':
      'scatter',
    'SELECT 1 FROM orders WHERE (SELECT count(*) FROM items WHERE orders.tenant = tenant AND order_id = id) > 2':
      'scatter',
    'SELECT 1 FROM orders WHERE tenant IN (SELECT tenant FROM items WHERE order_id = state)': 'refused off-key-join',
  },
  'set operations on the nullable side': {
    'SELECT * FROM orders o LEFT JOIN (SELECT tenant FROM orders UNION SELECT tenant FROM items) u ON u.tenant = o.tenant':
      'scatter+subplan',
    'SELECT * FROM (SELECT tenant FROM orders UNION SELECT tenant FROM items) u LEFT JOIN orders o ON u.tenant = o.tenant':
      'scatter',
    'SELECT * FROM (SELECT tenant FROM orders UNION SELECT tenant FROM items) u FULL JOIN orders o ON u.tenant = o.tenant':
      'scatter',
    'SELECT * FROM orders o LEFT JOIN (SELECT tenant FROM orders UNION SELECT tenant FROM items) u ON u.tenant = o.tenant WHERE u.tenant > 5':
      'scatter',
  },
  'MERGE (17)': {
    'MERGE INTO orders o USING (SELECT tenant FROM items WHERE tenant IN (1, 2)) i ON o.tenant = i.tenant WHEN NOT MATCHED THEN INSERT (tenant, id) VALUES (i.tenant, 1)':
      'subset',
    'MERGE INTO orders o USING (SELECT tenant FROM items WHERE random() < 0.5) i ON o.tenant = i.tenant WHEN MATCHED THEN DELETE':
      'refused volatile-function',
    'MERGE INTO orders o USING (SELECT order_id, count(*) AS n FROM items GROUP BY order_id) i ON o.tenant = i.order_id WHEN NOT MATCHED THEN INSERT (tenant, id) VALUES (i.n, 1)':
      'refused merge-insert-key',
    'MERGE INTO orders o USING (SELECT tenant, count(*) FROM items WHERE tenant = 1 GROUP BY tenant) i ON o.tenant = i.tenant WHEN NOT MATCHED THEN INSERT (tenant, id) VALUES (i.tenant, 1)':
      'scatter',
    'MERGE INTO orders o USING (SELECT tenant FROM items WHERE tenant = 1 AND tenant = 2) i ON o.tenant = i.tenant WHEN MATCHED THEN DELETE':
      'scatter+coordinator',
    'MERGE INTO small s USING (SELECT tenant, count(*) AS n FROM items GROUP BY tenant) i ON s.k = i.n WHEN MATCHED THEN DELETE':
      'refused merge-key-type',
    'MERGE INTO notes_a n USING generate_series(1, 5) g ON n.id = g WHEN MATCHED THEN DELETE': 'refused merge-source',
    'MERGE INTO orders o USING items i ON o.tenant = i.tenant WHEN MATCHED THEN DELETE': 'scatter',
    'MERGE INTO orders o USING items i ON o.tenant = i.order_id WHEN MATCHED THEN DELETE': 'scatter+repartition',
    'MERGE INTO orders o USING items i ON o.id = i.order_id WHEN MATCHED THEN DELETE': 'refused merge-key',
    'MERGE INTO orders o USING items i ON o.tenant = i.tenant AND o.tenant = 1 WHEN NOT MATCHED THEN INSERT (tenant, id) VALUES (i.tenant, 1)':
      'scatter',
    'MERGE INTO orders o USING items i ON o.tenant = i.tenant AND o.tenant = 1 WHEN MATCHED THEN DELETE': 'single',
    'MERGE INTO countries c USING items i ON c.tenant = i.tenant WHEN MATCHED THEN DELETE': 'refused merge-target',
    'MERGE INTO orders o USING settings s ON o.tenant = s.tenant WHEN MATCHED THEN DELETE': 'refused merge-source',
  },
};

for (const [name, table] of Object.entries(cases))
  describe(name, () => {
    for (const [sql, expected] of Object.entries(table))
      test(sql, async () => {
        expect(words(await router(sql))).toBe(expected);
      });
  });

describe('exact shards (4)', () => {
  const counted: Readonly<Record<string, readonly [string, number | undefined]>> = {
    'SELECT * FROM small WHERE k = 1': ['single', 1],
    'SELECT * FROM small WHERE k IN (1, 2, 3)': ['subset', 3],
    'SELECT * FROM small WHERE k IN (1, 3, 4)': ['subset', 2],
    'SELECT * FROM small WHERE k IN (3, 4)': ['single', 1],
    'SELECT * FROM small WHERE k IN (1, 2, abs(-3))': ['subset', 3],
    "SELECT * FROM small WHERE k IN (1, length('abc'))": ['subset', 2],
    'INSERT INTO small VALUES (1, 1), (3, 3), (4, 4)': ['subset', 2],
    'SELECT * FROM small WHERE k IN (1, 2, 3, 4, 5, 6, 7, 8)': ['scatter', 4],
    'SELECT * FROM small WHERE k IN ($1, $2)': ['subset', undefined],
  };
  for (const [sql, [reach, count]] of Object.entries(counted))
    test(sql, async () => {
      const route = await router(sql);
      expect([route.reach, route.shards.count]).toEqual([reach, count]);
    });
});

test('repartition joins run where they are enabled', async () => {
  const enabled = routerOf({
    dialect: 'postgresql',
    router: { name: 'citus', settings: { enable_repartition_joins: 'on' } },
    tables,
  });
  expect(words(await enabled('SELECT * FROM orders o JOIN items i ON i.order_id = o.id'))).toBe('scatter+repartition');
});

test('reasons say what pins a table and what forced the crossing', async () => {
  const pinned = await router('SELECT * FROM orders o JOIN items i ON i.tenant = o.tenant WHERE o.tenant = 7');
  expect(pinned.reasons.map(({ code }) => code)).toEqual(expect.arrayContaining(['pinned', 'pinned-through']));
  const crossing = await router('SELECT * FROM (SELECT * FROM orders LIMIT 5) x');
  expect(crossing.reasons[0]?.text).toContain('LIMIT');
});
