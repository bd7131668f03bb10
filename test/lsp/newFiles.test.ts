/** Fixes that write new files, taken in the editor and on the command line. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import type { CodeAction } from 'vscode-languageserver-protocol';
import { localEngine } from '../../server/src/cli/localEngine';
import { type Editor, eventually, startEditor } from '../harness/lspClient';
import { folderWith, shardlint } from '../harness/shell';

vi.setConfig({ testTimeout: 60_000 });

const files = {
  'shardlint.yaml': `version: 1
dialect: postgresql
router: generic
import: [{ ddl: migrations/*.sql }]
tables:
  orders: { shardKey: id, shards: 16 }
  users: { shardKey: id, shards: 8 }
`,
  'migrations/0007_init.sql':
    'CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);\nCREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL);\n',
  'src/orders.ts': `import { Pool } from 'pg';
const pool = new Pool();
export const order = (id: number) =>
  pool.query('SELECT u.name FROM orders o JOIN users u ON u.id = o.user_id WHERE o.id = $1', [id]);
`,
};
const made = 'migrations/0008_copy_name_of_users_to_orders.sql';
const begins = 'ALTER TABLE orders ADD COLUMN user_name text;\n';

/** Advice over the whole workspace comes when the editor rests. */
async function actionsOfAdvice(editor: Editor): Promise<readonly CodeAction[]> {
  const [found, advice] = await eventually('the advice', async () => {
    const diagnostics = await editor.pull('src/orders.ts');
    const one = diagnostics.find(({ code }) => code === 'denormalise-column');
    return one && ([diagnostics, one] as const);
  });
  return editor.actions('src/orders.ts', advice.range, ['quickfix'], found);
}

it('the editor is told to create the file, and the advice is gone when the column is there', async () => {
  const editor = await startEditor({ files });
  try {
    await editor.open('src/orders.ts');
    const actions = await actionsOfAdvice(editor);
    const action = actions.find(({ title }) => title.startsWith('Write a migration'));
    expect(action?.edit?.documentChanges?.map((one) => ('kind' in one ? one.kind : 'edit'))).toEqual([
      'create',
      'edit',
    ]);
    await editor.apply(action?.edit);
    expect(editor.text(made).startsWith(begins)).toBe(true);
    await eventually('the advice is gone', async () => {
      const after = await editor.pull('src/orders.ts');
      return after.some(({ code }) => code === 'denormalise-column') ? undefined : true;
    });
  } finally {
    await editor.stop();
  }
});

it('a client that cannot create files is not offered it', async () => {
  const capabilities = {
    textDocument: {
      diagnostic: {},
      codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } } },
    },
    workspace: { diagnostics: { refreshSupport: true }, workspaceFolders: true },
  };
  const editor = await startEditor({ files, capabilities });
  try {
    await editor.open('src/orders.ts');
    const actions = await actionsOfAdvice(editor);
    expect(actions.map(({ title }) => title)).not.toContainEqual(expect.stringMatching(/^Write a migration/));
  } finally {
    await editor.stop();
  }
});

it('`check --diff` prints it, `git apply` takes it, and `--fix` writes the same', async () => {
  const [one, two] = [folderWith(files), folderWith(files)];
  const diff = await shardlint(one, ['check', '--diff', '--unsafe-fixes'], localEngine());
  expect(diff.out).toContain(`--- /dev/null\n+++ b/${made}\n`);
  execFileSync('git', ['apply', '-'], { cwd: one, input: diff.out });
  await shardlint(two, ['check', '--fix'], localEngine());
  expect(fs.existsSync(path.join(two, made))).toBe(false);
  await shardlint(two, ['check', '--fix', '--unsafe-fixes'], localEngine());
  expect(fs.readFileSync(path.join(two, made), 'utf8')).toBe(fs.readFileSync(path.join(one, made), 'utf8'));
});
