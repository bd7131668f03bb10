/** Checks that are kept between runs: a run that recalls says what a run without memory says. */
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cacheFolder, fileMemory } from '../../server/src/cli/memory';
import type { Memory } from '../../server/src/engine/recall';
import { type FileChange, Workspace } from '../../server/src/engine/workspace';
import { memoryPlatform } from '../../server/src/platform/memory';
import { nodePlatform } from '../../server/src/platform/node';
import { repository } from '../harness/imports';
import { folderWith } from '../harness/shell';

const outside = nodePlatform({ assets: path.join(repository, 'node_modules/libpg-query/wasm') });
const root = '/shop';
const disk = new Map<string, string>();
const platform = memoryPlatform(disk, { wasm: outside.wasm, log: () => {} });

const map = (key: string, more = '') =>
  `version: 1\ndialect: postgresql\nrouter: generic\nimport:\n  - ddl: db/*.sql\ntables:\n  orders: { shardKey: ${key}, shards: 32 }\n  lines: { shardKey: ${key}, shards: 32 }\n${more}`;
const lagging = map('tenant_id', 'databases: { app: { replication: async } }\ndefaultDatabase: app\n');
const user = (name: string) =>
  `import { Pool } from 'pg';\nimport { ${name} } from '@/sql';\nconst pool = new Pool();\nexport const run = (id: number) => pool.query(${name}, [id]);\n`;
const sql = (name: string, column: string) => `export const ${name} = 'SELECT id FROM orders WHERE ${column} = $1';\n`;
const listed = `import { Pool } from 'pg';\nimport { list } from './all';\nconst pool = new Pool();\nexport const listed = (id: number) => pool.query(list, [id]);\n`;
const paths = (to: string) => JSON.stringify({ compilerOptions: { paths: { '@/*': [`./${to}/*`] } } });
const view = (text: string) => `export const View = () => <p>${text}</p>;\n`;
const model = (field: string) =>
  `datasource db {\n  provider = "postgresql"\n}\nmodel Order {\n  id Int @id\n  ${field} Int\n  @@map("orders")\n}\n`;
const saves = (column: string) =>
  `import { Pool } from 'pg';\nconst writer = new Pool();\nconst readReplica = new Pool();\nexport const save = (id: number) => writer.query('UPDATE lines SET n = 1 WHERE ${column} = $1', [id]);\nexport const find = (id: number) => readReplica.query('SELECT n FROM lines WHERE ${column} = $1', [id]);\n`;
const transaction = (call: string) =>
  `import { PrismaClient } from '@prisma/client';\nimport { save, find } from './save';\nimport { emit } from './emit';\nconst prisma = new PrismaClient();\nexport const place = (id: number) => prisma.$transaction(async (tx) => {\n  await tx.order.update({ where: { id }, data: { id: 1 } });\n  ${call}\n});\n`;
const emits = (broker: string) =>
  `import { Queue } from '${broker}';\nimport { Pool } from 'pg';\nconst queue = new Queue('x');\nconst pool = new Pool();\nexport const log = (id: number) => pool.query('INSERT INTO lines (tenant_id) VALUES ($1)', [id]);\nexport const emit = (id: number) => queue.add('placed', { id });\n`;
const calls = (name: string) =>
  `import { save, find } from './save';\nimport { emit } from './emit';\nexport async function both(id: number) {\n  await save(id);\n  await emit(id);\n  return ${name}(id);\n}\n`;

const texts: Readonly<Record<string, readonly (string | undefined)[]>> = {
  'shardlint.yaml': [map('tenant_id'), map('status'), `${map('tenant_id')}\tbroken: [`, lagging],
  'tsconfig.json': [paths('src'), paths('other'), undefined],
  'db/1.sql': ['CREATE TABLE orders (id bigint, tenant_id bigint, status text);\n', 'CREATE TABLE x (id bigint);\n'],
  'src/sql.ts': [sql('list', 'tenant_id'), sql('list', 'status'), sql('other', 'status'), undefined],
  // What leads on to other files.
  'src/all.ts': [
    "export * from './emit';\nexport * from './more';\nexport * from './sql';\n",
    "export { other as list } from './sql';\n",
    "import { list } from '../other/sql';\nexport { list };\n",
    "import { list } from './sql';\nexport { list };\n",
    undefined,
  ],
  'src/more.ts': [sql('more', 'status'), sql('more', 'tenant_id'), sql('list', 'status'), "export * from './sql';\n"],
  'src/listed.ts': [listed, undefined],
  'other/sql.ts': [sql('list', 'status'), undefined],
  'src/a.ts': [user('list'), user('other'), '', undefined],
  'src/view.tsx': [view('a'), view('b'), user('list'), undefined],
  'q.sql': [
    "SELECT id FROM orders WHERE status = 'x';\n",
    'SELECT FROM WHERE',
    undefined,
    "-- first\nSELECT id FROM orders WHERE tenant_id = 1;\nSELECT id FROM orders WHERE status = 'x';\n",
    "SELECT 1;\nSELECT id FROM orders WHERE tenant_id = 1;\nSELECT id FROM orders WHERE tenant_id = 1;\nSET SHARDING KEY TO '4';\nSELECT id FROM orders WHERE status = 'x';\n",
  ],
  'schema.prisma': [model('tenant_id'), model('status'), undefined],
  'src/place.ts': [transaction('await save(id);'), transaction('await emit(id);\n  await find(id);'), undefined],
  'src/save.ts': [saves('tenant_id'), saves('status'), saves('tenant_id').replace('save', 'put'), undefined],
  'src/save/index.ts': [undefined, saves('status')],
  'src/emit.ts': [emits('bullmq'), emits('./bullmq'), undefined],
  'src/calls.ts': [calls('find'), calls('save'), '// shardlint-disable-file\n'.concat(calls('find')), undefined],
};
const names = Object.keys(texts);

