/** The extension in the extension host of the browser: the server is a worker, and files are the editor's. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { samples } from './harness/paths';
import { editorSuite } from './harness/suite';

const requested: string[] = [];

const editor = editorSuite(samples, {
  settings: { 'remote.extensionKind': { 'shardlint.shardlint': ['web'] } },
  onPage: (page) => page.context().on('request', (request) => requested.push(request.url())),
});

test('underlines what leaves its shard, and says why', async () => {
  await editor.workbench.open('own-sharding/src/orders/orders.ts', 'buyers b ON');
  await editor.workbench.squiggles.first().waitFor({ timeout: 90_000 });
  await editor.workbench.press('Control+K', 'Control+I');
  const hover = editor.workbench.hover.filter({ hasText: /Runs on/ }).first();
  await hover.waitFor();
  expect(await hover.textContent()).toMatch(/cross-shard-join/);
  expect(requested.filter((url) => /dist%2Fbrowser\.js/.test(url)).length).toBeGreaterThan(0);
});

test('follows the map as it is edited', async () => {
  await editor.workbench.open('own-sharding/src/orders/orders.ts');
  const before = await editor.workbench.squiggles.count();
  expect(before).toBeGreaterThan(0);
  const map = path.join(editor.folder, 'own-sharding', 'shardlint.yaml');
  fs.writeFileSync(map, `${fs.readFileSync(map, 'utf8')}\nrules: { scatter-query: off, cross-shard-join: off }\n`);
  await expect.poll(() => editor.workbench.squiggles.count(), { timeout: 60_000, interval: 200 }).toBeLessThan(before);
});
