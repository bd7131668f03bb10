import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith, proposal, route, shardlint, statement, wordEngine } from '../harness/shell';

const read = (folder: string, name: string) => fs.readFileSync(path.join(folder, name), 'utf8');

describe('exit status', () => {
  const folder = folderWith({
    'clean.sql': 'x',
    'error.sql': 'scatter-error',
    'warning.sql': 'scatter',
    'info.sql': 'scatter-information',
    'likely.sql': 'scatter?',
    'guess.sql': 'scatter??',
  });
  test.each([
    [0, ['clean.sql']],
    [1, ['error.sql']],
    [1, ['warning.sql']],
    [0, ['info.sql']],
    [1, ['info.sql', '--fail-on', 'information']],
    [0, ['warning.sql', '--fail-on', 'error']],
    [0, ['likely.sql']],
    [1, ['likely.sql', '--min-confidence', 'likely']],
    [0, ['guess.sql', '--min-confidence', 'likely']],
    [1, ['guess.sql', '--min-confidence', 'guess']],
    [1, []],
  ])('%i for check %j', async (status, args) => {
    expect((await shardlint(folder, ['check', ...args])).status).toBe(status);
  });

  test('likely findings are shown, guesses are not', async () => {
    const { out } = await shardlint(folder, ['check', 'likely.sql', 'guess.sql']);
    expect(out).toContain('likely.sql:1:1: warning[scatter-query]');
    expect(out).not.toContain('guess.sql');
  });

  test.each([
    [['nonsense'], "unknown command 'nonsense'"],
    [['chekc'], '(Did you mean check?)'],
    [['check', '--formt', 'json'], '(Did you mean --format?)'],
    [['check', '--format', 'xml'], 'Allowed choices are pretty, json, sarif, github, md'],
    [['check', '--fail-on', 'fatal'], 'Allowed choices are error'],
    [['check', 'missing.sql'], 'no such file or folder: missing.sql'],
    [['check', '--config', 'missing.yaml'], 'no such file or folder: missing.yaml'],
    [['check', '--baseline', 'missing.json'], 'missing.json does not exist; --update-baseline writes it'],
    [['check', '--update-baseline'], '--update-baseline needs --baseline FILE'],
    [['check', '--since', '--all'], '--since'],
    [['explain'], 'explain what?'],
    [['explain', 'scater-query'], 'no rule scater-query; the rules are scatter-query'],
    [['explain', 'missing.ts:3'], 'no such file: missing.ts:3'],
    [['explain', 'clean.sql:1'], 'no statement at clean.sql:1'],
    [['init', '--pick', 'x'], 'It must be a number from 1 on.'],
    [['init'], 'nothing here declares shards'],
    [[], 'Usage: shardlint'],
  ])('2 for %j', async (args, message) => {
    const { status, out, err } = await shardlint(folder, args);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(message);
  });

  test('2 without a map, and for a map that cannot be used, with the place of the mistake', async () => {
    const none = await shardlint(folder, ['check'], wordEngine({}, { maps: [] }));
    expect(none).toMatchObject({ status: 2, out: '' });
    expect(none.err).toContain('no shard map here; `shardlint init` writes a first one');
    const at = { file: `${folder}/error.sql`, span: { start: 8, end: 13 } };
    const problems = [{ at, severity: 'error', code: 'unknown-key', message: 'unknown key `tabels`' }] as const;
    const broken = await shardlint(folder, ['check'], wordEngine({}, { problems }));
    expect(broken).toMatchObject({ status: 2, out: '' });
    expect(broken.err).toContain('error.sql:1:9: error[unknown-key]: unknown key `tabels`');
  });

  test('2 for a bug, on one line', async () => {
    const { status, err } = await shardlint(
      folder,
      ['check'],
      wordEngine({ check: () => Promise.reject(new Error('boom')) }),
    );
    expect(status).toBe(2);
    expect(err).toMatch(/^shardlint: a bug, please report it: Error: boom.*\n$/);
  });

  test('0 for help and version', async () => {
    expect(await shardlint(folder, ['--version'])).toEqual({ status: 0, out: '0.1.0\n', err: '' });
    const { status, out } = await shardlint(folder, ['check', '--help']);
    expect(status).toBe(0);
    expect(out).toContain('--min-confidence <confidence>');
  });
});