const inMemory = (): Memory & { readonly saved: number } => {
  const kept = new Map<string, unknown>();
  let saved = 0;
  return {
    hash: (text) => text,
    load: (part) => structuredClone(kept.get(part)),
    save: (part, record) => {
      kept.set(part, structuredClone(record));
      if (part === 'answer') saved += 1;
    },
    get saved() {
      return saved;
    },
  };
};

/** Everything that a shell prints. */
const answerOf = async (workspace: Workspace): Promise<unknown> => {
  const { findings, inventory, coverage, problems } = await workspace.check({});
  return { findings, inventory, coverage, problems, maps: workspace.mapFiles };
};

const check = (memory?: Memory): Promise<unknown> => answerOf(new Workspace(platform, root, memory ? { memory } : {}));

const reset = (): void => {
  disk.clear();
  for (const name of names) {
    const [text] = texts[name] ?? [];
    if (text !== undefined) disk.set(`${root}/${name}`, text);
  }
};

const step = fc.record({
  name: fc.constantFrom(...names),
  text: fc.nat(),
  to: fc.option(fc.constantFrom(...names), { freq: 6 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** An edit, or a rename; answers what has happened, as an editor tells it. */
const done = ({ name, text, to }: Step): readonly FileChange[] => {
  const choices = texts[name] ?? [];
  const next = to === null ? choices[text % choices.length] : disk.get(`${root}/${to}`);
  const put = (path: string, content: string | undefined): readonly FileChange[] => {
    const before = disk.get(path);
    if (content === undefined) disk.delete(path);
    else disk.set(path, content);
    if (before === content) return [];
    return [{ path, kind: content === undefined ? 'deleted' : before === undefined ? 'created' : 'changed' }];
  };
  return [...(to === null ? [] : put(`${root}/${to}`, undefined)), ...put(`${root}/${name}`, next)];
};

const steps = fc.array(step, { minLength: 1, maxLength: 6 });
const numRuns = Number(process.env.RECALL_RUNS ?? 40);

describe('a check that is recalled', () => {
  it('is of a workspace in which all kinds of rules speak', async () => {
    reset();
    const { findings } = await new Workspace(platform, root).check({});
    const rules = new Set(findings.map(({ rule }) => rule));
    for (const rule of ['scatter-query', 'dual-write', 'read-after-write-replica', 'nullable-shard-key'])
      expect(rules).toContain(rule);
  });

  it('says what a cold run says, after any sequence of edits, renames and map changes', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        reset();
        const memory = inMemory();
        await check(memory);
        for (const one of all) {
          done(one);
          expect(await check(memory)).toEqual(await check());
        }
      }),
      { numRuns },
    );
  });

  it('is not made anew where nothing changed, or only what no library reads', async () => {
    reset();
    disk.delete(`${root}/src/emit.ts`);
    disk.delete(`${root}/src/save.ts`);
    const memory = inMemory();
    await check(memory);
    const { saved } = memory;
    await check(memory);
    disk.set(`${root}/src/view.tsx`, view('c'));
    await check(memory);
    expect(memory.saved).toBe(saved);
    disk.set(`${root}/src/view.tsx`, user('list'));
    await check(memory);
    expect(memory.saved).toBe(saved + 1);
  });

  it('analyses what has changed, and what was understood with its help', async () => {
    reset();
    const memory = inMemory();
    await check(memory);
    const analysed = async (): Promise<readonly string[]> => {
      const workspace = new Workspace(platform, root, { memory });
      await workspace.check({});
      return workspace.known.map(({ file }) => file.slice(root.length + 1));
    };
    disk.set(`${root}/src/a.ts`, `${disk.get(`${root}/src/a.ts`)}\n`);
    expect(await analysed()).toEqual(['src/a.ts']);
    disk.set(`${root}/src/sql.ts`, sql('list', 'status'));
    expect(await analysed()).toEqual(['src/a.ts', 'src/listed.ts', 'src/sql.ts']);
    // Names lead through it; what else it says is nobody's concern, until it leads elsewhere.
    disk.set(`${root}/src/more.ts`, sql('more', 'tenant_id'));
    expect(await analysed()).toEqual(['src/more.ts']);
    disk.set(`${root}/src/more.ts`, sql('list', 'status'));
    expect(await analysed()).toEqual(['src/listed.ts', 'src/more.ts']);
    for (const text of texts['src/all.ts']?.slice(1, 4) ?? []) {
      disk.set(`${root}/src/all.ts`, text ?? '');
      expect(await analysed()).toEqual(['src/all.ts', 'src/listed.ts']);
    }
    // What a function calls is expanded in it.
    disk.set(`${root}/src/save.ts`, saves('status'));
    expect(await analysed()).toEqual(['src/emit.ts', 'src/place.ts', 'src/save.ts']);
    disk.set(`${root}/src/new.ts`, user('list'));
    expect(await analysed()).toEqual(['src/new.ts']);
  });

  it('is one where every record is damaged', async () => {
    reset();
    for (const record of [null, 1, { format: 2 }, { format: 2, files: [], texts: {}, question: '' }]) {
      const memory: Memory = { hash: (text) => text, load: () => record, save: () => {} };
      expect(await check(memory)).toEqual(await check());
    }
  });
});

