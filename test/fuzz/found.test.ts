/** Inputs that once threw, hung or broke a promise, as `npm run fuzz` made them small. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { targets } from './targets';

const folder = path.join('test', 'fuzz', 'found');

test.each(fs.readdirSync(folder))('%s', async (name) => {
  const { target: id, input } = JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));
  const prepared = await targets.find((target) => target.id === id)?.prepare();
  await prepared?.run(input); // loads the parsers
  const start = performance.now();
  await prepared?.run(input);
  expect(prepared).toBeDefined();
  expect(performance.now() - start).toBeLessThan(1000);
});
