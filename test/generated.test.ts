import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { generateAll, stale } from '../server/scripts/generators/index.mts';
import { repository } from './harness/imports';

test('what is generated is current: otherwise run `npm run generate`', async () => {
  const all = await generateAll();
  expect(stale(all)).toEqual([]);
  for (const { path: name, text } of all) {
    const file = path.join(repository, name);
    expect(fs.existsSync(file) ? fs.readFileSync(file, 'utf8').replaceAll('\r\n', '\n') : undefined, name).toBe(text);
  }
});
