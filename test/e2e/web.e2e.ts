/** The extension in the extension host of the browser: the server is a worker, and files are the editor's. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, openBrowser } from './harness/browser';
import { type CodeServer, startCodeServer } from './harness/codeServer';
import { samples, vsix } from './harness/paths';
import { openWorkbench, type Workbench } from './harness/workbench';

let server: CodeServer;
let browser: Browser;
let workbench: Workbench;
const folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'shardlint-web-')), 'shops');
const requested: string[] = [];

beforeAll(async () => {
  fs.cpSync(samples, folder, { recursive: true });
  const settings = { 'remote.extensionKind': { 'shardlint.shardlint': ['web'] } };
  [server, browser] = await Promise.all([startCodeServer({ vsix, settings }), openBrowser()]);
  browser.page.context().on('request', (request) => requested.push(request.url()));
  workbench = await openWorkbench(browser.page, server.url(folder), folder);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  fs.rmSync(path.dirname(folder), { recursive: true, force: true });
});

test('underlines what leaves its shard, and says why', async ({ onTestFailed }) => {
  onTestFailed(() => workbench.screenshot('failed-web'));
  await workbench.open('own-sharding/src/orders/orders.ts', 'buyers b ON');
  await workbench.squiggles.first().waitFor({ timeout: 90_000 });
  await workbench.press('Control+K', 'Control+I');
  const hover = workbench.hover.filter({ hasText: /Runs on/ }).first();
  await hover.waitFor();
  expect(await hover.textContent()).toMatch(/cross-shard-join/);
  expect(requested.filter((url) => /dist%2Fbrowser\.js/.test(url)).length).toBeGreaterThan(0);
});

test('follows the map as it is edited', async ({ onTestFailed }) => {
  onTestFailed(() => workbench.screenshot('failed-web-map'));
  await workbench.open('own-sharding/src/orders/orders.ts');
  const before = await workbench.squiggles.count();
  expect(before).toBeGreaterThan(0);
  const map = path.join(folder, 'own-sharding', 'shardlint.yaml');
  fs.writeFileSync(map, `${fs.readFileSync(map, 'utf8')}\nrules: { scatter-query: off, cross-shard-join: off }\n`);
  await expect.poll(() => workbench.squiggles.count(), { timeout: 60_000, interval: 200 }).toBeLessThan(before);
});
