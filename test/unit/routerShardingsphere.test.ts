import { expect, test } from 'vitest';
import { routerCases, routerOf, words } from '../harness/routes';

const rules = (extra = '') => `
rules:
- !SHARDING
  tables:
    orders:
      actualDataNodes: ds_\${0..3}.orders
      databaseStrategy: { standard: { shardingColumn: user_id, shardingAlgorithmName: by_user } }
      keyGenerateStrategy: { column: id, keyGeneratorName: snowflake }
    items:
      actualDataNodes: ds_\${0..3}.items
      databaseStrategy: { standard: { shardingColumn: user_id, shardingAlgorithmName: by_user } }
    visits:
      actualDataNodes: ds_\${0..1}.visits_\${0..3}
      databaseStrategy: { standard: { shardingColumn: site, shardingAlgorithmName: by_site } }
      tableStrategy: { standard: { shardingColumn: page, shardingAlgorithmName: by_page } }
    marks:
      actualDataNodes: ds_\${0..3}.marks
      databaseStrategy: { standard: { shardingColumn: score, shardingAlgorithmName: by_score } }
    logs:
      actualDataNodes: ds_\${0..3}.logs
      databaseStrategy: { standard: { shardingColumn: id, shardingAlgorithmName: hashed } }
${extra}
  bindingTables: ['orders, items']
  shardingAlgorithms:
    by_user: { type: INLINE, props: { algorithm-expression: 'ds_\${user_id % 4}' } }
    by_site: { type: INLINE, props: { algorithm-expression: 'ds_\${site % 2}' } }
    by_page: { type: INLINE, props: { algorithm-expression: 'visits_\${page % 4}' } }
    by_score: { type: BOUNDARY_RANGE, props: { sharding-ranges: '10,20,30' } }
    hashed: { type: HASH_MOD, props: { sharding-count: 4 } }
  auditors: { need_key: { type: DML_SHARDING_CONDITIONS } }
- !BROADCAST
  tables: [dict]
`;
const router = (settings: object = {}, extra?: string) =>
  routerOf(
    {
      dialect: 'mysql',
      router: { name: 'shardingsphere', settings },
      import: [{ shardingsphere: '/w/sharding.yaml' }],
      tables: { single: { kind: 'unsharded' } },
    },
    { '/w/sharding.yaml': rules(extra) },
  );

