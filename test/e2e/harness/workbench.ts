import fs from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { out } from './paths';

/** The editor's window as a person uses it: everything by keyboard, mouse and what is drawn. */
export interface Workbench {
  readonly page: Page;
  readonly squiggles: Locator;
  readonly problems: Locator;
  openFile(name: string): Promise<void>;
  goTo(line: number, column: number): Promise<void>;
  runCommand(title: string): Promise<void>;
  /** Opens the light bulb's menu at the cursor and takes the entry of that name. */
  quickFix(title: RegExp): Promise<void>;
  /** Writes `test/e2e/.out/<name>.png`. */
  screenshot(name: string, part?: Locator): Promise<void>;
}

export async function openWorkbench(page: Page, url: string): Promise<Workbench> {
  await page.goto(url);
  await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
  await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 60_000 });
  const quickInput = page.locator('.quick-input-widget input');

  const type = async (key: string, text: string) => {
    await page.keyboard.press(key);
    await quickInput.waitFor();
    await page.keyboard.type(text);
  };
  const takeRow = async (text: string | RegExp) => {
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first().click();
  };

  return {
    page,
    squiggles: page.locator('.squiggly-warning, .squiggly-error, .squiggly-info'),
    problems: page.locator('.markers-panel-container .monaco-list-row'),
    async openFile(name) {
      await type('Control+P', name);
      await takeRow(path.basename(name));
      await page
        .locator('.tab.active')
        .filter({ hasText: path.basename(name) })
        .waitFor();
      await page.locator('.editor-instance .view-line').first().waitFor();
    },
    async goTo(line, column) {
      await type('Control+G', `${line}:${column}`);
      await page.keyboard.press('Enter');
      await quickInput.waitFor({ state: 'hidden' });
    },
    async runCommand(title) {
      await type('F1', title);
      await takeRow(title);
    },
    async quickFix(title) {
      await page.keyboard.press('Control+.');
      const entry = page.locator('.action-widget .monaco-list-row').filter({ hasText: title }).first();
      await entry.waitFor();
      await entry.click();
    },
    async screenshot(name, part) {
      fs.mkdirSync(out, { recursive: true });
      const file = { path: path.join(out, `${name}.png`) };
      await (part ? part.screenshot(file) : page.screenshot(file));
    },
  };
}
