import { describe, expect, it } from 'vitest';
import type { Lexical } from '../../server/src/sql/lexical';
import { restoreOffset, standIn } from '../../server/src/sql/placeholders';
import type { Hole } from '../../server/src/sql/standIns';
import { splitStatements } from '../../server/src/sql/statements';
import { mysql, postgres } from '../harness/lexicals';

/** `${…}` in the text are holes whose id is what stands between the braces. */
const holesOf = (sql: string, kind: Hole['kind']): readonly Hole[] =>
  [...sql.matchAll(/\$\{(.*?)\}/g)].map((m) => ({
    span: { start: m.index, end: m.index + m[0].length },
    kind,
    id: m[1]!,
  }));

/** The text that the engine reads, and each stand-in as `kind id`. */
const read = (sql: string, lexical: Lexical, kind?: Hole['kind']): { text: string; stand: readonly string[] } => {
  const holes = kind === undefined ? [] : holesOf(sql, kind);
  const { statements } = splitStatements(sql, lexical, { holes });
  expect(statements).toHaveLength(1);
  const { text, stand, grown } = standIn(sql, statements[0]!, lexical, holes);
  for (const [offset, { length }] of stand) {
    expect(text.length).toBeGreaterThanOrEqual(offset + length);
    expect(restoreOffset(offset + length, grown)).toBeLessThanOrEqual(sql.length);
  }
  for (const { kind, start, end } of statements[0]!.tokens) {
    if (grown.length > 0 || !/operator|punctuation|number/.test(kind)) continue;
    expect(text.slice(start, end)).toBe(sql.slice(start, end));
  }
  return { text, stand: [...stand.values()].map((s) => `${s.kind} ${s.id}`) };
};

