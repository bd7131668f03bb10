import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from './harness/browser';
import { type CodeServer, remoteUri, startCodeServer } from './harness/codeServer';
import { out, vsix } from './harness/paths';
import type { InHostResult } from './inhost/suite';

let server: CodeServer;
const bundle = path.join(out, 'inhost');
const workspaces = fs.mkdtempSync(path.join(os.tmpdir(), 'shardlint-workspaces-'));

beforeAll(async () => {
  fs.rmSync(bundle, { recursive: true, force: true });
  fs.cpSync(path.join(import.meta.dirname, 'workspaces'), workspaces, { recursive: true });
  await esbuild.build({
    entryPoints: [path.join(import.meta.dirname, 'inhost', 'index.ts')],
    outfile: path.join(bundle, 'index.js'),
    bundle: true,
    platform: 'node',
    external: ['vscode'],
  });
  server = await startCodeServer({ vsix, inHostTests: true });
});

afterAll(async () => {
  await server?.stop();
  fs.rmSync(workspaces, { recursive: true, force: true });
});

test.each(['undeclared', 'mapped'])(
  'the extension in a workspace: %s',
  async (workspace) => {
    const browser = await openBrowser();
    try {
      const said: string[] = [];
      await browser.page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) =>
        said.push(args.join(' ')),
      );
      const exit = new Promise<number>((resolve) => browser.page.exposeFunction('codeAutomationExit', resolve));
      await browser.page.goto(
        server.url(path.join(workspaces, workspace), [
          ['extensionDevelopmentPath', remoteUri(server.port, path.join(import.meta.dirname, 'inhost'))],
          ['extensionTestsPath', remoteUri(server.port, path.join(bundle, 'index.js'))],
        ]),
      );
      expect(await exit, said.join('\n')).toBe(0);
      const results: InHostResult[] = JSON.parse(fs.readFileSync(path.join(bundle, `${workspace}.json`), 'utf8'));
      for (const { name, error } of results) console.log(`${error ? '✗' : '✓'} ${name}`);
      expect(results.filter(({ error }) => error)).toEqual([]);
      expect(results.length).toBeGreaterThan(0);
    } finally {
      await browser.close();
    }
  },
  300_000,
);
