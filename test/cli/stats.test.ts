import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readStatistics } from '../../server/src/shards/native/statisticsFile';
import { folderWith, shardlint } from '../harness/shell';
import { openServer, type Server } from '../orms-real/harness/postgres';
import type { Sent } from '../orms-real/harness/sent';

const schema = `
CREATE TYPE plan AS ENUM ('free', 'paid');
CREATE TABLE tenants (id uuid PRIMARY KEY, plan plan NOT NULL, email text, api_token text, settings jsonb);
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id bigint NOT NULL, status text, note text, born date, phone bigint);
CREATE SCHEMA billing;
CREATE TABLE billing."Invoice: 1" (id int, "on" boolean);
CREATE TABLE events (id bigint, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
CREATE TABLE never_analysed (id int);
INSERT INTO tenants SELECT gen_random_uuid(), CASE WHEN i % 10 = 0 THEN 'paid' ELSE 'free' END::plan, 'jane@example.com', 'tok-' || (i % 3), '{}' FROM generate_series(1, 200) i;
INSERT INTO orders (tenant_id, status, note, born, phone)
  SELECT CASE WHEN i % 2 = 0 THEN 7 ELSE i % 400 END, (ARRAY['open', 'paid', 'late'])[i % 3 + 1], CASE WHEN i % 4 = 0 THEN 'Dear Jane ' || i % 50 END, '1980-01-01', 5551234 FROM generate_series(1, 4000) i;
INSERT INTO billing."Invoice: 1" SELECT i, i % 2 = 0 FROM generate_series(1, 100) i;
INSERT INTO events SELECT i, date '2026-01-01' + i % 59 FROM generate_series(1, 1000) i;
ANALYZE tenants; ANALYZE orders; ANALYZE billing."Invoice: 1"; ANALYZE events;
INSERT INTO never_analysed VALUES (1);
`;

let database: PGlite;
let server: Server;
const sent: Sent[] = [];
beforeAll(async () => {
  database = new PGlite();
  await database.exec(schema);
  server = await openServer(database, 'main', (one) => sent.push(one));
}, 60_000);
afterAll(async () => {
  server.close();
  await database.close();
});

const ran = (folder: string, argv: readonly string[], env: Readonly<Record<string, string>>) =>
  shardlint(folder, argv, undefined, [], env);

describe('stats', () => {
  test('writes what ANALYZE knows, and a map can read it', async () => {
    const folder = folderWith({});
    const { status, err, out } = await ran(folder, ['stats', '--url-env', 'DB'], { DB: server.url });
    expect({ status, out }).toEqual({ status: 0, out: '' });
    expect(err).toContain('shardlint.stats.yaml written: 5 tables');
    expect(err).toContain('No column statistics of never_analysed: run ANALYZE there');
    const text = fs.readFileSync(path.join(folder, 'shardlint.stats.yaml'), 'utf8');
    const shown = text.replace(/(bytes|distinct): -?[\d.]+(?=$| \})/gm, '$1: …').replace(/taken: .*/, 'taken: …');
    expect(
      shown.replace(/^source: .*$/m, 'source: …').replace(/correlation: [-\d.]+/g, 'correlation: …'),
    ).toMatchSnapshot();
    const read = readStatistics({ path: '/shardlint.stats.yaml', text });
    expect(read.problems).toEqual([]);
    const orders = read.tables.find(({ name }) => name.join('.') === 'orders');
    expect(orders?.rows).toBe(4000);
    expect(orders?.bytes).toBeGreaterThan(100_000);
    expect(orders?.columns.find(({ name }) => name === 'tenant_id')?.mostCommon?.[0]).toEqual({
      value: '7',
      share: 0.5025,
    });
    expect(read.tables.map(({ name }) => name)).toContainEqual(['billing', 'Invoice: 1']);
  });

  test('only reads, and only what the catalog holds', () => {
    const own = sent.filter(({ sql }) => !/pg_type|^SET |current_setting/.test(sql));
    expect(own.every(({ sql }) => /^\s*SELECT/.test(sql) && /\bpg_(?:class|stats|extension)\b/.test(sql))).toBe(true);
    expect(sent.some(({ sql }) => sql === 'SET default_transaction_read_only = on')).toBe(true);
  });

  test('keeps to the tables and the values that are asked for', async () => {
    const folder = folderWith({});
    const argv = ['stats', '--url-env', 'DB', '--out', '-', '--values', 'none', '--tables', 'orders', 'billing.*'];
    const { out } = await ran(folder, argv, { DB: server.url });
    expect(out).toContain('billing.Invoice: 1');
    expect(out).toMatch(/^ {2}orders:$/m);
    expect(out).not.toMatch(/tenants|value:/);
    const all = await ran(folder, ['stats', '--url-env', 'DB', '--out', '-', '--values', 'all'], { DB: server.url });
    expect(all.out).toContain('jane@example.com');
    expect((await ran(folder, ['stats', '--url-env', 'DB', '--tables', 'nope'], { DB: server.url })).err).toContain(
      'no table',
    );
  });
});

