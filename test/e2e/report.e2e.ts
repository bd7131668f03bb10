import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { samples } from './harness/paths';
import { editorSuite } from './harness/suite';

/** What the pages of the window wrote to their consoles. */
const said: string[] = [];

/** A table and a file whose names would run as markup. */
const hostile = '<img src=x onerror=document.body.dataset.broken=1>';

const patience = { timeout: 30_000, interval: 100 };

const editor = editorSuite(path.join(samples, 'citus'), {
  // A hover over one row of a list would stand before the next one.
  settings: { 'editor.minimap.enabled': false, 'workbench.hover.delay': 20_000 },
  prepare: (folder) => {
    fs.mkdirSync(path.join(folder, 'zoo'));
    fs.writeFileSync(
      path.join(folder, 'zoo', 'shardlint.yaml'),
      `version: 1\ndialect: postgresql\nrouter: generic\ntables:\n  '${hostile}': { shardKey: id, shards: 8 }\n`,
    );
    fs.writeFileSync(
      path.join(folder, 'zoo', 'a.sql'),
      `SELECT '<script>document.body.dataset.broken=2</script>' FROM "${hostile}";\n`,
    );
  },
  onPage: (page) => page.on('console', (message) => said.push(message.text())),
});
const { folder } = editor;

const report = () => editor.workbench.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');

async function showReport(): Promise<void> {
  await editor.workbench.runCommand('Shardlint: Show Shard Report');
  await report().locator('article').first().waitFor({ timeout: 60_000 });
}

const view = () => editor.workbench.page.locator('.pane').filter({ hasText: 'Shard Reach' });

test('the view says what to do before anything was read, and then shows tables down to their statements', async () => {
  const { page } = editor.workbench;
  const section = page.getByRole('button', { name: 'Shard Reach Section' });
  await section.waitFor();
  // Once more after a failure, they are as the first try has left them.
  if ((await section.getAttribute('aria-expanded')) === 'false') await section.click();
  const explorer = page.getByRole('button', { name: 'Explorer Section: shops' });
  if ((await explorer.getAttribute('aria-expanded')) === 'true') await explorer.click();
  await view().getByRole('button', { name: 'Scan Workspace' }).last().click();
  const rows = view().locator('.monaco-list-row');
  const orders = rows.filter({ hasText: /^orders/ }).first();
  await orders.waitFor();
  await expect.poll(() => orders.textContent(), patience).toMatch(/tenant_id · 11 of 20 leave/);
  await orders.click();
  const scatter = rows.filter({ hasText: /^all shards\d+$/ }).first();
  await scatter.waitFor();
  await scatter.click();
  const statement = rows.filter({ hasText: 'fulfilment.ts:4' }).first();
  await statement.waitFor();
  await page.getByRole('button', { name: 'Hide Panel' }).click();
  await editor.workbench.screenshot('report-tree');
  await statement.click();
  await page.locator('.tab.active').filter({ hasText: 'fulfilment.ts' }).waitFor();
  await page.locator('#status\\.editor\\.selection').filter({ hasText: 'Ln 4' }).waitFor();
});

test('the report shows charts with a table beside each, and its links open the line', async () => {
  await showReport();
  await expect.poll(() => report().locator('svg.chart').count(), patience).toBeGreaterThan(1);
  for (const chart of await report().locator('svg.chart').all())
    expect(await chart.getAttribute('aria-label')).toBeTruthy();
  expect(await report().locator('table').count()).toBeGreaterThan(3);
  for (const table of await report().locator('table').all()) {
    expect(await table.locator('caption').count()).toBe(1);
    expect(await table.locator('th[scope=col]').count()).toBeGreaterThan(1);
  }
  await report().locator('a').filter({ hasText: 'src/orders/orders.ts:82' }).first().click();
  await editor.workbench.page.locator('.tab.active').filter({ hasText: 'orders.ts' }).waitFor();
  await editor.workbench.page.locator('#status\\.editor\\.selection').filter({ hasText: 'Ln 82' }).waitFor();
});

