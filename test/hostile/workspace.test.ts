/** A folder that someone prepared: nothing in it is executed, nothing outside of it is read, and it is read in bounded time. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { mayBeForeign } from '../../server/src/cli/compiled';
import { localEngine } from '../../server/src/cli/localEngine';
import { migrationFile } from '../../server/src/engine/migrationFile';
import { folderWith, type Ran, shardlint as runIn } from '../harness/shell';

const map =
  'version: 1\ndialect: postgresql\nrouter: generic\ntables:\n  orders: { shardKey: tenant_id, shards: 32 }\n';

const shardlint = (cwd: string, ...argv: readonly string[]): Promise<Ran> => runIn(cwd, argv, localEngine());

/** Nothing that a terminal obeys, apart from line ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for.
const obeyed = /[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;

beforeAll(() => shardlint(folderWith({ 'shardlint.yaml': map, 'a.sql': 'SELECT 1' }), 'check'), 60_000);

describe('nothing is executed', () => {
  test('no file of the workspace that other tools would run', async () => {
    const canary = (name: string) =>
      `require('node:fs').writeFileSync(require('node:path').join(__dirname, 'ran-${name}'), 'x');\nmodule.exports = {};\n`;
    const names = ['shardlint.config.js', '.shardlintrc.js', 'knexfile.js', 'drizzle.config.js', 'prisma.config.js'];
    const folder = folderWith({
      ...Object.fromEntries(names.map((name) => [name, canary(name)])),
      'package.json': JSON.stringify({
        main: './index.js',
        scripts: { prepare: 'touch ran-script' },
        type: 'commonjs',
      }),
      'index.js': canary('index'),
      'node_modules/knex/index.js': canary('knex'),
      'src/a.ts': `import knex from 'knex';\nimport config from '../knexfile';\nexport const f = () => knex(config)('orders').where({ id: 1 });\n`,
      'shardlint.yaml': `${map}extra: !!js/function 'function () { return 1 }'\nmore: !!python/object/apply:os.system ["touch ran-yaml"]\n`,
    });
    for (const command of [['check'], ['queries'], ['init', '--print']]) await shardlint(folder, ...command);
    expect(fs.readdirSync(folder).filter((name) => name.startsWith('ran-'))).toEqual([]);
  });

  test('no program that the configuration of a repository names', async () => {
    const folder = folderWith({ 'shardlint.yaml': map, 'a.sql': 'SELECT * FROM orders;\n' });
    const git = (...args: readonly string[]) =>
      spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder });
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'x');
    const touch = `touch ${path.join(folder, 'ran-git')}`;
    const keys = [
      'core.fsmonitor',
      'core.pager',
      'core.sshCommand',
      'core.editor',
      'diff.external',
      'uploadpack.packObjectsHook',
    ];
    for (const key of keys) git('config', key, touch);
    // A repository that lacks objects and says where to fetch them, by a program of its own.
    git('config', 'extensions.partialClone', 'origin');
    git('config', 'remote.origin.url', folder);
    git('config', 'remote.origin.promisor', 'true');
    git('config', 'remote.origin.uploadpack', touch);
    git('config', 'protocol.file.allow', 'always');
    const [blob = ''] = spawnSync('git', ['rev-parse', 'HEAD:a.sql'], { cwd: folder, encoding: 'utf8' }).stdout.split(
      '\n',
    );
    fs.rmSync(path.join(folder, '.git', 'objects', blob.slice(0, 2), blob.slice(2)), { force: true });
    const { status } = await shardlint(folder, 'check', '--since', 'HEAD');
    expect([0, 1, 2]).toContain(status);
    expect(fs.existsSync(path.join(folder, 'ran-git'))).toBe(false);
  });

  test('the source has no way to: no eval, no module by a computed name, processes for git alone', () => {
    const files = fs
      .readdirSync('server/src', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => [name, fs.readFileSync(path.join('server/src', name), 'utf8')] as const);
    const having = (what: RegExp) => files.filter(([, text]) => what.test(text)).map(([name]) => name);
    expect(having(/\beval\(|new Function\(/)).toEqual([]);
    // Our own program, from the user's cache folder alone.
    expect(having(/node:vm\b/)).toEqual([path.join('cli', 'compiled.ts')]);
    expect(having(/(?:await|=>|return) import\((?!['"])/)).toEqual([]);
    expect(having(/node:child_process/)).toEqual([path.join('cli', 'git.ts')]);
    expect(having(/node:(?:net|https?|dgram|tls)'/)).toEqual([]);
  });
});

test.each([
  ['/repo/.cache', '/repo', [], true],
  ['/repo', '/repo', [], true],
  ['.cache', '/repo', [], true],
  ['/repo/.cache', '/', ['check', 'repo'], true],
  ['/repo/.cache', '/home/me', ['check', '../../repo'], true],
  ['/home/me/.cache/shardlint', '/repo', ['check', '--format', 'json', 'src'], false],
  ['/home/me/.cache/shardlint', '/home/me/repo', [], false],
  ['/repo..cache', '/repo', [], false],
])('a compiled program in %s is none of ours where %s is checked with %j: %s', (cache, cwd, args, foreign) => {
  expect(mayBeForeign(cache, cwd, args)).toBe(foreign);
});

describe('nothing outside is read', () => {
  const secret = 'CREATE TABLE top_secret (tenant_id bigint);\nSELECT * FROM orders;\n';

  test('by paths, globs, extends and links', async () => {
    const outside = folderWith({ 'secret.sql': secret, 'base.yaml': 'tables: { stolen: { shardKey: a } }\n' });
    const up = `../${path.basename(outside)}`;
    const folder = folderWith({ 'a.sql': 'SELECT 1;\n', 'sub/.keep': '' });
    fs.symlinkSync(path.join(outside, 'secret.sql'), path.join(folder, 'link.sql'));
    fs.symlinkSync(outside, path.join(folder, 'linked'));
    fs.symlinkSync(path.join(outside, 'base.yaml'), path.join(folder, 'base.yaml'));
    for (const entry of [
      `import: [{ ddl: ${up}/secret.sql }]`,
      `import: [{ ddl: "${up}/*.sql" }]`,
      `import: [{ ddl: "${outside}/**" }]`,
      `import: [{ ddl: "sub/../../${path.basename(outside)}/*.sql" }]`,
      'import: [{ ddl: link.sql }]',
      'import: [{ ddl: "linked/*.sql" }]',
      'import: [{ ddl: linked/secret.sql }]',
      `extends: ${up}/base.yaml`,
      'extends: base.yaml',
      'extends: linked/base.yaml',
    ]) {
      fs.writeFileSync(path.join(folder, 'shardlint.yaml'), `${map}${entry}\n`);
      const { status, err, out } = await shardlint(folder, 'check', '--format', 'json');
      expect(status, entry).toBe(2);
      expect(err, entry).toContain('outside-workspace');
      expect(out + err, entry).not.toContain('top_secret');
    }
  });

  test('by a link to a source; a link that stays inside is followed', async () => {
    const outside = folderWith({ 'secret.sql': secret });
    const folder = folderWith({ 'shardlint.yaml': map, 'db/real.sql': 'SELECT * FROM orders;\n' });
    fs.symlinkSync(path.join(outside, 'secret.sql'), path.join(folder, 'link.sql'));
    fs.symlinkSync(path.join(folder, 'db', 'real.sql'), path.join(folder, 'inside.sql'));
    fs.symlinkSync('loop.sql', path.join(folder, 'loop.sql'));
    fs.symlinkSync(folder, path.join(folder, 'db', 'circle'));
    const { out } = await shardlint(folder, 'queries', '--format', 'json');
    expect(JSON.parse(out).map(({ file }: { file: string }) => file)).toEqual(['db/real.sql', 'inside.sql']);
  });

  test('what a person types may lie elsewhere', async () => {
    const outside = folderWith({ 'base.yaml': map });
    const folder = folderWith({ 'a.sql': 'SELECT * FROM orders WHERE tenant_id = 1;\n' });
    const { status } = await shardlint(folder, 'check', '--config', path.join(outside, 'base.yaml'));
    expect(status).toBe(0);
  });
});

describe('bounded', () => {
  test.each([
    [
      'aliases',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'.replace(/./g, (c) => `${c}: &${c} [${`*${String.fromCharCode(c.charCodeAt(0) - 1)},`.repeat(9)}]\n`)}`,
    ],
    ['an alias of itself', 'tables: &t { orders: *t }\n'],
    ['100 levels', `tables: ${'{ a: '.repeat(100)}1${' }'.repeat(100)}\n`],
    ['10,000 levels', `tables: ${'['.repeat(10_000)}\n`],
    ['merge keys', `x: &x { <<: *x }\ntables: { <<: *x }\n`],
    [
      'prototype',
      'tables:\n  __proto__: { shardKey: constructor }\n  constructor: { shardKey: __proto__ }\n__proto__: 1\n',
    ],
  ])('a map with %s', async (_, more) => {
    const folder = folderWith({
      'shardlint.yaml': `${map.slice(0, map.indexOf('tables'))}${more}`,
      'a.sql': 'SELECT 1;',
    });
    const start = performance.now();
    const { status, err } = await shardlint(folder, 'check');
    expect([0, 1, 2]).toContain(status);
    expect(err).not.toContain('a bug');
    expect(performance.now() - start).toBeLessThan(4000);
  });

  test('code and SQL of 100 and 5,000 levels', async () => {
    const deep = (n: number, open: string, close: string) => `${open.repeat(n)}1${close.repeat(n)}`;
    const folder = folderWith({
      'shardlint.yaml': map,
      ...Object.fromEntries(
        [100, 5000].flatMap((n) => [
          [`p${n}.sql`, `SELECT * FROM orders WHERE a = ${deep(n, '(', ')')};\nSELECT * FROM orders;\n`],
          [`q${n}.sql`, `${deep(n, 'SELECT * FROM (', ') x')};\nSELECT * FROM orders;\n`],
          [
            `a${n}.ts`,
            `import { Pool } from 'pg';\nnew Pool().query(${deep(n, '(', ')')});\nnew Pool().query('SELECT * FROM orders');\n`,
          ],
          [
            `b${n}.ts`,
            `import { Pool } from 'pg';\nnew Pool().query(${deep(n, '[', ']')});\nconst f = ${deep(n, 'x => { return ', '}')};\n`,
          ],
          [`c${n}.ts`, `import { Pool } from 'pg';\nnew Pool().query(${deep(n, '`${', '}`')});\n`],
          [
            `d${n}.ts`,
            `import { Pool } from 'pg';\n${'if (a) {'.repeat(n)} new Pool().query('SELECT * FROM orders') ${'}'.repeat(n)}\n`,
          ],
        ]),
      ),
    });
    const start = performance.now();
    const { status, err, out } = await shardlint(folder, 'check', '--format', 'json');
    expect(err).toBe('');
    expect(status).toBe(1);
    expect(performance.now() - start).toBeLessThan(15_000);
    const files = JSON.parse(out).findings.map(({ file }: { file: string }) => file);
    for (const name of ['p100.sql', 'p5000.sql', 'q100.sql', 'q5000.sql', 'a100.ts', 'd100.ts'])
      expect(files).toContain(name);
  });
});

describe('new files', () => {
  test('lie in the workspace, whatever a table is called', () => {
    for (const title of [
      '../../etc/cron.d/x',
      '..\\..\\x',
      '/etc/passwd',
      '.',
      '..',
      '\0',
      'CON',
      'a\nb',
      '~/.ssh/x',
      '%2e%2e/x',
    ]) {
      const paths = ['/w/migrations/0001_a.sql', '/w/prisma/migrations/20240101120000_a/migration.sql'];
      for (const some of [[], paths.slice(0, 1), paths.slice(1)]) {
        const made = migrationFile({ paths: some, root: '/w', title, dialect: 'postgresql' });
        expect(made?.path).toMatch(/^\/w\/(?:prisma\/)?migrations\/\d+_[a-z0-9_]+(?:\.sql|\/migration\.sql)$/);
      }
    }
  });
});

describe('names', () => {
  const evil = '\x1b[31mred\x1b]0;title\x07\x9b5n\u202egnp.\u2066';

  test('that are flags are files', async () => {
    const folder = folderWith({
      'shardlint.yaml': map,
      '--fix.sql': 'SELECT * FROM orders;\n',
      '-o.sql': 'SELECT * FROM orders;\n',
    });
    const { out } = await shardlint(folder, 'check', '--format', 'json', '--', '--fix.sql', '-o.sql');
    expect(JSON.parse(out).findings.map(({ file }: { file: string }) => file)).toEqual(['--fix.sql', '-o.sql']);
    expect((await shardlint(folder, 'check', '--since', '--output=ran')).status).toBe(2);
    expect(fs.readdirSync(folder)).not.toContain('ran');
  });

  test.each(['pretty', 'json', 'sarif', 'github', 'md'])('and SQL never steer a terminal: %s', async (format) => {
    const folder = folderWith({
      'shardlint.yaml': `${map}  "t${evil.replaceAll('\x1b', '\\e').replaceAll('\x07', '\\a').replaceAll('\x9b', '\\x9b')}": { shardKey: x, shards: 4 }\n`,
      [`a${evil.replace('/', '')}.sql`]: `SELECT * FROM orders /* ${evil} */ WHERE "c${evil}" = '${evil}';\nSELECT * FROM "t${evil}";\nSELECT '${evil}' FROM orders ORDER BY x;\n`,
    });
    for (const argv of [
      ['check', '--format', format],
      ['queries', '--format', format === 'json' ? 'json' : 'pretty'],
      ['explain', `SELECT '${evil}' FROM orders`],
    ]) {
      const { out, err } = await shardlint(folder, ...argv);
      expect(out + err).not.toMatch(obeyed);
    }
    const { err } = await shardlint(folder, 'check', `no${evil}`);
    expect(err).not.toMatch(obeyed);
  });
});
