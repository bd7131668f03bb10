/** Debian's PostgreSQL and MariaDB, each in a folder of its own that is gone afterwards. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

export interface Running {
  /** With a percent-encoded password where SECRET stands. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

export const password = 'p@ss w/rd"7%';
const secret = encodeURIComponent(password);

const firstOf = (paths: readonly string[]): string | undefined => paths.find((file) => fs.existsSync(file));

const postgresFolder = (): string | undefined => {
  const base = '/usr/lib/postgresql';
  const versions = fs.existsSync(base) ? fs.readdirSync(base).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => `${base}/${version}/bin`).find((folder) => fs.existsSync(`${folder}/initdb`));
};
const mariadbPath = (): string | undefined => firstOf(['/usr/sbin/mariadbd', '/usr/sbin/mysqld']);

export const hasPostgres = postgresFolder() !== undefined;
export const hasMariadb = mariadbPath() !== undefined && fs.existsSync('/usr/bin/mariadb-install-db');

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

async function answers(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300 && child.exitCode === null; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the server did not start');
}

const stopping =
  (child: ChildProcess, folder: string, signal: NodeJS.Signals): Running['stop'] =>
  async () => {
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    if (child.exitCode === null) {
      child.kill(signal);
      await gone;
    }
    fs.rmSync(folder, { recursive: true, force: true });
  };

/** PostgreSQL refuses to run as root. */
const asUser = (command: string, args: readonly string[]): readonly [string, readonly string[]] =>
  process.getuid?.() === 0
    ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', command, ...args]]
    : [command, args];

export async function startPostgres(): Promise<Running> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shardlint-pg-'));
  const bin = postgresFolder() ?? '';
  const data = path.join(folder, 'data');
  const secretFile = path.join(folder, 'secret');
  fs.writeFileSync(secretFile, password);
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', 'postgres', folder]);
  const [init, initArgs] = asUser(`${bin}/initdb`, [
    '-D',
    data,
    '-U',
    'ann',
    '-A',
    'scram-sha-256',
    `--pwfile=${secretFile}`,
    '-N',
  ]);
  execFileSync(init, [...initArgs], { stdio: 'ignore', cwd: folder });
  const port = await freePort();
  const [run, args] = asUser(`${bin}/postgres`, [
    '-D',
    data,
    '-p',
    String(port),
    '-k',
    folder,
    '-c',
    'listen_addresses=127.0.0.1',
    '-F',
  ]);
  const child = spawn(run, [...args], { stdio: 'ignore', cwd: folder });
  await answers(port, child);
  return { url: `postgres://ann:${secret}@127.0.0.1:${port}/postgres`, stop: stopping(child, folder, 'SIGINT') };
}

/** `init`: statements of the administrator, each on a line of its own. */
export async function startMariadb(init = ''): Promise<Running> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shardlint-maria-'));
  const data = path.join(folder, 'data');
  const user = os.userInfo().username;
  execFileSync(
    '/usr/bin/mariadb-install-db',
    [`--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db', `--user=${user}`],
    {
      stdio: 'ignore',
    },
  );
  const port = await freePort();
  const initFile = path.join(folder, 'init.sql');
  fs.writeFileSync(
    initFile,
    `CREATE DATABASE shop;\nDELETE FROM mysql.global_priv WHERE User = '';\nFLUSH PRIVILEGES;\nCREATE USER 'ann'@'%' IDENTIFIED BY '${password}';\nGRANT ALL ON *.* TO 'ann'@'%';\n${init}`,
  );
  const child = spawn(
    mariadbPath() ?? '',
    [
      '--no-defaults',
      `--datadir=${data}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${folder}/s`,
      `--user=${user}`,
      `--init-file=${initFile}`,
      '--skip-log-bin',
    ],
    { stdio: 'ignore' },
  );
  await answers(port, child);
  return { url: `mysql://ann:${secret}@127.0.0.1:${port}/shop`, stop: stopping(child, folder, 'SIGTERM') };
}
