import { beforeAll, describe, expect, test } from 'vitest';
import type { SqlParser, StandIn, StandIns } from '../../server/src/dialects/dialect';
import { findDialect } from '../../server/src/dialects/index';
import { postgresql } from '../../server/src/dialects/postgresql';
import { printExpr, printQuery } from '../../server/src/query/print';
import { loadParser, readWith } from './postgresqlParser';

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadParser();
});
const read = readWith(() => parser);
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

describe('set operations and CTEs', () => {
  test.each([
    [
      '(SELECT 1 ORDER BY 1) UNION ALL SELECT 2 EXCEPT (VALUES (3)) LIMIT 1',
      '(set-operation except (set-operation union all (select (items 1) (order 1)) (select (items 2))) (values [3]) (limit 1))',
    ],
    [
      'WITH RECURSIVE c (n) AS (SELECT 1 UNION SELECT n + 1 FROM c) SELECT n FROM c',
      '(select (with-recursive c(n) (set-operation union (select (items 1)) (select (items n + 1) (from c)))) (items n) (from c))',
    ],
    [
      'WITH a AS MATERIALIZED (SELECT 1), b AS NOT MATERIALIZED (DELETE FROM t RETURNING k) SELECT 1 FROM a, b',
      '(select (with a materialized (select (items 1)), b inlined (delete t (from t) (returning k))) (items 1) (from a, b))',
    ],
  ])('%s', (sql, text) => {
    expect(printed(sql)).toBe(text);
  });
});

describe('writes', () => {
  test.each([
    ['INSERT INTO t VALUES (1, DEFAULT)', '(insert t (values [1, default()]))'],
    ['INSERT INTO t DEFAULT VALUES', '(insert t default)'],
    ['INSERT INTO s.t AS x (a, b) OVERRIDING USER VALUE SELECT 1, 2', '(insert s.t x (a, b) (select (items 1, 2)))'],
    [
      'INSERT INTO t (a) VALUES (1) ON CONFLICT (a, b) WHERE c DO UPDATE SET (a, b) = ROW (2, 3), d = excluded.d WHERE t.e RETURNING a AS z',
      '(insert t (a) (values [1]) (conflict [a, b] (set a = 2, b = 3, d = excluded.d) (where t.e)) (returning a AS z))',
    ],
    ['INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING', '(insert t (values [1]) (conflict []))'],
    [
      'WITH c AS (SELECT 1) INSERT INTO t SELECT * FROM c',
      '(insert (with c (select (items 1))) t (select (items *) (from c)))',
    ],
    [
      'UPDATE t x SET a = 1, b = DEFAULT FROM u JOIN v ON u.a = v.a WHERE x.k = u.k RETURNING *',
      '(update t x (set a = 1, b = default()) (from t x, [u INNER v ON u.a = v.a]) (where x.k = u.k) (returning *))',
    ],
    [
      'UPDATE t SET (a, b) = (SELECT 1, 2) WHERE CURRENT OF c',
      '(update t (set a = column 1((select (items 1, 2))), b = column 2((select (items 1, 2)))) (from t) (where …))',
    ],
    ['DELETE FROM t USING u WHERE t.k = u.k', '(delete t (from t, u) (where t.k = u.k))'],
    [
      `MERGE INTO t USING s ON t.k = s.k WHEN MATCHED AND s.d THEN DELETE WHEN MATCHED THEN UPDATE SET a = s.a
       WHEN NOT MATCHED THEN INSERT (k, a) VALUES (s.k, 1) WHEN NOT MATCHED BY SOURCE THEN DO NOTHING RETURNING t.k`,
      '(merge t (using s) (on t.k = s.k) (matched delete (if s.d)) (matched update a = s.a) (not-matched insert (k, a) [s.k, 1]) (not-matched-by-source nothing) (returning t.k))',
    ],
  ])('%s', (sql, text) => {
    expect(printed(sql)).toBe(text);
  });

  test('targets are the very objects of FROM', () => {
    const update = read('UPDATE t SET a = 1 FROM u');
    if (update.kind !== 'update') throw new Error('no update');
    expect(update.from[0]).toBe(update.targets[0]);
  });
});

const condition = (sql: string): string => {
  const query = read(`SELECT FROM t WHERE ${sql}`);
  if (query.kind !== 'select' || query.where === undefined) throw new Error('no condition');
  return printExpr(query.where);
};

