import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MeasuredColumn, MeasuredTable } from '../../server/src/schema/statistics';
import { readStatistics } from '../../server/src/shards/native/statisticsFile';
import { folderWith, shardlint } from '../harness/shell';
import { hasMariadb, hasPostgres, password, type Running, startMariadb, startPostgres } from './servers';

const stats = async (url: string, more: readonly string[] = []) => {
  const ran = await shardlint(folderWith({}), ['stats', '--url-env', 'DB', '--out', '-', ...more], undefined, [], {
    DB: url,
  });
  expect(ran.out + ran.err).not.toContain(password);
  return ran;
};

const tablesOf = (text: string): ReadonlyMap<string, MeasuredTable> => {
  const { tables, problems } = readStatistics({ path: '/shardlint.stats.yaml', text });
  expect(problems).toEqual([]);
  return new Map(tables.map((table) => [table.name.join('.'), table]));
};

const column = (table: MeasuredTable | undefined, name: string): MeasuredColumn | undefined =>
  table?.columns.find((one) => one.name === name);

/** Half of the orders are of tenant 7; a third has no note; 400 tenants. */
const rows = 30_000;

describe.skipIf(!hasPostgres)('PostgreSQL', () => {
  let server: Running;
  beforeAll(async () => {
    server = await startPostgres();
    const client = new Client({ connectionString: server.url });
    await client.connect();
    await client.query('CREATE TABLE orders (id serial PRIMARY KEY, tenant_id bigint, status text, note text)');
    await client.query(
      `INSERT INTO orders (tenant_id, status, note) SELECT CASE WHEN i % 2 = 0 THEN 7 ELSE i % 800 END, CASE WHEN i % 5 = 0 THEN 'open' ELSE 'paid' END, CASE WHEN i % 3 > 0 THEN 'n' || i END FROM generate_series(1, ${rows}) i`,
    );
    await client.query('ANALYZE orders');
    await client.end();
  });
  afterAll(() => server?.stop());

  test('what ANALYZE knows', async () => {
    const { status, out } = await stats(server.url);
    expect(status).toBe(0);
    const orders = tablesOf(out).get('orders');
    expect(orders?.rows).toBe(rows);
    expect(orders?.bytes).toBeGreaterThan(1_000_000);
    expect(column(orders, 'id')?.distinct).toBe(-1);
    expect(column(orders, 'tenant_id')?.distinct).toBeGreaterThan(380);
    expect(column(orders, 'tenant_id')?.mostCommon?.[0]?.value).toBe('7');
    expect(column(orders, 'tenant_id')?.mostCommon?.[0]?.share).toBeCloseTo(0.5, 1);
    expect(column(orders, 'note')?.nullShare).toBeCloseTo(1 / 3, 1);
  });

  test('a wrong password, a wrong database', async () => {
    const wrong = await stats(server.url.replace('ann:', 'ann:x'));
    expect(wrong.err).toContain('user or password is wrong');
    expect((await stats(server.url.replace(/postgres$/, 'nope'))).err).toContain('no such database');
    expect((await stats(`${server.url}?sslmode=require`)).err).toContain('TLS');
  });
});

describe.skipIf(!hasMariadb)('MariaDB', () => {
  let server: Running;
  let connection: Awaited<ReturnType<typeof createConnection>>;
  beforeAll(async () => {
    server = await startMariadb();
    connection = await createConnection(server.url);
    await connection.query(
      "CREATE TABLE orders (id int AUTO_INCREMENT PRIMARY KEY, tenant_id bigint, status enum('open','paid'), note varchar(40), KEY (tenant_id))",
    );
    await connection.query(
      `INSERT INTO orders (tenant_id, status, note) SELECT IF(seq % 2 = 0, 7, seq % 800), IF(seq % 5 = 0, 'open', 'paid'), IF(seq % 3 > 0, CONCAT('n', seq), NULL) FROM seq_1_to_${rows}`,
    );
    await connection.query('ANALYZE TABLE orders');
  });
  afterAll(async () => {
    await connection?.end();
    await server?.stop();
  });

  test('index statistics, and rows that are counted where there is nothing else', async () => {
    const { status, out, err } = await stats(server.url);
    expect(status).toBe(0);
    expect(err).toContain('at most 10000 rows each were counted');
    const orders = tablesOf(out).get('orders');
    expect(orders?.rows).toBeGreaterThan(rows * 0.8);
    expect(orders?.bytes).toBeGreaterThan(500_000);
    expect(column(orders, 'status')?.distinct).toBe(2);
    expect(column(orders, 'status')?.mostCommon?.[0]).toEqual({ value: 'paid', share: 0.8 });
    expect(column(orders, 'tenant_id')?.mostCommon?.[0]).toEqual({ value: '7', share: expect.closeTo(0.5, 1) });
    expect(column(orders, 'note')?.nullShare).toBeCloseTo(1 / 3, 1);
    const id = column(orders, 'id')?.distinct ?? 0;
    expect(id === -1 || id > rows * 0.8).toBe(true);
  });

  test('nothing is counted where it is not wanted', async () => {
    const { out } = await stats(server.url, ['--sample', '0']);
    expect(column(tablesOf(out).get('orders'), 'status')).toBeUndefined();
    expect(column(tablesOf(out).get('orders'), 'tenant_id')?.distinct).toBeGreaterThan(100);
  });

  test('histograms that ANALYZE made', async () => {
    await connection.query(
      "SET SESSION histogram_type = 'JSON_HB', SESSION use_stat_tables = 'PREFERABLY', SESSION histogram_size = 254",
    );
    await connection.query('ANALYZE TABLE orders PERSISTENT FOR ALL');
    const { out, err } = await stats(server.url);
    expect(err).not.toContain('Histograms were not read');
    const orders = tablesOf(out).get('orders');
    expect(column(orders, 'tenant_id')?.mostCommon?.[0]).toEqual({ value: '7', share: expect.closeTo(0.5, 1) });
    expect(column(orders, 'status')?.mostCommon?.[0]).toEqual({ value: 'paid', share: expect.closeTo(0.8, 2) });
    expect(column(orders, 'note')?.nullShare).toBeCloseTo(1 / 3, 3);
  });

  test('a wrong password, a wrong database', async () => {
    expect((await stats(server.url.replace('ann:', 'ann:x'))).err).toContain('user or password is wrong');
    expect((await stats(server.url.replace(/shop$/, 'nope'))).err).toContain('no such database');
    expect((await stats(server.url.replace(/shop$/, ''))).err).toContain('names no database');
  });
});
