/** What the real libraries send is what we read in the source, or a reviewed difference. */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { repository } from '../harness/imports';
import { differences } from './differences';
import { document, type Result } from './document';
import { difference } from './harness/compare';
import { execute, folder, readBoth, type Version, versionOf, versions } from './harness/differential';
import { libraries } from './libraries';

const done = new Map<string, { readonly shapes: readonly string[]; readonly agree: number }>();

for (const { id, title, package: name } of libraries) {
  describe(title, () => {
    const file = path.join(folder, 'shapes', `${id}.ts`);
    for (const version of versions) {
      test(`${name} ${versionOf(name, version)}`, async () => {
        const recorded = await execute(file, version);
        const both = await readBoth(file, recorded);
        const expected = differences.filter(
          (one) => one.library === id && (one.versions ?? versions).includes(version),
        );
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
        expect(recorded.length, 'call shapes').toBeGreaterThanOrEqual(40);
        const known = new Set(recorded.map(({ shape }) => shape));
        done.set(`${id} ${version}`, {
          shapes: [...both.source.keys()].filter((shape) => known.has(shape)),
          agree: recorded.length - differing.length,
        });
      });
    }
  });
}

const resultOf = (library: (typeof libraries)[number]): readonly Result[] => {
  const each = versions.flatMap((version) => done.get(`${library.id} ${version}`) ?? []);
  if (each.length < versions.length) return [];
  const named = Object.fromEntries(versions.map((one) => [one, versionOf(library.package, one)]));
  return [
    {
      library,
      versions: named as Readonly<Record<Version, string>>,
      shapes: each[0]?.shapes ?? [],
      executed: each.reduce((sum, { shapes }) => sum + shapes.length, 0),
      agree: each.reduce((sum, { agree }) => sum + agree, 0),
      differences: differences.filter((one) => one.library === library.id),
    },
  ];
};

test('server/docs/orms.md is current: otherwise run with UPDATE_ORMS=1', () => {
  const results = libraries.flatMap(resultOf);
  expect(results.map(({ library }) => library.id)).toEqual(libraries.map(({ id }) => id));
  const page = path.join(repository, 'server', 'docs', 'orms.md');
  const text = document(results);
  if (process.env.UPDATE_ORMS) fs.writeFileSync(page, text);
  expect(fs.readFileSync(page, 'utf8').replaceAll('\r\n', '\n')).toBe(text);
});

afterAll(() => done.clear());
