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
  const held = new Map<string, string>(entries);
  const platform = { ...memoryPlatform(held, { wasm, log: () => {} }), readNow: (path: string) => held.get(path) };
  const workspace = new Workspace(platform, root);
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

describe('a child that a model declares', () => {
  const mapped = `version: 1
dialect: postgresql
router: generic
tables:
  orders: { shardKey: tenant_id, shards: 32 }
  lines: { shardKey: order_id, shards: 32 }
`;
  const schema = `datasource db {
  provider = "postgresql"
}
model Order {
  tenantId BigInt @map("tenant_id") @db.BigInt
  id       BigInt @id
  lines    Line[]
  @@unique([tenantId, id])
  @@map("orders")
}
model Line {
  id      BigInt @id
  orderId BigInt @map("order_id")
  order   Order  @relation(fields: [orderId], references: [id])
  @@map("lines")
}
`;
  const code = `import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
export const load = (tenantId: bigint) => prisma.order.findMany({ where: { tenantId }, include: { lines: true } });
`;
  const title = /^Add `tenant_id` to `lines`/;

  test('gets the column in `schema.prisma` too, where there are migrations', async () => {
    const files = { 'shardlint.yaml': mapped, 'prisma/schema.prisma': schema, 'src/orders.ts': code };
    expect((await check(files)).flatMap(({ fixes }) => fixes).some((one) => title.test(one.title))).toBe(false);
    const first = 'prisma/migrations/20240101000000_init/migration.sql';
    const { after, made } = await fixed({ ...files, [first]: 'SELECT 1;\n' }, title);
    expect(made).toEqual(['prisma/migrations/20240101000001_add_tenant_id_to_lines/migration.sql']);
    expect(
      after['prisma/schema.prisma'],
    ).toContain(`  order   Order  @relation(fields: [tenantId, orderId], references: [tenantId, id])
  tenantId BigInt @map("tenant_id") @db.BigInt
  @@map("lines")
  @@unique([tenantId, id])
  @@index([tenantId, orderId])
}`);
    const sql = after[made[0] ?? ''] ?? '';
    expect(sql).toContain('ADD CONSTRAINT lines_tenant_id_id_key UNIQUE (tenant_id, id)');
    expect(sql).toContain('DROP CONSTRAINT lines_order_id_fkey');
    expect(sql).toMatch(/FOREIGN KEY \(tenant_id, order_id\) REFERENCES orders \(tenant_id, id\).* ON UPDATE CASCADE;/);
    expect(sql).not.toMatch(/lines_pkey|The model/);
    expect((await check(after)).filter(({ rule }) => /join$/.test(rule))).toEqual([]);
  });

  test('of another library: the migration says that the model needs it', async () => {
    const files = {
      'shardlint.yaml': mapped,
      'src/models.ts': `import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
@Entity('orders')
export class Order {
  @Column({ name: 'tenant_id', type: 'bigint' }) tenantId: string;
  @PrimaryColumn({ type: 'bigint' }) id: string;
}
@Entity('lines')
export class Line {
  @PrimaryColumn({ type: 'bigint' }) id: string;
  @Column({ name: 'order_id', type: 'bigint' }) orderId: string;
  @ManyToOne(() => Order)
  @JoinColumn({ name: 'order_id', referencedColumnName: 'id' })
  order: Order;
}
`,
      'src/load.ts': `import { DataSource } from 'typeorm';
import { Line, Order } from './models';
const source = new DataSource({ type: 'postgres', entities: [Order, Line] });
export const load = (orderId: string) => source.getRepository(Line).find({ where: { orderId }, relations: { order: true } });
`,
      'migrations/1690000000000-Init.ts': 'export class Init1690000000000 implements MigrationInterface {}\n',
    };
    const { after, made } = await fixed(files, title);
    expect(made).toEqual(['migrations/1690000001000-AddTenantIdToLines.ts']);
    expect(after[made[0] ?? '']).toContain('// The model of `lines` needs this column too');
    expect(after['src/models.ts']).toBe(files['src/models.ts']);
  });
});

test('Drizzle’s journal names the new migration', async () => {
  const journal = `{
  "version": "7",
  "dialect": "postgresql",
  "entries": [
    {
      "idx": 0,
      "version": "7",
      "when": 1700000000000,
      "tag": "0000_init",
      "breakpoints": true
    }
  ]
}
`;
  const files = {
    'shardlint.yaml': map('generic', 'drizzle/*.sql'),
    'drizzle/0000_init.sql': tables.replace(/;\n(?=CREATE)/, ';\n--> statement-breakpoint\n'),
    'drizzle/meta/_journal.json': journal,
  };
  const { after, made } = await fixed(files, /^Add `tenant_id` to `order_items`/);
  expect(made).toEqual(['drizzle/0001_add_tenant_id_to_order_items.sql']);
  expect(JSON.parse(after['drizzle/meta/_journal.json'] ?? '').entries).toEqual([
    { idx: 0, version: '7', when: 1700000000000, tag: '0000_init', breakpoints: true },
    { idx: 1, version: '7', when: 1700000001000, tag: '0001_add_tenant_id_to_order_items', breakpoints: true },
  ]);
});

test('a child of several parents stays with its own, and a parent that refers to itself keeps its key', async () => {
  const shards = `version: 1
dialect: postgresql
router: generic
import:
  - ddl: migrations/*.sql
tables:
  accounts: { shardKey: id, shards: 32, group: account }
  payments: { shardKey: to_id, shards: 32, group: account }
`;
  const findings = await check({
    'shardlint.yaml': shards,
    'migrations/001.sql': `CREATE TABLE accounts (id bigint PRIMARY KEY, host_id bigint REFERENCES accounts (id));
CREATE TABLE payments (to_id bigint NOT NULL REFERENCES accounts (id), from_id bigint REFERENCES accounts (id));
`,
    'src/read.sql': 'SELECT * FROM payments p JOIN accounts a ON a.id = p.from_id WHERE p.to_id = 1;\n',
  });
  expect(findings.map(({ rule }) => rule)).toContain('cross-shard-join');
  expect(
    findings.flatMap(({ fixes }) => fixes.map(({ title }) => title)).filter((title) => /by `/.test(title)),
  ).toEqual([]);
});
