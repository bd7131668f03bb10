import { afterEach, describe, expect, it } from 'vitest';
import { type Editor, startEditor } from '../harness/lspClient';

const map = `version: 1
dialect: postgresql
router: generic
tables:
  orders:
    shardKey: tenant_id
    shards: 32
    columns: { id: bigint, tenant_id: bigint, status: text }
`;

let editor: Editor;
const open = async (name: string, text: string): Promise<Editor> => {
  editor = await startEditor({ files: { 'shardlint.yaml': map, [name]: text } });
  await editor.open(name);
  return editor;
};
afterEach(() => editor?.stop());

/** Takes the action of that title at the n-th finding and answers the text after it; the finding is gone then. */
const take = async (name: string, title: RegExp, nth = 0): Promise<string> => {
  const before = await editor.pull(name);
  const finding = before[nth]!;
  const actions = await editor.actions(name, finding.range, ['quickfix'], before);
  const action = actions.find((one) => title.test(one.title));
  if (!action) throw new Error(`no ${title} among ${actions.map((one) => one.title).join(', ')}`);
  expect(action.diagnostics?.[0]).toEqual(finding);
  await editor.apply(action.edit);
  expect(await editor.pull(name), editor.text(name)).toHaveLength(before.length - 1);
  return editor.text(name);
};
const line = /^Disable scatter-query for this line$/;

describe('suppressions for a line', () => {
  it('in SQL stand above the statement, indented as it is, with the file’s line ends', async () => {
    await open('q.sql', "select 1;\r\n  select id\r\n  from orders where status = 'x';\r\n");
    expect(await take('q.sql', line)).toBe(
      "select 1;\r\n  -- shardlint-disable-next-line scatter-query: <reason>\r\n  select id\r\n  from orders where status = 'x';\r\n",
    );
  });

  it('of a template literal stand above the host statement that holds it', async () => {
    const text = `import { Pool } from 'pg';
const pool = new Pool();
export async function open(status: string) {
  const { rows } =
    await pool.query(
      \`SELECT id
         FROM orders
        WHERE status = $1\`,
      [status],
    );
  return rows;
}
`;
    await open('src/q.ts', text);
    expect(await take('src/q.ts', line)).toBe(
      text.replace('  const {', '  // shardlint-disable-next-line scatter-query: <reason>\n  const {'),
    );
  });

  it('stand above the one call of several in a host statement', async () => {
    const text = `import { Pool } from 'pg';
const pool = new Pool();
export const both = () =>
  Promise.all([
    pool.query('SELECT id FROM orders WHERE status = 1'),
    pool.query('SELECT tenant_id FROM orders WHERE status = 2'),
  ]);
`;
    await open('src/q.ts', text);
    expect(await take('src/q.ts', line, 1)).toContain(
      "= 1'),\n    // shardlint-disable-next-line scatter-query: <reason>\n    pool.query('SELECT tenant_id",
    );
  });

  it('inside JSX are JSX comments', async () => {
    const text = `import { sql } from '@vercel/postgres';
export async function Page() {
  return (
    <main>
      {await sql\`SELECT id FROM orders WHERE status = 'x'\`}
    </main>
  );
}
`;
    await open('app/page.tsx', text);
    expect(await take('app/page.tsx', line)).toContain(
      '<main>\n      {/* shardlint-disable-next-line scatter-query: <reason> */}\n      {await',
    );
  });

  it('join one that stands there', async () => {
    await open(
      'q.sql',
      "-- shardlint-disable-next-line large-in-list: small\nselect id from orders where status = 'x';\n",
    );
    const [unused, scatter] = await editor.pull('q.sql');
    expect([unused?.code, scatter?.code]).toEqual(['unused-suppression', 'scatter-query']);
    const actions = await editor.actions('q.sql', scatter!.range);
    await editor.apply(actions.find(({ title }) => line.test(title))?.edit);
    expect(editor.text('q.sql')).toMatch(/^-- shardlint-disable-next-line large-in-list, scatter-query: small\n/);
    expect((await editor.pull('q.sql')).map(({ code }) => code)).toEqual(['unused-suppression']);
  });
});