/** SQL → reach or refusal; a `!` behind it: rows are missing from the answer. */
const cases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'what gives a value': {
    'SELECT * FROM orders WHERE user_id = 1': 'single',
    'SELECT * FROM orders WHERE ? = user_id': 'single',
    'SELECT * FROM orders WHERE user_id IN (1, 5)': 'single',
    'SELECT * FROM orders WHERE user_id IN (1, 2)': 'subset',
    'SELECT * FROM orders WHERE user_id = 1 OR user_id = 2': 'subset',
    'SELECT * FROM orders WHERE user_id = 1 AND user_id = 2': 'none',
    'SELECT * FROM orders WHERE user_id = 1 OR state = 2': 'scatter',
    'SELECT * FROM orders WHERE user_id = 1 + 1': 'scatter',
    'SELECT * FROM orders WHERE NOT (user_id <> 1)': 'scatter',
    'SELECT * FROM orders WHERE user_id > 1': 'refused range-on-inline',
    'SELECT * FROM logs WHERE id > 1': 'scatter',
    'SELECT * FROM (SELECT user_id u FROM orders) t WHERE u = 1': 'single',
    'SELECT * FROM orders': 'scatter',
  },
  // `ConditionValueCompareOperatorGenerator`, `ConditionValueInOperatorGenerator`, `ConditionValue`.
  operands: {
    'SELECT * FROM orders WHERE user_id = ? OR user_id = ?': 'subset',
    'SELECT * FROM orders WHERE user_id IN (1, state)': 'scatter',
    'SELECT * FROM orders WHERE user_id IN (SELECT user_id FROM items)': 'scatter',
    'SELECT * FROM orders WHERE user_id NOT IN (1)': 'scatter',
    'SELECT * FROM orders WHERE user_id <> 1': 'scatter',
    'SELECT * FROM orders WHERE user_id <=> 1': 'scatter',
    'SELECT * FROM orders WHERE user_id = state': 'scatter',
    'SELECT * FROM orders WHERE user_id + 0 = 1': 'scatter',
    'SELECT * FROM orders WHERE abs(user_id) = 1': 'scatter',
    'SELECT * FROM orders WHERE user_id LIKE 1': 'scatter',
    'SELECT * FROM orders WHERE (user_id, id) = (1, 2)': 'scatter',
    'SELECT * FROM orders WHERE user_id = (SELECT 1)': 'scatter',
    'SELECT * FROM orders WHERE user_id = CAST(? AS SIGNED)': 'scatter',
    'SELECT * FROM orders WHERE user_id IN (1, CAST(5 AS SIGNED))': 'scatter',
    'SELECT * FROM orders WHERE user_id IS NULL': 'refused null-value',
    'SELECT * FROM orders WHERE user_id = NULL': 'refused null-value',
    'SELECT * FROM orders WHERE user_id IN (1, NULL)': 'refused null-value',
    'SELECT * FROM orders WHERE user_id IS NOT NULL': 'scatter',
    'SELECT * FROM marks WHERE score = 5': 'single',
    'SELECT * FROM marks WHERE score < 10': 'single',
    'SELECT * FROM marks WHERE score BETWEEN 5 AND 15': 'subset',
    'SELECT * FROM marks WHERE score >= 10 AND score < 20': 'single',
    'SELECT * FROM marks WHERE 30 <= score': 'subset',
    'SELECT * FROM orders WHERE user_id = 1 AND (state = 2 OR id = 3)': 'single',
    'SELECT * FROM orders WHERE (user_id = 1 OR user_id = 2) AND state = 3': 'subset',
    'SELECT * FROM orders WHERE user_id = 1 FOR UPDATE': 'single',
    'SELECT count(*) FROM orders GROUP BY state ORDER BY state LIMIT 5': 'scatter',
    'SELECT * FROM ORDERS WHERE USER_ID = 1': 'single',
  },
  // `SQLHintUtils`: a comment names the data source.
  comments: {
    '/* SHARDINGSPHERE_HINT: DATA_SOURCE_NAME=ds_1 */ SELECT * FROM orders': 'single',
    '/* SHARDINGSPHERE_HINT: WRITE_ROUTE_ONLY=true */ SELECT * FROM orders WHERE user_id = 1': 'single',
  },
  'two levels': {
    'SELECT * FROM visits WHERE site = 1 AND page = 2': 'single',
    'SELECT * FROM visits WHERE site = 1': 'subset',
    'SELECT * FROM visits WHERE page = 2': 'subset',
    'SELECT * FROM visits WHERE site = 1 AND page = 2 OR site = 2 AND page = 3': 'subset',
  },
  joins: {
    'SELECT * FROM orders o JOIN items i ON i.user_id = o.user_id WHERE o.user_id = 1': 'single',
    'SELECT * FROM orders o JOIN items i ON i.user_id = o.user_id': 'scatter',
    'SELECT * FROM orders o JOIN items i ON i.order_id = o.id': 'scatter!',
    'SELECT * FROM orders o JOIN logs l ON l.id = o.id': 'scatter!',
    'SELECT * FROM orders o JOIN logs l ON l.id = o.id WHERE o.user_id = 1': 'subset!',
    'SELECT * FROM orders o JOIN dict d ON d.id = o.state WHERE o.user_id = 1': 'single',
    'SELECT * FROM orders o JOIN single s ON s.id = o.id': 'refused single-table',
    'SELECT * FROM orders UNION SELECT * FROM orders': 'refused set-operation',
    'SELECT * FROM orders WHERE user_id = 1 AND id IN (SELECT order_id FROM items WHERE user_id = 2)': 'single!',
    'SELECT * FROM orders WHERE user_id = 1 AND id IN (SELECT id FROM orders WHERE user_id = 2)': 'subset!',
    'SELECT * FROM dict': 'reference',
  },
  writes: {
    'INSERT INTO orders (user_id, state) VALUES (1, 2)': 'single',
    'INSERT INTO orders (user_id, state) VALUES (1, 2), (2, 2)': 'subset',
    'INSERT INTO orders (state) VALUES (2)': 'refused missing-shard-key',
    'INSERT INTO orders (user_id) VALUES (abs(2))': 'refused missing-shard-key',
    'INSERT INTO orders (user_id) VALUES (?), (?)': 'subset',
    'INSERT INTO orders (user_id) VALUES (NULL)': 'refused missing-shard-key',
    'INSERT INTO orders (user_id) SELECT user_id FROM items WHERE user_id = 1': 'single',
    'INSERT INTO orders (user_id) SELECT id FROM logs': 'refused insert-select',
    'UPDATE orders SET state = 1': 'scatter',
    'UPDATE orders SET user_id = 1 WHERE user_id = 1': 'single',
    'UPDATE orders SET user_id = 2 WHERE user_id = 1': 'refused key-update',
    'UPDATE orders SET user_id = 2': 'refused key-update',
    'UPDATE orders SET state = 1 LIMIT 5': 'refused limit',
    'DELETE FROM orders WHERE user_id = 1 LIMIT 5': 'single',
    'UPDATE orders o JOIN logs l ON l.id = o.id SET o.state = 1': 'refused multiple-tables',
    'UPDATE dict SET name = 1': 'reference',
    'INSERT INTO dict (id) VALUES (1)': 'reference',
    'DELETE FROM dict': 'reference',
    'TRUNCATE TABLE orders': 'scatter',
    'REPLACE INTO orders (user_id, id) VALUES (1, 2)': 'single',
    'INSERT INTO orders (user_id, state) VALUES (1, 2) ON DUPLICATE KEY UPDATE state = 3': 'single',
    'INSERT INTO orders (user_id, state) VALUES (1, 2) ON DUPLICATE KEY UPDATE user_id = VALUES(user_id)': 'single',
    'INSERT INTO orders (user_id, state) VALUES (1, 2) ON DUPLICATE KEY UPDATE user_id = 1': 'single',
    'INSERT INTO orders (user_id, state) VALUES (1, 2) ON DUPLICATE KEY UPDATE user_id = 2': 'refused key-update',
    'UPDATE orders o JOIN items i ON i.user_id = o.user_id SET o.state = 1 WHERE o.user_id = 1': 'single',
    'DELETE o FROM orders o JOIN items i ON i.user_id = o.user_id WHERE i.user_id = 1': 'single',
  },
};

routerCases(cases, router());

test('SQL federation runs what the nodes cannot', async () => {
  const federation = router({ sqlFederationEnabled: true });
  expect(words(await federation('SELECT * FROM orders o JOIN logs l ON l.id = o.id'))).toBe('scatter+join');
  expect(words(await federation('SELECT * FROM orders UNION SELECT * FROM orders'))).toBe('scatter+subplan');
  expect(words(await federation('SELECT * FROM orders WHERE user_id = 1'))).toBe('single');
});

test('audited tables: statements without the key are refused', async () => {
  const audited = router({}, '  defaultAuditStrategy: { auditorNames: [need_key], allowHintDisable: true }');
  expect(words(await audited('SELECT * FROM orders WHERE state = 1'))).toBe('refused key-required');
  expect(words(await audited('SELECT * FROM orders WHERE user_id = 1'))).toBe('single');
  const hinted = await audited('/* SHARDINGSPHERE_HINT: disableAuditNames=need_key */ SELECT * FROM orders');
  expect(words(hinted)).toBe('scatter');
});
