/** The migration that gives a child its parent's key, in every form that is written: run on PostgreSQL, undone, and read again. */
import fs from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Finding } from '../../server/src/engine/finding';
import { Workspace } from '../../server/src/engine/workspace';
import { memoryPlatform } from '../../server/src/platform/memory';
import { applyEdits } from '../../server/src/text/edits';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const root = '/shop';
const map = `version: 1
dialect: postgresql
router: generic
import: [{ ddl: schema.sql }]
tables:
  orders: { shardKey: tenant_id, shards: 32 }
  order_items: { shardKey: order_id, shards: 32 }
`;
const schema = `CREATE TABLE orders (tenant_id bigint NOT NULL, id bigint NOT NULL UNIQUE, PRIMARY KEY (tenant_id, id));
CREATE TABLE order_items (order_id bigint NOT NULL, line int, sku text DEFAULT 'a?\`\${b}\\', PRIMARY KEY (order_id, line),
  CONSTRAINT of_order FOREIGN KEY (order_id) REFERENCES orders (id));
`;
const rows = `INSERT INTO orders VALUES (7, 1), (8, 2);
INSERT INTO order_items (order_id, line) VALUES (1, 1), (1, 2), (2, 1);
`;

async function check(files: Readonly<Record<string, string>>): Promise<readonly Finding[]> {
  const wasm = async (name: string) => new Uint8Array(fs.readFileSync(`node_modules/libpg-query/wasm/${name}`));
  const held = new Map<string, string>(Object.entries(files).map(([path, text]) => [`${root}/${path}`, text] as const));
  const platform = { ...memoryPlatform(held, { wasm, log: () => {} }), readNow: (path: string) => held.get(path) };
  return (await new Workspace(platform, root).check()).findings;
}

interface Steps {
  readonly up: readonly string[];
  readonly down?: readonly string[];
}

/** What the tool sends for the parts of an SQL file; `mark` stands before what undoes it. */
const sqlBefore =
  (mark?: RegExp) =>
  async (text: string): Promise<Steps> => {
    const [up = '', down] = mark === undefined ? [text] : text.split(mark);
    return { up: [up], ...(down === undefined ? {} : { down: [down] }) };
  };

type Sends = (
  exported: Record<string, unknown>,
  of: 'up' | 'down',
  send: (text: string) => Promise<void>,
) => Promise<unknown>;
type Step = (...handles: readonly unknown[]) => Promise<unknown>;

const stepOf = (holder: unknown, of: 'up' | 'down'): Step => {
  const step = (holder as Record<string, Step>)[of];
  if (step === undefined) throw new Error(`no ${of}`);
  return step.bind(holder);
};

/** The class that a module exports. */
const made = (exported: Record<string, unknown>): unknown => {
  const [Migration] = Object.values(exported).filter((one) => typeof one === 'function');
  return new (Migration as new () => unknown)();
};

/** What a module hands to its library, caught by stand-ins for it. */
const codeSentBy =
  (sends: Sends) =>
  async (text: string): Promise<Steps> => {
    const { outputText } = ts.transpileModule(text, {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
      fileName: 'm.ts',
    });
    const sent = { up: [] as string[], down: [] as string[] };
    for (const of of ['up', 'down'] as const) {
      const send = async (one: string): Promise<void> => {
        sent[of].push(one);
      };
      const modules: Record<string, unknown> = {
        '@mikro-orm/migrations': {
          Migration: class {
            addSql = send;
          },
        },
        kysely: { sql: { raw: (one: string) => ({ execute: () => send(one) }) } },
      };
      const module = { exports: {} as Record<string, unknown> };
      new Function('module', 'exports', 'require', outputText)(module, module.exports, (name: string) => modules[name]);
      await sends(module.exports, of, send);
    }
    return sent;
  };

/** Knex takes `?` for a binding, unless it is escaped. */
const knex: Sends = (exported, of, send) =>
  stepOf(exported, of)({ raw: (text: string) => send(text.replaceAll('\\?', '?')) });
const sequelize: Sends = (exported, of, send) =>
  stepOf(exported.default ?? exported, of)({ sequelize: { query: send } });

const forms: readonly (readonly [name: string, last: string, text: string, read: (text: string) => Promise<Steps>])[] =
  [
    ['SQL', 'migrations/001_init.sql', 'SELECT 1;', sqlBefore()],
    [
      'dbmate',
      'db/migrations/20240101000000_init.sql',
      '-- migrate:up\nSELECT 1;\n-- migrate:down\n',
      sqlBefore(/^-- migrate:down$/m),
    ],
    [
      'goose',
      'migrations/00001_init.sql',
      '-- +goose Up\nSELECT 1;\n-- +goose Down\n',
      sqlBefore(/^-- \+goose Down$/m),
    ],
    [
      'sql-migrate',
      'migrations/1_init.sql',
      '-- +migrate Up\nSELECT 1;\n-- +migrate Down\n',
      sqlBefore(/^-- \+migrate Down$/m),
    ],
    [
      'Drizzle',
      'drizzle/0000_init.sql',
      'SELECT 1;\n--> statement-breakpoint\nSELECT 2;',
      async (text) => ({ up: text.split('--> statement-breakpoint') }),
    ],
    ['Prisma', 'prisma/migrations/20240101000000_init/migration.sql', 'SELECT 1;', sqlBefore()],
    ['Flyway', 'db/migration/V1__init.sql', 'SELECT 1;', sqlBefore()],
    [
      'Knex',
      'migrations/20240101000000_init.ts',
      "import type { Knex } from 'knex';\nexport async function up(knex: Knex) {}",
      codeSentBy(knex),
    ],
    ['Knex in JavaScript', 'migrations/20240101000000_init.js', 'exports.up = async (knex) => {};', codeSentBy(knex)],
    [
      'TypeORM',
      'migrations/1690000000000-Init.ts',
      'export class Init1690000000000 implements MigrationInterface {}',
      codeSentBy((exported, of, send) => stepOf(made(exported), of)({ query: send })),
    ],
    [
      'MikroORM',
      'migrations/Migration20240101000000.ts',
      "import { Migration } from '@mikro-orm/migrations';\nexport class Migration20240101000000 extends Migration {}",
      codeSentBy((exported, of) => stepOf(made(exported), of)()),
    ],
    [
      'Sequelize',
      'migrations/20240101000000-init.js',
      'module.exports = { up: async (queryInterface) => {} };',
      codeSentBy(sequelize),
    ],
    [
      'Sequelize in TypeScript',
      'migrations/20240101000000-init.ts',
      'export default { up: async (queryInterface: QueryInterface) => {} };',
      codeSentBy(sequelize),
    ],
    [
      'Kysely',
      'migrations/2024_01_01_init.ts',
      "import { Kysely, sql } from 'kysely';\nexport async function up(db: Kysely<any>) {}",
      codeSentBy((exported, of) => stepOf(exported, of)({})),
    ],
  ];

