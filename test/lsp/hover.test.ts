import { afterEach, describe, expect, it } from 'vitest';
import type { CodeLens, Hover } from 'vscode-languageserver-protocol';
import type { Explanation } from '../../server/src/protocol';
import { type Editor, type EditorOptions, startEditor } from '../harness/lspClient';

const map = `version: 1
dialect: postgresql
router: generic
tables:
  orders:
    shardKey: tenant_id
    shards: 32
  '<img src=x>': { shardKey: tenant_id, shards: 32 }
`;
const query = `import { Pool } from 'pg';

const pool = new Pool();
export const one = (tenant: number) => pool.query('SELECT id FROM orders WHERE tenant_id = $1', [tenant]);
export const all = () => pool.query('SELECT id FROM orders');
`;

let editor: Editor;
const start = async (options: EditorOptions = {}): Promise<Editor> => {
  editor = await startEditor({
    ...options,
    files: { 'shardlint.yaml': map, 'q.ts': query, 'x.sql': 'SELECT 1 FROM "<img src=x>" WHERE "`<b>`" = 1;\n' },
  });
  return editor;
};
afterEach(() => editor?.stop());

const hover = async (name: string, needle: string): Promise<string | undefined> => {
  const answer = await editor.request<Hover | null>('textDocument/hover', {
    textDocument: { uri: editor.uri(name) },
    position: editor.at(name, needle),
  });
  return (answer?.contents as { value: string } | undefined)?.value;
};

describe('hover', () => {
  it('says where a statement runs and why, at the method and at the table, and nowhere else', async () => {
    const e = await start();
    await e.open('q.ts');
    expect(await hover('q.ts', 'FROM or|ders WHERE')).toMatch(
      /^\*\*Runs on 1 of 32 shards\*\*, because\n\n- .*tenant_id/,
    );
    expect(await hover('q.ts', "que|ry('SELECT id FROM orders'")).toMatch(/^\*\*Runs on all 32 shards\*\*/);
    expect(await hover('q.ts', 'export const o|ne')).toBeUndefined();
  });

  it('shows what a call of a library sends, and what its placeholders stand for', async () => {
    const e = await startEditor({
      files: {
        'shardlint.yaml': map,
        'k.ts': `import knex from 'knex';

const db = knex({ client: 'pg' });
export const one = async (tenant: number) => await db('orders').where({ tenant_id: tenant, status: 'new' }).first();
`,
      },
    });
    editor = e;
    await e.open('k.ts');
    const text = (await hover('k.ts', "'or|ders'")) ?? '';
    expect(text).toMatch(/^\*\*Runs on 1 of 32 shards\*\*/);
    expect(text).toContain("```sql\nSELECT *\nFROM orders\nWHERE tenant_id = $1 AND status = 'new'\nLIMIT 1\n```");
    expect(text).toContain('with \\$1 = `tenant`');
  });

  it('never lets a name become markup', async () => {
    const e = await start();
    await e.open('x.sql');
    const text = (await hover('x.sql', '"<im|g')) ?? '';
    expect(text).toMatch(/32 shards/);
    const outside = text.replace(/(`+).*?\1/g, '');
    expect(outside).not.toMatch(/(^|[^\\])[<[]/);
  });

  it('can be switched off', async () => {
    const e = await start({ settings: { hover: false } });
    await e.open('q.ts');
    expect(await hover('q.ts', 'FROM or|ders WHERE')).toBeUndefined();
  });
});

describe('code lens', () => {
  it('is off, and short where it is on', async () => {
    const e = await start();
    await e.open('q.ts');
    const lenses = () => e.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri: e.uri('q.ts') } });
    expect(await lenses()).toEqual([]);
    await e.setSettings({ codeLens: true });
    await expect
      .poll(async () => (await lenses()).map(({ command }) => command?.title))
      .toEqual(['1 of 32 shards', 'scatter · 32 shards']);
  });
});

describe('explain', () => {
  it('is a page with the statement, its route, the reasons with links, the findings', async () => {
    const e = await start();
    await e.open('q.ts');
    const page = await e.request<Explanation>('shardlint/explain', {
      uri: e.uri('q.ts'),
      position: e.at('q.ts', "FROM orders|')"),
    });
    expect(page.range.start.line).toBe(4);
    expect(page.markdown).toContain('# Runs on all 32 shards');
    expect(page.markdown).toContain('```sql\nSELECT id FROM orders\n```');
    expect(page.markdown).toContain(`](${e.uri('shardlint.yaml')}#L5)`);
    expect(page.markdown).toContain('**scatter\\-query**');
    expect(
      await e.request('shardlint/explain', { uri: e.uri('q.ts'), position: { line: 1, character: 0 } }),
    ).toBeNull();
  });
});
