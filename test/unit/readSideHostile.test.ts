/** Whatever tables are called, what is written for them is read as it is meant: by the dialect's parser, by TypeScript, by paths. */
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { denormaliseSql } from '../../server/src/advice/readSide/denormaliseSql';
import { projectorPath, projectorText } from '../../server/src/advice/readSide/projectorText';
import { readModelSql } from '../../server/src/advice/readSide/readModelSql';
import { readSideAdvice } from '../../server/src/advice/readSide/readSideAdvice';
import { commentText, newName, quoteName, quoteText } from '../../server/src/advice/readSide/sqlNames';
import { viewSql } from '../../server/src/advice/readSide/viewSql';
import { dialectFor } from '../../server/src/engine/parsers';
import { readSql } from '../../server/src/engine/readSql';
import { Workspace } from '../../server/src/engine/workspace';
import { memoryPlatform } from '../../server/src/platform/memory';
import { nodePlatform } from '../../server/src/platform/node';
import { repository } from '../harness/imports';

const outside = nodePlatform({ assets: path.join(repository, 'node_modules/libpg-query/wasm') });
const platform = (files: ReadonlyMap<string, string>) => memoryPlatform(files, { wasm: outside.wasm, log: () => {} });

const names = [
  'Users',
  'order',
  'a"b`c',
  "it's",
  '/etc/passwd\\',
  '${x}`',
  'x; DROP TABLE y --',
  '*/ x /*',
  'naïve ☃',
  '$refresh$',
  '\\',
];

const quoted = (dialect: string, name: string): string =>
  dialect === 'mysql' ? `\`${name.replaceAll('`', '``')}\`` : `"${name.replaceAll('"', '""')}"`;

async function stepsWith(name: string, dialect: 'postgresql' | 'mysql', router = 'generic') {
  const q = (text: string): string => quoted(dialect, text);
  const [parent, child, column] = [q(name), q(`${name}2`), q(name)];
  const mark = dialect === 'mysql' ? '?' : '$1';
  const join = `FROM ${child} c JOIN ${parent} p ON p.id = c.pid`;
  const statements = [
    `SELECT c.v, p.${column} ${join} WHERE c.id = ${mark}`,
    `SELECT c.v, SUM(c.n) AS ${q(`${name}s`)} ${join} GROUP BY c.v`,
    `SELECT c.v, MAX(c.n) ${join} GROUP BY c.v`,
    ...Array.from({ length: 4 }, () => [
      `SELECT c.id, c.n, p.${column}, p.x, p.y ${join} WHERE c.pid = ${mark}`,
      `SELECT c.id, p.${column}, p.x, p.y ${join} WHERE c.n > ${mark}`,
      `SELECT c.id, p.${column}, p.x, p.y ${join} WHERE p.x = ${mark}`,
    ]).flat(),
    `UPDATE ${child} SET n = 1 WHERE id = ${mark}`,
  ];
  const files = new Map([
    [
      '/shop/shardlint.json',
      JSON.stringify({
        version: 1,
        dialect,
        router,
        import: [{ ddl: 'migrations/*.sql' }],
        tables: { [name]: { shardKey: 'id', shards: 8 }, [`${name}2`]: { shardKey: 'id', shards: 16 } },
      }),
    ],
    [
      '/shop/migrations/1.sql',
      `CREATE TABLE ${parent} (id bigint PRIMARY KEY, ${column} varchar(20) NOT NULL, x int, y int);\nCREATE TABLE ${child} (id bigint PRIMARY KEY, pid bigint NOT NULL, v varchar(20) NOT NULL, n int);\n`,
    ],
    [
      '/shop/src/q.ts',
      `import { Pool } from 'pg';\nconst pool = new Pool();\n${statements.map((text) => `pool.query(${JSON.stringify(text)}, [1]);`).join('\n')}\n`,
    ],
  ]);
  const workspace = new Workspace(platform(files), '/shop');
  const { findings } = await workspace.check();
  const [survey] = workspace.surveys();
  if (!survey) throw new Error('no survey');
  return { steps: readSideAdvice(survey), findings };
}

async function parsed(texts: readonly string[], dialectId: string): Promise<void> {
  const dialect = await dialectFor(platform(new Map()), dialectId);
  if (!dialect) throw new Error('no dialect');
  const whole = texts.map((text) => `${text};\n`).join('\n');
  const read = readSql(whole, dialect);
  const withText = texts.filter((text) => text.split('\n').some((line) => !/^\s*(?:--.*)?$/.test(line)));
  expect(
    read.statements
      .filter((one) => !one.parsed.ok || one.parsed.shallow)
      .map(({ span }) => whole.slice(span.start, span.end)),
  ).toEqual([]);
  expect(read.statements).toHaveLength(withText.length);
}

describe.each(['postgresql', 'mysql'] as const)('%s', (dialect) => {
  it.each(names)('a table called %j', async (name) => {
    const { steps, findings } = await stepsWith(name, dialect);
    const place = () => `src/${name}.ts\n:1`;
    const kinds = new Set<string>();
    for (const step of steps) {
      kinds.add(step.kind);
      if (step.kind === 'denormalise') {
        const sql = denormaliseSql(step.copy, { dialect, router: 'generic', place });
        await parsed([...(sql?.up ?? []), ...(sql?.down ?? [])], dialect);
      }
      if (step.kind === 'materialized-view' && step.view)
        for (const router of dialect === 'mysql' ? ['generic', 'vitess'] : ['generic', 'citus']) {
          const sql = viewSql(step.view, { dialect, router });
          await parsed([...(sql?.up ?? []), ...(sql?.down ?? []), ...(sql ? [sql.refresh] : [])], dialect);
        }
      if (step.kind === 'read-model' && step.model) {
        const sql = readModelSql(step.model, { dialect, router: 'generic' });
        await parsed([...(sql?.up ?? []), ...(sql?.down ?? [])], dialect);
        const text = projectorText(step.model, { dialect, place });
        expect(ts.transpileModule(text, { reportDiagnostics: true }).diagnostics).toEqual([]);
        expect(projectorPath(step.model)).toMatch(/^src\/projections\/[A-Za-z0-9_]+\.ts$/);
      }
    }
    expect([...kinds].sort()).toEqual(['denormalise', 'materialized-view', 'read-model']);
    const made = findings
      .flatMap(({ fixes }) => fixes.flatMap(({ edits }) => edits))
      .filter(({ span }) => span.end === 0);
    expect(made.length).toBeGreaterThan(2);
    for (const { file } of made)
      expect(file).toMatch(/^\/shop\/(?:migrations\/\d+_|src\/projections\/)[a-zA-Z0-9_]+\.(?:sql|ts)$/);
  });
});

it('a name that a map cannot say gets no advice', async () => {
  const { steps } = await stepsWith('../../etc/passwd', 'postgresql');
  expect(steps.filter(({ kind }) => kind !== 'replica')).toEqual([]);
});

it('names and texts', () => {
  expect(quoteName('postgresql', 'orders')).toBe('orders');
  expect(quoteName('postgresql', 'Orders')).toBe('"Orders"');
  expect(quoteName('mysql', 'order')).toBe('`order`');
  expect(quoteText('mysql', "a\\'b")).toBe("'a\\\\''b'");
  expect(newName('../../Etc', 'pässwörd')).toBe('etc_p_ssw_rd');
  expect(newName('1st')).toBe('t_1st');
  expect(commentText('a\nDROP TABLE b;\u2028c')).toBe('a DROP TABLE b; c');
});
