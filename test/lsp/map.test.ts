import { afterEach, describe, expect, it } from 'vitest';
import type { CompletionItem, Hover, Location } from 'vscode-languageserver-protocol';
import { type Editor, eventually, startEditor } from '../harness/lspClient';

const map = `version: 1
dialect: postgresql
router: citus
import:
  - citus: migrations/*.sql
tables:
  audit:
    kind: reference
`;
const migration = `CREATE TABLE orders (id bigint NOT NULL, tenant_id bigint NOT NULL, status text, PRIMARY KEY (tenant_id, id));
CREATE TABLE audit (id bigint PRIMARY KEY, what text);
SELECT create_distributed_table('orders', 'tenant_id');
`;
const files = {
  'shardlint.yaml': map,
  'migrations/001.sql': migration,
  'q.sql': "SELECT id FROM orders WHERE status = 'x';\n",
};

let editor: Editor;
const start = async (more: Record<string, string> = {}): Promise<Editor> => {
  editor = await startEditor({ files: { ...files, ...more } });
  return editor;
};
afterEach(() => editor?.stop());

const complete = async (name: string, needle: string): Promise<readonly CompletionItem[]> =>
  editor.request('textDocument/completion', {
    textDocument: { uri: editor.uri(name) },
    position: editor.at(name, needle),
  });

describe('in the map', () => {
  it('completion offers keys, values, and names that the migrations declare', async () => {
    const e = await start();
    await e.open('shardlint.yaml', `${map}  payments:\n    sha\n`);
    const keys = await complete('shardlint.yaml', '    sha|');
    expect(keys.map(({ label }) => label)).toContain('shardKey');
    expect(keys.find(({ label }) => label === 'shardKey')).toMatchObject({
      textEdit: { newText: 'shardKey: ', range: { start: { character: 4 }, end: { character: 7 } } },
      documentation: { kind: 'markdown' },
    });
    await e.setText('shardlint.yaml', `${map}  payments:\n    kind: re\n`);
    expect((await complete('shardlint.yaml', '    kind: re|\n')).map(({ label }) => label)).toContain('reference');
    await e.setText('shardlint.yaml', `${map}  ord\n`);
    expect((await complete('shardlint.yaml', '  ord|')).map(({ label }) => label)).toContain('orders');
  });

  it('completion offers the columns of the table', async () => {
    const e = await start();
    await e.open('shardlint.yaml', map.replace('    kind: reference', '    shardKey: '));
    expect((await complete('shardlint.yaml', '    shardKey: |')).map(({ label }) => label)).toEqual(['id', 'what']);
  });

  it('hover explains keys and tables', async () => {
    const e = await start();
    await e.open('shardlint.yaml');
    const hover = (needle: string) =>
      e.request<Hover>('textDocument/hover', {
        textDocument: { uri: e.uri('shardlint.yaml') },
        position: e.at('shardlint.yaml', needle),
      });
    expect(JSON.stringify(await hover('ki|nd: ref'))).toMatch(/kind|table/i);
    expect(await hover('au|dit')).toMatchObject({ contents: { value: '**audit**: a copy on every shard.' } });
  });

  it('definition leads to CREATE TABLE, and from SQL to the declaration', async () => {
    const e = await start();
    const definition = (name: string, needle: string) =>
      e.request<Location[]>('textDocument/definition', {
        textDocument: { uri: e.uri(name) },
        position: e.at(name, needle),
      });
    await e.open('shardlint.yaml');
    await e.open('q.sql');
    expect(await definition('shardlint.yaml', '  au|dit')).toMatchObject([
      { uri: e.uri('migrations/001.sql'), range: { start: { line: 1 } } },
    ]);
    expect(await definition('q.sql', 'FROM or|ders')).toMatchObject([
      { uri: e.uri('migrations/001.sql'), range: { start: { line: 2 } } },
    ]);
    expect(await definition('q.sql', 'SEL|ECT')).toEqual([]);
  });

  it('mistakes stand at their place, also broken YAML, and go', async () => {
    const e = await start();
    await e.open('shardlint.yaml');
    expect(await e.pull('shardlint.yaml')).toEqual([]);
    await e.edit('shardlint.yaml', 'kind: reference', 'knid: reference');
    const [one] = await eventually('a mistake', async () => {
      const now = await e.pull('shardlint.yaml');
      return now.length > 0 ? now : undefined;
    });
    expect(one).toMatchObject({
      range: { start: { line: 7, character: 4 }, end: { line: 7, character: 8 } },
      severity: 1,
    });
    expect(one?.message).toMatch(/kind/);
    await e.edit('shardlint.yaml', 'knid: reference', 'kind: [reference');
    const [broken] = await eventually('a syntax error', async () => {
      const now = await e.pull('shardlint.yaml');
      return now.some(({ message }) => message !== one?.message) ? now : undefined;
    });
    expect(broken?.range.start.line).toBeGreaterThanOrEqual(7);
    await e.edit('shardlint.yaml', 'kind: [reference', 'kind: reference');
    await eventually('none', async () => (await e.pull('shardlint.yaml')).length === 0 || undefined);
  });

  it('an import that is missing is said at its entry', async () => {
    const e = await start({ 'shardlint.yaml': map.replace('migrations/*.sql', 'nowhere.sql') });
    await e.open('shardlint.yaml');
    const [one] = await e.pull('shardlint.yaml');
    expect(one?.range.start.line).toBe(4);
    expect(e.text('shardlint.yaml').split('\n')[4]).toContain('nowhere.sql');
  });

  it('the effective configuration says where each value comes from', async () => {
    const e = await start();
    const { text, map: file } = await e.request<{ text: string; map: string }>('shardlint/effectiveConfig', {
      uri: e.uri('q.sql'),
    });
    expect(file).toBe(e.uri('shardlint.yaml'));
    expect(text).toContain('router: citus # shardlint.yaml:3');
    expect(text).toMatch(/ {2}(?:public\.)?orders: # migrations\/001\.sql:3\n/);
    expect(text).toMatch(/ {4}shardKey: tenant_id # migrations\/001\.sql:3\n/);
    expect(text).toMatch(/ {6}status: text # migrations\/001\.sql:1\n/);
    expect(text).toMatch(/ {4}kind: reference # shardlint\.yaml:8\n/);
  });
});
