/** Who the real libraries ask, the primary or a replica, is who we say. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { differences } from './differences';
import { difference } from './harness/compare';
import { execute, folder, readBoth, versionOf, versions } from './harness/differential';
import { libraries } from './libraries';

const home = path.join(folder, 'replicas');

for (const name of fs
  .readdirSync(home)
  .filter((one) => one.endsWith('.ts'))
  .sort()) {
  const id = path.basename(name, '.ts');
  const library = libraries.find((one) => one.id === id);
  describe(library?.title ?? id, () => {
    for (const version of versions) {
      test(`${library?.package} ${versionOf(id, library?.package ?? '', version)}`, async () => {
        const file = path.join(home, name);
        const recorded = await execute(file, version);
        const both = await readBoth(file, recorded);
        const known = differences.filter((one) => one.library === `${id} replicas`).map(({ shape }) => shape);
        const found = recorded.flatMap(({ shape, runs }) => [
          ...runs.flatMap(({ error }) => (error === undefined ? [] : [`${shape} threw ${error}`])),
          ...(known.includes(shape)
            ? []
            : [difference(both.source.get(shape) ?? [], runs, both.sent, true) ?? []].flat()),
        ]);
        expect(found.join('\n')).toBe('');
        expect(recorded.length, 'kinds of calls').toBeGreaterThanOrEqual(10);
      });
    }
  });
}
