/** The language server in a real browser's worker finds in the samples what the command line finds. `npm run test:web` */
import fs from 'node:fs';
import http from 'node:http';
import { builtinModules } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { webBuilds } from '../../server/scripts/web.mjs';
import { localEngine } from '../../server/src/cli/localEngine';
import { nodePlatform } from '../../server/src/platform/node';
import { findBrowser } from '../e2e/host/install.mjs';
import { shardlint } from '../harness/shell';

const repository = path.resolve('.');
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.html': 'text/html',
};

let server: http.Server;
let origin: string;

beforeAll(async () => {
  const { outputFiles } = await esbuild.build({
    entryPoints: ['test/web/page.ts'],
    bundle: true,
    platform: 'browser',
    format: 'iife',
    write: false,
  });
  const script = outputFiles[0]?.text ?? '';
  server = http.createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://localhost').pathname;
    const file = path.join(repository, name);
    response.setHeader('Content-Type', types[path.extname(name)] ?? 'text/html');
    if (name === '/') response.end('<!doctype html><script src="/page.js"></script>');
    else if (name === '/page.js') response.end(script);
    else if (name.startsWith('/dist/') && fs.existsSync(file)) response.end(fs.readFileSync(file));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
});
afterAll(() => void server?.close());

describe('the bundles for a browser', () => {
  test.each([0, 1])('hold nothing of Node: %i', async (which) => {
    const options = webBuilds(repository, { logLevel: 'silent' })[which];
    const { metafile, outputFiles } = await esbuild.build({ ...options, metafile: true, write: false });
    const asked = Object.values(metafile.inputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external).map((one) => one.path),
    );
    expect(new Set(asked)).toEqual(new Set(which === 0 ? ['vscode'] : []));
    // Two that the grammar's loader asks for in Node are there, and empty.
    const inputs = Object.keys(metafile.inputs).filter((name) => builtinModules.includes(name.replace(/^.*:/, '')));
    expect(inputs.filter((name) => !/^absent:node:(?:fs|crypto)$/.test(name))).toEqual([]);
    const text = outputFiles?.[0]?.text ?? '';
    expect(text).not.toMatch(/\brequire\("(?:node:)?(?:fs|path|os|child_process|net|worker_threads)"\)/);
  });
});

test.each(fs.readdirSync('samples').filter((name) => fs.statSync(path.join('samples', name)).isDirectory()))(
  'the sample %s: the same findings as the command line',
  async (name) => {
    const folder = path.join(repository, 'samples', name);
    const listed = await nodePlatform({ assets: '' }).listFiles(folder);
    const files = Object.fromEntries(
      listed.map((file) => [path.relative(folder, file).replaceAll('\\', '/'), fs.readFileSync(file, 'utf8')]),
    );
    const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'shardlint-web-'));
    const browser = await chromium.launchPersistentContext(profile, {
      executablePath: findBrowser(),
      headless: true,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
    try {
      const page = browser.pages()[0] ?? (await browser.newPage());
      await page.goto(origin);
      await page.waitForFunction('window.ready');
      const answer = await page.evaluate(
        (texts) => (globalThis as unknown as { findings: (files: unknown) => Promise<unknown> }).findings(texts),
        files,
      );
      const { found, log } = answer as { found: Record<string, string[]>; log: string[] };
      expect(log.filter((line) => /rror/.test(line))).toEqual([]);
      expect(found).toEqual(await onCommandLine(folder));
      expect(Object.keys(found).length).toBeGreaterThan(1);
    } finally {
      await browser.close();
      fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
  },
);

async function onCommandLine(folder: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const { out } = await shardlint(folder, ['check', '--format', 'json'], localEngine());
  const found = new Map<string, string[]>();
  for (const { file, rule, confidence, range } of JSON.parse(out).findings) {
    // An editor leaves out what is but a guess.
    if (confidence === 'guess') continue;
    found.set(file, [...(found.get(file) ?? []), `${rule} ${range.start.line}:${range.start.column}`].sort());
  }
  return Object.fromEntries([...found].sort());
}
