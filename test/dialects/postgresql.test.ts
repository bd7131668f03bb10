import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { SqlParser, StandIns } from '../../server/src/dialects/dialect';
import { findDialect } from '../../server/src/dialects/index';
import { postgresql } from '../../server/src/dialects/postgresql';
import type { Platform } from '../../server/src/platform/platform';
import type { Query } from '../../server/src/query/model';
import { printQuery } from '../../server/src/query/print';

const platform: Platform = {
  readFile: async () => undefined,
  listFiles: async () => [],
  exists: async () => false,
  log: () => undefined,
  wasm: async (name) => new Uint8Array(readFileSync(`node_modules/libpg-query/wasm/${name}`)),
};

let parser: SqlParser;
beforeAll(async () => {
  parser = await postgresql.load(platform);
});

const read = (sql: string, stand: StandIns = new Map()): Query => {
  const parsed = parser.parse(sql, stand);
  if (!parsed.ok) throw new Error(`${parsed.why}: ${sql}`);
  return parsed.query;
};
const printed = (sql: string): string => printQuery(read(sql));

test('is found by its aliases', () => {
  expect(findDialect('Postgres')).toBe(postgresql);
  expect(findDialect('oracle')).toBeUndefined();
});

describe('SELECT', () => {
  test.each([
    ['SELECT a, b AS x FROM t', '(select (items a, b AS x) (from t))'],
    ['SELECT DISTINCT a FROM S."T" u', '(select distinct (items a) (from s.T u))'],
    ['SELECT DISTINCT ON (a, b) a FROM t', '(select distinct-on [a, b] (items a) (from t))'],
    ['SELECT FROM t WHERE k = $1', '(select (from t) (where k = $1))'],
    ['SELECT t.* FROM ONLY t TABLESAMPLE system (5)', '(select (items t.*) (from t))'],
    [
      'SELECT 1 FROM a, b JOIN c USING (k) NATURAL LEFT JOIN d CROSS JOIN e',
      '(select (items 1) (from a, [[[b INNER c USING (k)] NATURAL LEFT d] CROSS e]))',
    ],
    [
      'SELECT 1 FROM (a JOIN b ON a.x = b.x) AS j (p, q)',
      '(select (items 1) (from (select (items *) (from [a INNER b ON a.x = b.x])) j(p, q)))',
    ],
    [
      'SELECT 1 FROM a, LATERAL (SELECT 2 FROM b WHERE b.x = a.x) s (y)',
      '(select (items 1) (from a, LATERAL (select (items 2) (from b) (where b.x = a.x)) s(y)))',
    ],
    [
      'SELECT 1 FROM generate_series(1, 3) g, ROWS FROM (f(1), g(2)) AS r(a), json_to_recordset($1) AS x(id int)',
      '(select (items 1) (from generate_series(1, 3) g, (f(1), g(2)) r(a), json_to_recordset($1) x(id)))',
    ],
    [
      'SELECT a FROM t GROUP BY a, ROLLUP (b) HAVING count(*) > 1 ORDER BY a DESC, 1 LIMIT 5 OFFSET $2 FOR SHARE',
      '(select (items a) (from t) (grouping-sets a, b) (having count!(*) > 1) (order a DESC, 1) (limit 5) (offset $2) (lock share))',
    ],
    ['SELECT a FROM t LIMIT ALL', '(select (items a) (from t))'],
    ['SELECT a FROM t ORDER BY a FETCH FIRST 3 ROWS WITH TIES', '(select (items a) (from t) (order a) (limit 3))'],
    [
      'SELECT sum(a) OVER w, rank() OVER (w ORDER BY c) FROM t WINDOW w AS (PARTITION BY k)',
      '(select (items sum(a) OVER (PARTITION BY k), rank() OVER (PARTITION BY k ORDER BY c)) (from t))',
    ],
    ['SELECT a INTO u FROM t', '(select (items a) (from t) into)'],
    ['TABLE t', '(select (items *) (from t))'],
    ['VALUES (1, DEFAULT), (2, NULL)', '(values [1, default()] [2, NULL])'],
  ])('%s', (sql, text) => {
    expect(printed(sql)).toBe(text);
  });
});

describe('other statements', () => {
  test.each([
    ['BEGIN', '(other transaction "BEGIN")'],
    ['SET LOCAL search_path = a, b', '(other set "LOCAL search_path = a, b")'],
    ['SHOW x', '(other show "x")'],
    ['EXPLAIN (ANALYZE) SELECT 1', '(other explain (select (items 1)))'],
    ['PREPARE p AS SELECT $1', '(other prepare (select (items $1)) "p")'],
    ['TRUNCATE a, s.b', '(other truncate (tables a, s.b))'],
    ['LOCK TABLE t', '(other lock (tables t))'],
    ['COPY t (a) FROM STDIN', '(other copy (tables t))'],
    ['COPY (SELECT 1) TO STDOUT', '(other copy (select (items 1)))'],
    ['CALL f(1)', '(other call "f(1)")'],
    ['DECLARE c CURSOR FOR SELECT a FROM t', '(other utility (select (items a) (from t)))'],
    ['VACUUM t', '(other utility)'],
  ])('%s', (sql, text) => {
    expect(printed(sql)).toBe(text);
  });
});
