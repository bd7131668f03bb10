/** Fixes that make files: their text in the form of the workspace, their diff, and what is never overwritten. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import ts from 'typescript';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { applyFixes } from '../../server/src/cli/fix';
import type { Checked, Finding } from '../../server/src/engine/finding';
import { chooseFixes } from '../../server/src/engine/fixes';
import { mapEntries } from '../../server/src/engine/mapEntry';
import { migrationText } from '../../server/src/engine/migrationText';
import { createdDiff } from '../../server/src/report/patch';
import { applyEdits } from '../../server/src/text/edits';
import { checkedOf } from '../harness/checked';

const steps = {
  up: ['-- why', 'ALTER TABLE "a`${b}" ADD COLUMN c text', "UPDATE t SET c = '?\\'"],
  down: ['ALTER TABLE t DROP COLUMN c'],
};

describe('a migration has the form of the last one', () => {
  test.each([
    ['-- migrate:up\nX;', '-- migrate:down'],
    ['-- +goose Up\nX;', '-- +goose StatementBegin'],
    ['-- +migrate Up\nX;', '-- +migrate Down'],
    ['A;\n--> statement-breakpoint\nB;', '--> statement-breakpoint'],
  ])('%j', (last, mark) => expect(migrationText('/m/1_a.sql', steps, last)).toContain(mark));

  it('plain SQL else, without what undoes it', () => {
    expect(migrationText('/m/1_a.sql', steps)).toBe(
      '-- why\n\nALTER TABLE "a`${b}" ADD COLUMN c text;\n\nUPDATE t SET c = \'?\\\';\n',
    );
  });

  test.each([
    ['/m/1690000000000-AddC.ts', 'class A implements MigrationInterface {}', 'queryRunner.query('],
    ['/m/Migration20240101.ts', 'export class A extends Migration {}', 'this.addSql('],
    ['/m/20240101-a.js', 'module.exports = { up: (queryInterface) => 1 }', 'queryInterface.sequelize.query('],
    ['/m/1_a.ts', 'export async function up(db: Kysely<any>) {}', 'sql.raw('],
    ['/m/1_a.ts', 'export async function up(knex: Knex) {}', 'knex.raw('],
    ['/m/1_a.js', 'exports.up = (knex) => 1', 'knex.raw('],
    ['/m/1_a.mjs', 'export const up = (knex) => 1', 'export async function up(knex)'],
  ])('%s after %s', (file, last, call) => {
    const text = migrationText(file, steps, last);
    expect(text).toContain(call);
    const { diagnostics } = ts.transpileModule(text, { reportDiagnostics: true, fileName: file });
    expect(diagnostics).toEqual([]);
    // What the library is handed is the statement itself, whatever its names are made of.
    const sent: string[] = [];
    const js = ts.transpileModule(text, { compilerOptions: { module: ts.ModuleKind.CommonJS } }).outputText;
    for (const [literal] of js.matchAll(/`(?:[^`\\]|\\.)*`/g)) sent.push(new Function(`return ${literal}`)() as string);
    const knex = call.includes('knex');
    expect(sent).toEqual([...steps.up.slice(1), ...steps.down].map((one) => (knex ? one.replace('?', '\\?') : one)));
  });
});

test.each([
  ['m.yaml', 'version: 1\n', 'version: 1\nreadModels:\n  a_b: { "x": [1] }\n'],
  ['m.yaml', 'version: 1', 'version: 1\nreadModels:\n  a_b: { "x": [1] }\n'],
  [
    'm.yaml',
    'readModels:\n    one: { projector: [p] }\ntables: {}\n',
    'readModels:\n    one: { projector: [p] }\n    a_b: { "x": [1] }\ntables: {}\n',
  ],
  ['m.yaml', 'readModels: {}\n', 'readModels: { a_b: { "x": [1] } }\n'],
  ['m.yaml', 'readModels: { one: { p: [q] } }\n', 'readModels: { one: { p: [q] }, a_b: { "x": [1] } }\n'],
  ['m.json', '{ "version": 1 }', '{ "version": 1,\n  "readModels": { "a_b": { "x": [1] } } }'],
  ['m.yaml', 'readModels:\n  a_b: {}\n', undefined],
  ['m.yaml', 'readModels: 7\n', undefined],
] as const)('an entry of a map: %s %j', (file, text, after) => {
  const edit = mapEntries(file, text, 'readModels', { a_b: '{ "x": [1] }' });
  expect(edit && applyEdits(text, [edit])).toBe(after);
});

describe('on disk', () => {
  let folder = '';
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shardlint-new-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const checked = (...files: readonly string[]): Checked =>
    checkedOf(
      { '/shop/a.sql': 'SELECT 1' },
      files.map((file) => ({
        at: 'SELECT',
        fixes: [{ title: file, safe: false, edits: [{ file, span: { start: 0, end: 0 }, text: `-- ${file}\n` }] }],
      })),
    );

  it('a file is made with its folders, and never over another', () => {
    const [fresh, taken] = [path.join(folder, 'a/b/1.sql'), path.join(folder, 'taken.bin')];
    fs.writeFileSync(taken, 'mine');
    applyFixes(checked(fresh, taken), true);
    expect(fs.readFileSync(fresh, 'utf8')).toBe(`-- ${fresh}\n`);
    expect(fs.readFileSync(taken, 'utf8')).toBe('mine');
  });

  it('nothing is made where only safe fixes are wanted', () => {
    applyFixes(checked(path.join(folder, 'x.sql')), false);
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it('`git apply` takes the diff', () => {
    for (const text of ['one\ntwo\n', 'no end', '\n']) {
      const patch = path.join(folder, 'p.diff');
      fs.writeFileSync(patch, createdDiff('new/x.sql', text));
      execFileSync('git', ['apply', patch], { cwd: folder });
      expect(fs.readFileSync(path.join(folder, 'new/x.sql'), 'utf8')).toBe(text);
      fs.rmSync(path.join(folder, 'new'), { recursive: true });
    }
  });
});

test('two migrations of one number wait for each other', () => {
  const finding = (file: string): Finding => ({
    ...(checkedOf({ a: 'x' }, [{ at: 'x' }]).findings[0] as Finding),
    fixes: [{ title: file, safe: true, edits: [{ file, span: { start: 0, end: 0 }, text: 'x' }] }],
  });
  const files = ['/m/migrations/2_a.sql', '/m/migrations/2_b.sql', '/n/migrations/2_c.sql'];
  const { fixes } = chooseFixes(files.map(finding), false);
  expect(fixes.map(({ title }) => title)).toEqual(['/m/migrations/2_a.sql', '/n/migrations/2_c.sql']);
});
