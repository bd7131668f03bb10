import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, openBrowser } from './harness/browser';
import { type CodeServer, startCodeServer } from './harness/codeServer';
import { vsix } from './harness/paths';
import { openWorkbench, type Workbench } from './harness/workbench';

let server: CodeServer;
let browser: Browser;
let workbench: Workbench;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shardlint-workspace-'));

beforeAll(async () => {
  fs.writeFileSync(path.join(folder, 'shardlint.yaml'), 'version: 1\ndialect: postgresql\nrouter: citus\ntables: {}\n');
  fs.writeFileSync(path.join(folder, 'orders.sql'), 'select * from orders;\n');
  [server, browser] = await Promise.all([startCodeServer({ vsix }), openBrowser()]);
  workbench = await openWorkbench(browser.page, server.url(folder));
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

test('the extension starts where a shard map lies, and its commands stand in the palette', async () => {
  await workbench.openFile('orders.sql');
  await workbench.runCommand('Shardlint: Report Issue');
  await workbench.page.locator('.tab.active').filter({ hasText: 'What happened' }).waitFor();
  await workbench.screenshot('report-issue');
  expect(await workbench.page.locator('.notification-toast').count()).toBe(0);
});
