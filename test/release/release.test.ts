/** What is published: the same bytes whenever it is made, and it runs from there. `npm run test:release` */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import manifest from '../../package.json';
import { bundledPackages, permissive } from '../../server/scripts/bundled.mjs';
import { folderWith } from '../harness/shell';

const names = ['shardlint.vsix', `shardlint-${manifest.version}.tgz`, `shardlint-${manifest.version}.cdx.json`];
const [first, second, vsix, project] = [
  folderWith({}),
  folderWith({}),
  folderWith({}),
  folderWith({ 'package.json': '{}' }),
];
const map =
  'version: 1\ndialect: postgresql\nrouter: generic\ntables:\n  orders: { shardKey: tenant_id, shards: 32 }\n';

function run(command: string, args: readonly string[], cwd = '.'): { status: number | null; out: string } {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, TZ: 'Asia/Tokyo' },
  });
  return { status, out: stdout + stderr };
}

const sizeOf = (folder: string): number =>
  fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => fs.statSync(path.join(folder, name)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0);

beforeAll(() => {
  for (const out of [first, second]) {
    const { status, out: said } = run(process.execPath, ['server/scripts/package.mjs', '--out', out]);
    expect(status, said).toBe(0);
    // Another day, another order.
    for (const name of fs.readdirSync('dist')) fs.utimesSync(path.join('dist', name), new Date(), new Date());
  }
  expect(run('unzip', ['-q', path.join(first, 'shardlint.vsix'), '-d', vsix]).status).toBe(0);
  const installed = run(
    'npm',
    ['install', '--offline', '--no-audit', '--no-fund', path.join(first, names[1] ?? '')],
    project,
  );
  expect(installed.status, installed.out).toBe(0);
});

test('two builds are the same, byte for byte', () => {
  const sums = (folder: string) =>
    names.map((name) =>
      createHash('sha256')
        .update(fs.readFileSync(path.join(folder, name)))
        .digest('hex'),
    );
  expect(sums(second)).toEqual(sums(first));
});

describe('the npm package', () => {
  const installed = path.join(project, 'node_modules');

  test('is one package of at most 15 MB', () => {
    expect(fs.readdirSync(installed).filter((name) => !name.startsWith('.'))).toEqual(['shardlint']);
    expect(sizeOf(installed) / 1024 / 1024).toBeLessThan(15);
  });

  test('runs', () => {
    const shop = folderWith({
      'shardlint.yaml': map,
      'a.sql': 'SELECT * FROM orders;\n',
      'a.ts': "import { Pool } from 'pg';\nnew Pool().query('SELECT * FROM orders');\n",
    });
    const bin = path.join(installed, '.bin', 'shardlint');
    expect(run(bin, ['--version'], shop)).toEqual({ status: 0, out: `${manifest.version}\n` });
    const { status, out } = run(bin, ['check', '--no-cache'], shop);
    expect(status).toBe(1);
    expect(out).toContain('a.sql:1:15: warning[scatter-query]');
    expect(out).toMatch(/^a\.ts:2:\d+: warning\[scatter-query\]/m);
    expect(run(bin, ['explain', 'scatter-query'], shop).out).toContain('scatter-query');
  });

  test('serves an editor', () =>
    serves(path.join(installed, 'shardlint', 'server', 'bin', 'shardlint.js'), ['lsp', '--stdio']));
});