describe('stand-ins', () => {
  const values: readonly (readonly [string, string, string, readonly string[]])[] = [
    [
      'JSON operators stay',
      "a = ? AND b ? 'k' AND c ?| array[?]",
      "a = 0 AND b ? 'k' AND c ?| array[0]",
      ['value ?1', 'value ?2'],
    ],
    [
      'named',
      'a = :id AND b = :id::int AND c = :name',
      'a = 0   AND b = 0  ::int AND c = 0    ',
      ['value :id', 'value :id', 'value :name'],
    ],
    ['at', 'a = @id AND b @> @c', 'a = 0   AND b @> 0 ', ['value @id', 'value @c']],
    ['python', 'a = %s AND b = %(n)s', 'a = 0  AND b = 0    ', ['value ?1', 'value %(n)s']],
    [
      'native',
      'a = $1 AND b = ANY($2::int[]) AND c = $1',
      'a = $1 AND b = ANY($2::int[]) AND c = $1',
      ['value $1', 'list $2', 'value $1'],
    ],
    [
      'mustache',
      'a = {{ x }} AND b = #{y} AND c = ${z}',
      'a = 0       AND b = 0    AND c = 0   ',
      ['value {{ x }}', 'value #{y}', 'value ${z}'],
    ],
    [
      'pg-promise',
      'a IN ($1:csv) AND $2:name = $3',
      'a IN (0     ) AND xxxxxxx = $3',
      ['list $1:csv', 'identifier $2:name', 'value $3'],
    ],
    [
      'lists',
      'a IN (?) AND b IN (?, ?) AND c IN ($1)',
      'a IN (0) AND b IN (0, 0) AND c IN ($1)',
      ['list ?1', 'value ?2', 'value ?3', 'value $1'],
    ],
    ['names', '?? = ? AND t.?? = ?', 'xx = 0 AND t.xx = 0', ['identifier ?1', 'value ?2', 'identifier ?3', 'value ?4']],
  ];
  for (const [name, sql, text, stand] of values) {
    it(`PostgreSQL: ${name}`, () => {
      const head = 'SELECT * FROM t WHERE ';
      expect(read(head + sql, postgres)).toEqual({
        text: head + text,
        stand: stand.map((s) => s.replace(/^(\w+ \$\d+):.*/, '$1')),
      });
    });
  }

  it('MySQL: list bind variables, user variables, inserts and assignments of objects', () => {
    expect(read('SELECT 1 FROM t WHERE a IN ::ids AND b = :v1 AND c = @u', mysql)).toEqual({
      text: 'SELECT 1 FROM t WHERE a IN (0)   AND b = 0   AND c = @u',
      stand: ['list ::ids', 'value :v1'],
    });
    expect(read('UPDATE ?? SET ? WHERE id = ?', mysql)).toEqual({
      text: 'UPDATE xx SET x=0 WHERE id = 0',
      stand: ['identifier ?1', 'assignments ?2', 'value ?3'],
    });
    expect(read('INSERT INTO t (a, b) VALUES ?', mysql).text).toBe('INSERT INTO t (a, b) SELECT 0');
    expect(read('INSERT INTO t SET ? ON DUPLICATE KEY UPDATE ?', mysql).stand).toEqual([
      'assignments ?1',
      'assignments ?2',
    ]);
    expect(read('SELECT NOW() - INTERVAL ? DAY LIMIT ?, ?', mysql).text).toBe(
      'SELECT NOW() - INTERVAL 0 DAY LIMIT 0, 0',
    );
  });

  const holes: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'SELECT * FROM ${t} JOIN ${u} ON ${c} WHERE ${w}',
      'SELECT * FROM xxxx JOIN xxxx ON 0    WHERE 0   ',
      ['identifier t', 'identifier u', 'fragment c', 'fragment w'],
    ],
    [
      'SELECT ${c} FROM t WHERE a = ${v} AND ${w}',
      'SELECT 0    FROM t WHERE a = 0    AND 0   ',
      ['fragment c', 'value v', 'fragment w'],
    ],
    ['SELECT a FROM t ${w} ORDER BY a ${d}', 'SELECT a FROM t      ORDER BY a     ', ['clause w']],
    [
      'SELECT a FROM t WHERE a BETWEEN ${x} AND ${y} ${w}',
      'SELECT a FROM t WHERE a BETWEEN 0    AND 0        ',
      ['value x', 'value y', 'clause w'],
    ],
    [
      'SELECT a FROM t WHERE id IN (${ids}) AND b = ANY(${bs})',
      'SELECT a FROM t WHERE id IN (0     ) AND b = ANY(0    )',
      ['list ids', 'list bs'],
    ],
    [
      'SELECT a FROM t_${n} WHERE ${p}_id = 1',
      'SELECT a FROM xxxxxx WHERE xxxxxxx = 1',
      ['identifier t_${n}', 'identifier ${p}_id'],
    ],
    [
      "SELECT a FROM t WHERE a = '${v}' AND b LIKE '%${v}%'",
      "SELECT a FROM t WHERE a = '    ' AND b LIKE '      '",
      ['value v', "value '%${v}%'"],
    ],
    [
      'SELECT a FROM "${s}".t WHERE a = $${n} AND b = $${n}',
      'SELECT a FROM xxxxxx.t WHERE a = 0     AND b = 0    ',
      ['identifier s', 'value ?1', 'value ?2'],
    ],
    [
      'INSERT INTO t (${cs}) VALUES (${a}, ${b})',
      'INSERT INTO t (xxxxx) VALUES (0   , 0   )',
      ['identifier cs', 'value a', 'value b'],
    ],
    ['INSERT INTO t ${rows1}', 'INSERT INTO t SELECT 0', ['rows rows1']],
    [
      'UPDATE t SET ${sets} WHERE id = ${id}',
      'UPDATE t SET x=0     WHERE id = 0    ',
      ['assignments sets', 'value id'],
    ],
    [
      'UPDATE t SET ${col} = ${v}, ${rest} WHERE a = 1',
      'UPDATE t SET xxxxxx = 0   , x=0     WHERE a = 1',
      ['identifier col', 'value v', 'assignments rest'],
    ],
    [
      'SELECT a FROM t WHERE a > now() - INTERVAL ${span}',
      "SELECT a FROM t WHERE a > now() - INTERVAL '' DAY ",
      ['value span'],
    ],
    ['SELECT a FROM (${subq}) s', 'SELECT a FROM (SELECT * FROM x) s', ['identifier subq']],
    ['SELECT a /* ${c} */ FROM t -- ${d}', 'SELECT a            FROM t', []],
    ['CREATE TABLE IF NOT EXISTS ${t} (id int)', 'CREATE TABLE IF NOT EXISTS xxxx (id int)', ['identifier t']],
    ['SELECT ${f}(a), ${x}::int FROM t', 'SELECT xxxx(a), 0   ::int FROM t', ['identifier f', 'value x']],
  ];
  for (const [sql, text, stand] of holes) {
    it(`hole: ${sql}`, () => expect(read(sql, postgres, 'unknown')).toEqual({ text, stand }));
  }

  it('a hole that the host knows is what the host says, unless a name must stand there', () => {
    expect(read('SELECT * FROM ${t} WHERE ${flag} AND a = ${v}', postgres, 'value').stand).toEqual([
      'identifier t',
      'value flag',
      'value v',
    ]);
    expect(read('SELECT * FROM t WHERE a = ${v}', postgres, 'fragment').stand).toEqual(['fragment v']);
    expect(read('SELECT * FROM t WHERE ${c} = 1', postgres, 'identifier').text).toBe('SELECT * FROM t WHERE xxxx = 1');
  });

  it('psql variables: macros that lead a statement, and quoted ones', () => {
    expect(read(":explain SELECT * FROM t WHERE a = :'b'", postgres)).toEqual({
      text: "         SELECT * FROM t WHERE a = '  '",
      stand: ["value :'b'"],
    });
    expect(read("COPY t FROM :'file' CSV", postgres).text).toBe("COPY t FROM '     ' CSV");
    expect(read('EXPLAIN :flags SELECT 1', postgres).text).toBe('EXPLAIN        SELECT 1');
  });

  it('comments and client words are blank, lines stay', () => {
    expect(read('/*!40101 SELECT a # x\n FROM t */', mysql).text).toBe('         SELECT a    \n FROM t   ');
    expect(read('SELECT a -- b\r\n, /* é */ c FROM t', postgres).text).toBe('SELECT a     \r\n,         c FROM t');
  });
});
