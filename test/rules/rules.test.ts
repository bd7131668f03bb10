import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { rules } from '../../server/src/rules';
import { ruleFixture } from '../harness/ruleFixture';

const folder = import.meta.dirname;
const fixtures = fs.readdirSync(folder).filter((name) => name.endsWith('.md'));

test('every rule has a fixture', () => {
  expect(fixtures.map((name) => name.replace(/\.md$/, '')).sort()).toEqual(rules.map(({ id }) => id).sort());
});

for (const name of fixtures) ruleFixture(path.join(folder, name));
