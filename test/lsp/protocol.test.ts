/** What clients may ask for and do, all at once and a thousand times. */
import { afterEach, expect, it } from 'vitest';
import { CancellationTokenSource, type Diagnostic } from 'vscode-languageserver-protocol';
import { type Editor, eventually, startEditor } from '../harness/lspClient';

const map =
  'version: 1\ndialect: postgresql\nrouter: generic\ntables:\n  orders: { shardKey: tenant_id, shards: 32 }\n';
const scatter = "SELECT * FROM orders WHERE status = 'new';\n";

let editor: Editor | undefined;
afterEach(async () => {
  await editor?.stop();
  editor = undefined;
});
const start = async (options: Parameters<typeof startEditor>[0]): Promise<Editor> => {
  editor = await startEditor(options);
  return editor;
};

it('registers what may be registered, and watches what a map reads from then on', async () => {
  const e = await start({
    files: { 'shardlint.yaml': map, 'schema/tables.txt.sql': 'CREATE TABLE orders (tenant_id bigint);\n' },
    capabilities: {
      textDocument: { completion: { dynamicRegistration: true }, diagnostic: { dynamicRegistration: true } },
      workspace: {
        configuration: true,
        didChangeConfiguration: { dynamicRegistration: true },
        didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true },
        diagnostics: { refreshSupport: true },
      },
    },
  });
  const methods = () => e.registrations.map(({ method }) => method);
  await eventually('registrations', () =>
    ['workspace/didChangeWatchedFiles', 'textDocument/completion', 'workspace/didChangeConfiguration'].every((one) =>
      methods().includes(one),
    )
      ? true
      : undefined,
  );
  expect(e.initialized.capabilities.completionProvider).toBeUndefined();
  const before = e.registrations.length;
  await e.write('shardlint.yaml', `${map}import: [{ ddl: schema/tables.txt.sql }]\n`);
  await eventually('the import is watched', () =>
    e.registrations.slice(before).some((one) => JSON.stringify(one).includes('schema/tables.txt.sql'))
      ? true
      : undefined,
  );
});

it.each(['utf-8', 'utf-16', 'utf-32'])('counts columns in %s', async (encoding) => {
  const e = await start({ encoding, files: { 'shardlint.yaml': map, 'a.sql': '' } });
  expect(e.initialized.capabilities.positionEncoding).toBe(encoding);
  await e.open('a.sql', "SELECT '😀é' FROM orders;\n");
  const [found] = await eventually('the finding', async () => {
    const items = await e.pull('a.sql');
    return items.length > 0 ? items : undefined;
  });
  const before = "SELECT '😀é' FROM ";
  const width = { 'utf-8': Buffer.byteLength(before), 'utf-16': before.length, 'utf-32': [...before].length }[encoding];
  expect(found?.range.start).toEqual({ line: 0, character: width });
});

it('answers every request of a storm, cancelled or not, and is right afterwards', { timeout: 60_000 }, async () => {
  const e = await start({ files: { 'shardlint.yaml': map, 'a.sql': scatter.repeat(300) } });
  await e.open('a.sql');
  const textDocument = { uri: e.uri('a.sql') };
  const position = { line: 3, character: 20 };
  const asks: readonly (readonly [string, object])[] = [
    ['textDocument/hover', { textDocument, position }],
    ['textDocument/diagnostic', { textDocument }],
    ['textDocument/definition', { textDocument, position }],
    ['textDocument/codeLens', { textDocument }],
    [
      'textDocument/codeAction',
      { textDocument, range: { start: position, end: position }, context: { diagnostics: [] } },
    ],
    ['shardlint/scan', { workDoneToken: null, folders: null }],
    ['workspace/executeCommand', { command: 'nothing', arguments: [] }],
    ['textDocument/nothing', {}],
  ];
  const answers: Promise<string>[] = [];
  for (let i = 0; i < 800; i++) {
    const [method, params] = asks[i % asks.length]!;
    const source = new CancellationTokenSource();
    answers.push(
      e.connection.sendRequest(method, params, source.token).then(
        () => 'answered',
        (error: { code?: number }) => String(error.code),
      ),
    );
    if (i % 3 !== 0) source.cancel();
    if (i % 50 === 0) await e.edit('a.sql', i % 100 === 0 ? "'new'" : "'old'", i % 100 === 0 ? "'old'" : "'new'");
  }
  const kinds = new Set(await Promise.all(answers));
  // Answered, cancelled by the client or by a change, unknown method.
  for (const kind of kinds) expect(['answered', '-32800', '-32802', '-32601', '-32801']).toContain(kind);
  expect((await e.pull('a.sql')).length).toBe(300);
  expect(e.log.filter((line) => /Error/.test(line))).toEqual([]);
});

it('forgets a thousand documents that were opened and closed', { timeout: 60_000 }, async () => {
  const names = Array.from({ length: 1000 }, (_, i) => `q${i}.sql`);
  const e = await start({
    pull: false,
    files: { 'shardlint.yaml': map, ...Object.fromEntries(names.map((name) => [name, scatter])) },
  });
  await e.open('q0.sql');
  await eventually('the first finding', () => (e.pushed('q0.sql')?.length ? true : undefined));
  for (const name of names) {
    if (name !== 'q0.sql') await e.open(name);
    await e.close(name);
  }
  await e.open('q999.sql');
  await eventually('the last finding', () => (e.pushed('q999.sql')?.length === 1 ? true : undefined), 20_000);
  const shown = (): readonly (readonly Diagnostic[])[] =>
    names.slice(0, -1).flatMap((name) => (e.pushed(name)?.length ? [e.pushed(name) ?? []] : []));
  await eventually('nothing is shown for what is closed', () => (shown().length === 0 ? true : undefined), 20_000);
  expect(e.log.filter((line) => /Error/.test(line))).toEqual([]);
});

it('holds each of two roots against its own map, also while both change', async () => {
  const e = await start({
    roots: ['a', 'b'],
    files: {
      'a/shardlint.yaml': map,
      'b/shardlint.yaml': map.replace('tenant_id', 'status'),
      'a/q.sql': scatter,
      'b/q.sql': scatter,
    },
  });
  await e.open('a/q.sql');
  await e.open('b/q.sql');
  const settled = (a: number, b: number) =>
    eventually(`${a} in a, ${b} in b`, async () =>
      (await e.pull('a/q.sql')).length === a && (await e.pull('b/q.sql')).length === b ? true : undefined,
    );
  await settled(1, 0);
  await e.write('a/shardlint.yaml', map.replace('tenant_id', 'status'));
  await settled(0, 0);
  await e.write('b/shardlint.yaml', map);
  await settled(0, 1);
  await e.write('a/shardlint.yaml', undefined);
  await e.write('b/shardlint.yaml', `${map}broken: [`);
  await e.write('b/shardlint.yaml', map);
  await settled(0, 1);
});
