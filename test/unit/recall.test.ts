/** Checks that are kept between runs: a run that recalls says what a run without memory says. */
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cacheFolder, fileMemory } from '../../server/src/cli/memory';
import type { Memory } from '../../server/src/engine/recall';
import { Workspace } from '../../server/src/engine/workspace';
import { memoryPlatform } from '../../server/src/platform/memory';
import { nodePlatform } from '../../server/src/platform/node';
import { repository } from '../harness/imports';
import { folderWith } from '../harness/shell';

const outside = nodePlatform({ assets: path.join(repository, 'node_modules/libpg-query/wasm') });
const root = '/shop';
const disk = new Map<string, string>();
const platform = memoryPlatform(disk, { wasm: outside.wasm, log: () => {} });

const map = (key: string) =>
  `version: 1\ndialect: postgresql\nrouter: generic\nimport:\n  - ddl: db/*.sql\ntables:\n  orders: { shardKey: ${key}, shards: 32 }\n`;
const user = (name: string) =>
  `import { Pool } from 'pg';\nimport { ${name} } from '@/sql';\nconst pool = new Pool();\nexport const run = (id: number) => pool.query(${name}, [id]);\n`;
const sql = (name: string, column: string) => `export const ${name} = 'SELECT id FROM orders WHERE ${column} = $1';\n`;
const paths = (to: string) => JSON.stringify({ compilerOptions: { paths: { '@/*': [`./${to}/*`] } } });
const view = (text: string) => `export const View = () => <p>${text}</p>;\n`;

const texts: Readonly<Record<string, readonly (string | undefined)[]>> = {
  'shardlint.yaml': [map('tenant_id'), map('status'), `${map('tenant_id')}\tbroken: [`],
  'tsconfig.json': [paths('src'), paths('other'), undefined],
  'db/1.sql': ['CREATE TABLE orders (id bigint, tenant_id bigint, status text);\n', 'CREATE TABLE x (id bigint);\n'],
  'src/sql.ts': [sql('list', 'tenant_id'), sql('list', 'status'), sql('other', 'status'), undefined],
  'other/sql.ts': [sql('list', 'status'), undefined],
  'src/a.ts': [user('list'), user('other'), '', undefined],
  'src/view.tsx': [view('a'), view('b'), user('list'), undefined],
  'q.sql': ["SELECT id FROM orders WHERE status = 'x';\n", 'SELECT FROM WHERE', undefined],
};
const names = Object.keys(texts);

const inMemory = (): Memory & { readonly recalled: number } => {
  let kept: unknown;
  let recalled = 0;
  return {
    hash: (text) => text,
    load: () => structuredClone(kept),
    save: (record) => {
      kept = structuredClone(record);
      recalled -= 1;
    },
    get recalled() {
      return recalled;
    },
  };
};

/** Everything that a shell prints. */
const check = async (memory?: Memory): Promise<unknown> => {
  const workspace = new Workspace(platform, root, memory ? { memory } : {});
  const { findings, inventory, coverage, problems } = await workspace.check({});
  return { findings, inventory, coverage, problems, maps: workspace.mapFiles };
};

const reset = (): void => {
  disk.clear();
  for (const name of names) disk.set(`${root}/${name}`, texts[name]?.[0] ?? '');
};

describe('a check that is recalled', () => {
  const step = fc.record({
    name: fc.constantFrom(...names),
    text: fc.nat(),
    to: fc.option(fc.constantFrom(...names), { freq: 6 }),
  });

  it('says what a cold run says, after any sequence of edits, renames and map changes', {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        reset();
        const memory = inMemory();
        await check(memory);
        for (const { name, text, to } of steps) {
          const choices = texts[name] ?? [];
          const next = to === null ? choices[text % choices.length] : disk.get(`${root}/${to}`);
          if (to !== null) disk.delete(`${root}/${to}`);
          if (next === undefined) disk.delete(`${root}/${name}`);
          else disk.set(`${root}/${name}`, next);
          expect(await check(memory)).toEqual(await check());
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is not made anew where nothing changed, or only what no library reads', async () => {
    reset();
    const memory = inMemory();
    await check(memory);
    const saved = memory.recalled;
    await check(memory);
    disk.set(`${root}/src/view.tsx`, view('c'));
    await check(memory);
    expect(memory.recalled).toBe(saved);
    disk.set(`${root}/src/view.tsx`, user('list'));
    await check(memory);
    expect(memory.recalled).toBe(saved - 1);
  });
});

describe('the file of a check', () => {
  const question = ['/shop', ''];

  it('gives back what was written', () => {
    const folder = folderWith({});
    const record = { texts: [{ hash: 'a', matters: true }], big: 7n, none: undefined };
    fileMemory(folder, question, '1').save(record);
    expect(fileMemory(folder, question, '1').load()).toEqual(record);
    expect(fileMemory(folder, ['/other'], '1').load()).toBeUndefined();
    expect(fs.readdirSync(folder)).toHaveLength(1);
    const [name = ''] = fs.readdirSync(folder);
    if (process.platform !== 'win32') expect(fs.statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
  });

  it('is ignored where another build wrote it, or any byte of it is another', () => {
    const folder = folderWith({});
    fileMemory(folder, question, '1').save({ texts: ['some text'] });
    expect(fileMemory(folder, question, '2').load()).toBeUndefined();
    const file = path.join(folder, fs.readdirSync(folder)[0] ?? '');
    const whole = fs.readFileSync(file);
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, by, cut) => {
        const damaged = Buffer.from(whole);
        damaged[at] = (damaged[at] ?? 0) ^ by;
        fs.writeFileSync(file, cut ? whole.subarray(0, at) : damaged);
        expect(fileMemory(folder, question, '1').load()).toBeUndefined();
      }),
    );
  });

  it('stops nobody where it cannot be written or read', () => {
    const folder = folderWith({ taken: '' });
    const memory = fileMemory(path.join(folder, 'taken'), question, '1');
    memory.save({ texts: [] });
    expect(memory.load()).toBeUndefined();
  });

  it("lies in the person's cache folder", () => {
    expect(cacheFolder({}, 'linux', '/home/a')).toBe('/home/a/.cache/shardlint');
    expect(cacheFolder({ XDG_CACHE_HOME: '/c' }, 'linux', '/home/a')).toBe('/c/shardlint');
    expect(cacheFolder({}, 'darwin', '/Users/a')).toBe('/Users/a/Library/Caches/shardlint');
    expect(cacheFolder({ SHARDLINT_CACHE: '/mine' }, 'linux', '/home/a')).toBe('/mine');
  });
});
