import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryPlatform } from '../../server/src/platform/memory';
import { nodePlatform, slashed } from '../../server/src/platform/node';
import { limits } from '../../server/src/platform/platform';

const root = slashed(fs.mkdtempSync(path.join(os.tmpdir(), 'shardlint-')));
const write = (name: string, content: string | Buffer = '') => {
  fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  fs.writeFileSync(path.join(root, name), content);
};
const platform = nodePlatform({ assets: root });
const list = async (folder = '', options = {}) =>
  (await platform.listFiles(path.join(root, folder), options)).map((file) => file.slice(root.length + 1));

beforeAll(() => {
  write('.git/config');
  write('.gitignore', ['*.log', '/private', 'generated/', '!keep.log', 'a/**/z.sql', '# x'].join('\n'));
  write('shardlint.yaml');
  write('a.log');
  write('keep.log');
  write('private/a.ts');
  write('src/private/a.ts');
  write('src/generated/a.ts');
  write('src/node_modules/pg/index.js');
  write('src/.gitignore', 'local.ts\n!*.log\n');
  write('src/local.ts');
  write('src/b.log');
  write('a/b/c/z.sql');
  write('dist/a.js');
  write('src/core/build/query.sql');
  fs.symlinkSync(root, path.join(root, 'src/loop'));
  fs.symlinkSync(path.join(root, 'nowhere'), path.join(root, 'src/dangling.ts'));
});
afterAll(() => fs.rmSync(root, { recursive: true }));

describe('the file system', () => {
  test('lists what git would see, without following links to folders', async () => {
    expect(await list()).toEqual([
      '.gitignore',
      'keep.log',
      'shardlint.yaml',
      'src/.gitignore',
      'src/b.log',
      'src/core/build/query.sql',
      'src/private/a.ts',
    ]);
  });

  test('knows the ignore files above the folder it starts in', async () => {
    expect(await list('src')).toEqual(['src/.gitignore', 'src/b.log', 'src/private/a.ts']);
    expect(await list('a/b')).toEqual([]);
  });

  test('keeps what globs include, drops what they exclude, stops when cancelled', async () => {
    expect(await list('', { include: ['**/*.ts', '*.log'] })).toEqual(['keep.log', 'src/private/a.ts']);
    expect(await list('', { include: ['**/*.{ts,yaml}'], exclude: ['src/private'] })).toEqual(['shardlint.yaml']);
    expect(await list('', { cancelled: () => true })).toEqual([]);
    expect(await list('missing')).toEqual([]);
  });

  test('reads text and nothing else', async () => {
    write('bom.sql', Buffer.from([0xef, 0xbb, 0xbf, 0x73, 0x71, 0x6c]));
    write('wide.sql', Buffer.from('\ufeffsql', 'utf16le'));
    write('binary.sql', Buffer.from([0x73, 0, 0x71]));
    write('huge.sql', Buffer.alloc(limits.fileBytes + 1, 0x20));
    const read = (name: string) => platform.readFile(path.join(root, name));
    expect(await read('bom.sql')).toBe('sql');
    expect(await read('wide.sql')).toBe('sql');
    expect(await read('binary.sql')).toBeUndefined();
    expect(await read('huge.sql')).toBeUndefined();
    expect(await read('missing.sql')).toBeUndefined();
    expect(await read('src')).toBeUndefined();
  });
});

test('files in memory are listed like others', async () => {
  const files = new Map(
    ['/w/a.ts', '/w/b.sql', '/w/node_modules/x.ts', '/w/out/y.ts', '/w/src/out/z.ts', '/other/c.ts'].map((name) => [
      name,
      name,
    ]),
  );
  const memory = memoryPlatform(files);
  expect(await memory.listFiles('/w', { include: ['**/*.ts'] })).toEqual(['/w/a.ts', '/w/src/out/z.ts']);
  expect(await memory.listFiles('/w', { exclude: ['**/*.ts'] })).toEqual(['/w/b.sql']);
  expect(await memory.readFile('/w/a.ts')).toBe('/w/a.ts');
  expect(await memory.exists('/w')).toBe(true);
  expect(await memory.exists('/w/c')).toBe(false);
});