describe('predicates', () => {
  test.each([
    ["k = 1 AND NOT (a <> 'x' OR b != -2)", "(k = 1) AND (NOT ((a <> 'x') OR (b <> -2)))"],
    ['k IN (1, 2) AND a NOT IN (3)', '(k IN (1, 2)) AND (a NOT IN (3))'],
    ['k IN (SELECT x FROM u)', 'k IN (select (items x) (from u))'],
    ['k NOT IN (SELECT 1)', 'k NOT IN (select (items 1))'],
    ['k = ANY ($1::int[])', 'k IN ($1…)'],
    ['k = ANY (ARRAY[1, $2])', 'k IN (1, $2)'],
    ['k = ANY (\'{1, NULL,"a b"}\')', "k IN ('1', NULL, 'a b')"],
    ['k <> ALL ($1)', 'k NOT IN ($1…)'],
    ['k = ANY (SELECT 1)', 'k IN (select (items 1))'],
    ['k <> ALL (SELECT 1)', 'k NOT IN (select (items 1))'],
    ['k > ALL (SELECT 1)', 'k > ALL (select (items 1))'],
    ['k < ANY ($1)', 'k < any $1'],
    ['k = ANY (tags)', 'k = any tags'],
    ['(k, a) = (1, 2) AND (k, a) IN ((1, 2), ROW (3, 4))', '((k, a) = (1, 2)) AND ((k, a) IN ((1, 2), (3, 4)))'],
    [
      'k BETWEEN 1 AND 2 AND a NOT BETWEEN SYMMETRIC 1 AND 2',
      '(k BETWEEN 1 AND 2) AND (not between symmetric(a, 1, 2))',
    ],
    [
      "a LIKE 'x%' AND b NOT ILIKE 'y' AND c SIMILAR TO 'z'",
      "(a LIKE 'x%') AND (b NOT ILIKE 'y') AND (c similar to similar_to_escape('z'))",
    ],
    [
      'a IS NULL AND b NOTNULL AND c IS NOT UNKNOWN AND d IS FALSE',
      '(a IS NULL) AND (b IS NOT NULL) AND (c IS NOT UNKNOWN) AND (d IS FALSE)',
    ],
    ['a IS DISTINCT FROM 1 AND b IS NOT DISTINCT FROM c', '(a IS DISTINCT FROM 1) AND (b IS NOT DISTINCT FROM c)'],
    [
      'EXISTS (SELECT 1) AND a = (SELECT 2) AND b = ARRAY(SELECT 3)',
      'EXISTS (select (items 1)) AND (a = (select (items 2))) AND (b = ARRAY (select (items 3)))',
    ],
    [
      "k::text = '1' AND a = CAST('2020-01-01' AS timestamp(3) with time zone) AND b = date '2020-01-01'",
      "(k::text = '1') AND (a = '2020-01-01'::timestamptz) AND (b = '2020-01-01'::date)",
    ],
    [
      'k = 9223372036854775808 AND a = 1.5 AND b = 123456789.123456789012 AND c AND d = TRUE',
      '(k = 9223372036854775808) AND (a = 1.5) AND (b = 123456789.123456789012) AND c AND (d = TRUE)',
    ],
    ["a -> 'x' ->> 'y' = $1 AND b @> '{}' AND c ? 'k'", "(((a -> 'x') ->> 'y') = $1) AND (b @> '{}') AND (c ? 'k')"],
    [
      'coalesce(k, 0) = 1 AND nullif(a, 1) = greatest(1, 2) AND f.x(1, n => 2)',
      '(coalesce(k, 0) = 1) AND (nullif(a, 1) = greatest(1, 2)) AND f.x(1, 2)',
    ],
    [
      "a = current_user AND b > now() AND c < current_timestamp(3) AND d = current_setting('x')",
      "(a = current_user()) AND (b > now()) AND (c < current_timestamp()) AND (d = current_setting('x'))",
    ],
    ['a COLLATE "C" = \'x\' AND b[1] = (r).f', "((collate(a)) = 'x') AND ((b [] 1) = (.f(r)))"],
    [
      "b AT TIME ZONE 'UTC' > now() AND extract(year FROM b) = 2",
      "(timezone('UTC', b) > now()) AND (extract('year', b) = 2)",
    ],
  ])('%s', (sql, text) => {
    expect(condition(sql)).toBe(text);
  });
});

describe('expressions', () => {
  test.each([
    ["string_agg(DISTINCT a, ',' ORDER BY b) FILTER (WHERE c)", "string_agg!(DISTINCT a, ',' ORDER BY b) FILTER (c)"],
    ['percentile_cont(0.5) WITHIN GROUP (ORDER BY a)', 'percentile_cont!(0.5 ORDER BY a)'],
    ['my_agg(DISTINCT a), lower(a)', 'my_agg!(DISTINCT a), lower(a)'],
    ['CASE a WHEN 1 THEN b ELSE c END', 'CASE(a, 1, b, c)'],
    ['grouping(a), ARRAY[[1], [2]]', 'grouping(a), [[1], [2]]'],
    [
      "json_object('a': b), json_arrayagg(c), xmlelement(name x, d)",
      "json_object('a', b), json_arrayagg!(c), xmlelement(d)",
    ],
    ["json_value(a, '$.b'), a IS JSON", "json_value(a, '$.b'), is json(a)"],
  ])('%s', (sql, text) => {
    expect(printed(`SELECT ${sql}`)).toBe(`(select (items ${text}))`);
  });

  test('strings keep their values', () => {
    expect(printed(`SELECT E'a\\'b', U&'\\0041', $$x'y$$, 'a'\n'b', 'ü🜁'`)).toBe(
      "(select (items 'a''b', 'A', 'x''y', 'ab', 'ü🜁'))",
    );
  });
});

