import { afterEach, describe, expect, it } from 'vitest';
import { CancellationTokenSource, type WorkspaceDocumentDiagnosticReport } from 'vscode-languageserver-protocol';
import type { Baseline, ConfigCandidates, ReshardForecast, ScanSummary } from '../../server/src/protocol';
import { type Editor, type EditorOptions, eventually, startEditor } from '../harness/lspClient';

const mapOf = (key: string): string => `version: 1
dialect: postgresql
router: generic
tables:
  orders:
    shardKey: ${key}
    shards: 32
    columns: { id: bigint, tenant_id: bigint, status: text }
`;
const scatter = "select id from orders where status = 'new';\n";

let editor: Editor;
const start = async (options: EditorOptions): Promise<Editor> => {
  editor = await startEditor(options);
  return editor;
};
afterEach(() => editor?.stop());

const codes = async (name: string) => (await editor.pull(name)).map(({ code }) => code);
const status = (state: string, message: RegExp) =>
  eventually(`status ${state} ${message}, last ${JSON.stringify(editor.statuses.at(-1))}`, () => {
    const last = editor.statuses.at(-1);
    return last && last.state === state && message.test(last.message) ? last : undefined;
  });

describe('a workspace', () => {
  it('of two folders with different maps', async () => {
    const query = "select id from orders where tenant_id = 1;\nselect id from orders where status = 'x';\n";
    const e = await start({
      files: {
        'a/shardlint.yaml': mapOf('tenant_id'),
        'a/q.sql': query,
        'b/shardlint.yaml': mapOf('status'),
        'b/q.sql': query,
      },
      roots: ['a', 'b'],
    });
    await e.open('a/q.sql');
    await e.open('b/q.sql');
    expect((await e.pull('a/q.sql')).map(({ range }) => range.start.line)).toEqual([1]);
    expect((await e.pull('b/q.sql')).map(({ range }) => range.start.line)).toEqual([0]);
    await e.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
      event: { added: [], removed: [{ uri: e.uri('b'), name: 'b' }] },
    });
    await eventually(
      'nothing for the folder that went',
      async () => (await e.pull('b/q.sql')).length === 0 || undefined,
    );
    expect(await codes('a/q.sql')).toEqual(['scatter-query']);
  });

  it('shows nothing that a baseline accepts, and the same once more', async () => {
    const files = { 'shardlint.yaml': mapOf('tenant_id'), 'a.sql': scatter, 'b.sql': scatter };
    const e = await start({ files });
    const asked = { folder: e.uri('').replace(/\/$/, '') };
    const made = await e.request<Baseline>('shardlint/baseline', asked);
    expect(made).toMatchObject({ uri: e.uri('shardlint-baseline.json'), accepted: 2, mended: 0 });
    await e.open('a.sql');
    expect(await codes('a.sql')).toEqual(['scatter-query']);
    await e.write('shardlint-baseline.json', made.text ?? '');
    await eventually('nothing in a.sql', async () => (await codes('a.sql')).length === 0 || undefined);
    await e.setText('a.sql', scatter + scatter);
    expect(await codes('a.sql')).toEqual(['scatter-query']);
    await eventually('one problem', () => editor.statuses.at(-1)?.problems === 1 || undefined);

    // It only shrinks: what is new is not accepted, what is mended goes.
    await e.write('b.sql', 'select id from orders where tenant_id = 1;\n');
    const shrunk = await eventually('mended', async () => {
      const answer = await e.request<Baseline>('shardlint/baseline', asked);
      return answer.mended === 1 ? answer : undefined;
    });
    expect(shrunk).toMatchObject({ accepted: 1, mended: 1 });
    expect(shrunk.text).not.toContain('b.sql');

    await e.write('shardlint-baseline.json', 'not a baseline');
    await eventually('both again', async () => (await codes('a.sql')).length === 2 || undefined);
    expect(await e.request<Baseline>('shardlint/baseline', asked)).toMatchObject({ text: null, accepted: 0 });
  });

  it('without a map is idle and says so; a map that comes wakes it, one that goes puts it to sleep', async () => {
    const e = await start({ files: { 'q.sql': scatter } });
    await e.open('q.sql');
    expect(await codes('q.sql')).toEqual([]);
    await status('idle', /^No shard map in this workspace$/);
    await e.write('shardlint.yaml', mapOf('tenant_id'));
    await eventually('a finding', async () => (await e.pull('q.sql')).length === 1 || undefined);
    await status('ready', /^1 of 1 query understood$/);
    await e.write('shardlint.yaml', undefined);
    await eventually('none', async () => (await e.pull('q.sql')).length === 0 || undefined);
    await status('idle', /No shard map/);
  });

  it('with one VSchema alone uses it and says so', async () => {
    const vschema = {
      sharded: true,
      vindexes: { hash: { type: 'hash' } },
      tables: { orders: { column_vindexes: [{ column: 'tenant_id', name: 'hash' }] } },
    };
    const e = await start({ files: { 'db/shop.vschema.json': JSON.stringify(vschema), 'q.sql': scatter } });
    await e.open('q.sql');
    expect(await codes('q.sql')).toEqual(['scatter-query']);
    expect((await status('ready', /1 of 1 query understood, by db\/shop\.vschema\.json/)).router).toBe('vitess');
  });

  it('offers first maps from what it declares', async () => {
    const e = await start({
      files: {
        'migrations/1.sql':
          "create table orders (id int, tenant_id int);\nselect create_distributed_table('orders', 'tenant_id');\n",
      },
    });
    const { existing, candidates } = await e.request<ConfigCandidates>('shardlint/configCandidates', {
      folder: e.uri('.'),
    });
    expect(existing).toBeNull();
    expect(candidates[0]?.text).toContain('citus: migrations/');
    expect(candidates[0]?.uri).toBe(e.uri('shardlint.yaml'));
  });

  it('proposes the key that its statements ask by, where nothing says how tables are sharded', async () => {
    const asked = (column: string, i: number) =>
      `export const q${column}${i} = (v: number) => pool.query('SELECT id FROM orders WHERE ${column} = $1 AND id > ${i}', [v]);\n`;
    const e = await start({
      files: {
        'package.json': '{ "dependencies": { "pg": "8" } }',
        'migrations/1.sql':
          'CREATE TABLE tenants (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, tenant_id bigint NOT NULL REFERENCES tenants (id), status text);\n',
        'src/orders.ts': `import { Pool } from 'pg';\nconst pool = new Pool();\n${Array.from({ length: 12 }, (_, i) => asked('tenant_id', i)).join('')}${asked('status', 0)}`,
      },
    });
    const { candidates } = await e.request<ConfigCandidates>('shardlint/configCandidates', { folder: e.uri('.') });
    expect(candidates[0]?.label).toContain('tenant_id');
    expect(candidates[0]?.detail).toMatch(/12 of 13 statements on one shard/);
    expect(candidates[0]?.text).toMatch(/orders: \{ shardKey: tenant_id/);
  });

  it('follows settings: confidence, exclusion, switched off', async () => {
    const e = await start({ files: { 'shardlint.yaml': mapOf('tenant_id'), 'q.sql': scatter } });
    await e.open('q.sql');
    expect(await codes('q.sql')).toEqual(['scatter-query']);
    await e.setSettings({ exclude: ['*.sql'] });
    await eventually('excluded', async () => (await e.pull('q.sql')).length === 0 || undefined);
    await e.setSettings({ minConfidence: 'certain' });
    await eventually('back', async () => (await e.pull('q.sql')).length === 1 || undefined);
    await e.setSettings({ enable: false });
    await eventually('off', async () => (await e.pull('q.sql')).length === 0 || undefined);
    await status('idle', /Switched off/);
  });

  it('reads again on saving only, where that is wanted', async () => {
    const e = await start({
      files: { 'shardlint.yaml': mapOf('tenant_id'), 'q.sql': scatter },
      pull: false,
      settings: { run: 'onSave' },
    });
    await e.open('q.sql');
    await eventually('a finding', () => e.pushed('q.sql')?.length === 1 || undefined);
    await e.edit('q.sql', "'new'", "'new' and tenant_id = 1");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(e.pushed('q.sql')).toHaveLength(1);
    await e.save('q.sql');
    await eventually('none', () => e.pushed('q.sql')?.length === 0 || undefined);
  });

  it('speaks UTF-8 with who prefers it', async () => {
    const e = await start({
      files: { 'shardlint.yaml': mapOf('tenant_id'), 'q.sql': `select '😀é', id from orders where status = 'é';\n` },
      encoding: 'utf-8',
    });
    expect(e.initialized.capabilities.positionEncoding).toBe('utf-8');
    await e.open('q.sql');
    await e.edit('q.sql', "'😀é'", "'é😀😀'");
    const [one] = await e.pull('q.sql');
    const before = Buffer.byteLength("select 'é😀😀', id from ");
    expect(one?.range).toEqual({ start: { line: 0, character: before }, end: { line: 0, character: before + 6 } });
  });

  it('follows what it imports across files', async () => {
    const e = await start({
      files: {
        'shardlint.yaml': mapOf('tenant_id'),
        'src/sql.ts': "export const list = 'SELECT id FROM orders WHERE status = $1';\n",
        'src/q.ts': "import { Pool } from 'pg';\nimport { list } from './sql';\nvoid new Pool().query(list, [1]);\n",
      },
    });
    await e.open('src/q.ts');
    expect(await codes('src/q.ts')).toEqual(['scatter-query']);
    await e.write('src/sql.ts', "export const list = 'SELECT id FROM orders WHERE tenant_id = $1';\n");
    await eventually('bound', async () => (await e.pull('src/q.ts')).length === 0 || undefined);
  });
});