describe('paths', () => {
  test('are relative to the current folder for people, to the folder that was asked for in JSON', async () => {
    const folder = folderWith({ 'shop/src/a.sql': 'scatter' });
    expect((await shardlint(folder, ['check', 'shop'])).out).toContain('shop/src/a.sql:1:1');
    const { out } = await shardlint(folder, ['check', 'shop', '--format', 'json']);
    expect(JSON.parse(out).findings[0].file).toBe('src/a.sql');
    expect(JSON.parse((await shardlint(folder, ['queries', 'shop', '--format', 'json'])).out)[0]).toMatchObject({
      file: 'src/a.sql',
      line: 1,
      class: 'scatter',
      route: { reach: 'scatter' },
    });
  });

  test('below a folder with a map belong to that folder', async () => {
    const folder = folderWith({ 'shardlint.yaml': '', 'other/a.sql': 'scatter', 'shop/b.sql': 'scatter' });
    const { out } = await shardlint(`${folder}/shop`, ['check']);
    expect(out).toContain('b.sql:1:1');
    expect(out).not.toContain('a.sql');
  });

  test('a project in a folder of many is a workspace of its own', async () => {
    const files = { 'one/package.json': '{}', 'one/a.sql': 'scatter', 'two/a.sql': 'scatter' };
    const roots: string[] = [];
    const base = wordEngine();
    const engine = wordEngine({
      check: (request) => {
        roots.push(request.root);
        return base.check(request);
      },
    });
    const among = folderWith(files);
    await shardlint(among, ['check', 'one'], engine);
    const within = folderWith({ ...files, 'package.json': '{}', 'shardlint.yaml': 'version: 1\n' });
    await shardlint(within, ['check', 'one'], engine);
    expect(roots).toEqual([`${among}/one`, within]);
  });

  test('outside of the current folder may be checked', async () => {
    const [here, there] = [folderWith({}), folderWith({ 'a.sql': 'scatter' })];
    expect((await shardlint(here, ['check', there])).out).toContain(`${there}/a.sql:1:1`);
  });
});

describe('check --fix', () => {
  test('applies safe fixes, keeps marks and line ends, and says what it did', async () => {
    const folder = folderWith({ 'a.sql': '\ufeffscatter;\r\nscatter unsafe' });
    const { err, status } = await shardlint(folder, ['check', '--fix']);
    expect(read(folder, 'a.sql')).toBe('\ufeffsingle;\r\nscatter unsafe');
    expect(err).toBe('1 problem fixed\n');
    expect(status).toBe(1);
    expect((await shardlint(folder, ['check', '--fix', '--unsafe-fixes'])).status).toBe(0);
    expect(read(folder, 'a.sql')).toBe('\ufeffsingle;\r\nsingle');
    expect(fs.readdirSync(folder)).toEqual(['a.sql']);
  });

  test('--rule takes the findings and fixes of that rule alone', async () => {
    const folder = folderWith({ 'a.sql': 'scatter' });
    const { rule } = JSON.parse((await shardlint(folder, ['check', '--format', 'json'])).out).findings[0];
    expect((await shardlint(folder, ['check', '--fix', '--rule', rule])).status).toBe(0);
    expect(read(folder, 'a.sql')).toBe('single');
    expect((await shardlint(folder, ['check', '--rule', 'no-such'])).status).toBe(2);
  });

  test('--diff prints a patch and changes nothing', async () => {
    const folder = folderWith({ 'src/a.sql': 'scatter\n' });
    const { out, err } = await shardlint(folder, ['check', '--diff']);
    expect(out).toBe('--- a/src/a.sql\n+++ b/src/a.sql\n@@ -1,1 +1,1 @@\n-scatter\n+single\n');
    expect(err).toBe('1 problem would be fixed\n');
    expect(read(folder, 'src/a.sql')).toBe('scatter\n');
    execFileSync('git', ['apply', '-'], { cwd: folder, input: out });
    expect(read(folder, 'src/a.sql')).toBe('single\n');
  });
});

describe('check --baseline', () => {
  const args = ['check', '--baseline', 'accepted.json'];

  test('accepts what is there, and reports what is new', async () => {
    const folder = folderWith({ 'a.sql': 'scatter scatter', 'b.sql': 'scatter' });
    expect(await shardlint(folder, [...args, '--update-baseline'])).toMatchObject({
      status: 0,
      err: '3 problems accepted in accepted.json\n',
    });
    expect((await shardlint(folder, args)).status).toBe(0);
    fs.writeFileSync(path.join(folder, 'a.sql'), 'scatter scatter scatter');
    const { status, out } = await shardlint(folder, args);
    expect(status).toBe(1);
    expect(out).toContain('1 problem (1 warning)');
    expect((await shardlint(folder, [...args, '--update-baseline'])).status).toBe(1);
  });

  test('must shrink', async () => {
    const folder = folderWith({ 'a.sql': 'scatter scatter', 'b.sql': 'scatter' });
    await shardlint(folder, [...args, '--update-baseline']);
    fs.writeFileSync(path.join(folder, 'a.sql'), 'scatter');
    const stale = await shardlint(folder, args);
    expect(stale.status).toBe(1);
    expect(stale.err).toBe(
      'mended: a.sql scatter-query\nbaseline is stale (1 no longer found), run with --update-baseline\n',
    );
    expect((await shardlint(folder, [...args, 'b.sql'])).status).toBe(0);
    expect((await shardlint(folder, [...args, 'a.sql', '--update-baseline'])).status).toBe(0);
    expect((await shardlint(folder, args)).status).toBe(0);
    expect(JSON.parse(read(folder, 'accepted.json')).findings.map((one: { count: number }) => one.count)).toEqual([
      1, 1,
    ]);
  });

  test('says when a file is none', async () => {
    const folder = folderWith({ 'accepted.json': '{"version": 9}' });
    expect(await shardlint(folder, args)).toMatchObject({ status: 2 });
  });
});

