import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mysql } from '../../server/src/dialects/mysql';
import { postgresql } from '../../server/src/dialects/postgresql';
import { normalized } from '../../server/src/sql/normalized';

const pg = (sql: string) => normalized(sql, postgresql.lexical);
const my = (sql: string) => normalized(sql, mysql.lexical);

describe('what is one', () => {
  test.each([
    ['literals and placeholders', "SELECT * FROM t WHERE a = 5 AND b = 'x'", 'SELECT * FROM t WHERE a = $1 AND b = $2'],
    ['spelling and white space', 'select *\n from T where A=$1', 'SELECT * FROM t WHERE a = 7 ;'],
    ['quoting', 'SELECT "t"."a" FROM "t"', 'SELECT t.a FROM t'],
    ['lists of any length', 'SELECT * FROM t WHERE a IN (1)', 'SELECT * FROM t WHERE a IN ($1, $2, $3)'],
    [
      'lists of rows',
      'SELECT * FROM t WHERE (a, b) IN ((1, 2))',
      'SELECT * FROM t WHERE (a, b) IN ((1, 2), (3, 4), (5, 6))',
    ],
    ['lists that a server cut', 'SELECT * FROM t WHERE a IN ($1 /*, ... */)', 'SELECT * FROM t WHERE a IN (1, 2)'],
    [
      'rows of an insert',
      'INSERT INTO t (a, b) VALUES (1, 2)',
      "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4), (5, 'x')",
    ],
    ['arrays', 'SELECT * FROM t WHERE a = ANY(ARRAY[1])', 'SELECT * FROM t WHERE a = ANY(ARRAY[$1, $2, $3])'],
    ['signs', 'SELECT * FROM t WHERE a = -5 LIMIT 10', 'SELECT * FROM t WHERE a = 5 LIMIT $1'],
    ['constants', 'SELECT * FROM t WHERE a = TRUE', 'SELECT * FROM t WHERE a = $1'],
    ['comments', "SELECT 1 FROM t /* route='/x' */", '-- hello\nSELECT 1 FROM t'],
    [
      'types of literals',
      "SELECT * FROM t WHERE at > now() - interval '1 day'",
      'SELECT * FROM t WHERE at > now() - interval $1',
    ],
  ])('%s', (_, a, b) => {
    expect(pg(a)?.key).toBe(pg(b)?.key);
  });

  test('MySQL: quotes, variables, bind variables of vtgate', () => {
    const key = my('SELECT `a` FROM `t` WHERE b = "x" AND c IN (1, 2)')?.key;
    expect(my('select a from t where b = ? and c in (?)')?.key).toBe(key);
    expect(my('select a from t where b = :vtg1 and c in ::vtg2')?.key).toBe(key);
    expect(my('select a from t where b = @who and c in (3)')?.key).toBe(key);
  });
});

test.each([
  ['SELECT a FROM t', 'SELECT b FROM t'],
  ['SELECT a FROM t WHERE a = 1', 'SELECT a FROM t WHERE a > 1'],
  ['SELECT a FROM t WHERE a IS NULL', 'SELECT a FROM t WHERE a IS NOT NULL'],
  ['SELECT a FROM t WHERE a IS TRUE', 'SELECT a FROM t WHERE a IS FALSE'],
  ['SELECT a - 5 FROM t', 'SELECT a FROM t'],
  ['UPDATE t SET a = 1', 'UPDATE t SET a = 1 WHERE b = 2'],
])('%s is not %s', (a, b) => {
  expect(pg(a)?.key).not.toBe(pg(b)?.key);
});

