import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Browser, openBrowser } from './harness/browser';
import { type CodeServer, startCodeServer } from './harness/codeServer';
import { samples, vsix } from './harness/paths';
import { openWorkbench, type Workbench } from './harness/workbench';

let server: CodeServer;
let browser: Browser;
let workbench: Workbench;
const folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'shardlint-')), 'shops');

const fulfilment = 'citus/src/orders/fulfilment.ts';
const orders = 'own-sharding/src/orders/orders.ts';
const map = 'own-sharding/shardlint.yaml';

/** Room for the code in the pictures. */
const settings = { 'editor.minimap.enabled': false };

/** Enough time for a loaded machine; what is there is seen at once. */
const patience = { timeout: 30_000, interval: 100 };

beforeAll(async () => {
  fs.cpSync(samples, folder, { recursive: true });
  [server, browser] = await Promise.all([startCodeServer({ vsix, settings }), openBrowser()]);
  workbench = await openWorkbench(browser.page, server.url(folder), folder);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  fs.rmSync(path.dirname(folder), { recursive: true, force: true });
});

beforeEach(async ({ onTestFailed, task }) => {
  onTestFailed(() => workbench.screenshot(`failed-${task.name.replace(/\W+/g, '-')}`));
  await workbench.press('Escape', 'Escape');
});

test('a query that leaves its shard is underlined; the hover says where it runs and why', async () => {
  await workbench.open(orders, 'buyers b ON');
  await workbench.squiggles.first().waitFor();
  await workbench.press('Control+K', 'Control+I');
  const hover = workbench.hover.filter({ hasText: /Runs on/ }).first();
  await hover.waitFor();
  await hover.filter({ hasText: 'Quick Fix' }).waitFor();
  expect(await hover.textContent()).toMatch(/cross-shard-join/);
  await workbench.screenshot('hover');
});

test('the light bulb binds the shard key to a variable in scope, and the finding is gone', async () => {
  await workbench.open(fulfilment, 'orders SET status');
  await workbench.squiggles.first().waitFor();
  const before = await workbench.squiggles.count();
  const bind = await workbench.lightBulb('Bind `tenant_id` to `tenantId`');
  await workbench.screenshot('light-bulb');
  await bind.click();
  await expect.poll(() => workbench.squiggles.count(), patience).toBe(before - 1);
  await workbench.runCommand('File: Revert File');
  await expect.poll(() => workbench.squiggles.count(), patience).toBe(before);
});

test('the light bulb suppresses a finding with a reason, and it is gone', async () => {
  await workbench.open(orders, 'orders WHERE buyer_id');
  await workbench.squiggles.first().waitFor();
  const before = await workbench.squiggles.count();
  await (await workbench.lightBulb('Disable scatter-query for this line')).click();
  await workbench.page.locator('.view-line').filter({ hasText: 'shardlint-disable-next-line' }).first().waitFor();
  await expect.poll(() => workbench.squiggles.count(), patience).toBe(before - 1);
  await workbench.runCommand('File: Revert File');
  await expect.poll(() => workbench.squiggles.count(), patience).toBe(before);
});

test('a scan lists the findings of all shops in the Problems panel', async () => {
  await workbench.open(orders, 'orders WHERE buyer_id');
  await workbench.runCommand('Shardlint: Scan Workspace');
  await workbench.problems.filter({ hasText: 'shardlint' }).first().waitFor();
  await expect.poll(() => workbench.notifications.count(), patience).toBe(0);
  await workbench.screenshot('problems');
  // The list draws only the rows in sight: folded to its files and enlarged, it shows all of them.
  await workbench.runCommand('View: Toggle Maximized Panel');
  await workbench.page.getByRole('button', { name: 'Collapse All' }).last().click();
  for (const shop of ['citus', 'own-sharding', 'vitess']) {
    await workbench.problems.filter({ hasText: shop }).first().waitFor();
  }
  await workbench.runCommand('View: Toggle Maximized Panel');
  await workbench.runCommand('View: Hide Panel');
});

test('the map completes its keys', async () => {
  await workbench.open(map);
  await workbench.press('Control+End');
  await workbench.page.keyboard.type('\n  payments:\n  sha');
  await workbench.press('Control+Space');
  const row = workbench.suggestions.filter({ hasText: 'shardKey' }).first();
  await row.waitFor();
  await workbench.screenshot('completion');
  await workbench.press('Escape');
  await workbench.runCommand('File: Revert File');
});

test('the status item says what is read and shown', async () => {
  await workbench.open(orders);
  await workbench.page.locator('#status\\.languageStatus').first().click();
  const item = workbench.page.locator('.hover-language-status').filter({ hasText: 'Shardlint' });
  await item.waitFor();
  expect(await item.textContent()).toMatch(/Shardlint: (\d+) of \1 queries understood.*generic · 10 tables/);
  await workbench.screenshot('status');
});

test('the query at the cursor is explained in a page beside it, whose links lead to the declarations', async () => {
  await workbench.open(orders, 'orders o\n');
  await workbench.runCommand('Shardlint: Explain Query at Cursor');
  const page = workbench.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  await page.locator('h1').filter({ hasText: /shard/ }).waitFor();
  await workbench.screenshot('explain');
  expect(await page.locator('body').textContent()).not.toContain('file:');
  await page.locator('a').filter({ hasText: 'shardlint.yaml' }).first().click();
  await workbench.page.locator('.tab.active').filter({ hasText: 'shardlint.yaml' }).waitFor();
});