/** Answers every connection in one way. */
async function answering(
  reply: (socket: net.Socket) => void,
  greets = false,
): Promise<{ port: number; close: () => void }> {
  const listening = net.createServer((socket) => {
    socket.on('error', () => {});
    if (greets) reply(socket);
    else socket.once('data', () => reply(socket));
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return { port: (listening.address() as net.AddressInfo).port, close: () => listening.close() };
}

/** ErrorResponse of PostgreSQL's protocol. */
function refusal(code: string, message: string): Buffer {
  const body = Buffer.from(`SFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

describe('a password never appears', () => {
  const password = 'p@ss w/rd"7%';
  const spellings = [
    password,
    encodeURIComponent(password),
    Buffer.from(password).toString('base64'),
    'ss w/rd',
    'ss%20w',
  ];
  const silent = async (url: string): Promise<string> => {
    const { status, out, err } = await ran(folderWith({}), ['stats', '--url-env', 'DB'], { DB: url });
    expect(status).toBe(2);
    for (const spelling of spellings) expect(out + err).not.toContain(spelling);
    return err;
  };
  const with_ = (rest: string): string => `${rest.replace('SECRET', encodeURIComponent(password))}`;

  test('where nothing answers', async () => {
    for (const scheme of ['postgres', 'mysql'])
      expect(await silent(with_(`${scheme}://ann:SECRET@127.0.0.1:1/shop`))).toBe(
        'shardlint: cannot connect to the database of DB: nothing answers at that host and port\n',
      );
  });

  test('where the host does not exist, or is the password itself', async () => {
    expect(await silent(with_('postgres://ann:SECRET@nowhere.invalid/shop'))).toContain('no such host');
    expect(await silent(with_('mysql://SECRET.invalid/shop'))).toMatch(/no such host|holds no|cannot be taken apart/);
  });

  test('where it is written without percent-encoding', async () => {
    for (const url of [
      'postgres://ann:ss w/rd@h/shop',
      'postgres://ann:1#ss w/rd@h/shop',
      'mysql://ann:3/ss w/rd@h/shop',
      'ss w/rd',
    ])
      expect(await silent(url)).toMatch(/^shardlint: (?:DB holds no|the URL in DB cannot)/);
  });

  test('where the server refuses it, and where a hostile one repeats it', async () => {
    for (const code of ['28P01', 'XX000']) {
      const liar = await answering((socket) => socket.end(refusal(code, `wrong password "${password}"`)));
      const err = await silent(with_(`postgres://ann:SECRET@127.0.0.1:${liar.port}/shop`));
      expect(err).toMatch(code === '28P01' ? /user or password is wrong/ : /it failed \(XX000\)/);
      liar.close();
    }
    const garbage = await answering((socket) => socket.end(`\x20\0\0\0\x0a5.7.1\0${password}`), true);
    await silent(with_(`mysql://ann:SECRET@127.0.0.1:${garbage.port}/shop`));
    await silent(with_(`postgres://ann:SECRET@127.0.0.1:${garbage.port}/shop`));
    garbage.close();
  }, 30_000);

  test('where a server repeats it later', async () => {
    const late = await answering((socket) => {
      const ready = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);
      socket.write(ready);
      socket.on('data', () =>
        socket.write(
          Buffer.concat([
            refusal('42601', `${password} postgres://ann:${encodeURIComponent(password)}@h/`),
            ready.subarray(9),
          ]),
        ),
      );
    });
    await silent(with_(`postgres://ann:SECRET@127.0.0.1:${late.port}/shop`));
    late.close();
  });

  test('and a variable that is not set is named', async () => {
    expect((await ran(folderWith({}), ['stats', '--url-env', 'NOPE'], {})).err).toContain('NOPE is not set');
  });
});
