import Ajv from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { memoryPlatform } from '../../server/src/platform/memory';
import { discover, findMapUpward, mapFor } from '../../server/src/shards/discover';
import { loadDeclaration, loadInlineMap, loadShardMap } from '../../server/src/shards/load';
import { mapJsonSchema } from '../../server/src/shards/native/jsonSchema';

const root = '/w';
const vschema = JSON.stringify({
  sharded: true,
  vindexes: { hash: { type: 'hash' } },
  tables: { customer: { column_vindexes: [{ column: 'id', name: 'hash' }] } },
});
const files = (texts: Record<string, string>) =>
  memoryPlatform(new Map(Object.entries(texts).map(([name, text]) => [`${root}/${name}`, text])));

describe('discovery', () => {
  test('the nearest map upward governs a file', async () => {
    const platform = files({ 'shardlint.yaml': '', 'services/billing/shardlint.json': '{}', 'src/a.ts': '' });
    const { maps, problems } = await discover(platform, root);
    expect(maps).toEqual([`${root}/services/billing/shardlint.json`, `${root}/shardlint.yaml`]);
    expect(problems).toEqual([]);
    for (const [file, map] of [
      ['src/a.ts', 'shardlint.yaml'],
      ['services/billing/src/deep/b.ts', 'services/billing/shardlint.json'],
      ['services/billing2/b.ts', 'shardlint.yaml'],
    ]) {
      expect(mapFor(maps, `${root}/${file}`)).toBe(`${root}/${map}`);
      expect(await findMapUpward(platform, `${root}/${file}`, root)).toBe(`${root}/${map}`);
    }
    expect(mapFor(maps, '/elsewhere/c.ts')).toBeUndefined();
    expect(await findMapUpward(platform, '/elsewhere/c.ts', root)).toBeUndefined();
  });

  test('a second map in one folder is not read', async () => {
    const { maps, problems } = await discover(files({ 'shardlint.json': '{}', 'shardlint.yaml': '' }), root);
    expect(maps).toEqual([`${root}/shardlint.yaml`]);
    expect(problems.map(({ at, code }) => [at.file, code])).toEqual([[`${root}/shardlint.json`, 'two-maps']]);
  });

  test('the only VSchema of a workspace without a map is the map', async () => {
    const platform = files({ 'db/shop.vschema.json': vschema, 'package.json': '{}' });
    const { implicit } = await discover(platform, root);
    expect(implicit).toMatchObject({ importer: 'vitess', pattern: 'db/shop.vschema.json' });
    const path = `${root}/db/shop.vschema.json`;
    const { map, problems } = await loadDeclaration(platform, 'vitess', { path, text: vschema }, { root });
    expect([map.file, map.router.name, map.tables[0]?.name.join('.'), problems]).toEqual([
      path,
      'vitess',
      'shop.customer',
      [],
    ]);
  });

  test('of several VSchemas none is used', async () => {
    const { implicit, declarations } = await discover(
      files({ 'a.vschema.json': vschema, 'b.vschema.json': vschema }),
      root,
    );
    expect(implicit).toBeUndefined();
    expect(declarations.map(({ pattern }) => pattern)).toEqual(['a.vschema.json', 'b.vschema.json']);
  });
});

describe('bad input', () => {
  const load = (text: string) => loadShardMap(files({ 'shardlint.yaml': text }), `${root}/shardlint.yaml`, { root });

  test('a map that is not there', async () => {
    const { problems } = await loadShardMap(files({}), `${root}/shardlint.yaml`, { root });
    expect(problems.map(({ code }) => code)).toEqual(['missing-file']);
  });

  test('aliases that stand for billions of values', async () => {
    const lines = ['version: 1', 'dialect: postgresql', 'rules:', '  a0: &a0 { x: [1,1,1,1,1,1,1,1,1,1] }'];
    for (let i = 1; i < 12; i++)
      lines.push(
        `  a${i}: &a${i} { x: [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}] }`,
      );
    lines.push('tables: { orders: { shardKey: id } }');
    const { problems } = await load(lines.join('\n'));
    expect(problems.map(({ code }) => code)).toContain('too-large');
  });

  test.each([
    ['an alias of what holds it', 'version: 1\nrules: &r { a: *r }'],
    ['brackets without end', `version: ${'['.repeat(20_000)}`],
    ['braces in JSON style', `{"version": ${'{"a":'.repeat(20_000)}`],
    ['control characters', '\u0000\u0001: \u0007'],
    ['a list', '- 1\n- 2'],
    ['a text', 'hello'],
    ['several documents', 'version: 1\n---\nversion: 1'],
    [
      'keys of Object.prototype',
      'version: 1\n__proto__: { a: 1 }\nconstructor: 1\ntables: { toString: { shardKey: id }, __proto__: { shardKey: a } }',
    ],
  ])('%s', async (_, text) => {
    const { problems, map } = await load(text);
    expect(problems.every(({ at, message }) => at.span.start <= at.span.end && message.length > 0)).toBe(true);
    expect(problems.length).toBeGreaterThan(0);
    expect(Object.keys({}.constructor.prototype)).toEqual([]);
    expect(map.router.name).toBe('generic');
  });

  test('every prefix of a map is read without an error', async () => {
    const text = 'version: 1\ndialect: postgresql\ntables:\n  a: { shardKey: [x, y], shards: 8 }\n  b: "\\x41"\n';
    for (let i = 0; i <= text.length; i++) await load(text.slice(0, i));
  });
});

describe('an inline map', () => {
  test('is the same object for equal configurations until an import changes', async () => {
    const texts = new Map([['/db/vschema.json', vschema]]);
    const platform = memoryPlatform(texts);
    const config = () => ({ version: 1, router: 'vitess', import: [{ vitess: '/db/vschema.json' }] });
    const first = await loadInlineMap(platform, config(), { root });
    expect(await loadInlineMap(platform, config(), { root })).toBe(first);
    texts.set('/db/vschema.json', vschema.replace('customer', 'client'));
    const second = await loadInlineMap(platform, config(), { root });
    expect(second.map.tables.map(({ name }) => name.at(-1))).toEqual(['client']);
  });

  test.each([[null], [7], ['x'], [[]], [undefined]])('may be %j', async (config) => {
    expect((await loadInlineMap(files({}), config, { root })).problems.length).toBeGreaterThan(0);
  });
});

describe('the JSON schema', () => {
  const validate = new Ajv({ strict: false, allowUnionTypes: true }).compile(mapJsonSchema());

  test.each([
    ['version: 1', true],
    ['{}', false],
    ['version: 2', false],
    ['version: 1\ntables: { orders: { shardKey: [a, b], shards: 8 }, open: }', true],
    ['version: 1\ntables: { orders: { shardkey: a } }', false],
    ['version: 1\ntables: { countries: { kind: reference, shards: 3 } }', false],
    ['version: 1\nimport: [{ vitess: a.json, database: shop }]', true],
    ['version: 1\nimport: [{ vites: a.json }]', false],
    ['version: 1\nrules: { a: off, b: { severity: hint, max: [1] } }', true],
    ['version: 1\nrules: { a: fatal }', false],
    ['version: 1\noverrides: [{ files: a/**, tables: { t: { kind: unsharded } } }]', true],
    ['version: 1\noverrides: [{ dialect: mysql }]', false],
  ])('%s: %s', (text, valid) => {
    expect(validate(parse(text))).toBe(valid);
  });
});