let db: PGlite;
beforeAll(async () => {
  db = await PGlite.create();
});
afterAll(() => db.close());

const columns = `SELECT column_name, is_nullable FROM information_schema.columns WHERE table_name = 'order_items' ORDER BY 1`;
const keys = `SELECT pg_get_constraintdef(oid) AS def FROM pg_constraint WHERE conrelid = 'order_items'::regclass AND contype IN ('p', 'f') ORDER BY 1`;
const asked = async (text: string): Promise<readonly unknown[]> => (await db.query(text)).rows;

/** The files after the fix, and the path of the migration that it made. */
async function fixed(
  files: Readonly<Record<string, string>>,
  title: RegExp,
): Promise<{ readonly after: Readonly<Record<string, string>>; readonly path: string }> {
  const fix = (await check(files)).flatMap(({ fixes }) => fixes).find((one) => title.test(one.title));
  const after: Record<string, string> = { ...files };
  for (const file of new Set(fix?.edits.map((edit) => edit.file))) {
    const name = file.slice(root.length + 1);
    const edits = (fix?.edits ?? []).filter((edit) => edit.file === file);
    after[name] = applyEdits(after[name] ?? '', edits) ?? '';
  }
  const [path, second] = Object.keys(after).filter((name) => !(name in files));
  if (path === undefined || second !== undefined) throw new Error('not one migration');
  return { after, path };
}

const folderOf = (path: string): string => path.replace(/(?:[^/]*\/migration\.sql|[^/]*)$/, '');

test.each(forms)('%s', async (_, last, text, read) => {
  const files = { 'shardlint.yaml': map, 'schema.sql': schema, [last]: text };
  const { after, path } = await fixed(files, /^Add `tenant_id` to `order_items`/);
  expect(folderOf(path)).toBe(folderOf(last));

  await db.exec(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${schema}${rows}`);
  const old = [await asked(columns), await asked(keys)];
  const { up, down } = await read(after[path] ?? '');
  for (const one of up) await db.exec(one);
  expect(await asked('SELECT tenant_id, order_id, line FROM order_items ORDER BY 2, 3')).toEqual([
    { tenant_id: 7, order_id: 1, line: 1 },
    { tenant_id: 7, order_id: 1, line: 2 },
    { tenant_id: 8, order_id: 2, line: 1 },
  ]);
  expect(await asked(columns)).toContainEqual({ column_name: 'tenant_id', is_nullable: 'NO' });
  expect(await asked(keys)).toEqual([
    { def: expect.stringMatching(/^FOREIGN KEY \(tenant_id, order_id\) REFERENCES orders\(tenant_id, id\)/) },
    { def: 'PRIMARY KEY (tenant_id, order_id, line)' },
  ]);

  // The database as it is now, with the map as the fix left it.
  const findings = await check({ ...after, 'schema.sql': `${schema}${up.join(';\n')};\n` });
  expect(findings.filter(({ rule, severity }) => /foreign-key$/.test(rule) || severity === 'error')).toEqual([]);

  if (down === undefined) return;
  for (const one of down) await db.exec(one);
  expect([await asked(columns), await asked(keys)]).toEqual(old);
});

test.each(forms.filter(([name]) => /^(?:SQL|Knex|TypeORM)$/.test(name)))(
  'one type for keys that lie together: %s',
  async (_, last, text, read) => {
    const tables = `CREATE TABLE orders (tenant_id bigint PRIMARY KEY);
CREATE TABLE carts (tenant_id int PRIMARY KEY);
`;
    const files = {
      'shardlint.yaml': `version: 1
dialect: postgresql
router: citus
import: [{ ddl: schema.sql }]
tables:
  orders: { shardKey: tenant_id, shards: 32, group: shop }
  carts: { shardKey: tenant_id, shards: 32, group: shop }
`,
      'schema.sql': tables,
      [last]: text,
    };
    const { after, path } = await fixed(files, /^Make `carts\.tenant_id` bigint/);
    await db.exec(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${tables} INSERT INTO carts VALUES (7);`);
    const { up } = await read(after[path] ?? '');
    for (const one of up) await db.exec(one);
    expect(await asked('SELECT tenant_id, pg_typeof(tenant_id)::text AS type FROM carts')).toEqual([
      { tenant_id: 7, type: 'bigint' },
    ]);
    const findings = await check({ ...after, 'schema.sql': `${tables}${up.join(';\n')};\n` });
    expect(findings.filter(({ rule }) => rule === 'co-located-key-type-mismatch')).toEqual([]);
  },
);
