/** What is printed is read by our own dialect as the same statement: operation, tables, and where it runs. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findDialect } from '../../server/src/dialects';
import { explainSql } from '../../server/src/engine/explainSql';
import type { Statement } from '../../server/src/engine/statement';
import { shapeOf } from '../../server/src/engine/statementShape';
import { Workspace } from '../../server/src/engine/workspace';
import { memoryPlatform } from '../../server/src/platform/memory';
import { operationOf } from '../../server/src/query/operation';
import { printCommand } from '../../server/src/query/printCommand';
import { routeStatement } from '../../server/src/routing/routeStatement';
import { repository } from '../harness/imports';
import { type Block, readMarks, sectionsOf } from '../harness/literate';
import { parserFor } from '../harness/parsers';
import { words } from '../harness/routes';

const folder = path.join(repository, 'test', 'orms');
const isFile = ({ info }: Block): boolean => !['inventory', 'model'].includes(info[0] ?? '') && info[1] !== 'fix';
const extension = (language: string | undefined): string =>
  ({ typescript: 'ts', javascript: 'js' })[language ?? ''] ?? language ?? '';

/** The statements that ORM modules make of all code in a fixture. */
async function statementsIn(fixture: string, dialect: string): Promise<readonly Statement[]> {
  const [head, ...sections] = sectionsOf(fs.readFileSync(path.join(folder, fixture), 'utf8'));
  const shared = head?.blocks ?? [];
  const all: Statement[] = [];
  for (const { blocks } of sections) {
    const files = new Map(
      [...shared, ...blocks]
        .filter(isFile)
        .map(({ info, text }) => [
          `/w/${info[1] === 'shards' ? 'shardlint.yaml' : (info[1] ?? `code.${extension(info[0])}`)}`,
          readMarks(text).code.replace(/^dialect: \w+$/m, `dialect: ${dialect}`),
        ]),
    );
    const wasm = async (name: string) =>
      new Uint8Array(fs.readFileSync(path.join(repository, 'node_modules', 'libpg-query', 'wasm', name)));
    const workspace = new Workspace(memoryPlatform(files, { wasm, log: () => {} }), '/w');
    await workspace.check();
    all.push(...workspace.known.flatMap(({ statements }) => statements));
  }
  return all.filter(({ found }) => found?.statement.kind === 'model');
}

/** Host code decides, or the source does not say: that is shown, and no SQL. */
const isWhole = (text: string): boolean => !/…|\{|(?<!ARRAY)\[/.test(text);

/** Statements that the other dialect alone has. */
const isOf = (dialect: string, text: string): boolean =>
  !(
    dialect === 'mysql'
      ? /^MERGE|\b(?:INSERT|UPDATE|DELETE)\b[^;]*\bFROM moved|AS \((?:INSERT|UPDATE|DELETE)/
      : /^REPLACE/
  ).test(text);

/** A bare `?` does not say that two values are one. */
const withEqualNames = (text: string, values: readonly string[]): string => {
  let at = 0;
  return text.replace(/\?/g, () => `:v${values.indexOf(values[at++] ?? '')}`);
};

const fixtures = fs
  .readdirSync(folder)
  .filter((name) => /^(?:prisma|typeorm|sequelize|drizzle|knex|kysely)\.md$/.test(name));

describe.each(['postgresql', 'mysql'])('%s', (id) => {
  test.each(fixtures)('%s', async (fixture) => {
    const dialect = findDialect(id);
    if (!dialect) throw new Error(id);
    const loaded = { dialect, parser: await parserFor(id) };
    const statements = await statementsIn(fixture, id);
    const different: string[] = [];
    let read = 0;
    for (const one of statements) {
      const { query, effective } = one;
      const shape = shapeOf(one);
      if (!query || !shape || !isWhole(shape.text) || !isOf(id, shape.text)) continue;
      const text = withEqualNames(shape.text, shape.values);
      const [again, ...more] = explainSql(text, effective, loaded);
      const before = routeStatement(query, { ...effective, pins: [], hints: [], shallow: false });
      const expected = `${operationOf(query)} ${words(before)} ${before.bindings.map(({ table }) => table).sort()}`;
      const found =
        again && `${again.kind} ${words(again.route)} ${again.route.bindings.map(({ table }) => table).sort()}`;
      if (found !== expected || more.length > 0) different.push(`${text}\n  ${expected}\n  ${found}`);
      read++;
    }
    expect(different).toEqual([]);
    expect(read).toBeGreaterThan(20);
  });
});

test('MongoDB: as its shell would take it', () => {
  const span = { start: 0, end: 0 };
  const table = { kind: 'table' as const, name: { parts: ['orders'], span }, span };
  const where = {
    kind: 'and' as const,
    args: [
      {
        kind: 'compare' as const,
        op: '=' as const,
        left: { kind: 'column' as const, qualifier: [], name: 'tenantId', span },
        right: { kind: 'param' as const, id: 'tenantId', span },
        span,
      },
      {
        kind: 'compare' as const,
        op: '>' as const,
        left: { kind: 'column' as const, qualifier: [], name: 'total.net', span },
        right: { kind: 'const' as const, type: 'number' as const, value: 5, span },
        span,
      },
    ],
    span,
  };
  expect(printCommand({ kind: 'delete', targets: [table], from: [table], where, orderBy: [], span }, (id) => id)).toBe(
    "db.orders.deleteMany({ tenantId: tenantId, 'total.net': { $gt: 5 } })",
  );
});