const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`src/q${i}.sql`, scatter]));

describe('a scan', () => {
  it('reports progress, counts, and shows what is found in closed files by the long poll', async () => {
    const e = await start({ files: { 'shardlint.yaml': mapOf('tenant_id'), ...many } });
    const shown = new Map<string, number>();
    const source = new CancellationTokenSource();
    e.connection.onNotification(
      '$/progress',
      ({ token, value }: { token: string; value: { items?: WorkspaceDocumentDiagnosticReport[] } }) => {
        if (token === 'poll')
          for (const item of value.items ?? []) shown.set(item.uri, item.kind === 'full' ? item.items.length : -1);
      },
    );
    const poll = e.connection.sendRequest(
      'workspace/diagnostic',
      { previousResultIds: [], partialResultToken: 'poll' },
      source.token,
    );
    poll.catch(() => {});
    const summary = await e.request<ScanSummary>('shardlint/scan', { workDoneToken: 'scan', folders: null });
    expect(summary).toEqual({ files: 40, statements: 40, understood: 40, problems: 40, cancelled: false });
    await eventually('all files', () => shown.size === 40 || undefined);
    expect([...shown.values()].every((count) => count === 1)).toBe(true);
    expect(e.pushes('src/q1.sql')).toBe(0);
    await status('ready', /^40 of 40 queries understood$/);
    // A file that changes on disk is told again; one that is opened is pulled.
    await e.write('src/q3.sql', 'select id from orders where tenant_id = 1;\n');
    await eventually('mended', () => shown.get(e.uri('src/q3.sql')) === 0 || undefined);
    source.cancel();
  });

  it('pushes closed files to who does not poll the workspace, and takes them back when they are opened', async () => {
    const e = await start({ files: { 'shardlint.yaml': mapOf('tenant_id'), 'q.sql': scatter } });
    const summary = await e.request<ScanSummary>('shardlint/scan', { workDoneToken: 'scan', folders: null });
    expect(summary.problems).toBe(1);
    expect(e.progress.map(({ value }) => value.kind)).toEqual(expect.arrayContaining(['begin', 'report', 'end']));
    await eventually('pushed', () => e.pushed('q.sql')?.length === 1 || undefined);
    await e.open('q.sql');
    expect(await codes('q.sql')).toEqual(['scatter-query']);
    expect(e.pushed('q.sql')).toEqual([]);
  });

  it('stands still while somebody types, and reads all in the end', async () => {
    const files = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`src/q${i}.sql`, scatter.repeat(20)]));
    const e = await start({ files: { 'shardlint.yaml': mapOf('tenant_id'), ...files } });
    await e.open('src/q7.sql');
    await e.pull('src/q7.sql');
    let isDone = false;
    const scanned = e.request<ScanSummary>('shardlint/scan', { workDoneToken: 'scan', folders: null });
    const done = scanned.then(() => {
      isDone = true;
    });
    await eventually('the scan', () => e.progress.some(({ value }) => value.kind === 'report') || undefined);
    for (const [before, after, found] of [
      ["'new'", "'new' and tenant_id = 1", 19],
      ["'new' and tenant_id = 1", "'old'", 20],
    ] as const) {
      await e.edit('src/q7.sql', before, after);
      expect(await e.pull('src/q7.sql')).toHaveLength(found);
    }
    expect(isDone).toBe(false);
    await done;
    expect(await scanned).toMatchObject({ files: 400, statements: 8000, problems: 8000 });
    expect(await e.pull('src/q7.sql')).toHaveLength(20);
    await status('ready', /^8000 of 8000 queries understood$/);
  });

  it('stops when it is cancelled', async () => {
    const e = await start({ files: { 'shardlint.yaml': mapOf('tenant_id'), ...many } });
    const source = new CancellationTokenSource();
    const asked = e.connection.sendRequest<ScanSummary>(
      'shardlint/scan',
      { workDoneToken: 'scan', folders: null },
      source.token,
    );
    source.cancel();
    const summary = await asked;
    expect(summary.cancelled).toBe(true);
    expect(summary.files).toBeLessThan(40);
    await eventually('the end', () => e.progress.some(({ value }) => value.kind === 'end') || undefined);
  });

  it('runs by itself where the whole workspace is wanted', async () => {
    const e = await start({
      files: { 'shardlint.yaml': mapOf('tenant_id'), 'q.sql': scatter },
      pull: false,
      settings: { scope: 'workspace' },
    });
    await eventually('pushed', () => e.pushed('q.sql')?.length === 1 || undefined);
  });
});

