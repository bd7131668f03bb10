import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Parsed, SqlParser } from '../../server/src/dialects/dialect';
import { postgresql } from '../../server/src/dialects/postgresql';
import { readStatement } from '../../server/src/dialects/readStatement';
import { memoryPlatform } from '../../server/src/platform/memory';
import { printQuery } from '../../server/src/query/print';
import type { Hole } from '../../server/src/sql/standIns';
import { splitStatements } from '../../server/src/sql/statements';

let parser: SqlParser;
beforeAll(async () => {
  const wasm = async (name: string) => new Uint8Array(readFileSync(`node_modules/libpg-query/wasm/${name}`));
  parser = await postgresql.load(memoryPlatform(new Map(), { wasm, log: () => {} }));
});
/** An engine that knows nothing, so that the last resort is asked. */
const deaf: SqlParser = { parse: () => ({ ok: false, why: 'unsupported' }) };

const read = (sql: string, engine = parser): Parsed => {
  const holes = [...sql.matchAll(/\$\{(.*?)\}/g)].map(
    (m): Hole => ({ span: { start: m.index, end: m.index + m[0].length }, kind: 'unknown', id: m[1]! }),
  );
  const [statement] = splitStatements(sql, postgresql.lexical, { holes }).statements;
  return readStatement(engine, postgresql.lexical, sql, statement!, holes);
};
const query = (sql: string, engine?: SqlParser) => {
  const parsed = read(sql, engine);
  if (!parsed.ok) throw new Error(parsed.why);
  return parsed.query;
};

describe('what stand-ins leave open', () => {
  it('is said once the statement is read', () => {
    const shown = [
      'SELECT a FROM t ${w}',
      'SELECT a FROM t WHERE b = $1 ${w} ORDER BY a ${d}',
      'WITH c AS (SELECT 1 FROM u ${w}) SELECT a FROM t',
      'WITH c AS (SELECT 1 FROM u) SELECT a FROM t ${w}',
      'SELECT a FROM t UNION SELECT a FROM u ${w}',
      'DELETE FROM t ${w}',
      'SELECT a FROM (${q}) s WHERE b = ${v}',
      'SELECT a FROM ${t} WHERE ${w} AND id IN (${ids})',
    ].map((sql) => printQuery(query(sql)));
    expect(shown).toMatchInlineSnapshot(`
      [
        "(select (items a) (from t) (where …))",
        "(select (items a) (from t) (where (b = $1) AND …) (order a))",
        "(select (with c (select (items 1) (from u) (where …))) (items a) (from t))",
        "(select (with c (select (items 1) (from u))) (items a) (from t) (where …))",
        "(set-operation union (select (items a) (from t)) (select (items a) (from u) (where …)))",
        "(delete t (from t) (where …))",
        "(select (items a) (from (select (items *) (from …)) s) (where b = v))",
        "(select (items a) (from …) (where … AND (id IN (ids…))))",
      ]
    `);
  });

  it('rows and assignments', () => {
    expect(query('INSERT INTO t (a, b) VALUES ${rows}')).toMatchObject({ source: { kind: 'opaque' } });
    expect(query('INSERT INTO t ${rows}')).toMatchObject({ source: { kind: 'opaque' } });
    expect(query('UPDATE t SET ${s} WHERE a = 1')).toMatchObject({ openSet: true, set: [] });
    expect(query('UPDATE t SET a = ?, b = 1 ${more}')).toMatchObject({ openSet: true, where: { kind: 'opaque' } });
    const update = query('UPDATE t SET ${s} WHERE a = 1');
    expect(update.kind === 'update' && update.from[0] === update.targets[0]).toBe(true);
  });

  it('spans stay those of the statement, also behind a stand-in that needed room', () => {
    const sql = '/* x */ UPDATE t SET ? WHERE tenant_id = ? AND b IN ?';
    const update = query(sql);
    const at = (part: string) => ({ start: sql.indexOf(part) - 8, end: sql.indexOf(part) - 8 + part.length });
    expect(update).toMatchObject({
      openSet: true,
      where: { args: [{ left: { span: at('tenant_id') } }, { left: { span: at('b') }, span: at('b IN ?') }] },
    });
  });
});

describe('the last resort', () => {
  const shown = (sql: string): string => {
    const parsed = read(sql, deaf);
    return parsed.ok ? printQuery(parsed.query) : parsed.why;
  };

  it('says little, and nothing of what is nested', () => {
    expect(
      [
        "SELECT a, count(*) FROM s.t AS x WHERE x.id = $1 AND name = 'n' AND f(b) > 2 ORDER BY 1",
        'SELECT * FROM a JOIN b ON a.id = b.id WHERE a.id = 1 OR b.id = 2',
        'SELECT * FROM a, ${t} WHERE a.id = 1',
        'UPDATE t SET a = 1 WHERE id = ?',
        'DELETE FROM t',
        'INSERT INTO t (a) VALUES (1)',
        'SELECT * FROM t WHERE id IN (SELECT id FROM u)',
        'SELECT 1 FROM f(x)',
        'VACUUM t',
      ].map(shown),
    ).toMatchInlineSnapshot(`
      [
        "(select (items …) (from s.t x) (where (x.id = $1) AND (name = 'n') AND …))",
        "(select (items …) (from [a INNER b ON …]) (where …))",
        "unsupported",
        "(update t (set , …) (from t) (where id = ?1))",
        "(delete t (from t))",
        "(insert t …)",
        "unsupported",
        "unsupported",
        "unsupported",
      ]
    `);
  });

  it('is not asked for what is being typed', () => {
    expect(read("SELECT * FROM t WHERE a = 'x")).toEqual({ ok: false, why: 'incomplete' });
  });
});