describe('a workspace that is edited', () => {
  it('says what a cold run says', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (all, buffers) => {
        reset();
        const workspace = new Workspace(platform, root);
        await workspace.check({});
        for (const one of all) {
          const changes = done(one);
          // An editor shows what it writes before it is on disk.
          if (buffers) for (const { path } of changes) workspace.setBuffer(path, disk.get(path));
          await workspace.apply(changes);
          if (buffers) for (const { path } of changes) workspace.setBuffer(path, undefined);
          expect(await answerOf(workspace)).toEqual(await check());
        }
      }),
      { numRuns },
    );
  });
});

describe('the file of a check', () => {
  const question = ['/shop', ''];

  it('gives back what was written', () => {
    const folder = folderWith({});
    const record = { texts: [{ hash: 'a', matters: true }], big: 7n, none: undefined };
    fileMemory(folder, question, '1').save('answer', record);
    expect(fileMemory(folder, question, '1').load('answer')).toEqual(record);
    expect(fileMemory(folder, ['/other'], '1').load('answer')).toBeUndefined();
    expect(fs.readdirSync(folder)).toHaveLength(1);
    const [name = ''] = fs.readdirSync(folder);
    if (process.platform !== 'win32') expect(fs.statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
  });

  it('is ignored where another build wrote it, or any byte of it is another', () => {
    const folder = folderWith({});
    fileMemory(folder, question, '1').save('answer', { texts: ['some text'] });
    expect(fileMemory(folder, question, '2').load('answer')).toBeUndefined();
    const file = path.join(folder, fs.readdirSync(folder)[0] ?? '');
    const whole = fs.readFileSync(file);
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, by, cut) => {
        const damaged = Buffer.from(whole);
        damaged[at] = (damaged[at] ?? 0) ^ by;
        fs.writeFileSync(file, cut ? whole.subarray(0, at) : damaged);
        expect(fileMemory(folder, question, '1').load('answer')).toBeUndefined();
      }),
    );
  });

  it('stops nobody where it cannot be written or read', () => {
    const folder = folderWith({ taken: '' });
    const memory = fileMemory(path.join(folder, 'taken'), question, '1');
    memory.save('answer', { texts: [] });
    expect(memory.load('answer')).toBeUndefined();
  });

  it("lies in the person's cache folder", () => {
    expect(cacheFolder({}, 'linux', '/home/a')).toBe('/home/a/.cache/shardlint');
    expect(cacheFolder({ XDG_CACHE_HOME: '/c' }, 'linux', '/home/a')).toBe('/c/shardlint');
    expect(cacheFolder({}, 'darwin', '/Users/a')).toBe('/Users/a/Library/Caches/shardlint');
    expect(cacheFolder({ SHARDLINT_CACHE: '/mine' }, 'linux', '/home/a')).toBe('/mine');
  });
});