describe('a storm of changes', () => {
  it('ends with the findings of the last text, pushed in few steps', async () => {
    const e = await start({ files: { 'shardlint.yaml': mapOf('tenant_id'), 'q.sql': scatter }, pull: false });
    await e.open('q.sql');
    for (let i = 0; i < 200; i++) await e.setText('q.sql', i % 2 === 0 ? `${scatter}${scatter}` : scatter);
    await e.setText('q.sql', `${scatter}${scatter}${scatter}`);
    await eventually('three', () => e.pushed('q.sql')?.length === 3 || undefined);
    expect(e.pushes('q.sql')).toBeLessThan(20);
  });

  it('answers each pull for the text of its time, or asks to pull again', async () => {
    const e = await start({ files: { 'shardlint.yaml': mapOf('tenant_id'), 'q.sql': scatter } });
    await e.open('q.sql');
    const asked: Promise<unknown>[] = [];
    for (let i = 0; i < 30; i++) {
      await e.setText('q.sql', scatter.repeat(i + 1));
      asked.push(
        e.request<{ items: unknown[] }>('textDocument/diagnostic', { textDocument: { uri: e.uri('q.sql') } }).then(
          ({ items }) => items.length,
          (error: { code: number }) => error.code,
        ),
      );
    }
    const answers = await Promise.all(asked);
    expect(answers.at(-1)).toBe(30);
    for (const [i, answer] of answers.entries()) expect([i + 1, -32802]).toContain(answer);
  });

  it('of files and maps ends as a fresh start would', async () => {
    const e = await start({ files: { 'shardlint.yaml': mapOf('tenant_id'), 'q.sql': scatter } });
    await e.open('q.sql');
    for (let i = 0; i < 10; i++) {
      await e.write('shardlint.yaml', mapOf(i % 2 === 0 ? 'status' : 'tenant_id'));
      await e.pull('q.sql').catch(() => []);
    }
    await eventually('the last map', async () => (await e.pull('q.sql')).length === 1 || undefined);
  });
});

