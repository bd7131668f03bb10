/** The advisor's figures are those that the proposed map gives, whatever the order of the files. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { adviseKeys } from '../../server/src/advice/keyAdvisor/keyAdvice';
import { keysJson } from '../../server/src/advice/keyAdvisor/keysPage';
import { changesIn } from '../../server/src/advice/keyAdvisor/whatIf';
import { localEngine } from '../../server/src/cli/localEngine';
import type { Finding } from '../../server/src/engine/finding';
import { checkWhatIf } from '../../server/src/engine/whatIf';
import { Workspace } from '../../server/src/engine/workspace';
import { nodePlatform } from '../../server/src/platform/node';
import { repository } from '../harness/imports';
import { folderWith, shardlint } from '../harness/shell';

const assets = path.join(repository, 'node_modules/libpg-query/wasm');

/** A sample as a team would have it that only plans to shard. */
function planned(sample: string): Record<string, string> {
  const folder = path.join(repository, 'samples', sample);
  const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Object.fromEntries(
    files
      .filter((file) => /\.(?:sql|ts|json)$/.test(file))
      .map((file) => [file.replaceAll('\\', '/'), fs.readFileSync(path.join(folder, file), 'utf8')]),
  );
}

const run = async (folder: string, argv: readonly string[]) => {
  const { out, err, status } = await shardlint(folder, argv, localEngine());
  expect({ argv, err, status }).toEqual({ argv, err: '', status: 0 });
  return out;
};

describe.each(['own-sharding', 'citus'])('the advisor on the sample %s without its map', (sample) => {
  const folder = folderWith(planned(sample));

  it('counts what `queries` counts under the map that it proposes', async () => {
    const advice = JSON.parse(await run(folder, ['keys', '--format', 'json']));
    const [best] = advice.keys;
    expect(best.score).toBeGreaterThan(20);
    const map = await run(folder, ['keys', '--map']);
    const with_ = folderWith({ ...planned(sample), 'shardlint.yaml': map });
    const items: { file: string; class: string; operation: string; tables: string[] }[] = JSON.parse(
      await run(with_, ['queries', '--format', 'json']),
    );
    const own = items.filter(
      ({ file, operation, tables }) => file.startsWith('src/') && operation !== 'ddl' && tables.length > 0,
    );
    const count = (name: string): number => own.filter((one) => one.class === name).length;
    const sum = (name: string): number => best.readDistribution.counts[name] + best.writeDistribution.counts[name];
    expect({
      single: sum('single'),
      subset: sum('subset'),
      scatter: sum('scatter'),
      joins: sum('crossShardJoin'),
    }).toEqual({
      single: count('single'),
      subset: count('subset'),
      scatter: count('scatter'),
      joins: count('cross-shard-join'),
    });
  });

  it('does not depend on the order in which statements and tables are read', async () => {
    const workspace = new Workspace(nodePlatform({ assets }), folder, { plan: true });
    await workspace.check();
    const [survey] = workspace.surveys();
    if (!survey) throw new Error('no survey');
    const { schema, statements } = survey;
    const turned = {
      ...survey,
      schema: { ...schema, tables: new Map([...schema.tables].reverse()) },
      statements: [...statements].reverse(),
    };
    expect(keysJson(adviseKeys(turned))).toEqual(keysJson(adviseKeys(survey)));
  });
});

describe('what if', () => {
  it('says what a check with that map says', async () => {
    const files = planned('own-sharding');
    const map = fs.readFileSync(path.join(repository, 'samples/own-sharding/shardlint.yaml'), 'utf8');
    const other = map.replace(
      'orders: { shardKey: seller_id, group: seller }',
      'orders: { shardKey: buyer_id, group: buyer }',
    );
    expect(other).not.toBe(map);
    const today = folderWith({ ...files, 'shardlint.yaml': map });
    const changes = changesIn('orders=buyer_id') ?? [];
    const found = await checkWhatIf(nodePlatform({ assets }), today, changes, {});
    if ('why' in found) throw new Error(found.why);
    const findings = async (folder: string) => {
      const { out } = await shardlint(folder, ['check', '--format', 'json'], localEngine());
      const all: { rule: string; file: string; range: { start: { line: number } } }[] = JSON.parse(out).findings;
      return all.map(({ rule, file, range }) => `${rule} ${file}:${range.start.line}`);
    };
    const before = await findings(today);
    const after = await findings(folderWith({ ...files, 'shardlint.yaml': other }));
    const said = (all: readonly Finding[]) =>
      all.map(({ rule, file, span }) => {
        const line = (found.text(file) ?? '').slice(0, span.start).split('\n').length;
        return `${rule} ${path.posix.relative(today, file)}:${line}`;
      });
    expect(said(found.added).sort()).toEqual(after.filter((one) => !before.includes(one)).sort());
    expect(said(found.gone).sort()).toEqual(before.filter((one) => !after.includes(one)).sort());
  });
});
