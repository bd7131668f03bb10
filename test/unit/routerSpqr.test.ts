import { expect, test } from 'vitest';
import { routerCases, routerOf, words } from '../harness/routes';

const setup = `
CREATE DISTRIBUTION ds1 COLUMN TYPES integer;
CREATE KEY RANGE FROM 0 ROUTE TO sh1 FOR DISTRIBUTION ds1;
CREATE KEY RANGE FROM 100 ROUTE TO sh2 FOR DISTRIBUTION ds1;
CREATE KEY RANGE FROM 200 ROUTE TO sh3 FOR DISTRIBUTION ds1;
CREATE RELATION orders (tenant) IN ds1;
CREATE RELATION items (owner) IN ds1;
CREATE RELATION notes (tenant) IN ds1;
CREATE DISTRIBUTION ds2 COLUMN TYPES integer, integer;
CREATE KEY RANGE FROM 0, 0 ROUTE TO sh1 FOR DISTRIBUTION ds2;
CREATE RELATION visits (site, page) IN ds2;
CREATE DISTRIBUTION ds3 COLUMN TYPES varchar;
CREATE KEY RANGE FROM a ROUTE TO sh1 FOR DISTRIBUTION ds3;
CREATE KEY RANGE FROM n ROUTE TO sh3 FOR DISTRIBUTION ds3;
CREATE RELATION users (name) IN ds3;
CREATE REFERENCE RELATION countries;`;
const router = (settings: object = {}) =>
  routerOf(
    { dialect: 'postgresql', router: { name: 'spqr', settings }, import: [{ spqr: '/w/init.sql' }] },
    { '/w/init.sql': setup },
  );

