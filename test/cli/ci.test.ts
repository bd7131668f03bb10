/** What pipelines run: the action's script, hooks, exit statuses and annotations, with the program as it is built. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { bundleOf } from '../harness/bundle';
import { folderWith } from '../harness/shell';

const map =
  'version: 1\ndialect: postgresql\nrouter: generic\ntables:\n  orders: { shardKey: tenant_id, shards: 32 }\n';
const clean = 'SELECT * FROM orders WHERE tenant_id = 1;\n';
const scatter = 'SELECT * FROM orders;\n';

let program: string;
beforeAll(async () => {
  program = path.join(await bundleOf('server/src/cli/main.ts'), 'main.js');
}, 60_000);

/** A repository that has Shardlint installed. */
function shop(files: Readonly<Record<string, string>>): string {
  const folder = folderWith({ 'shardlint.yaml': map, ...files });
  const bin = path.join(folder, 'node_modules', '.bin');
  fs.mkdirSync(bin, { recursive: true });
  fs.writeFileSync(path.join(bin, 'shardlint'), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`, {
    mode: 0o755,
  });
  return folder;
}

function action(folder: string, inputs: Readonly<Record<string, string>> = {}) {
  const output = path.join(folder, 'github-output');
  const env = {
    ...process.env,
    SHARDLINT_CACHE: path.join(folder, 'cache'),
    GITHUB_OUTPUT: output,
    SHARDLINT_FOLDER: folder,
  };
  const { status, stdout, stderr } = spawnSync('bash', ['server/scripts/action.sh'], {
    env: { ...env, ...inputs },
    encoding: 'utf8',
  });
  return { status, stdout, stderr, output: fs.existsSync(output) ? fs.readFileSync(output, 'utf8') : '' };
}

describe('the action', () => {
  test('says its inputs, and puts none of them into a script', () => {
    const { inputs, runs, outputs } = parse(fs.readFileSync('action.yml', 'utf8'));
    expect(runs.using).toBe('composite');
    for (const { run, env } of runs.steps) {
      expect(run).not.toContain('${{');
      const said = Object.values(env as Record<string, string>).join(' ');
      for (const name of Object.keys(inputs)) expect(said).toContain(`inputs.${name} }}`);
      const script = fs.readFileSync('server/scripts/action.sh', 'utf8');
      for (const name of Object.keys(env)) expect(script + run).toContain(name);
    }
    expect(outputs.status.value).toContain('steps.check.outputs.status');
  });

  test.each([
    ['clean', clean, 0],
    ['with findings', scatter, 1],
  ])('of a repository that is %s', (_, sql, status) => {
    const folder = shop({ 'a.sql': sql });
    const ran = action(folder, { SHARDLINT_SARIF: 'out.sarif' });
    expect(ran).toMatchObject({ status, output: `status=${status}\n` });
    if (status === 1)
      expect(ran.stdout).toMatch(
        /^::warning file=a\.sql,line=1,endLine=1,col=15,endColumn=20,title=Shardlint%3A scatter-query::/m,
      );
    else expect(ran.stdout).not.toContain('::');
    const sarif = JSON.parse(fs.readFileSync(path.join(folder, 'out.sarif'), 'utf8'));
    expect(sarif.version).toBe('2.1.0');
    expect(sarif.runs[0].results.length).toBe(status);
  });

  test('with a broken map, or arguments that mean nothing', () => {
    const folder = shop({ 'a.sql': scatter, 'shardlint.yaml': 'version: [' });
    expect(action(folder, { SHARDLINT_SARIF: 'out.sarif' })).toMatchObject({ status: 2, output: 'status=2\n' });
    expect(fs.existsSync(path.join(folder, 'out.sarif'))).toBe(false);
    expect(action(shop({}), { SHARDLINT_FAIL_ON: 'whim' }).status).toBe(2);
    expect(action(shop({}), { SHARDLINT_PATHS: 'nowhere.sql' }).status).toBe(2);
  });

  test('takes paths, severities and names as they are', () => {
    const folder = shop({
      'a.sql': scatter,
      'b b.sql': scatter,
      '$(touch ran).sql': clean,
      '-o.sql': clean,
      '`touch ran`.sql': clean,
    });
    const paths = ['$(touch ran).sql', '-o.sql', '`touch ran`.sql'];
    expect(action(folder, { SHARDLINT_PATHS: paths.join('\n') })).toMatchObject({ status: 0 });
    expect(action(folder, { SHARDLINT_PATHS: 'b b.sql' }).stdout).toMatch(/^::warning file=b b\.sql/);
    expect(action(folder, { SHARDLINT_FAIL_ON: 'error' }).status).toBe(0);
    expect(action(folder, { SHARDLINT_CONFIG: '$(touch ran)' }).status).toBe(2);
    expect(fs.readdirSync(folder)).not.toContain('ran');
  });

  test('with only what is new', () => {
    const folder = shop({ 'a.sql': scatter, '.gitignore': 'node_modules\ncache\ngithub-output\n' });
    const git = (...args: readonly string[]) =>
      spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder });
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'x');
    expect(action(folder, { SHARDLINT_SINCE: 'HEAD' }).status).toBe(0);
    fs.writeFileSync(path.join(folder, 'b.sql'), 'DELETE FROM orders;\n');
    const { status, stdout } = action(folder, { SHARDLINT_SINCE: 'HEAD' });
    expect(status).toBe(1);
    expect(stdout.match(/file=[^,]+/g)).toEqual(['file=b.sql']);
  });
});

describe('hooks for pre-commit', () => {
  const hooks: readonly { id: string; entry: string; language: string; types_or?: string[] }[] = parse(
    fs.readFileSync('.pre-commit-hooks.yaml', 'utf8'),
  );

  test('say what they must', () => {
    for (const hook of hooks) expect(hook).toMatchObject({ id: expect.stringMatching(/^shardlint/), language: 'node' });
  });

  test('run for files of any name', () => {
    const folder = shop({ 'a.sql': clean, '--fix.sql': scatter });
    const [command = '', ...args] = (hooks[0]?.entry ?? '').split(' ');
    const run = (...files: readonly string[]) =>
      spawnSync(path.join(folder, 'node_modules', '.bin', command), [...args, ...files], {
        cwd: folder,
        encoding: 'utf8',
      });
    expect(run('a.sql').status).toBe(0);
    expect(run('--fix.sql', 'a.sql').status).toBe(1);
  });
});
