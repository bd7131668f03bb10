/** Who the real libraries ask, the primary or a replica, is who we say. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { differences } from './differences';
import { difference } from './harness/compare';
import { execute, folder, readBoth, versionOf, versions } from './harness/differential';
import { libraries } from './libraries';

/** These choose between their connections by themselves; a plain client says at most that it is a replica's. */
const own = new Set(['drizzle', 'kysely', 'mikroorm', 'prisma', 'sequelize', 'typeorm']);

const home = path.join(folder, 'replicas');

for (const name of fs
  .readdirSync(home)
  .filter((one) => one.endsWith('.ts'))
  .sort()) {
  const id = path.basename(name, '.ts');
  const library = libraries.find((one) => one.id === id);
  const used = library?.package ?? 'pg';
  describe(library?.title ?? id, () => {
    for (const version of versions) {
      test(`${used} ${versionOf(id, used, version)}`, async () => {
        const file = path.join(home, name);
        const recorded = await execute(file, version, library?.server);
        const both = await readBoth(file, recorded, version, library?.server);
        const known = differences.filter((one) => one.library === `${id} replicas`).map(({ shape }) => shape);
        const found = recorded.flatMap(({ shape, runs }) => [
          ...runs.flatMap(({ error }) => (error === undefined ? [] : [`${shape} threw ${error}`])),
          ...(known.includes(shape)
            ? []
            : [
                difference(both.source.get(shape) ?? [], runs, both.sent, own.has(id) ? 'said' : 'unsaid-is-primary') ??
                  [],
              ].flat()),
        ]);
        expect(found.join('\n')).toBe('');
        expect(recorded.length, 'kinds of calls').toBeGreaterThanOrEqual(10);
      });
    }
  });
}
