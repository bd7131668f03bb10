import { expect, test } from 'vitest';
import { routerCases, routerOf, words } from '../harness/routes';

const pool = (key: string, more = 'query_parser_enabled = true\nquery_parser_read_write_splitting = true') => `
[pools.shop]
automatic_sharding_key = "${key}"
${more}
${[0, 1, 2].map((shard) => `[pools.shop.shards.${shard}]\ndatabase = "shop_${shard}"`).join('\n')}
`;
const router = (key = 'orders.tenant', more?: string) =>
  routerOf(
    { dialect: 'postgresql', router: 'pgcat', import: [{ pgcat: '/w/pgcat.toml' }] },
    { '/w/pgcat.toml': pool(key, more) },
  );

/** SQL → reach or refusal; a `!` behind it: rows are missing from the answer. */
const cases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // `selection_parser`
  'what is a key': {
    'SELECT * FROM orders WHERE tenant = 5': 'single',
    'SELECT * FROM orders WHERE tenant = $1': 'single',
    'SELECT * FROM orders WHERE orders.tenant = 5 AND id = 3': 'single',
    'SELECT * FROM public.orders WHERE tenant = 5': 'single',
    'SELECT * FROM public.orders WHERE public.orders.tenant = 5': 'single!',
    'SELECT * FROM orders o WHERE o.tenant = 5': 'single!',
    'SELECT * FROM orders WHERE 5 = tenant': 'single!',
    'SELECT * FROM orders WHERE tenant = -5': 'single!',
    'SELECT * FROM orders WHERE tenant = 5.5': 'single!',
    "SELECT * FROM orders WHERE tenant = '5'": 'single!',
    'SELECT * FROM orders WHERE tenant = 5::bigint': 'single!',
    'SELECT * FROM orders WHERE tenant IN (5)': 'single!',
    'SELECT * FROM orders WHERE tenant IN (5, 6)': 'single!',
    'SELECT * FROM orders WHERE tenant = ANY($1)': 'single!',
    'SELECT * FROM orders WHERE tenant BETWEEN 5 AND 6': 'single!',
    'SELECT * FROM orders WHERE tenant > 5': 'single!',
    'SELECT * FROM orders WHERE NOT tenant = 5': 'single!',
    'SELECT * FROM orders WHERE tenant IS NULL': 'single!',
    'SELECT * FROM orders WHERE tenant = 5 AND tenant = 5': 'single',
    'SELECT * FROM orders WHERE tenant = 5 OR tenant = 6': 'single!',
    'SELECT * FROM orders WHERE tenant = 5 OR id = 6': 'single!',
    'SELECT * FROM orders WHERE id = $1': 'single!',
    'SELECT * FROM orders WHERE lower(state) = $1': 'single!',
    'SELECT * FROM orders': 'single!',
    'SELECT count(*) FROM orders GROUP BY tenant ORDER BY 1 LIMIT 3': 'single!',
    'SELECT * FROM orders WHERE tenant = 5 FOR UPDATE': 'single',
    'SELECT * FROM settings': 'unsharded',
  },
  // `process_query`, `process_table_with_join`
  'where it is looked for': {
    'SELECT * FROM orders JOIN items ON items.order_id = orders.id WHERE orders.tenant = 5': 'single',
    'SELECT * FROM orders JOIN items ON orders.tenant = 5': 'single',
    'SELECT * FROM orders LEFT JOIN items ON orders.tenant = 5': 'single!',
    'SELECT * FROM orders, items WHERE tenant = 5': 'single!',
    'SELECT * FROM (SELECT * FROM orders WHERE tenant = 5) x': 'single!',
    'WITH x AS (SELECT * FROM orders WHERE tenant = 5) SELECT * FROM x': 'single!',
    'SELECT * FROM orders WHERE id IN (SELECT id FROM orders WHERE tenant = 5)': 'single!',
    'SELECT * FROM orders WHERE tenant = 5 UNION ALL SELECT * FROM orders WHERE tenant = 5': 'single!',
  },
  // `extract_exprs_and_table_names`
  writes: {
    'INSERT INTO orders (tenant, id) VALUES (5, 1)': 'single',
    'INSERT INTO orders (tenant, id) VALUES ($1, 1)': 'single',
    'INSERT INTO orders (id) VALUES (1)': 'single',
    'INSERT INTO orders VALUES (5, 1)': 'single',
    'INSERT INTO orders (tenant, id) SELECT tenant, id FROM orders WHERE tenant = 5': 'single!',
    'INSERT INTO orders (tenant, id) SELECT tenant, id FROM orders WHERE orders.tenant = 5': 'single',
    'INSERT INTO orders (tenant, id) SELECT id, id FROM orders WHERE orders.tenant = 5': 'single!',
    'INSERT INTO orders (tenant) VALUES (-5)': 'single',
    'INSERT INTO orders (tenant, id) VALUES (5, 1), (6, 2)': 'single',
    'UPDATE orders SET state = 1 WHERE tenant = 5': 'single',
    'UPDATE orders SET state = 1': 'single!',
    'UPDATE orders SET tenant = 6 WHERE tenant = 5': 'single',
    'DELETE FROM orders WHERE orders.tenant = 5': 'single',
    'DELETE FROM orders WHERE tenant = 5': 'single!',
    'DELETE FROM orders WHERE tenant = $1': 'single',
    'DELETE FROM orders': 'single!',
    'MERGE INTO orders o USING items i ON i.tenant = o.tenant WHEN MATCHED THEN DELETE': 'single!',
    'TRUNCATE orders': 'single!',
  },
};

routerCases(cases, router());

test('a key of every table is not changed; without the query parser nothing is read', async () => {
  const anywhere = routerOf(
    {
      dialect: 'postgresql',
      router: 'pgcat',
      import: [{ pgcat: '/w/pgcat.toml' }],
      tables: { orders: { columns: { tenant: 'bigint', id: 'bigint' } } },
    },
    { '/w/pgcat.toml': pool('*.tenant') },
  );
  expect(words(await anywhere('UPDATE orders SET tenant = 6 WHERE tenant = 5'))).toBe('refused key-update');
  expect(words(await anywhere('DELETE FROM orders WHERE tenant = 5'))).toBe('single');
  const deaf = await router('orders.tenant', '')('SELECT * FROM orders WHERE tenant = 5');
  expect(deaf.reasons.map(({ code }) => code)).toContain('incomplete');
});
