/** The fix that gives a child its parent's shard key: applied, read again, and the finding is gone; nothing leaves its folder. */
import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../server/src/engine/finding';
import { Workspace } from '../../server/src/engine/workspace';
import { memoryPlatform } from '../../server/src/platform/memory';
import { applyEdits } from '../../server/src/text/edits';

const root = '/shop';
const map = (router: string, globs: string, child = 'order_items: { shardKey: order_id, shards: 32 }') => `version: 1
dialect: postgresql
router: ${router}
import:
  - ddl: ${globs}
tables:
  orders: { shardKey: tenant_id, shards: 32 }
  ${child}
`;
const tables = `CREATE TABLE orders (tenant_id bigint, id bigint, PRIMARY KEY (tenant_id, id));
CREATE TABLE order_items (order_id bigint NOT NULL, line int, PRIMARY KEY (order_id, line),
  CONSTRAINT of_order FOREIGN KEY (order_id) REFERENCES orders (id));
`;

type Files = Readonly<Record<string, string>>;

async function check(files: Files): Promise<readonly Finding[]> {
  const wasm = async (name: string) => new Uint8Array(fs.readFileSync(`node_modules/libpg-query/wasm/${name}`));
  const entries = Object.entries(files).map(([path, text]) => [`${root}/${path}`, text] as const);
  const workspace = new Workspace(memoryPlatform(new Map(entries), { wasm, log: () => {} }), root);
  return (await workspace.check()).findings;
}

/** The files after the fix of that title, and those that it made. */
async function fixed(
  files: Files,
  title: RegExp,
): Promise<{ readonly after: Files; readonly made: readonly string[] }> {
  const fix = (await check(files)).flatMap(({ fixes }) => fixes).find((one) => title.test(one.title));
  expect(fix, 'offered').toBeDefined();
  expect(fix?.safe).toBe(false);
  const after = { ...files };
  for (const { file } of fix?.edits ?? []) {
    const name = file.slice(root.length + 1);
    const own = (fix?.edits ?? []).filter((edit) => edit.file === file);
    after[name] = applyEdits(files[name] ?? '', own) ?? '';
  }
  return { after, made: Object.keys(after).filter((name) => !(name in files)) };
}

const count = (findings: readonly Finding[]): number => findings.filter(({ rule }) => /foreign-key$/.test(rule)).length;

describe('a child without the key of its parent', () => {
  test.each([
    ['generic', undefined],
    ['citus', undefined],
    ['citus', 'order_items: { kind: unsharded }'],
  ])('%s %s', async (router, child) => {
    const files = { 'shardlint.yaml': map(router, 'migrations/*.sql', child), 'migrations/001_shop.sql': tables };
    expect(count(await check(files))).toBe(1);
    const { after, made } = await fixed(files, /^Add `tenant_id` to `order_items`/);
    expect(made).toEqual(['migrations/002_add_tenant_id_to_order_items.sql']);
    const findings = await check(after);
    expect(count(findings)).toBe(0);
    expect(findings.filter(({ severity }) => severity === 'error' || severity === 'warning')).toEqual([]);
  });

  test('that the map does not name', async () => {
    const files = {
      'shardlint.yaml': map('citus', 'migrations/*.sql', 'countries: { kind: reference }'),
      'migrations/001_shop.sql': tables,
    };
    const { after } = await fixed(files, /^Add `tenant_id` to `order_items`/);
    expect(after['shardlint.yaml']).toContain('order_items: { shardKey: "tenant_id", shards: 32 }');
    expect(count(await check(after))).toBe(0);
  });

  test('migrations in code', async () => {
    const files = {
      'shardlint.yaml': map('citus', 'schema.sql'),
      'schema.sql': tables,
      'migrations/20240101000000_shop.ts':
        "import type { Knex } from 'knex';\n\nexport async function up(knex: Knex) {\n  await knex.raw('select 1');\n}\n",
    };
    const { after, made } = await fixed(files, /^Add `tenant_id` to `order_items`/);
    expect(made).toEqual(['migrations/20240101000001_add_tenant_id_to_order_items.ts']);
    expect(after[made[0] ?? '']).toContain('await knex.raw(`ALTER TABLE order_items ADD COLUMN tenant_id bigint`);');
  });

  test('a hostile name stays a name', async () => {
    const hostile = '../../etc/"; DROP TABLE orders; --';
    const quoted = `"${hostile.replaceAll('"', '""')}"`;
    const files = {
      'shardlint.yaml': map('citus', 'migrations/*.sql', 'countries: { kind: reference }'),
      'migrations/001_shop.sql': tables.replaceAll('order_items', quoted),
    };
    const { after, made } = await fixed(files, /^Add `tenant_id`/);
    expect(made).toEqual(['migrations/002_add_tenant_id_to_etc_drop_table_orders.sql']);
    expect(after[made[0] ?? '']).toContain(`ALTER TABLE ${quoted} ADD COLUMN tenant_id bigint;`);
  });
});
