/** The literate fixtures of dialects, ORMs and routers: which findings their examples have, drawn under the code; for ORMs what is sent, too. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { dialects } from '../server/src/dialects';
import { orms } from '../server/src/orms';
import { routers } from '../server/src/routing/routers';
import { ormFixture } from './harness/ormFixture';
import { ruleFixture } from './harness/ruleFixture';

const kebab = (id: string): string => id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

for (const [kind, modules] of Object.entries({ dialects, orms, routers })) {
  const folder = path.join(import.meta.dirname, kind);
  const fixtures = fs.readdirSync(folder).filter((name) => name.endsWith('.md'));

  test(`all ${kind} have a fixture`, () => {
    expect(fixtures.sort()).toEqual(modules.map(({ id }) => `${kebab(id)}.md`).sort());
  });

  const run = kind === 'orms' ? ormFixture : ruleFixture;
  for (const name of fixtures) run(path.join(folder, name));
}
