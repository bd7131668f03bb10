import fs from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../server/src/cli/database/connection';
import { databaseUrl } from '../../server/src/cli/database/url';
import { localEngine } from '../../server/src/cli/localEngine';
import { repository } from '../harness/imports';
import { folderWith, shardlint } from '../harness/shell';
import { hasMariadb, hasPostgres, password, type Running, startMariadb, startPostgres } from './servers';

/** A real PostgreSQL that says it has Citus: what is sent is accepted, and nothing happens. */
describe.skipIf(!hasPostgres)('verify on PostgreSQL', () => {
  let server: Running;
  let client: Client;
  beforeAll(async () => {
    server = await startPostgres();
    client = new Client({ connectionString: server.url });
    await client.connect();
    for (const sql of [
      "CREATE TYPE mood AS ENUM ('sad', 'ok')",
      'CREATE TABLE settings (key text PRIMARY KEY, value jsonb, owner uuid, mood mood, seen timestamptz, tags text[])',
      'CREATE SEQUENCE numbers',
      'SET allow_system_table_mods = on',
      "INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion) VALUES (99999, 'citus', 10, 11, false, '13.0')",
    ])
      await client.query(sql);
  });
  afterAll(async () => {
    await client?.end();
    await server?.stop();
  });

  test('parameters of many types, writes, refused functions', async () => {
    const folder = folderWith({
      'shardlint.yaml': 'version: 1\ndialect: postgresql\nrouter: citus\ntables:\n  settings: { kind: unsharded }\n',
      'package.json': '{ "dependencies": { "pg": "8" } }',
      'src/app.ts': `import { Pool } from 'pg';
const pool = new Pool();
export const a = () => pool.query('SELECT * FROM settings WHERE owner = $1 AND seen > $2 AND mood = $3 AND key = ANY($4) AND value @> $5', []);
export const b = () => pool.query('INSERT INTO settings (key, value, owner, seen) VALUES ($1, $2, $3, $4) ON CONFLICT (key) DO UPDATE SET value = excluded.value', []);
export const c = () => pool.query("DELETE FROM settings WHERE seen < now() - interval '30 days'");
export const d = () => pool.query("SELECT nextval('numbers') FROM settings");
`,
    });
    fs.copyFileSync(
      path.join(repository, 'node_modules/libpg-query/wasm/libpg-query.wasm'),
      path.join(folder, 'libpg-query.wasm'),
    );
    await client.query("INSERT INTO settings (key, seen) VALUES ('old', '2000-01-01')");
    const { status, out, err } = await shardlint(folder, ['verify', '--url-env', 'DB'], localEngine(), [], {
      DB: server.url,
    });
    expect(err).toBe('');
    expect(out).toContain('3 statements asked: 3 as we say, 0 not');
    expect(out).toContain('it calls `nextval`');
    expect(out).not.toContain(password);
    expect(status).toBe(0);
    const { rows } = await client.query(
      'SELECT (SELECT count(*)::int FROM settings) AS settings, (SELECT is_called FROM numbers) AS called',
    );
    expect(rows).toEqual([{ settings: 1, called: false }]);
  });
});

describe.skipIf(!hasPostgres)('a connection', () => {
  test('sends one statement a message, and writes nothing', async () => {
    const server = await startPostgres();
    const connection = await connect(databaseUrl('DB', server.url));
    await expect(connection.query('SELECT 1; SELECT 2')).rejects.toThrow('multiple commands');
    await expect(connection.query('CREATE TABLE t (a int)')).rejects.toThrow('read-only');
    await connection.close();
    await server.stop();
  });
});

describe.skipIf(!hasMariadb)('a connection to MariaDB', () => {
  test('sends one statement a message, and writes nothing', async () => {
    const server = await startMariadb();
    const connection = await connect(databaseUrl('DB', server.url));
    await expect(connection.query('SELECT 1; SELECT 2')).rejects.toThrow('syntax');
    await expect(connection.query('INSERT INTO mysql.plugin VALUES (1, 2)')).rejects.toThrow();
    await connection.close();
    await server.stop();
  });
});
