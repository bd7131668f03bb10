/** The disk fills up, files go while they are read, the clock jumps, records are damaged: what is found stays the same. */
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { localEngine } from '../../server/src/cli/localEngine';
import { fileMemory } from '../../server/src/cli/memory';
import { createFile, writeFile } from '../../server/src/cli/writeFile';
import type { Memory } from '../../server/src/engine/recall';
import { nodePlatform } from '../../server/src/platform/node';
import type { Platform } from '../../server/src/platform/platform';
import { folderWith, type Ran, shardlint as runIn } from '../harness/shell';

afterEach(() => void vi.restoreAllMocks());

type Part = Parameters<Memory['load']>[0];

const assets = path.resolve('node_modules', 'libpg-query', 'wasm');
const map =
  'version: 1\ndialect: postgresql\nrouter: generic\ntables:\n  orders: { shardKey: tenant_id, shards: 32 }\n';
const files = {
  'shardlint.yaml': map,
  'a.sql': 'SELECT * FROM orders;\n',
  'b.sql': 'SELECT * FROM orders WHERE tenant_id = 1;\nDELETE FROM orders;\n',
  'src/c.ts': `import { Pool } from 'pg';\nexport const all = () => new Pool().query('SELECT * FROM orders');\n`,
};

const shardlint = (
  cwd: string,
  argv: readonly string[],
  { cache, platform }: { readonly platform?: Platform; readonly cache?: string } = {},
): Promise<Ran> =>
  runIn(
    cwd,
    argv,
    localEngine(),
    [],
    {},
    {
      ...(platform && { platform }),
      ...(cache !== undefined && { memory: (question: readonly string[]) => fileMemory(cache, question, 'test') }),
    },
  );

/** Writes half of what it should, and fails. */
function fillDisk(): void {
  const write = fs.writeFileSync;
  vi.spyOn(fs, 'writeFileSync').mockImplementation((file, data, options) => {
    const half = typeof data === 'string' ? data.slice(0, data.length / 2) : (data as Uint8Array).subarray(0, 8);
    write(file, half, options);
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  });
}

describe('a disk that is full', () => {
  test('keeps the old file whole, and leaves no half one', () => {
    const folder = folderWith({ 'old.txt': 'old' });
    fillDisk();
    expect(() => writeFile(path.join(folder, 'old.txt'), 'something new')).toThrow('old.txt was not written: no space');
    expect(() => createFile(path.join(folder, 'new', 'a.sql'), 'something')).toThrow('a.sql was not written: no space');
    expect(fs.readFileSync(path.join(folder, 'old.txt'), 'utf8')).toBe('old');
    expect(fs.readdirSync(folder)).toEqual(['new', 'old.txt']);
    expect(fs.readdirSync(path.join(folder, 'new'))).toEqual([]);
  });

  test('while the baseline is written: one sentence, status 2, the old baseline stays', async () => {
    const folder = folderWith(files);
    await shardlint(folder, ['check', '--baseline', 'base.json', '--update-baseline']);
    const before = fs.readFileSync(path.join(folder, 'base.json'), 'utf8');
    fs.writeFileSync(path.join(folder, 'a.sql'), 'SELECT 1;\n');
    fillDisk();
    const { status, err } = await shardlint(folder, ['check', '--baseline', 'base.json', '--update-baseline']);
    expect(status).toBe(2);
    expect(err).toBe('shardlint: base.json was not written: no space is left\n');
    expect(fs.readFileSync(path.join(folder, 'base.json'), 'utf8')).toBe(before);
  });

  test('while the cache is written: the same findings, nothing left behind', async () => {
    const folder = folderWith(files);
    const cache = folderWith({});
    const sound = await shardlint(folder, ['check', '--format', 'json']);
    fillDisk();
    expect(await shardlint(folder, ['check', '--format', 'json'], { cache })).toEqual(sound);
    vi.restoreAllMocks();
    expect(fs.readdirSync(cache)).toEqual([]);
    expect(await shardlint(folder, ['check', '--format', 'json'], { cache })).toEqual(sound);
  });
});

