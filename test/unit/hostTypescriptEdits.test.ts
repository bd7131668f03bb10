/** A file that is typed in: its facts are those of a first reading, whatever of its tree was taken over. */
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { reader } from '../../server/src/hosts/typescript/file';
import { repository } from '../harness/imports';

const texts = [
  'server/src/lsp/publish.ts',
  'server/src/engine/workspace.ts',
  'server/src/hosts/typescript/values.ts',
  'test/lsp/incrementalSql.test.ts',
].map((name) => fs.readFileSync(path.join(repository, name), 'utf8'));
const jsx = `import { use } from 'react';
export async function Page({ id }: { id: string }) {
  /* sql */
  const rows = await db.query(\`SELECT * FROM orders WHERE id = \${id}\`);
  // shardlint-disable-next-line
  return <ul className="x">{rows.map((row) => <li key={row.id}>{/* shardlint */}{row.name} text</li>)}</ul>;
}
`;
const typed = [
  ...[
    '7',
    ' ',
    '\n',
    'x',
    '(',
    ')',
    '{',
    '}',
    '[',
    ']',
    ';',
    ',',
    '.',
    '`',
    "'",
    '"',
    '${',
    '/',
    '/*',
    '*/',
    '//',
    '<',
    '>',
    '=>',
  ],
  ...[
    'async ',
    'await ',
    'function f() {}\n',
    'class A { b = 1; }\n',
    'export ',
    'const ',
    'yield ',
    '@',
    '?',
    ':',
    '=',
    'import ',
  ],
  ...['return ', 'type T = ', '</li>', '<b>', 'case 1:', 'declare ', 'in ', 'of ', '!', 'as ', '\u2028', '😀'],
];
const edit = fc.record({
  at: fc.nat(),
  gone: fc.oneof(fc.constant(0), fc.nat(30)),
  typed: fc.constantFrom('', ...typed),
});

it.each([
  ['a.ts', texts],
  ['a.tsx', [jsx]],
  ['a.js', [jsx, ...texts.slice(0, 1)]],
])('facts of %s after any edits are those of a first reading', { timeout: 60_000 }, (name, all) => {
  fc.assert(
    fc.property(fc.constantFrom(...all), fc.array(edit, { minLength: 1, maxLength: 6 }), (first, edits) => {
      let text = first;
      let warm = reader.read(name, text);
      for (const one of edits) {
        const at = one.at % (text.length + 1);
        text = text.slice(0, at) + one.typed + text.slice(at + one.gone);
        warm = reader.read(name, text);
      }
      reader.read('other.ts', '');
      expect(JSON.stringify(warm, plain)).toBe(JSON.stringify(reader.read(name, text), plain));
    }),
    { numRuns: 60 },
  );
});

const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value);
