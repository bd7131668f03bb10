/** Statements that differ in literals are read by one of them: they say what each of them says alone. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findDialect } from '../../server/src/dialects';
import { linkSqlFile } from '../../server/src/engine/linkSqlFile';
import { checkStatement } from '../../server/src/engine/runRules';
import type { Statement } from '../../server/src/engine/statement';
import { inventoryItem } from '../../server/src/engine/summary';
import { memoryPlatform } from '../../server/src/platform/memory';
import { type Effective, loadInlineMap } from '../../server/src/shards/load';
import { parserFor } from '../harness/parsers';

/** `?` stands for a literal, also where it decides what is meant, and where it is none. */
const both = [
  'SELECT id, total FROM orders WHERE tenant_id = ? AND id > ?',
  'SELECT o.id FROM orders o JOIN order_items i ON i.order_id = o.id WHERE o.total > ? AND i.id <> ?',
  'SELECT o.id FROM orders o JOIN order_items i ON i.tenant_id = o.tenant_id AND i.order_id = o.id WHERE o.tenant_id = ?',
  'UPDATE orders SET total = total + ?, status = ? WHERE tenant_id = ? AND id = ?',
  'UPDATE orders SET tenant_id = ? WHERE tenant_id = ?',
  'INSERT INTO order_items (id, order_id, tenant_id) VALUES (?, ?, ?), (?, ?, ?)',
  'INSERT INTO order_items (id, order_id) SELECT id, ? FROM orders WHERE tenant_id = ?',
  'DELETE FROM orders WHERE tenant_id = ? AND id IN (SELECT order_id FROM order_items WHERE tenant_id = ?)',
  'SELECT status, count(*) FROM orders WHERE status = ? AND total > -? GROUP BY status HAVING count(*) > ? ORDER BY ? LIMIT ?',
  'SELECT id FROM orders WHERE tenant_id = ? AND tenant_id = ?',
  'SELECT id FROM orders WHERE tenant_id = ? OR tenant_id = ?',
  'SELECT id FROM orders WHERE tenant_id IN (?, ?, ?) LIMIT ? OFFSET ?',
  'SELECT id FROM orders WHERE tenant_id BETWEEN ? AND ? AND ? = ?',
  'SELECT id FROM orders WHERE (tenant_id, id) = (?, ?) /* not 5 */ AND status LIKE ?',
  'SELECT id FROM orders WHERE tenant_id = ? + ? AND status = lower(?)',
  'SELECT id FROM orders WHERE tenant_id = CASE WHEN ? = ? THEN ? ELSE ? END',
  'SELECT id FROM orders WHERE tenant_id = ? UNION SELECT id FROM order_items WHERE tenant_id = ?',
  'SELECT ? AS a, x.id FROM (SELECT id, tenant_id FROM orders WHERE total = ? LIMIT ?) x WHERE x.tenant_id = ?',
  'WITH t AS (SELECT id FROM orders WHERE tenant_id = ?) SELECT id FROM t WHERE id = ?',
  'CREATE TABLE notes (id integer, body varchar(?) DEFAULT ?)',
  'SELECT id FROM orders WHERE created_at > now() - interval ? AND tenant_id = ?',
  'SELECT cast(? AS decimal(?, 2)), id FROM orders WHERE status = ? ?',
];
const ofPostgresql = [
  'SELECT id FROM orders WHERE tenant_id = ANY (?) AND id = ANY (ARRAY[?, ?])',
  'SELECT id FROM orders WHERE tenant_id = ?::bigint AND created_at > ?::date AND ok = ?::boolean',
  'SELECT id FROM orders WHERE data->>\'a\' = ? AND data->? IS NOT NULL AND "tenant_id" = ?',
  "SELECT id FROM orders WHERE tenant_id = 5 AND status = E'\\n' AND id = ? AND body = $$5$$",
  'SET pgdog.sharding_key = ?',
  'CREATE TABLE parts PARTITION OF orders FOR VALUES FROM (?) TO (?)',
  'SELECT sum(total) OVER (ROWS ? PRECEDING) FROM orders WHERE tenant_id = ?',
];
const ofMysql = [
  "SELECT id AS 'x', `tenant_id` FROM orders WHERE tenant_id = ? LIMIT ?, ?",
  'SELECT /*! STRAIGHT_JOIN */ id FROM orders WHERE tenant_id = ? AND created_at > now() - INTERVAL ? DAY',
  'SELECT id FROM orders WHERE status = _utf8? AND ? AND tenant_id = ?',
  'INSERT INTO orders (id, tenant_id) VALUES (?, ?) ON DUPLICATE KEY UPDATE total = ?',
];
/** Of one kind to a parser, or to nobody. */
const pools: readonly (readonly string[])[] = [
  ['0', '1', '5', '5', '42', '007', '123456', '999999999'],
  [
    '5',
    '1000000000',
    '99999999999999999999',
    '-5',
    'NULL',
    '$1',
    ':id',
    'tenant_id',
    '(SELECT 1)',
    '5 /* 6 */',
    '1e3',
    '0x1F',
  ],
  ['1.5', '5.0', '0.0', '0.25', '1234.5', '.5', '12345678.123456'],
  ["''", "'5'", "'open'", "'shut'", "'1 day'", "'2020-01-01'", "'t'", "'é→𝄞'", "'a\nb'", "'a (b)'", "'-- no comment'"],
  [
    "'5'",
    "'it''s'",
    "'{1,2}'",
    "' {7}'",
    "'[1]'",
    "'(1,2)'",
    "E'a\\'b'",
    "'a\\\\b'",
    "'\ud834'",
    "'5' -- 5\n",
    "'a'\n'b'",
  ],
];
const weights = [8, 1, 2, 6, 1];
const pool = fc.oneof(...pools.map((some, i) => ({ weight: weights[i] ?? 1, arbitrary: fc.constant(some) })));
const script = (templates: readonly string[]) =>
  fc.constantFrom(...templates).chain((template) => {
    const holes = template.split('?').length - 1;
    return fc
      .array(pool, { minLength: holes, maxLength: holes })
      .chain((chosen) =>
        fc.array(fc.tuple(...chosen.map((some) => fc.constantFrom(...some))), { minLength: 4, maxLength: 10 }),
      )
      .map((rows) => rows.map((values) => values.reduce((text, one) => text.replace('?', () => one), template)));
  });