describe('the text', () => {
  test.each([
    ["SELECT * FROM t WHERE tenant_id = 5 AND name = 'Jane'", 'SELECT * FROM t WHERE tenant_id = $1 AND name = $2'],
    ['SELECT * FROM t WHERE a IN (1,2,3) AND b IN (4)', 'SELECT * FROM t WHERE a IN ($1, $2) AND b IN ($3)'],
    ['SELECT coalesce(a, 1, 2, 3) FROM t', 'SELECT coalesce(a, $1, $2, $3) FROM t'],
    [
      'INSERT INTO t (a, b, c) VALUES (1, 2, 3), (4, 5, 6), (7, 8, 9)',
      'INSERT INTO t(a, b, c) VALUES ($1, $2, $3), ($4, $5, $6)',
    ],
    ['SELECT * FROM a JOIN b ON a.k = 5 AND b.k = 5', 'SELECT * FROM a JOIN b ON a.k = $1 AND b.k = $1'],
    ['SELECT $2, $1, $2', 'SELECT $1, $2, $1'],
    ['SELECT * FROM t WHERE a IN ($1 /*, ... */)', 'SELECT * FROM t WHERE a IN ($1, $2)'],
    [
      'SELECT * FROM t WHERE (a, b) IN ((1, 2), (3, 4), (5, 6))',
      'SELECT * FROM t WHERE (a, b) IN (($1, $2), ($3, $4))',
    ],
    [
      "SELECT $1::uuid, a[1] FROM t WHERE at > interval '1 day'",
      "SELECT $1::uuid, a[$2] FROM t WHERE at > interval '1 day'",
    ],
  ])('%s', (sql, text) => {
    expect(pg(sql)?.text).toBe(text);
    // It is its own normal form.
    expect(pg(text)?.key).toBe(pg(sql)?.key);
  });

  test('equal literals may be equal by chance, equal placeholders are not', () => {
    expect(pg('SELECT * FROM t WHERE a = 5 AND b = 5 AND c = $1 AND d = $1')?.apart).toBe(
      'SELECT * FROM t WHERE a = $1 AND b = $2 AND c = $3 AND d = $3',
    );
  });

  test('of MySQL, with the hints that routers obey', () => {
    expect(my('SELECT /*vt+ ALLOW_SCATTER=1 */ * FROM t WHERE a = ? AND b IN ::ids /* web */')?.text).toBe(
      'SELECT /*vt+ ALLOW_SCATTER=1 */ * FROM t WHERE a = :v1 AND b IN (:v2, :v3)',
    );
  });

  test('no text that is cut, and none without a word', () => {
    for (const sql of ["SELECT * FROM t WHERE a = 'cut", '', ';', '/* only */', '5']) expect(pg(sql)).toBeUndefined();
  });
});

const value = fc.oneof(fc.integer().map(String), fc.constantFrom("'a'", "'it''s'", '$1', '?', '1.5', '0x1f', "E'\\n'"));
const list = fc
  .array(value, { minLength: 1, maxLength: 6 })
  .map((items) => items.join(fc.sample(fc.constantFrom(',', ', ', ' , '), 1)[0]));

test('values, lengths of lists and spelling never change the key, and the text is a fixed point', () => {
  const space = fc.constantFrom(' ', '  ', '\n', '\t', ' /* x */ ');
  const statement = fc.tuple(value, list, value, space, fc.boolean()).map(([a, items, b, gap, upper]) => {
    const sql = [
      'select',
      'x',
      'from',
      '"t"',
      'where',
      `a = ${a}`,
      'and',
      `b in (${items})`,
      'or',
      `f(${b}) <> ${a}`,
      'limit',
      b,
    ].join(gap);
    return upper ? sql.replace(/^select/, 'SELECT') : sql;
  });
  fc.assert(
    fc.property(statement, statement, (a, b) => {
      const [one, other] = [pg(a), pg(b)];
      expect(one?.key).toBe(other?.key);
      expect(pg(one?.text ?? '')?.key).toBe(one?.key);
      expect(pg(one?.text ?? '')?.text).toBe(one?.text);
    }),
  );
});

test('any text at all: an answer, quickly', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (sql) => {
      pg(sql);
      my(sql);
    }),
  );
  const long = `SELECT * FROM t WHERE a IN (${Array.from({ length: 50_000 }, (_, i) => i).join(',')})`;
  const before = performance.now();
  expect(pg(long)?.text).toBe('SELECT * FROM t WHERE a IN ($1, $2)');
  expect(performance.now() - before).toBeLessThan(2000);
});
