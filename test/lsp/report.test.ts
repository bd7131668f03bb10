import { afterEach, expect, it } from 'vitest';
import { localEngine } from '../../server/src/cli/localEngine';
import type { Report, TableStatements, Tables } from '../../server/src/protocol';
import { type Editor, startEditor } from '../harness/lspClient';
import { shardlint } from '../harness/shell';

let editor: Editor;
afterEach(() => editor?.stop());

const ask = (format: string, target: string | null = null) =>
  editor.request<Report>('shardlint/report', { workDoneToken: null, format, target });

it.each(['citus', 'own-sharding', 'vitess'])('the report of samples/%s is that of the command line', async (shop) => {
  editor = await startEditor({ copyOf: `samples/${shop}`, pull: false });
  const { out } = await shardlint(editor.root, ['report', '--format', 'json'], localEngine());
  const { text } = await ask('json');
  expect(JSON.parse(text ?? '')).toEqual(JSON.parse(out));
});

it('the view has links to places and no other markup of its own; files lead from where they are written', async () => {
  editor = await startEditor({ copyOf: 'samples/citus', pull: false });
  const view = await ask('view');
  expect(view.text).toContain(
    `<a href="#" data-uri="file://${editor.root}/src/orders/orders.ts" data-line="81" data-column="`,
  );
  expect(view.text).not.toMatch(/<script|<style|javascript:| style="/);
  expect(view.style).toContain('--vscode-editor-background');
  const { text } = await ask('md', `file://${editor.root}/docs/report.md`);
  expect(text).toContain('(../src/orders/orders.ts#L82)');
});

it('tables and their statements are those of the files that were read', async () => {
  editor = await startEditor({ copyOf: 'samples/citus', pull: false });
  const before = await editor.request<Tables>('shardlint/tables', null);
  expect(before).toMatchObject({ maps: 1, files: 0 });
  expect(before.tables.every(({ classes }) => classes.length === 0)).toBe(true);
  await ask('json');
  const { tables } = await editor.request<Tables>('shardlint/tables', null);
  const orders = tables.find(({ name }) => name === 'orders');
  expect(orders).toMatchObject({ key: ['tenant_id'], mapName: null });
  expect(orders?.classes).toEqual([
    { class: 'cross-shard-join', name: 'across shards', count: 2 },
    { class: 'scatter', name: 'all shards', count: 9 },
    { class: 'single', name: 'one shard', count: 9 },
  ]);
  const { statements, total } = await editor.request<TableStatements>('shardlint/tableStatements', {
    map: orders?.map ?? '',
    table: 'orders',
    class: 'scatter',
  });
  expect(total).toBe(9);
  expect(statements[0]).toMatchObject({ function: 'cancel', writes: true, range: { start: { line: 3 } } });
});

it('says nothing where there is no map, and of what is outside', async () => {
  editor = await startEditor({ files: { 'a.sql': 'SELECT 1' }, pull: false });
  expect(await editor.request<Tables>('shardlint/tables', null)).toEqual({ maps: 0, files: 0, tables: [] });
  expect((await ask('md')).text).toContain('No shard map governs what was read.');
  const asked = { map: 'file:///etc/shardlint.yaml', table: 'x', class: 'single' };
  expect(await editor.request('shardlint/tableStatements', asked)).toEqual({ statements: [], total: 0 });
});
