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
/** What the pages of the window wrote to their consoles. */
const said: string[] = [];
const folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'shardlint-')), 'shops');

/** A table and a file whose names would run as markup. */
const hostile = '<img src=x onerror=document.body.dataset.broken=1>';

const patience = { timeout: 30_000, interval: 100 };

beforeAll(async () => {
  fs.cpSync(path.join(samples, 'citus'), folder, { recursive: true });
  fs.mkdirSync(path.join(folder, 'zoo'));
  fs.writeFileSync(
    path.join(folder, 'zoo', 'shardlint.yaml'),
    `version: 1\ndialect: postgresql\nrouter: generic\ntables:\n  '${hostile}': { shardKey: id, shards: 8 }\n`,
  );
  fs.writeFileSync(
    path.join(folder, 'zoo', 'a.sql'),
    `SELECT '<script>document.body.dataset.broken=2</script>' FROM "${hostile}";\n`,
  );
  // A hover over one row of a list would stand before the next one.
  const settings = { 'editor.minimap.enabled': false, 'workbench.hover.delay': 20_000 };
  [server, browser] = await Promise.all([startCodeServer({ vsix, settings }), openBrowser()]);
  browser.page.on('console', (message) => said.push(message.text()));
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

const report = () => workbench.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');

async function showReport(): Promise<void> {
  await workbench.runCommand('Shardlint: Show Shard Report');
  await report().locator('article').first().waitFor({ timeout: 60_000 });
}

const view = () => workbench.page.locator('.pane').filter({ hasText: 'Shard Reach' });

test('the view says what to do before anything was read, and then shows tables down to their statements', async () => {
  const { page } = workbench;
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
  await workbench.screenshot('report-tree');
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
  await workbench.page.locator('.tab.active').filter({ hasText: 'orders.ts' }).waitFor();
  await workbench.page.locator('#status\\.editor\\.selection').filter({ hasText: 'Ln 82' }).waitFor();
});

test('links can be reached and followed by the keyboard alone', async () => {
  await showReport();
  const link = report().locator('a[data-uri]').first();
  const target = await link.textContent();
  await link.focus();
  expect(await report().locator('a:focus-visible').count()).toBe(1);
  await link.press('Enter');
  await workbench.page
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
  await workbench.screenshot('report');
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
    await workbench.page.locator('.tab.active').click();
    await workbench.runCommand('Preferences: Color Theme');
    await workbench.page.keyboard.type(theme);
    await workbench.page.locator('.quick-input-list .monaco-list-row.focused').filter({ hasText: theme }).waitFor();
    await workbench.press('Enter');
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot(`report-${name}`);
    seen.add(await background());
  }
  expect(seen.size).toBe(3);
  await workbench.page.reload();
  await report().locator('article').first().waitFor({ timeout: 60_000 });
});

test('without a map the view offers to write one', async () => {
  const empty = path.join(path.dirname(folder), 'empty');
  fs.mkdirSync(empty);
  fs.writeFileSync(path.join(empty, 'a.sql'), 'SELECT 1;\n');
  workbench = await openWorkbench(browser.page, server.url(empty), empty);
  await workbench.runCommand('Shardlint: Create Configuration');
  await workbench.page.getByRole('button', { name: 'Shard Reach Section' }).click();
  await view().getByRole('button', { name: 'Create Configuration' }).waitFor();
  await workbench.screenshot('report-empty');
});

test('the walkthrough has four steps with pictures; a sample shop opens in a window of its own', async () => {
  const { page } = workbench;
  await workbench.runCommand('Welcome: Open Walkthrough');
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
  await workbench.screenshot('walkthrough');
  await steps.nth(3).click();
  await page.getByRole('button', { name: 'Show Shard Report' }).first().waitFor();
  await workbench.screenshot('walkthrough-report');
  await workbench.runCommand('Shardlint: Open Sample Shop');
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
