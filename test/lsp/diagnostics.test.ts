import { afterEach, describe, expect, it } from 'vitest';
import { type Editor, type EditorOptions, eventually, startEditor } from '../harness/lspClient';

const map = `version: 1
dialect: postgresql
router: generic
tables:
  orders:
    shardKey: tenant_id
    shards: 32
    columns: { id: bigint, tenant_id: bigint, status: text }
`;
const scatter = "select id from orders where status = 'new';\n";
const bound = 'select id from orders where tenant_id = 7;\n';
const files = { 'shardlint.yaml': map, 'orders.sql': scatter + bound };

let editor: Editor;
const start = async (options: EditorOptions): Promise<Editor> => {
  editor = await startEditor(options);
  return editor;
};
afterEach(() => editor?.stop());

describe('diagnostics by pull', () => {
  it('stand at the table, with rule, page and the declaring place', async () => {
    const e = await start({ files });
    expect(e.initialized.capabilities.diagnosticProvider).toMatchObject({
      interFileDependencies: true,
      workspaceDiagnostics: true,
    });
    await e.open('orders.sql');
    const [one, ...more] = await e.pull('orders.sql');
    expect(more).toEqual([]);
    expect(one).toMatchObject({
      code: 'scatter-query',
      source: 'shardlint',
      severity: 2,
      range: { start: { line: 0, character: 15 }, end: { line: 0, character: 21 } },
      codeDescription: { href: 'file:///pages/scatter-query.md' },
    });
    expect(one?.relatedInformation?.[0]?.location).toMatchObject({
      uri: e.uri('shardlint.yaml'),
      range: { start: { line: 4 } },
    });
    expect(e.pushed('orders.sql')).toBeUndefined();
  });

  it('follow each change of the text', async () => {
    const e = await start({ files });
    await e.open('orders.sql');
    await e.edit('orders.sql', "'new'", "'new' and tenant_id = 3");
    expect(await e.pull('orders.sql')).toEqual([]);
    await e.edit('orders.sql', ' and tenant_id = 3', '');
    expect(await e.pull('orders.sql')).toHaveLength(1);
    expect(await e.pull('orders.sql')).toHaveLength(1);
  });

  it('follow in the edited function at once, and in those that take its text when the editor rests', async () => {
    const e = await start({
      files: {
        'shardlint.yaml': map,
        'orders.ts': `import { Pool } from 'pg';
const pool = new Pool();
const condition = (id: number) => "tenant_id = $1";

export async function one(id: number) {
  return pool.query("SELECT id FROM orders WHERE " + condition(id), [id]);
}

export async function two(id: number) {
  return pool.query("SELECT id FROM orders WHERE status = $1", [id]);
}
`,
      },
    });
    const lines = async () => (await e.pull('orders.ts')).map(({ range }) => range.start.line);
    await e.open('orders.ts');
    expect(await lines()).toEqual([9]);
    await e.edit('orders.ts', 'SELECT id FROM orders WHERE status = $1', 'SELECT id FROM orders WHERE tenant_id = $1');
    expect(await lines()).toEqual([]);
    const before = e.refreshes();
    await e.edit('orders.ts', '=> "tenant_id', '=> "status');
    expect(await lines()).toEqual([]);
    await eventually('a refresh', () => e.refreshes() > before || undefined);
    expect(await lines()).toEqual([5]);
  });

  it('follow the map as it is typed', async () => {
    const e = await start({ files });
    await e.open('orders.sql');
    await e.open('shardlint.yaml');
    expect((await e.pull('orders.sql'))[0]?.range.start.line).toBe(0);
    const before = e.refreshes();
    await e.edit('shardlint.yaml', 'shardKey: tenant_id', 'shardKey: status');
    await eventually('a refresh', () => e.refreshes() > before || undefined);
    expect((await e.pull('orders.sql')).map(({ range }) => range.start.line)).toEqual([1]);
  });
});

describe('diagnostics by push', () => {
  it('come where the client does not pull, and go', async () => {
    const e = await start({ files, pull: false });
    expect(e.initialized.capabilities.diagnosticProvider).toBeUndefined();
    await e.open('orders.sql');
    await eventually('a finding', () => e.pushed('orders.sql')?.length === 1 || undefined);
    await e.edit('orders.sql', "'new'", "'new' and tenant_id = 3");
    await eventually('none', () => e.pushed('orders.sql')?.length === 0 || undefined);
    await e.edit('orders.sql', ' and tenant_id = 3', '');
    await eventually('a finding again', () => e.pushed('orders.sql')?.length === 1 || undefined);
    await e.close('orders.sql');
    await eventually('none for a closed file', () => e.pushed('orders.sql')?.length === 0 || undefined);
  });
});
