/** Generates Prisma's client for one version, without engines: both versions run on WebAssembly and a driver. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** `text`: of the schema; `home`: the version's folder. The client goes beside the package that re-exports it. */
export function generatePrismaClient(text: string, home: string): void {
  const file = path.join(home, 'node_modules', '.schema', 'schema.prisma');
  const cli = [path.join(home, 'node_modules', 'prisma'), path.join(home, '..', '..', 'node_modules', 'prisma')]
    .map((folder) => path.join(folder, 'build', 'index.js'))
    .find((one) => fs.existsSync(one));
  if (cli === undefined) throw new Error('the prisma package is not installed');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(
    file,
    hasUrlInSchema(cli) ? text.replace(/(provider = "(?:postgresql|mysql)"\n)/, '$1  url = "unused"\n') : text,
  );
  const { status, stderr, stdout } = spawnSync(process.execPath, [cli, 'generate', '--schema', file], {
    cwd: home,
    encoding: 'utf8',
    // Nothing is migrated: the binary for that must not be downloaded.
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: '1' },
  });
  if (status !== 0) throw new Error(`prisma generate: ${stderr || stdout}`);
}

/** Up to version 6 the URL stands in the schema, from 7 on it must not. */
const hasUrlInSchema = (cli: string): boolean => {
  const { version } = JSON.parse(fs.readFileSync(path.join(cli, '..', '..', 'package.json'), 'utf8'));
  return Number(String(version).split('.')[0]) < 7;
};
