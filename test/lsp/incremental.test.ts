import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Analysis, FileView } from '../../server/src/engine/analysis';
import { localAnalysis } from '../../server/src/engine/localAnalysis';
import type { FileChange } from '../../server/src/engine/workspace';
import { memoryPlatform } from '../../server/src/platform/memory';
import { nodePlatform } from '../../server/src/platform/node';
import type { Platform } from '../../server/src/platform/platform';
import { repository } from '../harness/imports';

const outside = nodePlatform({ assets: path.join(repository, 'node_modules/libpg-query/wasm') });
const root = '/shop';

const map = (key: string, more = '') =>
  `version: 1\ndialect: postgresql\nrouter: generic\nimport:\n  - ddl: db/*.sql\ntables:\n  orders: { shardKey: ${key}, shards: 32 }\n${more}`;
const ddl = (column: string) => `CREATE TABLE orders (id bigint, tenant_id bigint, ${column} text);\n`;
const user = (name: string) =>
  `import { Pool } from 'pg';\nimport { ${name} } from '@/sql';\nconst pool = new Pool();\nexport const run = (id: number) => pool.query(${name}, [id]);\n`;
const sql = (name: string, column: string) => `export const ${name} = 'SELECT id FROM orders WHERE ${column} = $1';\n`;

const long = (column: string, exporting: string) =>
  [
    "import { Pool } from 'pg';\nimport { list } from '@/sql';\nconst pool = new Pool();",
    "const table = 'orders';\nconst by = (id: number) => `FROM ${table} WHERE tenant_id = ${id}`;",
    ...['one', 'two', 'three'].map(
      (name, i) =>
        `${exporting}async function ${name}(id: number) {\n  await pool.query('SELECT id FROM orders WHERE ${column} = $1 AND id > ${i}', [id]);\n  return pool.query(\`SELECT id \${by(id)}\`);\n}`,
    ),
    'export class Orders {\n  all() {\n    return pool.query(list);\n  }\n}',
    "export const last = () => pool.query('DELETE FROM orders');\nexport { list } from './more';\n",
  ].join('\n\n');

const aliases = (folder: string) => JSON.stringify({ compilerOptions: { paths: { '@/*': [`./${folder}/*`] } } });

/** Parsers are loaded once a platform. */
const disk = new Map<string, string>();
const [waiting, anew] = [0, 1].map(() => memoryPlatform(disk, { wasm: outside.wasm, log: () => {} })) as [
  Platform,
  Platform,
];
/** One reads without waiting, as Node does; the other loads what is missing and links again, as a browser does. */
const live: Platform = { ...waiting, readNow: (path) => disk.get(path) };

/** What each file may hold; undefined: it is not there. */
const texts: Readonly<Record<string, readonly (string | undefined)[]>> = {
  'shardlint.yaml': [
    map('tenant_id'),
    map('status'),
    map('tenant_id', '  nowhere: {}\n'),
    map('tenant_id', '\tbroken: ['),
    undefined,
  ],
  'tsconfig.json': [aliases('src'), aliases('nowhere'), '{', undefined],
  'db/1.sql': [ddl('status'), ddl('state'), undefined],
  'src/sql.ts': [
    sql('list', 'tenant_id'),
    sql('list', 'status'),
    sql('other', 'status'),
    'export const list =',
    undefined,
  ],
  'src/a.ts': [
    user('list'),
    user('other'),
    `// shardlint-disable-file scatter-query: x\n${user('list')}`,
    '',
    undefined,
  ],
  'src/b.ts': [user('other'), `export { list } from './sql';\n`, undefined],
  // What leads on to other files.
  'src/all.ts': [
    "export * from './more';\nexport * from './sql';\n",
    "import { list } from './more';\nexport { list };\n",
    "import { list } from './sql';\nexport { list };\n",
    undefined,
  ],
  'src/more.ts': [sql('more', 'status'), sql('more', 'tenant_id'), sql('list', 'status'), "export * from './sql';\n"],
  'src/listed.ts': [user('list').replace('@/sql', './all')],
  // Long enough that a keystroke reads a part of it alone.
  'src/long.ts': [long('status', 'export '), long('tenant_id', ''), undefined],
  'q.sql': [
    "SELECT id FROM orders WHERE status = 'x';\nSELECT id FROM orders WHERE tenant_id = 1;\n",
    'SELECT FROM WHERE',
    undefined,
  ],
};
const names = Object.keys(texts);

const step = fc.record({
  name: fc.constantFrom(...names),
  text: fc.nat(),
  where: fc.constantFrom('disk', 'disk', 'buffer', 'close', 'ask', 'type', 'type'),
});

/** What somebody types into a text, or deletes of it, at a place. */
const typed = (text: string, number: number): string => {
  const at = number % (text.length + 1);
  const key = ['x', ' ', '\n', '(', '}', '`', "'", '7', undefined][number % 9];
  return key === undefined ? text.slice(0, at) + text.slice(at + 1) : text.slice(0, at) + key + text.slice(at);
};