describe('bad input', () => {
  it('is answered, and nothing dies', async () => {
    const e = await start({ files: { 'shardlint.yaml': '{{{{', 'q.sql': scatter } });
    await e.open('q.sql');
    expect(await codes('q.sql')).toEqual([]);
    await status('problem', /error/);
    await e.open('shardlint.yaml');
    expect((await e.pull('shardlint.yaml')).length).toBeGreaterThan(0);
    for (const uri of ['untitled:Untitled-1', 'git:/x.sql', 'file:///', 'file:///%zz', 'http://x/y.sql']) {
      const textDocument = { uri };
      const position = { line: 99999, character: 99999 };
      expect(await e.request('textDocument/hover', { textDocument, position })).toBeNull();
      expect(await e.request('textDocument/definition', { textDocument, position })).toEqual([]);
      expect(await e.request('shardlint/explain', { uri, position })).toBeNull();
      expect(await e.request('textDocument/diagnostic', { textDocument })).toMatchObject({ items: [] });
    }
    expect(await e.request('shardlint/unread', null)).toEqual({ statements: [], total: 0 });
    expect(e.log.filter((line) => /Error/.test(line))).toEqual([]);
  });
});

describe('a forecast of resharding', () => {
  const servers = 'databases: { shop: { servers: 4, virtualShards: 256 } }\n';
  const ask = (to: number | null, from: number | null = null) =>
    editor.request<ReshardForecast>('shardlint/reshard', { uri: null, from, to });

  it('is a page for the number of servers asked for', async () => {
    await start({ files: { 'shardlint.yaml': mapOf('tenant_id').replace('    shards: 32\n', '') + servers } });
    const { markdown, servers: today } = await ask(5);
    expect(today).toBe(4);
    expect(markdown).toContain('51 of 256 virtual shards');
    expect((await ask(null)).markdown).toContain('4 → 5 servers');
  });

  it('says what it needs to know, and answers once it does', async () => {
    await start({ files: { 'shardlint.yaml': mapOf('tenant_id') } });
    expect(await ask(8)).toMatchObject({
      markdown: null,
      servers: null,
      why: expect.stringContaining('on how many servers `orders` lies'),
    });
    expect((await ask(8, 4)).markdown).toContain('4 → 8 servers');
    expect((await ask(-1)).why).toBe('A number of servers is a whole number from 1 to 10000');
  });

  it('has no answer without a map', async () => {
    await start({ files: { 'q.sql': scatter } });
    expect((await ask(5)).why).toBe('No shard map in this workspace');
  });
});
