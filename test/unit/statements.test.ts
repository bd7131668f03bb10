import { describe, expect, it } from 'vitest';
import { lex } from '../../server/src/sql/lexer';
import type { Lexical } from '../../server/src/sql/lexical';
import { splitStatements } from '../../server/src/sql/statements';
import { mysql, postgres } from '../harness/lexicals';

const split = (sql: string, lexical: Lexical, client = true): readonly string[] =>
  splitStatements(sql, lexical, { client }).statements.map(({ span }) => sql.slice(span.start, span.end));
const kinds = (sql: string, lexical: Lexical): string =>
  lex(sql, lexical)
    .map(({ kind, start, end }) => `${kind}:${sql.slice(start, end)}`)
    .join(' ');

describe('statements', () => {
  it('are split at terminators only', () => {
    expect(split('SELECT \';\', ";" FROM t; -- ;\nSELECT /* ; */ 2;;', postgres)).toEqual([
      'SELECT \';\', ";" FROM t',
      'SELECT /* ; */ 2',
    ]);
    expect(split("SELECT 'it\\'s; fine', `a;b`; SELECT 2 # ;", mysql)).toEqual([
      "SELECT 'it\\'s; fine', `a;b`",
      'SELECT 2',
    ]);
    expect(split("SELECT 'a\\'; SELECT E'a\\';b'", postgres)).toEqual(["SELECT 'a\\'", "SELECT E'a\\';b'"]);
  });

  it('PostgreSQL: dollar quotes, nested comments, SQL bodies, rules', () => {
    const body = 'CREATE FUNCTION f() RETURNS int AS $body$ BEGIN; $$;$$ END; $body$ LANGUAGE plpgsql';
    expect(split(`${body}; /* a /* ; */ b; */ SELECT 1`, postgres)).toEqual([body, 'SELECT 1']);
    const atomic = 'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END';
    expect(split(`${atomic}; BEGIN; SELECT 1; END;`, postgres)).toEqual([atomic, 'BEGIN', 'SELECT 1', 'END']);
    const rule = 'CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); DELETE FROM b)';
    expect(split(`${rule}; SELECT 1`, postgres)).toEqual([rule, 'SELECT 1']);
  });

  it('psql: meta-commands and COPY data are passed over', () => {
    const dump = "\\set x 1\nSELECT 1 \\gset\n\\echo it's;\nCOPY t (a) FROM stdin;\n1;\t'x\n\\.\n\nSELECT 2;\n";
    expect(split(dump, postgres)).toEqual(['SELECT 1', 'COPY t (a) FROM stdin', 'SELECT 2']);
    expect(split('COPY t FROM STDIN;\r\n\\.\r\nSELECT 2', postgres)).toEqual(['COPY t FROM STDIN', 'SELECT 2']);
    expect(split("\\COPY t FROM STDIN DELIMITER ','\n1,;\n\\.\nSELECT 2", postgres)).toEqual(['SELECT 2']);
    expect(split('SELECT 1 \\if x\n', postgres, false)).toEqual(['SELECT 1 \\if x']);
  });

  it('mysql: DELIMITER, bodies, \\G, versioned comments', () => {
    const procedure = 'CREATE PROCEDURE p() BEGIN SELECT 1; IF x THEN SELECT 2; END IF; END';
    expect(split(`DELIMITER $$\n${procedure}$$\nDELIMITER ;\nSELECT 3\\G SELECT 4;`, mysql)).toEqual([
      procedure,
      'SELECT 3',
      'SELECT 4',
    ]);
    expect(split(`delimiter //\nSELECT 1 //\n${procedure}; //\ndelimiter ;\n`, mysql)).toEqual([
      'SELECT 1',
      `${procedure};`,
    ]);
    expect(split(`${procedure}; SELECT 3`, mysql, false)).toEqual([procedure, 'SELECT 3']);
    expect(split('/*!40101 SET NAMES utf8 */; SELECT 1', mysql)).toEqual(['/*!40101 SET NAMES utf8 */', 'SELECT 1']);
    expect(kinds('/*!40101 SET x */', mysql)).toBe('version:/*!40101 word:SET word:x version:*/');
  });

  it('a body that is never closed does not hold the rest', () => {
    expect(split('CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; SELECT 3', mysql)).toEqual([
      'CREATE PROCEDURE p() BEGIN SELECT 1',
      'SELECT 2',
      'SELECT 3',
    ]);
  });

  it('a quote that is never closed spoils one statement', () => {
    const sql = "SELECT 1;\nSELECT 'oops FROM a;\n\nSELECT 'x' FROM b;\n\nSELECT 3;";
    const { statements } = splitStatements(sql, postgres);
    expect(statements.map(({ span, complete }) => [sql.slice(span.start, span.end), complete])).toEqual([
      ['SELECT 1', true],
      ["SELECT 'oops FROM a;", false],
      ["SELECT 'x' FROM b", true],
      ['SELECT 3', true],
    ]);
    for (const open of ['/* x', '$a$ x', '"x', "E'x\\'"]) {
      expect(split(`SELECT 1; SELECT ${open}\n\nUPDATE t SET a = 1; SELECT 2`, postgres)).toHaveLength(4);
    }
    expect(split('SELECT 1; SELECT "', postgres)).toEqual(['SELECT 1', 'SELECT "']);
  });

  it('keep hints and comments', () => {
    const sql =
      '/*vt+ ALLOW_SCATTER=1 */ SELECT /*+ NO_INDEX */ 1; -- first\n-- second\nSELECT 2 /* pgdog_role: primary */;';
    const { statements, comments } = splitStatements(sql, postgres);
    const texts = statements.map((s) => s.comments.map((c) => `${c.kind} ${sql.slice(c.start, c.end)}`));
    expect(texts).toEqual([
      ['hint /*vt+ ALLOW_SCATTER=1 */', 'hint /*+ NO_INDEX */', 'comment -- first'],
      ['comment -- second', 'comment /* pgdog_role: primary */'],
    ]);
    expect(comments).toHaveLength(5);
    expect(sql.slice(statements[1]!.span.start, statements[1]!.span.end)).toBe('SELECT 2');
  });
});

