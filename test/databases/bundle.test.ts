import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { repository } from '../harness/imports';
import { folderWith } from '../harness/shell';
import { hasMariadb, hasPostgres, password, startMariadb, startPostgres } from './servers';

const cli = path.join(repository, 'server/bin/shardlint.js');
const built = fs.existsSync(path.join(repository, 'dist/vendor/mysql2.js'));

/** The drivers are files of their own in the package: loaded only when a database is asked. */
describe.skipIf(!built)('the built command line', () => {
  test.skipIf(!hasPostgres)('on PostgreSQL', async () => {
    const server = await startPostgres();
    const said = stats(server.url);
    await server.stop();
    expect(said).toContain('no table of the database');
  });

  test.skipIf(!hasMariadb)('on MariaDB', async () => {
    const server = await startMariadb();
    const said = stats(server.url);
    await server.stop();
    expect(said).toContain('no table of the database');
  });
});

function stats(url: string): string {
  try {
    execFileSync('node', [cli, 'stats', '--url-env', 'DB'], {
      cwd: folderWith({}),
      env: { ...process.env, DB: url },
      stdio: 'pipe',
    });
    return '';
  } catch (error) {
    const said = String((error as { stderr?: Buffer }).stderr);
    expect(said).not.toContain(password);
    return said;
  }
}
