// `npm run test:neovim`: a second real client. The block of server/docs/editors.md, in a headless Neovim, with the server
// as it is built. Without Neovim it says so and passes, unless CI is set.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, '..', '..');

const version = spawnSync('nvim', ['--version'], { encoding: 'utf8' }).stdout?.split('\n')[0];
if (!version) {
  console.log('Neovim is not installed: nothing was tried');
  process.exit(process.env.CI ? 1 : 0);
}

const guide = fs.readFileSync(path.join(root, 'server', 'docs', 'editors.md'), 'utf8');
const [, snippet] = /```lua\n(-- Neovim 0\.7[\s\S]*?)```/.exec(guide) ?? [];
assert.ok(snippet, 'the guide has a block for Neovim');

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'shardlint-neovim-'));
const write = (name, text, mode) => {
  fs.mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
  fs.writeFileSync(path.join(home, name), text, { mode });
};
try {
  write(
    'bin/shardlint',
    `#!/bin/sh\nexec "${process.execPath}" "${path.join(root, 'server/bin/shardlint.js')}" "$@"\n`,
    0o755,
  );
  write('init.lua', snippet);
  write(
    'shop/shardlint.yaml',
    'version: 1\ndialect: postgresql\nrouter: generic\ntables:\n  orders: { shardKey: tenant_id, shards: 32 }\n',
  );
  write(
    'shop/src/orders.ts',
    `import { Pool } from 'pg';\nconst pool = new Pool();\nexport const all = () => /* 😀é */ pool.query("SELECT * FROM orders WHERE status = 'new'");\n`,
  );
  const result = path.join(home, 'result.json');
  const run = spawnSync(
    'nvim',
    ['--headless', '--clean', '-u', path.join(home, 'init.lua'), '-S', path.join(here, 'check.lua')],
    {
      cwd: path.join(home, 'shop'),
      env: {
        ...process.env,
        HOME: home,
        XDG_CONFIG_HOME: home,
        PATH: `${path.join(home, 'bin')}:${process.env.PATH}`,
        SHARDLINT_RESULT: result,
      },
      encoding: 'utf8',
      timeout: 120_000,
    },
  );
  assert.ok(fs.existsSync(result), `Neovim ended without an answer: ${run.stdout}${run.stderr}`);
  const said = JSON.parse(fs.readFileSync(result, 'utf8'));
  assert.deepEqual(said.errors, [], `${run.stdout}${run.stderr}`);
  const line = fs.readFileSync(path.join(home, 'shop/src/orders.ts'), 'utf8').split('\n')[2];
  assert.deepEqual(
    said.diagnostics.map(({ code, line, column, source }) => ({ code, line, column, source })),
    [
      {
        code: 'scatter-query',
        line: 2,
        column: Buffer.byteLength(line.slice(0, line.indexOf('orders WHERE'))),
        source: 'shardlint',
      },
    ],
  );
  assert.match(said.hover.contents.value, /Runs on all 32 shards/);
  assert.ok(said.actions.length > 0);
  assert.match(said.text.join('\n'), /shardlint-disable/);
  assert.deepEqual(said.after, []);
  assert.match(said.map[0].message, /router2/);
  assert.ok(said.completion.includes('receivers'), said.completion.join(' '));
  console.log(`${version}: diagnostics, hover, code action, map completion`);
} finally {
  fs.rmSync(home, { recursive: true, force: true });
}
