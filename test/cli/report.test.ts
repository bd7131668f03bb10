import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ShardReport } from '../../server/src/advice/shardReport/model';
import { localEngine } from '../../server/src/cli/localEngine';
import { folderWith, shardlint } from '../harness/shell';

/** Names that would be markup in HTML, and in Markdown. */
const hostile = '<img src=x onerror=alert(1)>';

const shop = () =>
  folderWith({
    'package.json': '{ "dependencies": { "pg": "8" } }',
    'shardlint.yaml': `version: 1
dialect: postgresql
router: generic
import: [{ ddl: migrations/*.sql }]
tables:
  orders: { shardKey: tenant_id, shards: 8 }
  '${hostile}': { shardKey: id, shards: 8 }
services:
  billing: { files: [src/billing/**], owns: [invoices] }
  sales: { files: [src/orders.ts], owns: [orders] }
budgets: { sales: { max-scatter: 1 }, gone: { max-scatter: 0 } }
databases: { main: { servers: 4, replication: async, replicaLag: 500ms } }
defaultDatabase: main
traffic: { "src/orders.ts#byId": 90/m, "src/orders.ts#byTenant": 10/s }
`,
    'migrations/1.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, tenant_id bigint NOT NULL, note text);',
    CODEOWNERS: '/src/ @shop/sales\n/src/billing/ @shop/billing\n',
    'src/orders.ts': `import { Pool } from 'pg';
const pool = new Pool();
export const byTenant = (t: number) => pool.query('SELECT id FROM orders WHERE tenant_id = $1', [t]);
export const byId = (id: number) => pool.query('SELECT id FROM orders WHERE id = $1', [id]);
export const rename = (id: number) => pool.query("UPDATE orders SET note = '<script>alert(2)</script>|x' WHERE id = $1", [id]);
export const odd = () => pool.query('SELECT * FROM "${hostile}"');
`,
    'src/billing/read.ts': `import { Pool } from 'pg';
const pool = new Pool();
export const all = () => pool.query('SELECT sum(id) FROM orders');
`,
  });

const run = (folder: string, ...args: readonly string[]) => shardlint(folder, ['report', ...args], localEngine());

describe('shardlint report', () => {
  test('gives services, budgets, owners, weights and replicas as JSON', async () => {
    const { out, status, err } = await run(shop(), '--format', 'json');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const { maps, version } = JSON.parse(out) as ShardReport;
    const [map] = maps;
    expect(version).toBe(1);
    expect(map?.services.map(({ service, foreignReads, reads }) => [service, reads.total, foreignReads])).toEqual([
      ['billing', 1, 1],
      ['sales', 3, 0],
    ]);
    expect(map?.budgets).toEqual([
      { service: 'sales', maxScatter: 1, scatter: 3, kept: false },
      { service: 'gone', maxScatter: 0, scatter: null, kept: null },
    ]);
    expect(map?.owners.map(({ owner, statements }) => [owner, statements])).toEqual([
      ['@shop/sales', 3],
      ['@shop/billing', 1],
    ]);
    expect(map?.byWeight?.reads).toMatchObject({ total: 11.5, single: 10, scatter: 1.5 });
    expect(map?.byWeight?.readDistribution.percentageOfSingleShardReads).toBe(86.96);
    expect(map?.replicas.databases).toEqual([{ database: 'main', mode: 'async', replicaLag: 500, stickiness: null }]);
    const [growth] = map?.resharding ?? [];
    expect(growth).toMatchObject({ database: 'main', from: 4, to: 5 });
    expect(growth?.methods.find(({ method }) => method === 'modulo')?.moved).toBeCloseTo(0.8);
    const orders = map?.tables.find(({ table }) => table === 'orders');
    expect(orders?.traffic.writeDistribution.percentageOfSingleWritesWithoutShardKey).toBe(100);
    expect(orders?.keyCharacteristics).toMatchObject({
      isUnique: false,
      type: 'bigint',
      monotonicity: { type: 'unknown' },
    });
    expect(orders?.worst[0]).toMatchObject({ file: 'src/orders.ts', line: 4, function: 'byId', rate: 1.5 });
  });

  test('as HTML is one file in which nothing of the workspace is markup and nothing may run', async () => {
    const { out } = await run(shop(), '--format', 'html');
    expect(out).not.toMatch(/<img|<script|onerror=alert\(1\)>|javascript:/i);
    expect(out).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(out).not.toMatch(/ on[a-z]+="| style="|src="|https?:/);
    const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(out) ?? [];
    expect(policy).toMatch(/^default-src &#39;none&#39;; style-src &#39;sha256-[\w+/=]{44}&#39;/);
    // What it says of itself is true.
    const { createHash } = await import('node:crypto');
    const style = /<style>([\s\S]*?)<\/style>/.exec(out)?.[1] ?? '';
    expect(policy).toContain(createHash('sha256').update(style).digest('base64'));
    expect(out).toContain('aria-label="Share of the rows that move from 4 servers to more');
    expect(out).toContain('<a href="./src/orders.ts#L4">src/orders.ts:4</a>');
  });

  test('as Markdown keeps tables whole, whatever stands in names and texts', async () => {
    const { out } = await run(shop());
    expect(out).toMatch(/^# Shard report\n/);
    expect(out).not.toMatch(/^(?!.*`).*<img/m);
    const widths = new Map<string, number>();
    for (const block of out.split('\n\n').filter((one) => one.startsWith('|'))) {
      const cells = block
        .trim()
        .split('\n')
        .map((line) => line.match(/(?<!\\)\|/g)?.length);
      expect(new Set(cells).size, block).toBe(1);
      widths.set(block, cells[0] ?? 0);
    }
    expect(widths.size).toBeGreaterThan(6);
  });

  test('--out writes a file whose links lead from where it lies; --baseline says what is new and what is mended', async () => {
    const folder = shop();
    await shardlint(folder, ['check', '--baseline', 'accepted.json', '--update-baseline'], localEngine());
    const file = path.join(folder, 'src/orders.ts');
    const text = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(
      file,
      text.replace(
        /^export const byId.*$/m,
        "export const count = () => pool.query('SELECT * FROM orders WHERE note = $1');",
      ),
    );
    const { status, out, err } = await run(
      folder,
      '--format',
      'html',
      '--out',
      'src/report.html',
      '--baseline',
      'accepted.json',
    );
    expect({ status, out, err }).toEqual({ status: 0, out: '', err: 'src/report.html written\n' });
    const page = fs.readFileSync(path.join(folder, 'src/report.html'), 'utf8');
    expect(page).toContain('href="./orders.ts#L4"');
    expect(page).toMatch(/accepted then, \d+ found now; 1 new, 1 mended/);
    const { trend } = JSON.parse(
      (await run(folder, '--format', 'json', '--baseline', 'accepted.json')).out,
    ) as ShardReport;
    expect(trend).toMatchObject({ fresh: 1, mended: 1 });
    expect(trend?.now).toBe((trend?.accepted ?? 0) + 1 - 1);
  });

  test('says what it cannot use', async () => {
    expect(await run(folderWith({ 'x.sql': 'SELECT 1' }))).toMatchObject({ status: 2, out: '' });
    const folder = shop();
    expect((await run(folder, '--baseline', 'missing.json')).err).toContain('no such file or folder: missing.json');
    expect((await run(folder, '--baseline', 'package.json')).err).toContain('is not a baseline of this version');
  });
});
