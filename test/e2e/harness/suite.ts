import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type Browser, openBrowser } from './browser';
import { type CodeServer, startCodeServer } from './codeServer';
import { vsix } from './paths';
import { openWorkbench, type Workbench } from './workbench';

export interface Suite {
  /** A copy of the files, which the window shows; gone with the last test. */
  readonly folder: string;
  /** For use in tests only: there is no window before them. */
  readonly workbench: Workbench;
  /** The same window on another folder. */
  show(folder: string): Promise<void>;
}

/** For the tests of one file: the editor with the extension from its package, and a window on a copy of `files`. */
export function editorSuite(
  files: string,
  more: {
    readonly settings?: Readonly<Record<string, unknown>>;
    /** Changes the copy before it is opened. */
    readonly prepare?: (folder: string) => void;
    /** Listens before anything is shown. */
    readonly onPage?: (page: Page) => void;
  } = {},
): Suite {
  const { settings = {}, prepare, onPage } = more;
  const folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'shardlint-')), 'shops');
  let server: CodeServer | undefined;
  let browser: Browser | undefined;
  let window: Workbench | undefined;
  const workbench = (): Workbench => {
    if (!window) throw new Error('the window is not open yet');
    return window;
  };

  const show = async (shown: string): Promise<void> => {
    if (server && browser) window = await openWorkbench(browser.page, server.url(shown), shown);
  };

  beforeAll(async () => {
    fs.cpSync(files, folder, { recursive: true });
    prepare?.(folder);
    [server, browser] = await Promise.all([startCodeServer({ vsix, settings }), openBrowser()]);
    onPage?.(browser.page);
    await show(folder);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    fs.rmSync(path.dirname(folder), { recursive: true, force: true });
  });

  beforeEach(async ({ onTestFailed, task }) => {
    onTestFailed(() => workbench().screenshot(`failed-${task.name.replace(/\W+/g, '-')}`));
    await workbench().press('Escape', 'Escape');
  });

  return {
    folder,
    get workbench() {
      return workbench();
    },
    show,
  };
}
