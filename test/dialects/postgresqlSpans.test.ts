import { beforeAll, describe, expect, test } from 'vitest';
import type { SqlParser } from '../../server/src/dialects/dialect';
import type { Span } from '../../server/src/text/span';
import { loadParser, readWith } from './postgresqlParser';

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadParser();
});
const read = readWith(() => parser);

/** The source text of every node of that kind, in the order of the model. */
const texts = (sql: string, ...kinds: string[]): string[] => {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('kind' in value && 'span' in value && kinds.includes(String(value.kind))) {
      const { start, end } = value.span as Span;
      found.push(sql.slice(start, end));
    }
    Object.values(value).forEach(visit);
  };
  visit(read(sql));
  return found;
};

test.each([
  ['plain', 'SELECT a.b, c FROM t WHERE x = 1', ['a.b', 'c', 'x']],
  ['quoted', 'SELECT "a b" . "c""d", T.X FROM t', ['"a b" . "c""d"', 'T.X']],
  ['comments', 'SELECT /* ( */ a /* x */ . b -- (\n, c FROM t', ['a /* x */ . b', 'c']],
  ['astral', 'SELECT \'ü🜁\', "🜁".ä, b FROM "t🜁" WHERE é = \'x\' AND b', ['"🜁".ä', 'b', 'é', 'b']],
  ['CRLF', 'SELECT a\r\n, b\r\nFROM t', ['a', 'b']],
])('columns: %s', (_, sql, expected) => {
  expect(texts(sql, 'column')).toEqual(expected);
});

test('constants', () => {
  const literals = [
    "'a''b'",
    "E'\\'x'",
    "U&'\\0041'",
    '$q$ ) $$ $q$',
    '-1',
    '- 2',
    '1.5e-3',
    '0x1F',
    '.5',
    "B'101'",
    'NULL',
    'TRUE',
    "'é🜁'",
  ];
  expect(texts(`SELECT ${literals.join(', ')} FROM "🜁"`, 'const')).toEqual(literals);
  expect(texts("SELECT 'a' \n 'b', 1", 'const')).toEqual(["'a' \n 'b'", '1']);
});

test('tables', () => {
  const sql = 'SELECT 1 FROM ONLY s . "T" AS x, u y JOIN v USING (k) WHERE EXISTS (SELECT FROM w)';
  expect(texts(sql, 'table')).toEqual(['s . "T"', 'u', 'v', 'w']);
});

describe('expressions hold whole parentheses', () => {
  test.each([
    ['((a)) = (1)', 'compare', ['((a)) = (1)']],
    ['(a + 1) * (b - 2) > 0', 'operation', ['(a + 1) * (b - 2)', 'a + 1', 'b - 2']],
    ['(a = 1) IS TRUE', 'is-truth', ['(a = 1) IS TRUE']],
    ['(a) IS /* ( */ NOT NULL AND b', 'is-null', ['(a) IS /* ( */ NOT NULL']],
    ['a IN (1, (2)) AND (b) NOT IN (3)', 'in', ['a IN (1, (2))', '(b) NOT IN (3)']],
    ['a IN (SELECT (1)) OR b = ANY (SELECT 2)', 'in', ['a IN (SELECT (1))', 'b = ANY (SELECT 2)']],
    ['a = ANY (ARRAY[1, 2]) AND b', 'in', ['a = ANY (ARRAY[1, 2])']],
    ["lower((a)) = f(b, g(')')) AND now() > c", 'call', ['lower((a))', "f(b, g(')'))", "g(')')", 'now()']],
    [
      'sum(a) FILTER (WHERE b) OVER (PARTITION BY c) > count(*)',
      'call',
      ['sum(a) FILTER (WHERE b) OVER (PARTITION BY c)', 'count(*)'],
    ],
    ['(a = 1 AND b = 2) AND (c OR (d))', 'and', ['(a = 1 AND b = 2) AND (c OR (d))']],
    ['(a) BETWEEN (1) AND (2) AND c', 'between', ['(a) BETWEEN (1) AND (2)']],
    [
      'a::text = CAST((b) AS varchar(3)) AND c::timestamp(3) with time zone[] = d',
      'cast',
      ['a::text', 'CAST((b) AS varchar(3))', 'c::timestamp(3) with time zone[]'],
    ],
    ['(a, b) = ROW (1, 2)', 'row', ['(a, b)', 'ROW (1, 2)']],
    ['CASE WHEN a THEN (b) ELSE c END = ARRAY[1]', 'case', ['CASE WHEN a THEN (b) ELSE c END']],
    ['NOT (a) AND EXISTS (SELECT 1)', 'not', ['NOT (a)']],
    ['EXISTS (SELECT 1)', 'exists', ['EXISTS (SELECT 1)']],
    ['a = (SELECT 1)', 'subquery', ['(SELECT 1)']],
    ["a LIKE ('x')", 'like', ["a LIKE ('x')"]],
  ])('%s', (condition, kind, expected) => {
    expect(texts(`SELECT FROM t WHERE ${condition}`, kind)).toEqual(expected);
  });
});

describe('queries', () => {
  test.each([
    ['  /* x */ SELECT 1 ; -- end', ['SELECT 1']],
    ['SELECT a FROM ( SELECT b FROM u ) x', ['SELECT a FROM ( SELECT b FROM u ) x', 'SELECT b FROM u']],
    [
      'WITH c AS (SELECT 1) SELECT (SELECT 2) FROM c WHERE k IN ( SELECT (3) )',
      ['WITH c AS (SELECT 1) SELECT (SELECT 2) FROM c WHERE k IN ( SELECT (3) )', 'SELECT 1', 'SELECT 2', 'SELECT (3)'],
    ],
    ['SELECT 1 FROM t WHERE (a) UNION ALL SELECT f(2)', ['SELECT 1 FROM t WHERE (a)', 'SELECT f(2)']],
    ['INSERT INTO t (a) SELECT (1) FROM u ON CONFLICT DO NOTHING', ['SELECT (1) FROM u']],
  ])('%s', (sql, expected) => {
    const found = texts(sql, 'select');
    expect(found.sort()).toEqual(expected.sort());
  });

  test('VALUES, derived tables, joins, assignments', () => {
    expect(texts('INSERT INTO t VALUES (1, (2)), ((3), 4) ON CONFLICT DO NOTHING', 'values')).toEqual([
      'VALUES (1, (2)), ((3), 4)',
    ]);
    expect(texts('SELECT 1 FROM t, ( SELECT 1 ) x', 'derived')).toEqual(['( SELECT 1 )']);
    expect(texts('SELECT 1 FROM a JOIN (b JOIN c ON (b.x = c.x)) ON a.y = b.y', 'join')).toEqual([
      'a JOIN (b JOIN c ON (b.x = c.x)) ON a.y = b.y',
      'b JOIN c ON (b.x = c.x)',
    ]);
    const sql = 'UPDATE t SET a = (1), "B" = f(2) WHERE k';
    const update = read(sql);
    if (update.kind !== 'update') throw new Error('no update');
    expect(update.set.map(({ span }) => sql.slice(span.start, span.end))).toEqual(['a = (1)', '"B" = f(2)']);
  });
});