/** SQL → reach or refusal; a `!` behind it: rows are missing from the answer. */
const cases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'values are pooled': {
    'SELECT * FROM orders WHERE tenant = 1': 'single',
    'SELECT * FROM orders WHERE tenant = 1 OR tenant = 2': 'single',
    'SELECT * FROM orders WHERE tenant = 1 OR tenant = 150': 'subset',
    'SELECT * FROM orders WHERE tenant IN (1, 150, 250)': 'subset',
    'SELECT * FROM orders WHERE tenant = 1 AND tenant = 150': 'subset',
    'SELECT * FROM orders WHERE tenant IN ($1, $2)': 'single!',
    'SELECT * FROM orders WHERE tenant = 1 UNION ALL SELECT * FROM orders WHERE tenant = 150': 'subset',
    'SELECT * FROM orders WHERE tenant BETWEEN 1 AND 150': 'subset',
    'SELECT * FROM orders WHERE NOT (tenant = 1)': 'scatter',
    'SELECT * FROM orders': 'scatter',
    'DELETE FROM orders': 'scatter',
    'SELECT * FROM visits WHERE site = 1 AND page = 2': 'single',
    'SELECT * FROM visits WHERE site = 1': 'scatter',
  },
  joins: {
    'SELECT * FROM orders o JOIN items i ON i.owner = o.tenant WHERE o.tenant = 1': 'single',
    'SELECT * FROM orders o JOIN items i ON i.owner = o.tenant WHERE o.tenant = 1 AND i.owner = 150': 'subset',
    'SELECT * FROM orders o JOIN items i ON i.owner = o.tenant': 'scatter',
    'SELECT * FROM orders o JOIN items i ON i.id = o.id WHERE tenant = 1': 'single!',
    'SELECT * FROM orders o JOIN notes n ON n.id = o.id WHERE tenant = 1': 'refused ambiguous-column',
    'SELECT * FROM orders o JOIN countries c ON c.id = o.country': 'scatter',
    'WITH v (t) AS (VALUES (1), (150)) SELECT * FROM v JOIN orders o ON o.tenant = v.t': 'subset',
  },
  // `analyzeWhereClause`, `ParseExprValue`.
  operands: {
    'SELECT * FROM orders WHERE 1 = tenant': 'single',
    "SELECT * FROM orders WHERE tenant = '1'": 'single',
    'SELECT * FROM orders WHERE tenant = 1::bigint': 'single',
    'SELECT * FROM orders WHERE tenant = $1': 'single',
    'SELECT * FROM orders WHERE tenant < 1': 'single',
    'SELECT * FROM orders WHERE tenant < 150': 'single!',
    'SELECT * FROM orders WHERE tenant <> 1': 'single!',
    'SELECT * FROM orders WHERE tenant = 1.5': 'refused key-value',
    'SELECT * FROM orders WHERE tenant = NULL': 'scatter',
    'SELECT * FROM orders WHERE tenant IS NULL': 'scatter',
    'SELECT * FROM orders WHERE tenant = now()': 'scatter',
    'SELECT * FROM orders WHERE tenant + 0 = 1': 'single!',
    'SELECT * FROM orders WHERE abs(tenant) = 1': 'scatter',
    "SELECT * FROM orders WHERE tenant = 'x'": 'refused key-value',
    'SELECT * FROM orders WHERE tenant IN (1, now())': 'refused key-value',
    'SELECT * FROM orders WHERE tenant IN (1, NULL)': 'refused key-value',
    'SELECT * FROM orders WHERE id IN (1, NULL)': 'scatter',
    'SELECT * FROM orders WHERE tenant NOT IN (1)': 'single!',
    "SELECT * FROM orders WHERE tenant NOT LIKE '1'": 'single!',
    "SELECT * FROM orders WHERE tenant LIKE 'a%'": 'refused key-value',
    'SELECT * FROM orders WHERE tenant IS DISTINCT FROM 150': 'single!',
    'SELECT * FROM orders WHERE (tenant = 1) IS NOT FALSE': 'single!',
    'SELECT * FROM orders WHERE coalesce(tenant, 0) = 1': 'single!',
    'SELECT * FROM orders WHERE tenant IN (coalesce(1, 2), CAST(150 AS bigint))': 'subset',
    'SELECT * FROM orders WHERE tenant = -5': 'refused no-key-range',
    "SELECT * FROM users WHERE name IN ('nina', 'zed')": 'single',
    "SELECT * FROM users WHERE name IN ('bob', 'zed')": 'subset',
    "SELECT * FROM users WHERE name = 'nina' OR id = 2": 'single!',
    "SELECT * FROM users WHERE name IN ('nina', $1)": 'single!',
    'SELECT * FROM users WHERE name = 5': 'refused key-value',
    'SELECT * FROM orders WHERE tenant = ANY(ARRAY[1, 2])': 'scatter',
    'SELECT * FROM orders WHERE tenant = ANY($1)': 'scatter',
    'SELECT * FROM orders WHERE (tenant, id) = (1, 2)': 'scatter',
    'SELECT * FROM orders WHERE tenant = (SELECT 1)': 'scatter',
    'SELECT * FROM orders WHERE tenant BETWEEN 1 AND now()': 'refused key-value',
    'SELECT * FROM orders WHERE tenant = 1 OR id = 2': 'single!',
    'SELECT tenant, count(*) FROM orders GROUP BY tenant': 'scatter',
    'SELECT * FROM orders WHERE tenant = 1 FOR UPDATE': 'single',
  },
  // `AnalyzeQueryV1`: which parts of a statement are read.
  'where values stand': {
    'SELECT * FROM (SELECT * FROM orders WHERE tenant = 1) x': 'single',
    'SELECT * FROM (SELECT * FROM orders) x WHERE x.tenant = 1': 'single',
    'WITH x AS (SELECT * FROM orders WHERE tenant = 1) SELECT * FROM x': 'single',
    'SELECT * FROM orders o WHERE EXISTS (SELECT 1 FROM items i WHERE i.owner = o.tenant AND i.owner = 1)': 'scatter',
    'SELECT * FROM orders WHERE id IN (SELECT id FROM items WHERE owner = 1)': 'single!',
    'SELECT (SELECT count(*) FROM items WHERE owner = 1) FROM orders WHERE tenant = 1': 'single',
    'SELECT * FROM orders HAVING count(*) > 1 AND tenant = 1': 'scatter',
    'SELECT * FROM public.orders WHERE tenant = 1': 'single',
    'EXPLAIN SELECT * FROM orders WHERE tenant = 1': 'single',
    'TRUNCATE orders': 'scatter',
    'SELECT * FROM orders WHERE EXISTS (SELECT 1 FROM items WHERE owner = 250) AND tenant = 1': 'single!',
    'SELECT * FROM orders WHERE EXISTS (SELECT 1 FROM items WHERE owner = 250)': 'scatter!',
    "SELECT * FROM orders WHERE data @> '{}' AND tenant = 150": 'scatter',
    "SELECT * FROM orders WHERE tenant = 150 AND data @> '{}'": 'single',
    'SELECT * FROM countries WHERE EXISTS (SELECT 1 FROM orders)': 'single!',
    'SELECT * FROM orders JOIN notes n ON n.id = orders.id WHERE x.tenant = 1': 'refused ambiguous-column',
    'WITH x AS (SELECT * FROM orders) SELECT * FROM x WHERE x.tenant = 1': 'single',
    'WITH x AS (SELECT * FROM orders) SELECT * FROM x WHERE tenant = 1': 'scatter',
    'SELECT * FROM public.orders UNION ALL SELECT * FROM orders': 'refused ambiguous-column',
  },
  // `ResolveRouteHint`, `AnalyzeQuery`, `router/qparser/comment.go`.
  comments: {
    'SELECT * FROM orders /* __spqr__execute_on: sh2 */': 'single',
    'SELECT * FROM orders WHERE tenant = 1 /* __spqr__scatter_query: true */': 'scatter',
    'DELETE FROM orders WHERE id = 1 /* __spqr__distribution: ds1, __spqr__sharding_key: 5 */': 'single',
    'DELETE FROM orders WHERE id = 1 /* __spqr__sharding_key: 5 */': 'refused hint',
    'INSERT INTO orders (id) VALUES (1) /* __spqr__execute_on: sh2 */': 'single',
    'SELECT * FROM orders /* __spqr__default_route_behaviour: BLOCK */': 'refused route-blocked',
    'INSERT INTO orders (id) VALUES (2) /* __spqr__engine_v2: true */': 'refused missing-shard-key',
    'UPDATE orders SET tenant = 150 WHERE tenant = 1 /* __spqr__allow_split_update: true */': 'single',
  },
  writes: {
    'INSERT INTO orders (tenant, id) VALUES (1, 1), (2, 2)': 'single',
    'INSERT INTO orders (tenant, id) VALUES (1, 1), (150, 2)': 'subset',
    'INSERT INTO orders (tenant, id) VALUES ($1, 1), ($2, 2)': 'subset!',
    'INSERT INTO orders (tenant, id) VALUES (1, $1), (2, $2)': 'single',
    'WITH x AS (SELECT * FROM items WHERE owner = $1) INSERT INTO orders (tenant) VALUES (1), (150)':
      'refused rows-with-parameters',
    'WITH x AS (SELECT * FROM items WHERE owner = 250) INSERT INTO orders (tenant) VALUES (1)': 'subset',
    'INSERT INTO orders (tenant) VALUES (NULL)': 'refused key-value',
    'INSERT INTO orders (tenant) VALUES (now()), (NULL)': 'scatter',
    'INSERT INTO orders (tenant, id) SELECT 1, id FROM items WHERE owner = 150': 'subset',
    'INSERT INTO orders (tenant) SELECT tenant FROM notes WHERE tenant = 1': 'refused ambiguous-column',
    'INSERT INTO countries (id) SELECT id FROM orders WHERE tenant = 1': 'reference!',
    'INSERT INTO orders (tenant) VALUES (now())': 'scatter',
    'INSERT INTO orders (tenant) VALUES (-1)': 'refused no-key-range',
    'INSERT INTO orders (tenant) SELECT owner FROM items WHERE owner = 1': 'single',
    'INSERT INTO orders (tenant) SELECT owner FROM items': 'scatter',
    'INSERT INTO orders (tenant) SELECT id FROM items': 'scatter!',
    'INSERT INTO orders (tenant) SELECT id FROM countries': 'single!',
    'INSERT INTO orders (tenant, id) SELECT 1, id FROM countries': 'single',
    'INSERT INTO orders VALUES (1, 2)': 'scatter',
    'INSERT INTO orders (id) VALUES (2)': 'scatter',
    'INSERT INTO orders DEFAULT VALUES': 'scatter',
    'INSERT INTO orders (tenant) VALUES (1), (now())': 'scatter',
    'INSERT INTO orders (tenant, id) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET id = 3': 'single',
    'WITH v (t) AS (VALUES (1), (150)) INSERT INTO orders (tenant) SELECT t FROM v': 'subset',
    'UPDATE orders SET tenant = 150 WHERE tenant = 1': 'refused key-update',
    'UPDATE orders SET tenant = 2 WHERE tenant = 1': 'single',
    'UPDATE orders SET tenant = tenant + 1 WHERE tenant = 1': 'refused key-update',
    'DELETE FROM countries WHERE id = 1': 'refused reference-delete',
    'UPDATE countries SET id = 1': 'reference',
    'UPDATE countries SET id = (SELECT max(id) FROM items WHERE owner = 1) WHERE id = 2': 'reference!',
    'WITH x AS (UPDATE countries SET id = 1) SELECT * FROM orders WHERE tenant = 1': 'scatter',
    'UPDATE orders SET tenant = 2 WHERE tenant = 1 RETURNING *': 'refused key-update',
    'UPDATE countries SET id = 1 WHERE id = 2': 'reference',
    'DELETE FROM countries': 'refused reference-delete',
    'UPDATE orders SET tenant = tenant WHERE tenant = 1': 'single',
    'UPDATE orders SET state = 1': 'scatter',
    'UPDATE orders SET state = 1 WHERE id IN (SELECT id FROM countries)': 'single!',
    'UPDATE orders SET state = 1 WHERE tenant = 1 AND id IN (SELECT id FROM countries)': 'single',
    'UPDATE orders SET state = 1 FROM items i WHERE i.owner = orders.tenant AND i.owner = 1': 'scatter',
    'DELETE FROM orders USING items i WHERE i.owner = orders.tenant AND orders.tenant = 1': 'single',
    'MERGE INTO orders o USING items i ON i.owner = o.tenant WHEN MATCHED THEN DELETE': 'refused merge',
  },
};

