import fs from 'node:fs';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localEngine } from '../../server/src/cli/localEngine';
import { repository } from '../harness/imports';
import { folderWith, shardlint } from '../harness/shell';
import { openServer, type Server } from '../orms-real/harness/postgres';
import type { Sent } from '../orms-real/harness/sent';

/** An embedded PostgreSQL that says it has Citus: its plans are those of local tables. */
let database: PGlite;
let server: Server;
let plain: PGlite;
let plainServer: Server;
const sent: Sent[] = [];
beforeAll(async () => {
  database = new PGlite();
  await database.exec(`
    CREATE TABLE orders (id bigserial PRIMARY KEY, tenant_id bigint NOT NULL, status text, at timestamptz);
    CREATE TABLE countries (code text PRIMARY KEY, "Full Name" text);
    CREATE TABLE settings (key text PRIMARY KEY, value text);
    CREATE FUNCTION charge(id bigint) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN INSERT INTO settings VALUES ('charged', id); RETURN id; END $$;
    SET allow_system_table_mods = on;
    INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion) VALUES (99999, 'citus', 10, 11, false, '13.0');
  `);
  server = await openServer(database, 'main', (one) => sent.push(one));
  plain = new PGlite();
  plainServer = await openServer(plain, 'plain', () => {});
}, 60_000);
afterAll(async () => {
  server.close();
  plainServer.close();
  await database.close();
  await plain.close();
});

const files = {
  'package.json': '{ "dependencies": { "pg": "8" } }',
  'shardlint.yaml': `version: 1
dialect: postgresql
router: citus
workload: shardlint.workload.jsonl
tables:
  orders: { shardKey: tenant_id, shards: 32 }
  countries: { kind: reference }
  settings: { kind: unsharded }
`,
  'shardlint.workload.jsonl': '{"sql":"SELECT \\"Full Name\\" FROM countries WHERE code = $1","calls":5}\n',
  'src/app.ts': `import { Pool } from 'pg';
const pool = new Pool();
export const setting = (key: string) => pool.query('SELECT value FROM settings WHERE key = $1', [key]);
export const again = (key: string) => pool.query('select value from settings where key = $1', [key]);
export const ofTenant = (tenant: number) => pool.query(\`SELECT * FROM orders WHERE tenant_id = \${tenant} AND status IN ('open', 'late') AND at > now() - interval '1 day'\`);
export const add = () => pool.query("INSERT INTO orders (tenant_id, status) VALUES ($1, 'open')", [1]);
export const charge = () => pool.query('SELECT charge(id) FROM orders WHERE tenant_id = 5');
export const dropped = () => pool.query('SELECT gone FROM orders WHERE tenant_id = 5');
export const sorted = (by: string) => pool.query(\`SELECT * FROM settings ORDER BY \${by}\`);
export const filtered = (filter: string) => pool.query(\`SELECT * FROM orders WHERE \${filter}\`);
export const two = () => pool.query("SELECT nextval('orders_id_seq'); DELETE FROM settings");
`,
};

const verify = async (url: string, more: readonly string[] = []) => {
  const folder = folderWith(files);
  fs.copyFileSync(
    path.join(repository, 'node_modules/libpg-query/wasm/libpg-query.wasm'),
    path.join(folder, 'libpg-query.wasm'),
  );
  return shardlint(folder, ['verify', '--url-env', 'DB', ...more], localEngine(), [], { DB: url });
};

describe('verify', () => {
  test('lists what the planner says otherwise, and what could not be asked', async () => {
    const { status, out, err } = await verify(server.url);
    expect(err).toBe('');
    expect(status).toBe(1);
    expect(out).toMatchInlineSnapshot(`
      "5 statements asked: 3 as we say, 2 not, 0 of which we did not know.

      The server disagrees
        src/app.ts:5
          SELECT * FROM orders WHERE tenant_id = $1 AND status IN ($2, $3) AND at > now() - interval '1 day'
          we say single, the server says a plan without shards
        src/app.ts:6
          INSERT INTO orders(tenant_id, status) VALUES ($1, $2)
          we say single, the server says a plan without shards

      5 statements could not be asked
        its text is not known in full: 2
          src/app.ts:9  SELECT * FROM settings ORDER BY \${by}
          src/app.ts:10  SELECT * FROM orders WHERE \${filter}
        it calls \`charge\`, which may do something: 1
          src/app.ts:7  SELECT charge(id) FROM orders WHERE tenant_id = $1
        column "gone" does not exist (42703): 1
          src/app.ts:8  SELECT gone FROM orders WHERE tenant_id = $1
        it calls \`nextval\`, which may do something: 1
          src/app.ts:11  SELECT nextval($1)
      "
    `);
  });

  test('sends EXPLAIN in read-only transactions, and changes nothing', async () => {
    const all = sent.map(({ sql }) => sql);
    expect(all.length).toBeGreaterThan(10);
    const harmless =
      /^(?:SET (?:default_transaction_read_only = on|statement_timeout = 30000)|SELECT current_setting|SELECT 1 AS found FROM pg_extension|BEGIN READ ONLY|ROLLBACK|PREPARE shardlint_question_\d+ AS (?:SELECT|INSERT|UPDATE|DELETE)\b|SELECT parameter_types|DEALLOCATE shardlint|EXPLAIN \(FORMAT JSON\) (?:SELECT|INSERT|UPDATE|DELETE)\b)/i;
    expect(all.filter((sql) => !harmless.test(sql))).toEqual([]);
    expect(all.some((sql) => /charge|nextval|;/.test(sql))).toBe(false);
    const counts = await database.query(
      'SELECT (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM settings) AS settings, (SELECT last_value FROM orders_id_seq) AS last, (SELECT is_called FROM orders_id_seq) AS called',
    );
    expect(counts.rows).toEqual([{ orders: 0, settings: 0, last: 1, called: false }]);
  });

  test('as JSON', async () => {
    const { out } = await verify(server.url, ['--format', 'json']);
    const { agreed, disagreements, unasked } = JSON.parse(out);
    expect(agreed).toBe(3);
    expect(disagreements[0]).toMatchObject({ places: [{ file: 'src/app.ts', line: 5 }] });
    expect(unasked).toHaveLength(5);
  });

  test('asks nothing of a server that is no Citus, or where no map fits', async () => {
    expect((await verify(plainServer.url)).err).toBe('shardlint: the database of DB has no Citus extension\n');
    expect((await verify('mysql://ann:secret@127.0.0.1:1/shop')).err).toContain('fits a map with `router: vitess`');
    const refused = await verify('postgres://ann:s3cret@127.0.0.1:1/shop');
    expect(refused.err).toBe(
      'shardlint: cannot connect to the database of DB: nothing answers at that host and port\n',
    );
  });
});
