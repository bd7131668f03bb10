import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { localEngine } from '../../server/src/cli/localEngine';
import { nodePlatform, slashed } from '../../server/src/platform/node';
import { places } from '../../server/src/report/report';
import { routers } from '../../server/src/routing/routers';
import { repository } from '../harness/imports';

const samples = slashed(path.join(repository, 'samples'));
const platform = nodePlatform({ assets: path.join(repository, 'node_modules/libpg-query/wasm') });
const shops = fs.readdirSync(samples).filter((name) => fs.existsSync(path.join(samples, name, 'shardlint.yaml')));

const check = (shop: string) =>
  localEngine().check({ platform, root: slashed(repository), paths: [`${samples}/${shop}`] });

/** Rows of the table that ends a sample's README: `| src/a.ts:12 | `rule` | what |`. */
const promised = (shop: string): string[] =>
  [
    ...fs.readFileSync(path.join(samples, shop, 'README.md'), 'utf8').matchAll(/^\| (\S+:\d+) +\| `([\w-]+)` +\|/gm),
  ].map(([, place, rule]) => `${place} ${rule}`);

describe.each(shops)('samples/%s', (shop) => {
  const router = /^router: (?:\{ name: |\n {2}name: )?(\w+)/m.exec(
    fs.readFileSync(path.join(samples, shop, 'shardlint.yaml'), 'utf8'),
  );

  test.runIf(routers.some(({ id }) => id === router?.[1]))(
    'has the findings that its README lists, and no others',
    async () => {
      const result = await check(shop);
      const { path: nameOf, range } = places(result, `${samples}/${shop}`);
      const found = result.findings.map(
        ({ file, span, rule }) => `${nameOf(file)}:${range(file, span).start.line} ${rule}`,
      );
      expect(found.sort()).toEqual(promised(shop).sort());
    },
  );

  test('is understood, has as many silent queries as findings, and its map is in order', async () => {
    const { coverage, findings, inventory, problems } = await check(shop);
    expect(problems).toEqual([]);
    expect(coverage.unread).toEqual([]);
    expect(coverage.unknown).toBe(0);
    const queries = inventory.filter(({ operation }) => operation !== 'ddl' && operation !== 'other');
    const silent = queries.filter(
      ({ file, span }) =>
        !findings.some((one) => one.file === file && one.span.start >= span.start && one.span.end <= span.end),
    );
    expect(silent.length).toBeGreaterThanOrEqual(findings.length);
  });

  test('names no folder of this machine', async () => {
    const { findings } = await check(shop);
    expect(findings.filter(({ message }) => message.includes(samples))).toEqual([]);
  });
});

test('the samples show most of the rules', async () => {
  const results = await Promise.all(shops.map(check));
  expect(shops.length).toBe(3);
  expect(new Set(results.flatMap(({ findings }) => findings.map(({ rule }) => rule))).size).toBeGreaterThanOrEqual(8);
});