test('links can be reached and followed by the keyboard alone', async () => {
  await showReport();
  const link = report().locator('a[data-uri]').first();
  const target = await link.textContent();
  await link.focus();
  expect(await report().locator('a:focus-visible').count()).toBe(1);
  await link.press('Enter');
  await editor.workbench.page
    .locator('.tab.active')
    .filter({ hasText: /001|migrations|\.sql|shardlint/ })
    .first()
    .waitFor();
  expect(target).toBeTruthy();
});

test('names of the workspace are text, and no policy was broken', async () => {
  await showReport();
  await report().locator('body').filter({ hasText: hostile }).waitFor();
  expect(await report().locator('img').count()).toBe(0);
  // The editor's own script, and the one that comes with the extension.
  expect(await report().locator('script').count()).toBe(2);
  expect(await report().locator('script[nonce][src*="reportPanel.js"]').count()).toBe(1);
  expect(await report().locator('body').getAttribute('data-broken')).toBeNull();
  const policy = await report().locator('meta[http-equiv=Content-Security-Policy]').getAttribute('content');
  expect(policy).toMatch(/^default-src 'none'; style-src 'nonce-[\w-]+'; script-src 'nonce-[\w-]+'/);
  expect(said.filter((text) => /Content Security Policy/i.test(text))).toEqual([]);
});

test('the report wears the colours of the theme, and comes back after a reload', async () => {
  await showReport();
  await editor.workbench.screenshot('report');
  const background = () =>
    report()
      .locator('body')
      .evaluate((body) => body.ownerDocument.defaultView?.getComputedStyle(body).backgroundColor);
  const seen = new Set([await background()]);
  for (const [theme, name] of [
    ['Light Modern', 'light'],
    ['Dark High Contrast', 'contrast'],
    ['Dark Modern', 'dark'],
  ] as const) {
    await editor.workbench.page.locator('.tab.active').click();
    await editor.workbench.runCommand('Preferences: Color Theme');
    await editor.workbench.page.keyboard.type(theme);
    await editor.workbench.page
      .locator('.quick-input-list .monaco-list-row.focused')
      .filter({ hasText: theme })
      .waitFor();
    await editor.workbench.press('Enter');
    await editor.workbench.page.waitForTimeout(500);
    await editor.workbench.screenshot(`report-${name}`);
    seen.add(await background());
  }
  expect(seen.size).toBe(3);
  await editor.workbench.page.reload();
  await report().locator('article').first().waitFor({ timeout: 60_000 });
});

test('without a map the view offers to write one', async () => {
  const empty = path.join(path.dirname(folder), 'empty');
  fs.mkdirSync(empty);
  fs.writeFileSync(path.join(empty, 'a.sql'), 'SELECT 1;\n');
  await editor.show(empty);
  await editor.workbench.runCommand('Shardlint: Create Configuration');
  await editor.workbench.page.getByRole('button', { name: 'Shard Reach Section' }).click();
  await view().getByRole('button', { name: 'Create Configuration' }).waitFor();
  await editor.workbench.screenshot('report-empty');
});

test('the walkthrough has four steps with pictures; a sample shop opens in a window of its own', async () => {
  const { page } = editor.workbench;
  await editor.workbench.runCommand('Welcome: Open Walkthrough');
  await page.keyboard.type('Get Started with Shardlint');
  await page
    .locator('.quick-input-list .monaco-list-row')
    .filter({ hasText: 'Get Started with Shardlint' })
    .first()
    .click();
  const steps = page.locator('.getting-started-step');
  await steps.first().waitFor();
  expect(await steps.count()).toBe(4);
  await page.getByRole('button', { name: 'Create Configuration' }).first().waitFor();
  await editor.workbench.screenshot('walkthrough');
  await steps.nth(3).click();
  await page.getByRole('button', { name: 'Show Shard Report' }).first().waitFor();
  await editor.workbench.screenshot('walkthrough-report');
  await editor.workbench.runCommand('Shardlint: Open Sample Shop');
  const opened = page.context().waitForEvent('page');
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'PostgreSQL on Citus' }).first().click();
  const shop = await opened;
  await shop
    .locator('.explorer-folders-view .monaco-list-row')
    .filter({ hasText: 'shardlint.yaml' })
    .first()
    .waitFor({ timeout: 60_000 });
  await shop.close();
});
