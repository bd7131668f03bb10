import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { type Browser, openBrowser } from './harness/browser';
import { type CodeServer, remoteUri, startCodeServer } from './harness/codeServer';
import { out, vsix } from './harness/paths';
import type { InHostResult } from './inhost/suite';

let server: CodeServer | undefined;
let browser: Browser | undefined;
const bundle = path.join(out, 'inhost');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shardlint-workspace-'));

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

test('the extension, asked through the editor’s own API', async () => {
  fs.rmSync(bundle, { recursive: true, force: true });
  await esbuild.build({
    entryPoints: [path.join(import.meta.dirname, 'inhost', 'index.ts')],
    outfile: path.join(bundle, 'index.js'),
    bundle: true,
    platform: 'node',
    external: ['vscode'],
  });
  fs.cpSync(path.join(import.meta.dirname, 'workspace'), folder, { recursive: true });
  [server, browser] = await Promise.all([startCodeServer({ vsix, inHostTests: true }), openBrowser()]);

  const said: string[] = [];
  await browser.page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => said.push(args.join(' ')));
  const exit = new Promise<number>((resolve) => browser?.page.exposeFunction('codeAutomationExit', resolve));
  await browser.page.goto(
    server.url(folder, [
      ['extensionDevelopmentPath', remoteUri(server.port, path.join(import.meta.dirname, 'inhost'))],
      ['extensionTestsPath', remoteUri(server.port, path.join(bundle, 'index.js'))],
    ]),
  );
  expect(await exit, said.join('\n')).toBe(0);

  const results: InHostResult[] = JSON.parse(fs.readFileSync(path.join(bundle, 'results.json'), 'utf8'));
  for (const { name, error } of results) console.log(`${error ? '✗' : '✓'} ${name}`);
  expect(results.filter(({ error }) => error)).toEqual([]);
  expect(results.length).toBeGreaterThan(0);
}, 300_000);
