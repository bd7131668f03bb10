/** A check that several machines share: the parts together say what the whole says, each thing once. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { localEngine } from '../../server/src/cli/localEngine';
import { folderWith, shardlint } from '../harness/shell';

const map =
  'version: 1\ndialect: postgresql\nrouter: generic\ndefaultDatabase: app\ndatabases: { app: { replication: async } }\ntables:\n  orders: { shardKey: tenant_id, shards: 32 }\n';
const sends = (i: number) =>
  `import { Pool } from 'pg';\nconst pool = new Pool();\nconst readReplica = new Pool();\nexport const save${i} = (id: number) => pool.query('UPDATE orders SET n = ${i} WHERE id = $1', [id]);\nexport const find${i} = (id: number) => readReplica.query('SELECT n FROM orders WHERE id = $1', [id]);\nexport async function both${i}(id: number) {\n  await save${i}(id);\n  return find${i}(id);\n}\n`;
const files = {
  'shardlint.yaml': map,
  'other.sql': 'SELECT * FROM unheard_of;\n',
  ...Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`src/s${i}.ts`, sends(i)] as const)),
};
const parts = ['1/3', '2/3', '3/3'];
const check = (folder: string, ...args: readonly string[]) =>
  shardlint(folder, ['check', '--fail-on', 'error', ...args], localEngine());
const json = async (folder: string, ...args: readonly string[]) =>
  JSON.parse((await check(folder, '--format', 'json', ...args)).out);

describe('check --shard', () => {
  it('finds in all parts what the whole finds, and nothing twice', async () => {
    const folder = folderWith(files);
    const whole = await json(folder);
    const all = [];
    for (const part of parts) all.push(await json(folder, '--shard', part));
    const found = new Set(whole.findings.map(({ rule }: { rule: string }) => rule));
    for (const rule of ['scatter-query', 'read-after-write-replica', 'undeclared-table']) expect(found).toContain(rule);
    const text = (some: readonly unknown[]) => some.map((one) => JSON.stringify(one)).sort();
    expect(text(all.flatMap(({ findings }) => findings))).toEqual(text(whole.findings));
    for (const one of all) expect(one.coverage.statements).toBeGreaterThan(0);
    expect(all.reduce((sum, { coverage }) => sum + coverage.statements, 0)).toBe(whole.coverage.statements);
  });

  it('keeps baselines that merge, and of which each part reads its own', async () => {
    const folder = folderWith(files);
    for (const part of parts)
      await check(folder, '--shard', part, '--baseline', `${part[0]}.json`, '--update-baseline');
    await check(folder, '--baseline', 'whole.json', '--update-baseline');
    const merged = await shardlint(folder, ['merge', '1.json', '2.json', '3.json', '--output', 'merged.json']);
    expect(merged.status).toBe(0);
    const entries = (name: string) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')).findings;
    expect(entries('merged.json')).toEqual(entries('whole.json'));
    for (const part of parts) {
      const { out, err } = await check(folder, '--shard', part, '--baseline', 'merged.json', '--format', 'json');
      expect({ findings: JSON.parse(out).findings, err }).toEqual({ findings: [], err: '' });
    }
  });

  it('writes SARIF whose runs stand beside each other', async () => {
    const folder = folderWith(files);
    for (const part of parts) {
      const { out } = await check(folder, '--shard', part, '--format', 'sarif');
      fs.writeFileSync(path.join(folder, `${part[0]}.sarif`), out);
    }
    const { out } = await shardlint(folder, ['merge', '1.sarif', '2.sarif', '3.sarif']);
    const { runs, version } = JSON.parse(out);
    expect(version).toBe('2.1.0');
    expect(runs.map((run: { automationDetails: { id: string } }) => run.automationDetails.id)).toEqual([
      'shardlint/1-of-3/',
      'shardlint/2-of-3/',
      'shardlint/3-of-3/',
    ]);
    expect(runs.flatMap((run: { results: unknown[] }) => run.results)).toHaveLength(
      (await json(folder)).findings.length,
    );
  });

  it.each([['0/4'], ['5/4'], ['1'], ['1/0'], ['a/b']])('refuses %s', async (part) => {
    const { status, err } = await shardlint(folderWith({}), ['check', '--shard', part]);
    expect({ status, says: err.includes('such as 1/4') }).toEqual({ status: 2, says: true });
  });

  it('refuses to merge what does not belong together', async () => {
    const folder = folderWith({ 'a.json': '{"version":1,"findings":[]}', 'b.json': '{"runs":[],"version":"2.1.0"}' });
    expect((await shardlint(folder, ['merge', 'a.json', 'b.json'])).status).toBe(2);
    expect((await shardlint(folder, ['merge', 'a.json', 'c.json'])).err).toContain('cannot be read: c.json');
  });
});