describe('the extension', () => {
  test('is at most 4 MB, and holds what it needs and nothing of ours', () => {
    expect(fs.statSync(path.join(first, 'shardlint.vsix')).size / 1024 / 1024).toBeLessThan(4);
    const files = fs.readdirSync(vsix, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
    for (const name of [
      'extension/dist/extension.js',
      'extension/dist/server.js',
      'extension/dist/watchdog.js',
      'extension/dist/libpg-query.wasm',
      'extension/THIRD_PARTY.md',
      'extension/server/docs/rules/scatter-query.md',
    ])
      expect(files).toContain(name);
    expect(
      files.filter(
        (name) => !name.startsWith('extension/samples') && /\.map$|\.ts$|\/(?:test|node_modules)\/|cli\.js$/.test(name),
      ),
    ).toEqual([]);
    for (const name of files.filter((one) => /\.(?:js|json|md)$/.test(one))) {
      const text = fs.readFileSync(path.join(vsix, name), 'utf8');
      expect(
        text.includes(path.resolve('.')) || /sourceMappingURL=data/.test(text),
        `${name} tells of this machine`,
      ).toBe(false);
    }
  });

  test('serves an editor', () => serves(path.join(vsix, 'extension', 'dist', 'server.js'), ['--stdio']));

  test('says of itself what a shop wants to know', () => {
    const packed = JSON.parse(fs.readFileSync(path.join(vsix, 'extension', 'package.json'), 'utf8')) as typeof manifest;
    expect(packed.version).toBe('0.1.0');
    expect(packed.keywords.length).toBeGreaterThan(5);
    expect(packed.categories).toContain('Linters');
    expect(packed.galleryBanner).toMatchObject({ color: expect.stringMatching(/^#/), theme: 'dark' });
    expect(packed.badges.length).toBeGreaterThan(0);
    const icon = fs.readFileSync(path.join(vsix, 'extension', packed.icon));
    expect(icon.readUInt32BE(16)).toBeGreaterThanOrEqual(128);
    const readme = fs.readFileSync(path.join(vsix, 'extension', 'readme.md'), 'utf8');
    expect(readme.match(/!\[[^\]]+\]\(client\/media\/\w[\w-]*\.png\)/g)?.length).toBeGreaterThanOrEqual(3);
    const changes = fs.readFileSync('CHANGELOG.md', 'utf8');
    expect(changes).toMatch(new RegExp(`^## \\[${packed.version}\\] - \\d{4}-\\d\\d-\\d\\d$`, 'm'));
  });
});

describe('what is bundled', () => {
  test('is permissive, and listed', async () => {
    const packages = await bundledPackages(process.cwd());
    expect(packages.filter(({ license }) => !permissive.test(license))).toEqual([]);
    const page = fs.readFileSync(path.join(vsix, 'extension', 'THIRD_PARTY.md'), 'utf8');
    for (const { name, version } of packages) expect(page).toContain(`## ${name} ${version}\n`);
    const bom = JSON.parse(fs.readFileSync(path.join(first, names[2] ?? ''), 'utf8'));
    expect(bom.components.length).toBe(packages.length);
    expect(JSON.stringify(bom)).not.toMatch(/timestamp|urn:uuid/);
  });

  test('stands in devDependencies: who installs Shardlint installs one package', () => {
    expect(Object.keys(manifest)).not.toContain('dependencies');
  });
});

/** Starts a server as an editor would, and waits for a finding. */
async function serves(script: string, args: readonly string[]): Promise<void> {
  const shop = folderWith({ 'shardlint.yaml': map, 'a.sql': 'SELECT * FROM orders;\n' });
  const child = spawn(process.execPath, [script, ...args], { stdio: 'pipe' });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const found = new Promise<readonly { code: string }[]>((resolve) => {
    connection.onNotification('textDocument/publishDiagnostics', ({ diagnostics }) => {
      if (diagnostics.length > 0) resolve(diagnostics);
    });
  });
  connection.listen();
  const uri = pathToFileURL(shop).href;
  const { serverInfo } = await connection.sendRequest<{ serverInfo: unknown }>('initialize', {
    processId: process.pid,
    rootUri: uri,
    workspaceFolders: [{ uri, name: 'shop' }],
    capabilities: {},
  });
  expect(serverInfo).toEqual({ name: 'Shardlint', version: manifest.version });
  await connection.sendNotification('initialized', {});
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri: `${uri}/a.sql`, languageId: 'sql', version: 1, text: 'SELECT * FROM orders;\n' },
  });
  expect((await found).map(({ code }) => code)).toEqual(['scatter-query']);
  await connection.sendRequest('shutdown');
  await connection.sendNotification('exit');
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
}
