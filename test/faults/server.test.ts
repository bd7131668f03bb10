/** The language server in a process of its own, as editors run it: killed, stuck, left alone. */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { Diagnostic } from 'vscode-languageserver-protocol';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { bundleOf } from '../harness/bundle';
import { eventually } from '../harness/lspClient';
import { folderWith } from '../harness/shell';

let bundle: string;
const started: ChildProcess[] = [];

beforeAll(async () => {
  bundle = await bundleOf('server/src/main.ts', 'server/src/watchdog.ts', 'test/faults/stuck.ts');
}, 60_000);

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

const map =
  'version: 1\ndialect: postgresql\nrouter: generic\ntables:\n  orders: { shardKey: tenant_id, shards: 32 }\n';

async function startServer(root: string, folderUri = pathToFileURL(root).href) {
  const child = spawn(process.execPath, [path.join(bundle, 'main.js'), '--stdio'], { stdio: 'pipe' });
  started.push(child);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.onError(() => {});
  child.stdin.on('error', () => {});
  const shown = new Map<string, readonly Diagnostic[]>();
  connection.onNotification('textDocument/publishDiagnostics', (params: { uri: string; diagnostics: Diagnostic[] }) => {
    shown.set(path.basename(params.uri), params.diagnostics);
  });
  for (const method of ['client/registerCapability', 'window/workDoneProgress/create'])
    connection.onRequest(method, () => null);
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: folderUri,
    workspaceFolders: [{ uri: folderUri, name: 'a' }],
    capabilities: { window: { workDoneProgress: true } },
  });
  await connection.sendNotification('initialized', {});
  const open = (name: string) =>
    connection.sendNotification('textDocument/didOpen', {
      textDocument: {
        uri: pathToFileURL(path.join(root, name)).href,
        languageId: 'sql',
        version: 1,
        text: fs.readFileSync(path.join(root, name), 'utf8'),
      },
    });
  return { child, connection, ended, shown, open };
}

test('killed in the middle of a scan, the next one finds everything', { timeout: 120_000 }, async () => {
  const names = Array.from({ length: 120 }, (_, i) => `q${i}.sql`);
  const root = folderWith({
    'shardlint.yaml': map,
    ...Object.fromEntries(names.map((name) => [name, 'SELECT * FROM orders;\n'.repeat(40)])),
  });
  const first = await startServer(root);
  const scan = first.connection
    .sendRequest('shardlint/scan', { workDoneToken: null, folders: null })
    .catch(() => 'ended');
  await first.open('q0.sql');
  await eventually('first findings', () => (first.shown.size > 0 ? true : undefined), 20_000);
  first.child.kill('SIGKILL');
  await first.ended;
  first.connection.dispose();
  await Promise.race([scan, Promise.resolve()]);

  const second = await startServer(root);
  await second.open('q0.sql');
  const summary = await second.connection.sendRequest<{ problems: number; statements: number; cancelled: boolean }>(
    'shardlint/scan',
    { workDoneToken: null, folders: null },
  );
  expect(summary).toMatchObject({ statements: 4800, cancelled: false });
  await eventually('findings of every file', () => (second.shown.size >= 120 ? true : undefined), 20_000);
  for (const name of names) expect(second.shown.get(name)?.length, name).toBe(40);
});

test('left by its editor, it ends', { timeout: 30_000 }, async () => {
  const root = folderWith({ 'shardlint.yaml': map, 'a.sql': 'SELECT * FROM orders;\n' });
  const server = await startServer(root);
  await server.open('a.sql');
  await eventually('findings', () => (server.shown.get('a.sql')?.length ? true : undefined));
  server.child.stdin.end();
  expect(await Promise.race([server.ended, new Promise((resolve) => setTimeout(resolve, 15_000, 'runs'))])).not.toBe(
    'runs',
  );
});

test('told to go, it goes', { timeout: 30_000 }, async () => {
  const root = folderWith({ 'shardlint.yaml': map });
  const server = await startServer(root);
  await server.connection.sendRequest('shutdown');
  await server.connection.sendNotification('exit');
  expect(await server.ended).toBe(0);
});

test('stuck, it is ended; the file that stopped it is left alone until it changes', { timeout: 60_000 }, async () => {
  const cache = folderWith({});
  const run = async (...args: readonly string[]) => {
    const child = spawn(process.execPath, [path.join(bundle, 'stuck.js'), bundle, cache, ...args], { stdio: 'pipe' });
    started.push(child);
    let said = '';
    child.stdout.on('data', (data) => (said += data));
    child.stderr.on('data', (data) => (said += data));
    const code = await new Promise((resolve) => child.once('exit', (status, signal) => resolve(signal ?? status)));
    return { code, said };
  };
  const first = await run('hang');
  expect(first.code).toBe('SIGKILL');
  expect(first.said).toContain('no answer for 1 s, this process ends');
  expect(fs.readdirSync(cache)).toEqual([`stopped-${process.pid}`]);
  const second = await run('hang');
  expect(second.code).toBe(0);
  expect(second.said).toContain('/w/ü.ts kept the server busy without end');
  expect(second.said).toContain('/w/ü.ts: nothing, /w/b.ts: read, changed: read');
  expect(fs.readdirSync(cache)).toEqual([]);
  expect((await run('slow')).said).toContain('/w/ü.ts: read');
});
