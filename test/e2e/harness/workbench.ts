import fs from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { out } from './paths';

/** The editor's window as a person uses it: everything by keyboard, mouse and what is drawn. */
export interface Workbench {
  readonly page: Page;
  readonly squiggles: Locator;
  readonly problems: Locator;
  readonly hover: Locator;
  readonly suggestions: Locator;
  readonly notifications: Locator;
  /** Opens a file by its path in the folder and puts the cursor before the first `text`. */
  open(file: string, text?: string): Promise<void>;
  runCommand(title: string): Promise<void>;
  /** Opens the light bulb's menu at the cursor; the entry of that name. */
  lightBulb(title: string): Promise<Locator>;
  press(...keys: string[]): Promise<void>;
  /** Writes `test/e2e/.out/<name>.png`. */
  screenshot(name: string): Promise<void>;
}

/** How often a command is looked for. */
const attempts = 3;

/** Opens `url`, which shows `folder`, and waits until the window can be used. */
export async function openWorkbench(page: Page, url: string, folder: string): Promise<Workbench> {
  await page.goto(url);
  await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
  await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 60_000 });
  const quickInput = page.locator('.quick-input-widget input');

  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const type = async (key: string, text: string) => {
    await press(key);
    await quickInput.waitFor();
    await page.keyboard.type(text);
  };
  const goTo = async (file: string, text: string) => {
    const content = fs.readFileSync(path.join(folder, file), 'utf8');
    const at = content.indexOf(text);
    if (at < 0) throw new Error(`${file} does not hold ${JSON.stringify(text)}`);
    const before = content.slice(0, at).split('\n');
    await type('Control+G', `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`);
    await press('Enter');
    await quickInput.waitFor({ state: 'hidden' });
  };

  return {
    page,
    squiggles: page.locator('.squiggly-warning, .squiggly-error, .squiggly-info'),
    problems: page.locator('.markers-panel-container .monaco-list-row'),
    hover: page.locator('.monaco-hover-content'),
    suggestions: page.locator('.suggest-widget.visible .monaco-list-row'),
    notifications: page.locator('.notification-toast'),
    async open(file, text) {
      await type('Control+P', file);
      await page
        .locator('.quick-input-list .monaco-list-row')
        .filter({ hasText: path.basename(file) })
        .first()
        .click();
      await page
        .locator('.tab.active')
        .filter({ hasText: path.basename(file) })
        .waitFor();
      await page.locator('.editor-instance .view-line').first().waitFor();
      if (text !== undefined) await goTo(file, text);
    },
    async runCommand(title) {
      const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
      // A page that has just been shown takes the focus when it is ready, and the palette closes: it is opened again.
      for (let tries = 1; ; tries++) {
        await type('F1', title);
        try {
          return await row.click({ timeout: tries < attempts ? 5_000 : 30_000 });
        } catch (error) {
          if (tries === attempts) throw error;
          await press('Escape');
        }
      }
    },
    async lightBulb(title) {
      const entry = page.locator('.action-widget .monaco-list-row').filter({ hasText: title }).first();
      // Findings are drawn before their fixes can be had: an early menu lacks them, so it is opened anew.
      for (let attempt = 0; attempt < 8; attempt += 1) {
        await press('Control+.');
        const isThere = await entry.waitFor({ timeout: 4000 }).then(
          () => true,
          () => false,
        );
        if (isThere) return entry;
        await press('Escape');
      }
      throw new Error(`The light bulb does not offer: ${title}`);
    },
    press,
    async screenshot(name) {
      fs.mkdirSync(out, { recursive: true });
      // Where the mouse rests now, nothing pops up; what did elsewhere needs a moment to go.
      await page.mouse.move(600, 1);
      await page.waitForTimeout(700);
      await page.screenshot({ path: path.join(out, `${name}.png`) });
    },
  };
}
