import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Analysis } from '../../server/src/engine/analysis';
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
  where: fc.constantFrom('disk', 'disk', 'buffer', 'close', 'ask'),
});

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
        else if (where === 'buffer' && disk.has(file)) {
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
