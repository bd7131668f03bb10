/** Names and SQL of a workspace stay text in whatever an editor renders. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Editor, startEditor } from '../harness/lspClient';

const names = [
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '![x](https://evil.example/x.png)',
  '[click](command:workbench.action.terminal.new)',
  '** # | `code` ~~~',
  '$(zap) &lt;b&gt; <https://evil.example>',
  'a`b``c```d',
];
const yaml = (name: string) => JSON.stringify(name);
const map = `version: 1\ndialect: postgresql\nrouter: generic\ntables:\n${names.map((name) => `  ${yaml(name)}: { shardKey: ${yaml(`k${name}`)}, shards: 4, group: ${yaml(name)} }\n`).join('')}`;
const sql = names
  .map((name) => `SELECT * FROM "${name}" WHERE "k${name}" = 1;\nSELECT * FROM "${name}", "no${name}";\n`)
  .join('');

let editor: Editor;

beforeAll(async () => {
  editor = await startEditor({ files: { 'shardlint.yaml': map, 'a.sql': sql } });
  await editor.open('a.sql');
  await editor.open('shardlint.yaml');
}, 60_000);
afterAll(() => editor.stop());

/** What is left when code spans, code blocks and escaped characters are taken out may be read as markup. */
const markup = (markdown: string): string =>
  markdown
    .replace(/^(`{3,})[^\n]*\n[\s\S]*?\n\1$/gm, '')
    .replace(/\\[\s\S]/g, '')
    .replace(/(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '');

test.each(['a.sql', 'shardlint.yaml'])('hovers over %s', async (name) => {
  const text = editor.text(name);
  const lines = text.split('\n');
  let hovered = 0;
  for (const [line, content] of lines.entries())
    for (let character = 1; character < content.length; character += 3) {
      const hover = await editor.request<{ contents: { value: string } } | null>('textDocument/hover', {
        textDocument: { uri: editor.uri(name) },
        position: { line, character },
      });
      if (!hover) continue;
      hovered += 1;
      const left = markup(hover.contents.value);
      expect(left, hover.contents.value).not.toMatch(/<\w|<\/|!\[|\]\(|&\w+;|<http/);
    }
  expect(hovered).toBeGreaterThan(names.length);
});

test('completion in the map', async () => {
  const offers = await editor.request<
    { documentation?: { value: string } }[] | { items: { documentation?: { value: string } }[] }
  >('textDocument/completion', {
    textDocument: { uri: editor.uri('shardlint.yaml') },
    position: { line: 4, character: 4 },
  });
  for (const { documentation } of Array.isArray(offers) ? offers : offers.items)
    expect(markup(documentation?.value ?? '')).not.toMatch(/<\w|!\[|\]\(command/);
});
