import fc from 'fast-check';
import { Parser } from 'node-sql-parser/build/mysql';
import { expect, test } from 'vitest';
import { mysql } from '../../server/src/dialects/mysql';
import type { Platform } from '../../server/src/platform/platform';

/** An independent reader of MySQL must find the same tables. Its trees are not compared: see docs/decisions/0002. */
const other = new Parser();
const theirs = (sql: string): string[] =>
  [...new Set(other.tableList(sql, { database: 'mysql' }).map((entry) => entry.replace(/^\w+::/, '')))].sort();

const parser = await mysql.load({} as Platform);
const ours = (sql: string): string[] => {
  const parsed = parser.parse(sql, new Map());
  if (!parsed.ok) throw new Error(`${parsed.why}: ${sql}`);
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('kind' in value && value.kind === 'table' && 'name' in value) {
      const { parts } = value.name as { parts: string[] };
      names.add(`${parts.length > 1 ? parts[0] : 'null'}::${parts.at(-1)}`);
    }
    for (const part of Object.values(value)) visit(part);
  };
  visit(parsed.query);
  return [...names].sort();
};

const column = fc.constantFrom('a', 't1.b', '`c`', 'x.`key`');
const value = fc.constantFrom('1', "'it''s'", '-2.5', 'NULL', 'now()', 'count(*)', '?', "concat(a, 'b')");
const table = fc.constantFrom('t1', 'ks.t2', '`t 3`', 't4 AS x', 't5 y');

const { select, condition } = fc.letrec<{ select: string; condition: string; source: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small' },
    fc.tuple(column, fc.constantFrom('=', '<>', '<=', '>'), value).map((parts) => parts.join(' ')),
    fc
      .tuple(column, fc.constantFrom(' IS NULL', ' IN (1, 2)', " LIKE 'a%'", ' BETWEEN 1 AND 2'))
      .map((p) => p.join('')),
    fc.tuple(tie('condition'), fc.constantFrom('AND', 'OR'), tie('condition')).map((parts) => parts.join(' ')),
    tie('condition').map((inner) => `(${inner})`),
    tie('select').map((inner) => `EXISTS (${inner})`),
    fc.tuple(column, tie('select')).map(([left, inner]) => `${left} IN (${inner})`),
  ),
  source: fc.oneof(
    { depthSize: 'small' },
    table,
    tie('select').map((inner) => `(${inner}) AS d`),
    fc
      .tuple(tie('source'), fc.constantFrom('JOIN', 'LEFT JOIN', 'RIGHT OUTER JOIN'), table, tie('condition'))
      .map(([left, join, right, on]) => `${left} ${join} ${right} ON ${on}`),
    fc.tuple(table, tie('source')).map((parts) => parts.join(', ')),
  ),
  select: fc
    .tuple(
      fc.array(fc.oneof(column, value), { minLength: 1, maxLength: 3 }),
      tie('source'),
      tie('condition'),
      fc.constantFrom('', ' GROUP BY a', ' ORDER BY a DESC LIMIT 5', ' LIMIT 1, 2', ' FOR UPDATE'),
    )
    .map(([items, from, where, tail]) => `SELECT ${items.join(', ')} FROM ${from} WHERE ${where}${tail}`),
}));

const statement = fc.oneof(
  select,
  fc
    .tuple(select, select)
    .map((parts) => parts.map((part) => part.replace(/ (?:ORDER|LIMIT|FOR) .*$/, '')).join(' UNION ALL ')),
  condition.map((where) => `UPDATE t1 SET a = 1 WHERE ${where}`),
  condition.map((where) => `DELETE FROM ks.t2 WHERE ${where}`),
  select.map((query) => `INSERT INTO t9 (a) ${query}`),
);

test('an independent reader finds the same tables', () => {
  fc.assert(
    fc.property(statement, (sql) => {
      let expected: string[];
      try {
        expected = theirs(sql);
      } catch {
        fc.pre(false);
        return;
      }
      expect(ours(sql)).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test('whatever the text is, reading it ends with a value', () => {
  const pieces =
    `SELECT FROM WHERE ( ) , . * = AND OR NOT IN CASE WHEN END JOIN ON t a 1 'x' \` UNION WITH AS INSERT INTO
    VALUES UPDATE SET DELETE USING CREATE TABLE ALTER ADD DROP INDEX KEY PRIMARY LIMIT ORDER BY GROUP ? :a @b /* */ -- ;
    INTERVAL DAY OVER PARTITION WINDOW JSON_TABLE LOCK EXPLAIN { } VALUES ROW`.split(/\s+/);
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), (words) => {
      const parsed = parser.parse(words.join(' '), new Map());
      expect(typeof parsed.ok).toBe('boolean');
    }),
    { numRuns: 3000 },
  );
});