it('any sequence of edits, on disk and in buffers, ends where a cold start ends', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      disk.clear();
      for (const name of names) disk.set(`${root}/${name}`, texts[name]?.[0] ?? '');
      const buffers = new Map<string, string>();
      const warm = localAnalysis(live, root);
      await answers(warm);
      for (const { name, text, where } of steps) {
        const file = `${root}/${name}`;
        const choices = texts[name] ?? [];
        const next = choices[text % choices.length];
        const apply = (kind: FileChange['kind']) => warm.apply([{ path: file, kind }]);
        if (where === 'ask') await warm.file(file);
        else if (where === 'type' && disk.has(file)) {
          const now = typed(buffers.get(file) ?? disk.get(file) ?? '', text);
          buffers.set(file, now);
          warm.setBuffer(file, now);
          if (warm.isDeclaration(file)) await apply('changed');
          else if (text % 2 === 0) await warm.whileTyping(file);
        } else if (where === 'buffer' && disk.has(file)) {
          buffers.set(file, next ?? '');
          warm.setBuffer(file, next ?? '');
          if (warm.isDeclaration(file)) await apply('changed');
        } else if (where === 'close' && buffers.delete(file)) {
          warm.setBuffer(file, undefined);
          if (warm.isDeclaration(file)) await apply('changed');
        } else if (where === 'disk' && !buffers.has(file)) {
          const existed = disk.has(file);
          if (next === undefined) disk.delete(file);
          else disk.set(file, next);
          if (existed || next !== undefined)
            await apply(next === undefined ? 'deleted' : existed ? 'changed' : 'created');
        }
      }
      const cold = localAnalysis(anew, root);
      for (const [file, text] of buffers) cold.setBuffer(file, text);
      expect(await answers(warm)).toEqual(await answers(cold));
    }),
    { numRuns: 90 },
  );
});

/** Functions that take nothing of each other. */
const apart = [
  "import { Pool } from 'pg';\nimport { list } from '@/sql';\nconst pool = new Pool();",
  ...['one', 'two', 'three', 'four'].map(
    (name, i) =>
      `export async function ${name}(id: number) {\n  await pool.query(\`SELECT id\n    FROM orders WHERE status = 'a' AND id > ${i}\`);\n  // shardlint-disable-next-line scatter-query: known\n  await pool.query('DELETE FROM orders');\n  return pool.query('SELECT id FROM orders WHERE tenant_id = $1', [id]);\n}`,
  ),
  'export class Orders {\n  all() {\n    return pool.query(list);\n  }\n}',
  "export const last = () => pool.query('DELETE FROM orders');\n",
].join('\n\n');

it('while somebody types, what is found is what a whole reading finds', { timeout: 60_000 }, async () => {
  let asked = 0;
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(), { minLength: 1, maxLength: 8 }), async (numbers) => {
      disk.clear();
      for (const name of ['shardlint.yaml', 'db/1.sql', 'tsconfig.json', 'src/sql.ts'])
        disk.set(`${root}/${name}`, texts[name]?.[0] ?? '');
      const file = `${root}/src/long.ts`;
      let text = apart;
      disk.set(file, text);
      const warm = localAnalysis(live, root);
      warm.setBuffer(file, text);
      await warm.file(file);
      for (const number of numbers) {
        // Not what opens or closes anything: until that is whole again, a file says something else than its parts.
        const at = number % (text.length + 1);
        text = text.slice(0, at) + 'x7 \n'[number % 4] + text.slice(at);
        warm.setBuffer(file, text);
        asked += 1;
        const typed = await warm.whileTyping(file);
        if (!typed) {
          await warm.file(file);
          continue;
        }
        answered += 1;
        const cold = localAnalysis(anew, root);
        cold.setBuffer(file, text);
        const whole = await cold.file(file);
        expect(typed.text).toBe(text);
        expect(shownOf(typed.findings)).toEqual(shownOf(whole?.findings ?? []));
      }
    }),
    { numRuns: 60 },
  );
  expect(answered / asked).toBeGreaterThan(0.5);
});

/** Without fixes, which are made when somebody asks for them. */
const shownOf = (findings: FileView['findings']): readonly unknown[] =>
  [...findings]
    .sort((a, b) => a.span.start - b.span.start || a.rule.localeCompare(b.rule))
    .map(({ rule, severity, message, span, related }) => ({ rule, severity, message, span, related }));

/** Everything that people would see. */
async function answers(analysis: Analysis): Promise<unknown> {
  const files = [];
  for (const name of names) {
    const view = await analysis.file(`${root}/${name}`);
    files.push(
      view && [
        name,
        view.text,
        view.findings,
        view.statements.map(({ sql: text, span, route }) => [text, span, route]),
      ],
    );
  }
  return { files, maps: await analysis.maps(), reports: await analysis.mapReports() };
}

it('configuration of the language that changes is felt by every file that it resolves names for', async () => {
  disk.clear();
  for (const name of ['shardlint.yaml', 'tsconfig.json', 'db/1.sql', 'src/sql.ts'])
    disk.set(`${root}/${name}`, texts[name]?.[0] ?? '');
  for (const name of ['src/a.ts', 'src/b.ts']) disk.set(`${root}/${name}`, user('list'));
  const warm = localAnalysis(live, root);
  await answers(warm);
  disk.set(`${root}/tsconfig.json`, aliases('nowhere'));
  await warm.apply([{ path: `${root}/tsconfig.json`, kind: 'changed' }]);
  expect(await answers(warm)).toEqual(await answers(localAnalysis(anew, root)));
});
