import { expect, test } from 'vitest';
import { samples } from './harness/paths';
import { editorSuite } from './harness/suite';

const fulfilment = 'citus/src/orders/fulfilment.ts';
const orders = 'own-sharding/src/orders/orders.ts';
const map = 'own-sharding/shardlint.yaml';

/** Room for the code in the pictures. */
const settings = { 'editor.minimap.enabled': false };

/** Enough time for a loaded machine; what is there is seen at once. */
const patience = { timeout: 30_000, interval: 100 };

const editor = editorSuite(samples, { settings });

test('a query that leaves its shard is underlined; the hover says where it runs and why', async () => {
  await editor.workbench.open(orders, 'buyers b ON');
  await editor.workbench.squiggles.first().waitFor();
  await editor.workbench.press('Control+K', 'Control+I');
  const hover = editor.workbench.hover.filter({ hasText: /Runs on/ }).first();
  await hover.waitFor();
  await hover.filter({ hasText: 'Quick Fix' }).waitFor();
  expect(await hover.textContent()).toMatch(/cross-shard-join/);
  await editor.workbench.screenshot('hover');
});

test('the light bulb binds the shard key to a variable in scope, and the finding is gone', async () => {
  await editor.workbench.open(fulfilment, 'orders SET status');
  await editor.workbench.squiggles.first().waitFor();
  const before = await editor.workbench.squiggles.count();
  const bind = await editor.workbench.lightBulb('Bind `tenant_id` to `tenantId`');
  await editor.workbench.screenshot('light-bulb');
  await bind.click();
  await expect.poll(() => editor.workbench.squiggles.count(), patience).toBe(before - 1);
  await editor.workbench.runCommand('File: Revert File');
  await expect.poll(() => editor.workbench.squiggles.count(), patience).toBe(before);
});

test('the light bulb suppresses a finding with a reason, and it is gone', async () => {
  await editor.workbench.open(orders, 'orders WHERE buyer_id');
  await editor.workbench.squiggles.first().waitFor();
  const before = await editor.workbench.squiggles.count();
  await (await editor.workbench.lightBulb('Disable scatter-query for this line')).click();
  await editor.workbench.page
    .locator('.view-line')
    .filter({ hasText: 'shardlint-disable-next-line' })
    .first()
    .waitFor();
  await expect.poll(() => editor.workbench.squiggles.count(), patience).toBe(before - 1);
  await editor.workbench.runCommand('File: Revert File');
  await expect.poll(() => editor.workbench.squiggles.count(), patience).toBe(before);
});

test('a scan lists the findings of all shops in the Problems panel', async () => {
  await editor.workbench.open(orders, 'orders WHERE buyer_id');
  await editor.workbench.runCommand('Shardlint: Scan Workspace');
  await editor.workbench.problems.filter({ hasText: 'shardlint' }).first().waitFor();
  await expect.poll(() => editor.workbench.notifications.count(), patience).toBe(0);
  await editor.workbench.screenshot('problems');
  // The list draws only the rows in sight: folded to its files and enlarged, it shows all of them.
  await editor.workbench.runCommand('View: Toggle Maximized Panel');
  await editor.workbench.page.getByRole('button', { name: 'Collapse All' }).last().click();
  for (const shop of ['citus', 'own-sharding', 'vitess']) {
    await editor.workbench.problems.filter({ hasText: shop }).first().waitFor();
  }
  await editor.workbench.runCommand('View: Toggle Maximized Panel');
  await editor.workbench.runCommand('View: Hide Panel');
});

test('the map completes its keys', async () => {
  await editor.workbench.open(map);
  await editor.workbench.press('Control+End');
  await editor.workbench.page.keyboard.type('\n  payments:\n  sha');
  await editor.workbench.press('Control+Space');
  const row = editor.workbench.suggestions.filter({ hasText: 'shardKey' }).first();
  await row.waitFor();
  await editor.workbench.screenshot('completion');
  await editor.workbench.press('Escape');
  await editor.workbench.runCommand('File: Revert File');
});

test('the status item says what is read and shown', async () => {
  await editor.workbench.open(orders);
  await editor.workbench.page.locator('#status\\.languageStatus').first().click();
  const item = editor.workbench.page.locator('.hover-language-status').filter({ hasText: 'Shardlint' });
  await item.waitFor();
  expect(await item.textContent()).toMatch(/Shardlint: (\d+) of \1 queries understood.*generic · 10 tables/);
  await editor.workbench.screenshot('status');
});

test('the query at the cursor is explained in a page beside it, whose links lead to the declarations', async () => {
  await editor.workbench.open(orders, 'orders o\n');
  await editor.workbench.runCommand('Shardlint: Explain Query at Cursor');
  const page = editor.workbench.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  await page.locator('h1').filter({ hasText: /shard/ }).waitFor();
  await editor.workbench.screenshot('explain');
  expect(await page.locator('body').textContent()).not.toContain('file:');
  await page.locator('a').filter({ hasText: 'shardlint.yaml' }).first().click();
  await editor.workbench.page.locator('.tab.active').filter({ hasText: 'shardlint.yaml' }).waitFor();
});