routerCases(cases, router());

test('settings: blocked fan-outs, key updates that move rows', async () => {
  const blocked = router({ default_route_behaviour: 'BLOCK' });
  expect(words(await blocked('SELECT * FROM orders'))).toBe('refused route-blocked');
  expect(words(await blocked('SELECT * FROM orders WHERE tenant = 1'))).toBe('single');
  const strict = router({ strict_operators: true });
  expect(words(await strict('SELECT * FROM orders WHERE tenant > 1'))).toBe('scatter');
  expect(words(await strict('SELECT * FROM orders WHERE tenant BETWEEN 1 AND 2'))).toBe('scatter');
  expect(words(await strict('SELECT * FROM orders WHERE tenant IN (1, 2)'))).toBe('single');
  const standby = router({ auto_route_ro_on_standby: true });
  expect(words(await standby('DELETE FROM orders'))).toBe('refused no-datashard');
  expect(words(await standby('SELECT * FROM orders'))).toBe('scatter');
  const moving = router({ allow_split_update: true, enhanced_multishard_processing: 'on' });
  expect(words(await moving('UPDATE orders SET tenant = 150 WHERE tenant = 1'))).toBe('single');
  expect(words(await moving('DELETE FROM countries WHERE id = 1'))).toBe('reference');
});
