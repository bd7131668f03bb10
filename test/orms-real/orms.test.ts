/** What the real libraries send is what we read in the source, or a reviewed difference. */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { hasMariadb, startMariadb } from '../databases/servers';
import { repository } from '../harness/imports';
import { differences, differencesOf } from './differences';
import { document, keyOf, type Outcome, type Result, rawWays } from './document';
import { difference } from './harness/compare';
import { execute, folder, readBoth, type Version, versionOf, versions } from './harness/differential';
import { libraries } from './libraries';

const updating = Boolean(process.env.UPDATE_ORMS);
const resultsFile = path.join(folder, 'results.json');
const results = (): Readonly<Record<string, Outcome>> => JSON.parse(fs.readFileSync(resultsFile, 'utf8'));

const shopUser = "CREATE USER 'shop'@'%' IDENTIFIED BY 'shop';\nGRANT ALL ON shop.* TO 'shop'@'%';\n";
const mariadb = hasMariadb ? await startMariadb(shopUser) : undefined;
afterAll(() => mariadb?.stop());
if (!hasMariadb)
  console.log('MariaDB is not installed (mariadb-server-core, mariadb-client-core): its runs are left out.');

for (const { id, title, package: name, server: kind, mysql, apart } of libraries)
  for (const beside of [undefined, ...(mysql ? (['mysql'] as const) : []), ...(apart ? [] : (['raw'] as const))])
    describe.skipIf(beside === 'mysql' && !hasMariadb)(`${title}${beside === undefined ? '' : `, ${beside}`}`, () => {
      const server = beside === 'mysql' ? beside : kind;
      const file = path.join(folder, 'shapes', `${id}.ts`);
      const key = keyOf(id, beside);
      const done = new Map<Version, { readonly shapes: readonly string[]; readonly agree: number }>();
      for (const version of versions) {
        test(`${name} ${versionOf(id, name, version)}`, async () => {
          const recorded = await execute(file, version, server, beside, {
            MARIADB_PORT: new URL(mariadb?.url ?? 'mysql://').port,
          });
          const both = await readBoth(file, recorded, version, server, beside);
          const expected = differencesOf(id, beside, version);
          const found: string[] = [];
          const differing: string[] = [];
          for (const { shape, runs } of recorded) {
            for (const { error } of runs) if (error !== undefined) found.push(`${shape} threw ${error}`);
            const differs = difference(both.source.get(shape) ?? [], runs, both.sent);
            if (differs === undefined) continue;
            differing.push(shape);
            if (!expected.some((one) => one.shape === shape)) found.push(`${shape}: ${differs}`);
          }
          expect(found.join('\n')).toBe('');
          expect(
            expected.map(({ shape }) => shape).filter((shape) => !differing.includes(shape)),
            'agrees now',
          ).toEqual([]);
          expect(recorded.length, 'call shapes').toBeGreaterThanOrEqual(beside === 'raw' ? 10 : 40);
          const known = new Set(recorded.map(({ shape }) => shape));
          const shapes = [...both.source.keys()].filter((shape) => known.has(shape));
          done.set(version, { shapes, agree: recorded.length - differing.length });
        });
      }
      test('results.json is current: otherwise run with UPDATE_ORMS=1', () => {
        const each = [...done.values()];
        const outcome: Outcome = {
          versions: { earlier: versionOf(id, name, 'earlier'), current: versionOf(id, name, 'current') },
          shapes: [...new Set(each.flatMap(({ shapes }) => shapes))],
          executed: each.reduce((sum, { shapes }) => sum + shapes.length, 0),
          agree: each.reduce((sum, { agree }) => sum + agree, 0),
        };
        expect(each.length, 'versions that were executed').toBe(versions.length);
        if (updating) {
          const all = Object.entries({ ...results(), [key]: outcome }).sort(([a], [b]) => (a < b ? -1 : 1));
          fs.writeFileSync(resultsFile, `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`);
        }
        expect(results()[key]).toEqual(outcome);
      });
    });

test('server/docs/orms.md is current: otherwise run with UPDATE_ORMS=1', () => {
  const known = results();
  const all = libraries.flatMap((library): readonly Result[] => {
    const outcome = known[library.id];
    return outcome === undefined
      ? []
      : [
          {
            library,
            differences: differences.filter((one) => one.library === library.id),
            ...outcome,
            mysql: known[keyOf(library.id, 'mysql')],
            raw: rawWays(library.id, known[keyOf(library.id, 'raw')]),
          },
        ];
  });
  expect(all.map(({ library }) => library.id)).toEqual(libraries.map(({ id }) => id));
  const page = path.join(repository, 'server', 'docs', 'orms.md');
  const text = document(all);
  if (updating) fs.writeFileSync(page, text);
  expect(fs.readFileSync(page, 'utf8').replaceAll('\r\n', '\n')).toBe(text);
});
