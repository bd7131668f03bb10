/** The compiled form of the program that is kept between runs: whatever became of it, the program runs as it is written. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundleOf } from '../harness/bundle';
import { folderWith } from '../harness/shell';

let compiled: string;
beforeAll(async () => {
  compiled = path.join(await bundleOf('server/src/cli/compiled.ts'), 'compiled.js');
}, 60_000);

const program = (word: string) => ({
  'program.js': `const { a } = require('./vendor/a.js');
if (require('./vendor/a.js').a !== a) throw new Error('run twice');
const say = (word) => require('node:path').basename(__filename) + ' says ' + word + a();
console.log(say('${word}'));\n`,
  'vendor/a.js': `module.exports = { a: () => [1, 2, 3].map((one) => one + 1).join('') };\n`,
});

/** Runs the program in a process of its own; `after`: milliseconds from which on its compiled form is kept. */
function run(folder: string, cache: string, after = 0) {
  const code = 'const [file, program, cache, after] = process.argv.slice(1);';
  const call = `${code} require(file).runCompiled(program, ['vendor'], { cache, after: Number(after) });`;
  const args = ['-e', call, compiled, path.join(folder, 'program.js'), cache, String(after)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

const said = (word: string) => ({ status: 0, stdout: `program.js says ${word}234\n`, stderr: '' });
const kept = (cache: string) => fs.readdirSync(cache).map((name) => path.join(cache, name));

describe('the compiled form of the program', () => {
  test('is kept once for each of its files, readable by its owner alone', () => {
    const [folder, cache] = [folderWith(program('one')), folderWith({})];
    expect(run(folder, cache)).toEqual(said('one'));
    const written = kept(cache).map((file) => [file, fs.statSync(file).mtimeMs]);
    expect(written).toHaveLength(2);
    if (process.platform !== 'win32')
      for (const file of kept(cache)) expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(run(folder, cache)).toEqual(said('one'));
    expect(kept(cache).map((file) => [file, fs.statSync(file).mtimeMs])).toEqual(written);
  });

  test('is of another program where a file has changed, and nothing that a short run leaves behind', () => {
    const [folder, cache] = [folderWith(program('one')), folderWith({})];
    expect(run(folder, cache, 600_000)).toEqual(said('one'));
    expect(kept(cache)).toEqual([]);
    run(folder, cache);
    fs.writeFileSync(path.join(folder, 'program.js'), program('three')['program.js']);
    expect(run(folder, cache)).toEqual(said('three'));
  });

  test('with flipped bytes, cut or empty is not used, and made again', () => {
    const [folder, cache] = [folderWith(program('one')), folderWith({})];
    run(folder, cache);
    const sound = kept(cache).map((file) => fs.readFileSync(file));
    const ways = [0.05, 0.2, 0.4, 0.6, 0.8, 0.99].map((part) => (bytes: Buffer) => {
      const at = Math.floor(bytes.length * part);
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 0x11;
      return flipped;
    });
    for (const damage of [...ways, (bytes: Buffer) => bytes.subarray(0, bytes.length / 2), () => Buffer.alloc(0)]) {
      kept(cache).forEach((file, i) => void fs.writeFileSync(file, damage(sound[i] ?? Buffer.alloc(0))));
      expect(run(folder, cache)).toEqual(said('one'));
      expect(kept(cache).map((file) => fs.readFileSync(file).length)).toEqual(sound.map(({ length }) => length));
    }
  });

  test('stops nobody where it cannot be written', () => {
    const folder = folderWith({ ...program('one'), taken: '' });
    expect(run(folder, path.join(folder, 'taken'))).toEqual(said('one'));
  });
});