/** In the file's places, which are what others see. */
function inFile(value: unknown, { place }: Statement): unknown {
  if (Array.isArray(value)) return value.map((one) => inFile(one, { place } as Statement));
  if (typeof value !== 'object' || value === null) return value;
  if ('start' in value && 'end' in value) return place.toSource(value as { start: number; end: number });
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inFile(one, { place } as Statement)]));
}

const seenOf = (one: Statement) => [
  inventoryItem(one, () => 'source'),
  checkStatement(one, 'source'),
  inFile(one.query, one),
  inFile(one.under({ ...one.effective }), one),
];

it.each([
  ['postgresql', 'citus', [...both, ...ofPostgresql]],
  ['postgresql', 'pgdog', [...both, ...ofPostgresql]],
  ['mysql', 'vitess', [...both, ...ofMysql]],
])('in %s for %s', { timeout: 120_000 }, async (name, router, templates) => {
  const columns = { id: 'bigint', tenant_id: 'bigint', status: 'text', total: 'numeric' };
  const tables = {
    orders: { shardKey: 'tenant_id', shards: 32, columns },
    order_items: {
      shardKey: 'tenant_id',
      shards: 32,
      columns: { id: 'bigint', order_id: 'bigint', tenant_id: 'bigint' },
    },
  };
  const map = { version: 1, dialect: name, router, tables };
  const { map: shards, schema } = await loadInlineMap(memoryPlatform(new Map()), map, { root: '/w' });
  const found = findDialect(name);
  if (!found) throw new Error(`no dialect ${name}`);
  const dialect = { dialect: found, parser: await parserFor(name) };
  const effective = (): Effective => ({ map: shards, schema });
  let shaped = 0;
  fc.assert(
    fc.property(script(templates), (statements) => {
      const text = statements.join('\n;\n');
      const together = linkSqlFile('/w/q.sql', text, { effective: effective(), dialect }).statements;
      shaped += together.filter((one) => one.shaped).length;
      let at = 0;
      const alone = statements.flatMap((one) => {
        const blank = ' '.repeat(at);
        at += one.length + 3;
        return linkSqlFile('/w/q.sql', blank + one, { effective: effective(), dialect }).statements;
      });
      expect(together.map(seenOf)).toEqual(alone.map(seenOf));
    }),
    { numRuns: 150 },
  );
  expect(shaped).toBeGreaterThan(200);
});