describe('suppressions', () => {
  it('for a file stand at its top, behind a shebang, and join each other', async () => {
    const text = `#!/usr/bin/env node
import { Pool } from 'pg';
const pool = new Pool();
void pool.query('SELECT id FROM orders WHERE status = 1');
`;
    await open('src/q.ts', text);
    expect(await take('src/q.ts', /for this file/)).toBe(
      text.replace('\nimport', '\n// shardlint-disable-file scatter-query: <reason>\nimport'),
    );
  });

  it('that suppress nothing are reported as unnecessary and taken away', async () => {
    await open(
      'q.sql',
      '  -- shardlint-disable-next-line scatter-query: old\nselect id from orders where tenant_id = 1;\n',
    );
    const [unused] = await editor.pull('q.sql');
    expect(unused).toMatchObject({ code: 'unused-suppression', tags: [1], severity: 3 });
    const [fix] = await editor.actions('q.sql', unused!.range);
    expect(fix).toMatchObject({ isPreferred: true });
    await editor.apply(fix?.edit);
    expect(editor.text('q.sql')).toBe('select id from orders where tenant_id = 1;\n');
    expect(await editor.pull('q.sql')).toEqual([]);
  });

  it('inside the SQL of a template count', async () => {
    await open(
      'src/q.ts',
      `import { Pool } from 'pg';
void new Pool().query(\`
  -- shardlint-disable-next-line scatter-query: nightly
  SELECT id FROM orders WHERE status = 'x'\`);
`,
    );
    expect(await editor.pull('src/q.ts')).toEqual([]);
  });
});

describe('the light bulb', () => {
  it('orders: fixes, suppress for the line, for the file, the page', async () => {
    await open('q.sql', 'select id from orders where tenant_id + 0 = 1;\n');
    const [finding] = await editor.pull('q.sql');
    const titles = (await editor.actions('q.sql', finding!.range)).map(({ title }) => title);
    expect(titles.slice(-3)).toEqual([
      `Disable ${finding!.code} for this line`,
      `Disable ${finding!.code} for this file`,
      `Show the page of ${finding!.code}`,
    ]);
  });

  it('shows an unsafe fix as such and never prefers it', async () => {
    await open(
      'src/q.ts',
      `import { Pool } from 'pg';
const pool = new Pool();
export const one = (tenantId: number, id: number) => pool.query('SELECT id FROM orders WHERE id = $1', [id]);
`,
    );
    const [finding] = await editor.pull('src/q.ts');
    const [first] = await editor.actions('src/q.ts', finding!.range);
    expect(first?.title).toMatch(/^Bind `tenant_id` to `tenantId` \(unsafe/);
    expect(first?.isPreferred).toBeUndefined();
    await editor.apply(first?.edit);
    expect(editor.text('src/q.ts')).toContain(
      "'SELECT id FROM orders WHERE id = $1 AND tenant_id = $2', [id, tenantId]",
    );
    expect(await editor.pull('src/q.ts')).toEqual([]);
  });

  it('fixes all findings of one rule in the file', async () => {
    await open(
      'src/q.ts',
      `import knex from 'knex';
const db = knex({ client: 'pg' });
export const one = async (tenantId: number, id: number) => await db('orders').where({ id });
export const two = async (tenantId: number, status: string) => await db('orders').where({ status });
`,
    );
    const [finding] = await editor.pull('src/q.ts');
    const actions = await editor.actions('src/q.ts', finding!.range);
    const all = actions.find(({ title }) => title.startsWith('Fix all 2 of scatter-query in this file (unsafe'));
    await editor.apply(all?.edit);
    expect(editor.text('src/q.ts')).toContain(".where({ id }).where('tenant_id', tenantId);");
    expect(editor.text('src/q.ts')).toContain(".where({ status }).where('tenant_id', tenantId);");
    expect(await editor.pull('src/q.ts')).toEqual([]);
  });

  it('fixes all that is safe, on request only', async () => {
    await open(
      'q.sql',
      '-- shardlint-disable-next-line scatter-query\nselect 1;\n-- shardlint-disable-next-line scatter-write\nselect 2;\n',
    );
    const all = { start: { line: 0, character: 0 }, end: { line: 4, character: 0 } };
    expect((await editor.actions('q.sql', all)).some(({ kind }) => kind?.startsWith('source'))).toBe(false);
    const [action, ...more] = await editor.actions('q.sql', all, ['source.fixAll']);
    expect(more).toEqual([]);
    expect(action?.kind).toBe('source.fixAll.shardlint');
    await editor.apply(action?.edit);
    expect(editor.text('q.sql')).toBe('select 1;\nselect 2;\n');
  });
});