describe('stand-ins', () => {
  const stands = (sql: string, ...found: [string, Omit<StandIn, 'length'>][]): StandIns =>
    new Map(found.map(([text, stand]) => [sql.indexOf(text), { ...stand, length: text.length }]));

  test('a value, a list, a fragment and an identifier', () => {
    const sql = 'SELECT a, _id_ FROM t WHERE k = 0 AND a IN (_list_) AND _frag_ AND b.name > 1 ORDER BY _ord_';
    const query = read(
      sql,
      stands(
        sql,
        ['_id_', { kind: 'identifier', id: 'c' }],
        ['0', { kind: 'value', id: 'tenant' }],
        ['_list_', { kind: 'list', id: 'ids' }],
        ['_frag_', { kind: 'fragment', id: 'more' }],
        ['name', { kind: 'identifier', id: 'n' }],
        ['_ord_', { kind: 'fragment', id: 'o' }],
      ),
    );
    expect(printQuery(query)).toBe(
      '(select (items a, …) (from t) (where (k = tenant) AND (a IN (ids…)) AND … AND (… > 1)) (order …))',
    );
  });

  test('tables and columns that the text does not name', () => {
    const from = 'SELECT 1 FROM s._t_ x JOIN _u_ ON true';
    expect(
      printQuery(
        read(from, stands(from, ['_t_', { kind: 'identifier', id: 't' }], ['_u_', { kind: 'fragment', id: 'u' }])),
      ),
    ).toBe('(select (items 1) (from [… x INNER … ON TRUE]))');
    const update = 'UPDATE t SET _c_ = 1, a = 2';
    expect(printQuery(read(update, stands(update, ['_c_', { kind: 'identifier', id: 'c' }])))).toBe(
      '(update t (set a = 2, …) (from t))',
    );
    const insert = 'INSERT INTO t (_c_) VALUES (1)';
    expect(printQuery(read(insert, stands(insert, ['_c_', { kind: 'identifier', id: 'c' }])))).toBe('(insert t …)');
  });
});

describe('bad input', () => {
  const why = (sql: string): string => {
    const parsed = parser.parse(sql, new Map());
    return parsed.ok ? 'ok' : parsed.why;
  };
  test.each([
    ['SELECT * FROM t WHERE', 'incomplete'],
    ["SELECT 'abc", 'incomplete'],
    ['SELECT (1', 'incomplete'],
    ['SELECT $$abc', 'incomplete'],
    ['SELECT "abc', 'incomplete'],
    ['SELECT 1 /* abc', 'incomplete'],
    ['SELEC 1', 'unsupported'],
    ['', 'unsupported'],
    ['-- nothing', 'unsupported'],
    ['SELECT 1; DROP TABLE t', 'unsupported'],
    ['SELECT 1 \0 FROM t', 'unsupported'],
    ['¡¢£ ∞§¶ (((', 'unsupported'],
    ['SELECT 1;', 'ok'],
    ["SELECT '\ud800' FROM t", 'ok'],
  ])('%j is %s', (sql, expected) => {
    expect(why(sql)).toBe(expected);
  });

  test('size and nesting', () => {
    expect(why(`SELECT ${'('.repeat(1000)}1${')'.repeat(1000)}`)).toBe('too-large');
    expect(why(`SELECT ${'('.repeat(300)}1${')'.repeat(300)}`)).toBe('ok');
    expect(why('SELECT 1'.padEnd(1_000_001))).toBe('too-large');
    expect(why(`SELECT FROM t WHERE ${Array.from({ length: 5000 }, (_, n) => `a = ${n}`).join(' OR ')}`)).toBe('ok');
    expect(['ok', 'too-large']).toContain(why(`SELECT ${Array(5000).fill('a').join(' + ')}`));
  });

  test('an overflow does not silence the next statement', () => {
    for (let round = 0; round < 3; round++) {
      expect(why(`SELECT ${'NOT '.repeat(20_000)}true`)).not.toBe('ok');
      expect(why('SELECT 1')).toBe('ok');
    }
  });
});