describe('tokens', () => {
  it('of operators and numbers', () => {
    expect(kinds('a=-1 AND b<>.5 AND c->>1e5', postgres)).toBe(
      'word:a operator:= operator:- number:1 word:AND word:b operator:<> number:.5 word:AND word:c operator:->> number:1e5',
    );
    expect(kinds('t1.2fa --1', mysql)).toBe('word:t1 punctuation:. word:2fa operator:- operator:- number:1');
    expect(kinds('@a := @@x.y, @`b c`', mysql)).toBe(
      'variable:@a operator::= variable:@@x punctuation:. word:y punctuation:, variable:@`b c`',
    );
    expect(kinds("U&\"d\\\" N'x' b'0'", postgres)).toBe("quoted:U&\"d\\\" string:N'x' string:b'0'");
  });

  it('of placeholders, where they are none as well', () => {
    const found = (sql: string, lexical: Lexical): readonly string[] =>
      lex(sql, lexical)
        .filter(({ kind }) => kind === 'placeholder')
        .map(({ start, end }) => sql.slice(start, end));
    expect(found("a ? 'k' AND b ?| x AND c ?& y AND d @? '$' AND e = ?", postgres)).toEqual(['?']);
    expect(found('a = ?||? AND ?? = ?2', postgres)).toEqual(['?', '?', '??', '?2']);
    expect(found('x::int, :a, a[1:n], a[:b], :c::text, f(x := 1)', postgres)).toEqual([':a', ':b', ':c']);
    expect(found("IN ::ids AND b = :v1 AND c = 'a:b' AND @u = 1", mysql)).toEqual(['::ids', ':v1']);
    expect(found('a = %s AND b %s AND c%s AND d % s AND e = %(n)s', postgres)).toEqual(['%s', '%s', '%(n)s']);
    expect(found('$1 $12 $name $$x$$ $t$ ; $t$ $1:csv', postgres)).toEqual(['$1', '$12', '$name', '$1:csv']);
    expect(found('a = @id AND b @> @c AND d @@ e', postgres)).toEqual(['@id', '@c']);
    expect(found('#{id} {{ x }} ${y} {0} {z}', mysql)).toEqual(['#{id}', '{{ x }}', '${y}', '{0}', '{z}']);
  });
});