test('check --since reports what is new against a revision, also below the root of the repository', async () => {
  const folder = folderWith({ 'shop/a.sql': 'scatter', 'shop/b.sql': 'scatter', 'shop/ü.sql': 'scatter' });
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: folder });
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'one');
  const since = (...args: string[]) => shardlint(`${folder}/shop`, ['check', '--since', 'HEAD', ...args]);
  expect((await since()).status).toBe(0);
  fs.writeFileSync(path.join(folder, 'shop/b.sql'), '\nscatter scatter');
  fs.writeFileSync(path.join(folder, 'shop/new.sql'), 'scatter-error');
  const { status, out } = await since();
  expect(status).toBe(1);
  expect(out).toContain('b.sql:2:9: warning');
  expect(out).toContain('new.sql:1:1: error');
  expect(out).toContain('2 problems');
  expect((await shardlint(folder, ['check', '--since', 'no-such'])).err).toContain('git knows no revision no-such');
  expect((await shardlint(folderWith({}), ['check', '--since', 'HEAD'])).err).toContain('--since needs git');
});

describe('explain', () => {
  const folder = folderWith({ 'a.sql': 'x\nscatter' });

  test('says where a statement runs and why', async () => {
    const { out, status } = await shardlint(folder, ['explain', 'select * from orders']);
    expect(status).toBe(0);
    expect(out).toBe('select * from orders\n→ every shard of 32 · certain\n  • nothing binds `tenant_id`\n');
    const { out: json } = await shardlint(folder, ['explain', 'select 1', '--format', 'json']);
    expect(JSON.parse(json)[0]).toMatchObject({ kind: 'select', route: { reach: 'scatter' } });
    expect(json).not.toContain('bindings');
  });

  test('finds the statement at a line', async () => {
    expect((await shardlint(folder, ['explain', 'a.sql:2'])).out).toMatch(/^a\.sql:2:1:\nselect 1\n→ every shard/);
  });

  test('shows the page of a rule', async () => {
    const { out } = await shardlint(folder, ['explain', 'scatter-query']);
    expect(out).toContain('scatter-query: Query runs on every shard\n\nOne round trip per shard.');
  });

  test('--batch answers line by line', async () => {
    const input = [
      '{"id":1,"sql":"select 1","config":{}}',
      '',
      'no json',
      '{"id":2,"config":{}}',
      '{"id":3,"sql":"x","config":{}}',
    ];
    const engine = wordEngine({
      explain: async (sql) =>
        sql === 'x' ? { statements: [], error: 'cannot be read' } : { statements: [statement(sql)] },
    });
    const { status, out } = await shardlint(folder, ['explain', '--batch'], engine, input);
    const { bindings: _, ...publicRoute } = route();
    expect(status).toBe(0);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { id: 1, statements: [{ kind: 'select', tables: ['orders'], route: publicRoute }] },
      { id: null, statements: [], error: 'not a line of JSON' },
      { id: null, statements: [], error: '`sql` is missing' },
      { id: 3, statements: [], error: 'cannot be read' },
    ]);
  });
});

describe('init', () => {
  const one = wordEngine({ proposals: async () => [proposal('Vitess VSchema in db/vschema.json')] });
  const two = wordEngine({ proposals: async () => [proposal('first'), proposal('second')] });

  test('writes a map once', async () => {
    const folder = folderWith({});
    expect((await shardlint(folder, ['init'], one)).out).toContain('shardlint.yaml written from Vitess VSchema');
    expect(read(folder, 'shardlint.yaml')).toBe('# Vitess VSchema in db/vschema.json\n');
    expect(await shardlint(folder, ['init'], one)).toMatchObject({
      status: 2,
      err: 'shardlint: shardlint.yaml exists already\n',
    });
    expect((await shardlint(folder, ['init', '--print'], one)).out).toBe('# Vitess VSchema in db/vschema.json\n');
  });

  test('says what comes next', async () => {
    const made = await shardlint(folderWith({}), ['init'], one);
    expect(made.out).toContain('Next: shardlint check');
    const plain = wordEngine({ proposals: async () => [{ ...proposal('CREATE TABLE in db/*.sql'), sharded: 0 }] });
    expect((await shardlint(folderWith({}), ['init'], plain)).out).toContain('Next: shardlint keys');
  });

  test('lets people choose', async () => {
    const folder = folderWith({});
    expect((await shardlint(folder, ['init'], two)).err).toContain(
      'take one with --pick N:\n  1  first: 3 tables\n  2  second',
    );
    expect((await shardlint(folder, ['init', '--pick', '3'], two)).err).toContain('there is no number 3');
    expect((await shardlint(folder, ['init', '--pick', '2'], two)).status).toBe(0);
    expect(read(folder, 'shardlint.yaml')).toBe('# second\n');
  });
});

test('lsp hands over to the server', async () => {
  expect(await shardlint('/', ['lsp', '--stdio'])).toMatchObject({ status: 0, out: 'server\n' });
});
