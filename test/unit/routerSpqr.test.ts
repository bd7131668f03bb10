import { describe, expect, test } from 'vitest';
import { routerOf, words } from '../harness/routes';

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
  writes: {
    'INSERT INTO orders (tenant, id) VALUES (1, 1), (2, 2)': 'single',
    'INSERT INTO orders (tenant, id) VALUES (1, 1), (150, 2)': 'subset',
    'INSERT INTO orders (tenant, id) VALUES ($1, 1), ($2, 2)': 'refused rows-with-parameters',
    'INSERT INTO orders (tenant) VALUES (now())': 'refused missing-shard-key',
    'INSERT INTO orders (tenant) VALUES (-1)': 'refused no-key-range',
    'INSERT INTO orders (tenant) SELECT owner FROM items WHERE owner = 1': 'single',
    'INSERT INTO orders (tenant) SELECT owner FROM items': 'refused insert-select',
    'WITH v (t) AS (VALUES (1), (150)) INSERT INTO orders (tenant) SELECT t FROM v': 'subset',
    'UPDATE orders SET tenant = 150 WHERE tenant = 1': 'refused key-update',
    'UPDATE orders SET tenant = 2 WHERE tenant = 1': 'single',
    'UPDATE orders SET tenant = tenant + 1 WHERE tenant = 1': 'refused key-update',
    'DELETE FROM countries WHERE id = 1': 'refused reference-delete',
    'UPDATE countries SET id = 1': 'reference',
  },
};

for (const [topic, statements] of Object.entries(cases))
  describe(topic, () => {
    test.each(Object.entries(statements))('%s', async (sql, expected) => {
      const route = await router()(sql);
      const incomplete = route.reasons.some(({ code }) => code === 'incomplete');
      expect(`${words(route)}${incomplete ? '!' : ''}`).toBe(expected);
    });
  });

test('settings: blocked fan-outs, key updates that move rows', async () => {
  const blocked = router({ default_route_behaviour: 'BLOCK' });
  expect(words(await blocked('SELECT * FROM orders'))).toBe('refused route-blocked');
  expect(words(await blocked('SELECT * FROM orders WHERE tenant = 1'))).toBe('single');
  const moving = router({ allow_split_update: true, enhanced_multishard_processing: 'on' });
  expect(words(await moving('UPDATE orders SET tenant = 150 WHERE tenant = 1'))).toBe('single');
  expect(words(await moving('DELETE FROM countries WHERE id = 1'))).toBe('reference');
});