describe('a record of an earlier run', () => {
  test('whose bytes are flipped, cut or foreign is not used', async () => {
    const folder = folderWith(files);
    const cache = folderWith({});
    const sound = await shardlint(folder, ['check', '--format', 'json'], { cache });
    for (const name of fs.readdirSync(cache)) {
      const whole = fs.readFileSync(path.join(cache, name));
      const part = path.extname(name).slice(1) as Part;
      const load = (bytes: Uint8Array): unknown => {
        fs.writeFileSync(path.join(cache, name), bytes);
        return recordOf(path.join(cache, name), part);
      };
      expect(load(whole)).toBeDefined();
      for (let at = 0; at < whole.length; at += Math.max(1, Math.floor(whole.length / 300))) {
        const flipped = Buffer.from(whole);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
        expect(load(flipped), `bit flipped in byte ${at}`).toBeUndefined();
        expect(load(whole.subarray(0, at)), `cut at ${at}`).toBeUndefined();
      }
      for (const foreign of [
        Buffer.alloc(0),
        Buffer.alloc(100),
        Buffer.from('shardlint \n'),
        Buffer.from([0xff, 0x0f]),
      ])
        expect(load(foreign)).toBeUndefined();
      load(whole.subarray(0, whole.length - 1));
    }
    expect(await shardlint(folder, ['check', '--format', 'json'], { cache })).toEqual(sound);
    for (const name of fs.readdirSync(cache)) {
      fs.rmSync(path.join(cache, name));
      fs.mkdirSync(path.join(cache, name));
    }
    expect(await shardlint(folder, ['check', '--format', 'json'], { cache })).toEqual(sound);
  });

  test('in a folder that cannot be made', async () => {
    const folder = folderWith(files);
    const sound = await shardlint(folder, ['check', '--format', 'json']);
    expect(await shardlint(folder, ['check', '--format', 'json'], { cache: path.join(folder, 'a.sql') })).toEqual(
      sound,
    );
  });

  test('survives jumps of the clock', async () => {
    const folder = folderWith(files);
    const cache = folderWith({});
    const sound = await shardlint(folder, ['check', '--format', 'json'], { cache });
    const real = Date.now;
    for (const years of [-30, 30, 0]) {
      vi.spyOn(Date, 'now').mockImplementation(() => real() + years * 31_536_000_000);
      fs.writeFileSync(path.join(folder, 'b.sql'), `${files['b.sql']}-- ${years}\n`);
      expect(await shardlint(folder, ['check', '--format', 'json'], { cache })).toEqual(sound);
    }
    for (const name of Object.keys(files)) fs.utimesSync(path.join(folder, name), new Date(0), new Date(4e12));
    expect(await shardlint(folder, ['check', '--format', 'json'], { cache })).toEqual(sound);
  });
});

/** What the program makes of a record's file, whatever its question was. */
function recordOf(file: string, part: Part): unknown {
  const read = fs.readFileSync;
  const spy = vi.spyOn(fs, 'readFileSync').mockImplementation((() => read(file)) as unknown as typeof fs.readFileSync);
  try {
    return fileMemory(path.dirname(file), [], 'test').load(part);
  } finally {
    spy.mockRestore();
  }
}

describe('files between listing and reading', () => {
  test.each([
    ['gone', (file: string) => fs.rmSync(file)],
    [
      'folders',
      (file: string) => {
        fs.rmSync(file);
        fs.mkdirSync(file);
      },
    ],
    ['binary', (file: string) => fs.writeFileSync(file, Buffer.from([0, 1, 2, 0xff]))],
    ['too large', (file: string) => fs.truncateSync(file, 9 * 1024 * 1024)],
    [
      'links in a circle',
      (file: string) => {
        fs.rmSync(file);
        fs.symlinkSync(path.basename(file), file);
      },
    ],
  ])('that are %s are not there, and the others are', async (_, change) => {
    const folder = folderWith(files);
    const sound = nodePlatform({ assets });
    let listings = 0;
    const platform: Platform = {
      ...sound,
      async listFiles(root, options) {
        const listed = await sound.listFiles(root, options);
        const listsSources = listed.some((file) => file.endsWith('a.sql'));
        if (listsSources && listings++ === 0) for (const name of ['a.sql', 'src/c.ts']) change(path.join(folder, name));
        return listed;
      },
    };
    const { status, out, err } = await shardlint(folder, ['check', '--format', 'json'], { platform });
    expect(err).not.toContain('a bug');
    expect(status).toBe(1);
    expect(JSON.parse(out).findings.map(({ file }: { file: string }) => file)).toEqual(['b.sql']);
  });
});

test('50 maps, each for its own folder', async () => {
  const folder = folderWith(
    Object.fromEntries(
      Array.from({ length: 50 }, (_, i) => [
        [`p${i}/shardlint.yaml`, map.replace('tenant_id', `k${i}`)],
        [`p${i}/a.sql`, `SELECT * FROM orders WHERE k${i} = 1;\nSELECT * FROM orders WHERE k${i + 1} = 1;\n`],
      ]).flat(),
    ),
  );
  const { status, out } = await shardlint(folder, ['check', '--format', 'json']);
  expect(status).toBe(1);
  const { findings } = JSON.parse(out) as {
    findings: { rule: string; file: string; range: { start: { line: number } } }[];
  };
  const own = findings.filter(({ rule }) => rule === 'scatter-query');
  expect(own.map(({ file, range }) => `${file}:${range.start.line}`).sort()).toEqual(
    Array.from({ length: 50 }, (_, i) => `p${i}/a.sql:2`).sort(),
  );
});
