import { expect, test } from 'vitest';
import { routerCases, routerOf, words } from '../harness/routes';

const ddl = `
CREATE TABLE users (id bigint PRIMARY KEY, email text, name text, born date, UNIQUE (email));
CREATE INDEX users_name ON users (name, born);
CREATE INDEX users_adults ON users (born) WHERE name IS NOT NULL;
CREATE INDEX users_lower ON users (lower(name));
CREATE TABLE orders (user_id bigint, id bigint, code text, PRIMARY KEY (user_id, id));
CREATE UNIQUE INDEX orders_code ON orders (code, id);
`;
const of = (router: string, users: object = {}) =>
  routerOf(
    {
      dialect: 'postgresql',
      router,
      import: [{ ddl: '/w/schema.sql' }],
      tables: {
        users: { shardKey: 'id', strategy: 'range', shards: 8, group: 'users', ...users },
        orders: { shardKey: ['user_id', 'id'], strategy: 'range', shards: 8, group: 'orders' },
      },
    },
    { '/w/schema.sql': ddl },
  );

const cases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'the key': {
    'SELECT * FROM users WHERE id = 1': 'single',
    'SELECT * FROM users WHERE id BETWEEN 1 AND 9': 'subset',
    'SELECT * FROM users WHERE id IN (1, 2)': 'subset',
    'SELECT * FROM orders WHERE user_id = 1': 'subset',
    'SELECT * FROM orders WHERE user_id = 1 AND id = 2': 'single',
    'SELECT * FROM orders WHERE id = 2': 'scatter',
    'SELECT * FROM users': 'scatter',
    'UPDATE users SET id = 2 WHERE id = 1': 'single+repartition',
    'INSERT INTO users (id, email) VALUES (1, $1), (2, $2)': 'subset',
  },
  'an index of its own': {
    'SELECT * FROM users WHERE email = $1': 'single',
    'SELECT * FROM users WHERE email IN ($1, $2)': 'subset',
    "SELECT * FROM users WHERE email > 'a'": 'subset',
    'SELECT * FROM users WHERE name = $1': 'subset',
    'SELECT * FROM users WHERE name = $1 AND born = $2': 'subset',
    'SELECT * FROM users WHERE born = $1': 'scatter',
    'SELECT * FROM users WHERE lower(name) = $1': 'scatter',
    'SELECT * FROM users WHERE name = $1 OR email = $2': 'scatter',
    'SELECT * FROM users WHERE email = $1 AND id > 5': 'single',
    'SELECT * FROM orders WHERE code = $1': 'subset',
    'SELECT * FROM orders WHERE code = $1 AND id = 2': 'single',
    'DELETE FROM users WHERE email = $1': 'single',
    'UPDATE users SET name = $1 WHERE name = $2': 'subset',
    'SELECT * FROM users u JOIN orders o ON o.user_id = u.id WHERE u.email = $1': 'scatter+join',
  },
};

routerCases(cases, of('cockroachdb'));

test('what differs between them', async () => {
  expect(words(await of('yugabytedb')("SELECT * FROM users WHERE name > 'a'"))).toBe('scatter');
  expect(words(await of('tidb')("SELECT * FROM users WHERE name > 'a'"))).toBe('subset');
  expect(words(await of('spanner')('UPDATE users SET id = 2 WHERE id = 1'))).toBe('refused key-update');
  // Rows by region have their indexes by region, too.
  const regional = of('cockroachdb', { shardKey: 'region', strategy: 'list' });
  expect(words(await regional('SELECT * FROM users WHERE email = $1'))).toBe('scatter');
  // A partitioned table of YugabyteDB is one table for each partition, with the indexes of each.
  const levels = [
    { key: 'name', strategy: 'list', over: 'table' },
    { key: 'id', strategy: 'hash', over: 'server' },
  ];
  const partitioned = of('yugabytedb', { shardKey: ['name', 'id'], strategy: 'composite', levels });
  expect(words(await partitioned('SELECT * FROM users WHERE id = 1'))).not.toBe('single');
  expect(words(await partitioned('SELECT * FROM users WHERE email = $1'))).toBe('scatter');
  expect(words(await partitioned('SELECT * FROM users WHERE id = 1 AND name = $1'))).toBe('single');
  // The shared rules know no index.
  expect(words(await of('generic')('SELECT * FROM users WHERE email = $1'))).toBe('scatter');
});

test('the key that places the rows is no index beside them', async () => {
  const buckets = `
CREATE TABLE events (ts timestamptz, id uuid, code text, PRIMARY KEY (ts, id) USING HASH WITH (bucket_count = 16), UNIQUE (code));`;
  const cockroach = routerOf(
    { dialect: 'postgresql', import: [{ cockroachdb: '/w/s.sql' }, { ddl: '/w/s.sql' }] },
    { '/w/s.sql': buckets },
  );
  expect(words(await cockroach('SELECT * FROM events WHERE ts = $1 AND id = $2'))).toBe('single');
  expect(words(await cockroach('SELECT * FROM events WHERE ts > $1'))).toBe('scatter');
  expect(words(await cockroach('SELECT * FROM events WHERE ts = $1'))).toBe('scatter');
  expect(words(await cockroach('SELECT * FROM events WHERE code = $1'))).toBe('single');
  const parts = `
CREATE TABLE events (id BIGINT, tenant_id BIGINT, PRIMARY KEY (id, tenant_id)) PARTITION BY HASH (tenant_id) PARTITIONS 16;`;
  const tidb = routerOf({ dialect: 'mysql', import: [{ tidb: '/w/s.sql' }] }, { '/w/s.sql': parts });
  expect(words(await tidb('SELECT * FROM events WHERE id = 5'))).toBe('scatter');
  expect(words(await tidb('SELECT * FROM events WHERE tenant_id = 5'))).toBe('single');
});

test('the reason names the index, not the key', async () => {
  const { reasons } = await of('cockroachdb')('SELECT * FROM users WHERE email = $1');
  expect(reasons.map(({ text }) => text)).toEqual(['`users.email` = $1']);
});

test('global indexes of PolarDB-X, and those that are not', async () => {
  const sql = `
CREATE TABLE orders (
  id bigint, buyer_id bigint, seller_id bigint, code varchar(20), note varchar(20),
  PRIMARY KEY (id), KEY l_note (note), UNIQUE KEY l_code (code, buyer_id),
  GLOBAL INDEX g_seller (seller_id) COVERING (note) dbpartition by hash(seller_id),
  UNIQUE GLOBAL INDEX g_code (code) dbpartition by hash(code)
) dbpartition by hash(buyer_id);`;
  const map = { dialect: 'mysql', router: 'polardb-x', import: [{ 'polardb-x': '/w/schema.sql' }] };
  const router = routerOf(map, { '/w/schema.sql': sql });
  expect(words(await router('SELECT * FROM orders WHERE buyer_id = 1'))).toBe('single');
  expect(words(await router('SELECT * FROM orders WHERE code = ?'))).toBe('single');
  expect(words(await router('SELECT * FROM orders WHERE seller_id = ?'))).toBe('subset');
  expect(words(await router('SELECT * FROM orders WHERE note = ?'))).toBe('scatter');
  // The primary key lacks the partition key: it is known within a partition only.
  expect(words(await router('SELECT * FROM orders WHERE id = ?'))).toBe('scatter');
});
