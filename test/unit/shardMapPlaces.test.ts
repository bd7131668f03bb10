import { describe, expect, test } from 'vitest';
import { hoverAt, offeredAt } from '../../server/src/shards/native/place';

/** `|` is the cursor. */
const offered = (marked: string, file = 'shardlint.yaml') => {
  const offset = marked.indexOf('|');
  const found = offeredAt(file, marked.replace('|', ''), offset);
  if (!found) return undefined;
  const { path, keys, values, names } = found;
  return { path: path.join('.'), keys: keys.map(({ key }) => key), values, names };
};

describe('offered', () => {
  test.each([
    ['|', ''],
    ['version: 1\n|', ''],
    ['version: 1\ndia|', ''],
    ['version: 1\n|\ntables:\n  a: { shardKey: x }\n', ''],
  ])('the keys of a map: %j', (text, path) => {
    const found = offered(text);
    expect(found?.path).toBe(path);
    expect(found?.keys).toContain('dialect');
    expect(found?.keys.includes('version')).toBe(!text.includes('version'));
  });

  test.each([
    ['tables:\n  orders:\n    |'],
    ['tables:\n  orders:\n    shardKey: id\n    |'],
    ['tables:\n  orders:\n    shardKey: id\n    st|\n  other: { shardKey: x }\n'],
    ['tables:\n  orders: { | }'],
    ['tables:\n  orders: { shardKey: id, | }'],
    ['tables:\n  orders: { shardKey: id, st|: hash }'],
    ['tables:\n  orders: |'],
  ])('the keys of a table: %j', (text) => {
    const found = offered(text);
    expect(found?.path).toBe('tables.orders');
    expect(found?.keys).toContain('strategy');
    expect(found?.keys.includes('shardKey')).toBe(
      !text.includes('orders:\n    shardKey') && !text.includes('{ shardKey'),
    );
  });

  test.each([
    ['half a word', 'version: 1\ndial\ntables:\n  orders:\n    |'],
    ['words that belong nowhere', 'version: 1\r\nto be done\r\ntables:\r\n  orders:\r\n    |'],
    ['an open list', 'version: 1\nextends: [\ntables:\n  orders:\n    |'],
    ['a tab', 'version: 1\ntables:\n  orders:\n    |\n\tusers: { shardKey: id }\n'],
  ])('beside a line that is broken by %s', (_, text) => {
    const found = offered(text);
    expect(found?.path).toBe('tables.orders');
    expect(found?.keys).toContain('shardKey');
  });

  test('a reference table has no key', () => {
    const keys = offered('tables:\n  t:\n    kind: reference\n    |')?.keys;
    expect(keys).toContain('columns');
    expect(keys).not.toContain('shardKey');
  });

  test.each([
    ['dialect: |', ['postgresql', 'mysql', 'mariadb', 'mongodb']],
    ['tables:\n  a:\n    strategy: ha|', ['hash', 'range', 'list', 'time', 'directory', 'composite']],
    ['tables:\n  a: { kind: "|" }', ['sharded', 'reference', 'unsharded', 'single-shard', 'view']],
    ['receivers:\n  - { match: a, sql: | }', ['true', 'false']],
    ['rules:\n  scatter-query: |', ['error', 'warning', 'information', 'hint', 'off']],
  ])('values: %j', (text, values) => {
    expect([...(offered(text)?.values ?? [])].sort()).toEqual([...values].sort());
  });

  test.each([
    ['tables:\n  |', 'table'],
    ['tables:\n  a: { shardKey: | }', 'column'],
    ['tables:\n  a: { shardKey: [x, |] }', 'column'],
    ['tables:\n  a:\n    shardKey:\n      - x\n      - |', 'column'],
    ['services:\n  billing: { owns: [|] }', 'table'],
    ['import:\n  - vitess: |', 'glob'],
    ['extends: |', 'file'],
    ['rules:\n  |', 'rule'],
    ['overrides:\n  - files: a/**\n    defaults: { shardKey: | }', 'column'],
  ])('names: %j', (text, names) => {
    expect(offered(text)?.names).toBe(names);
  });

  test.each([
    ['{ "version": 1, | }', 'dialect'],
    ['{ "version": 1, "|" }', 'dialect'],
    ['{ "tables": { "orders": { "|" } } }', 'shardKey'],
  ])('keys in JSON: %j', (text, key) => {
    expect(offered(text, 'shardlint.json')?.keys).toContain(key);
  });

  test('values in JSON', () => {
    expect(offered('{ "tables": { "orders": { "kind": "|" } } }', 'shardlint.json')?.values).toContain('reference');
    expect(offered('{ "tables": { "orders": { "kind": | } } }', 'shardlint.json')?.values).toContain('reference');
  });
});

describe('hover', () => {
  const text = 'version: 1\ntables:\n  orders: { shardKey: tenant_id, levels: [{ key: region, over: server }] }\n';
  test.each([
    ['version', 'version'],
    ['orders', undefined],
    ['shardKey', 'shardKey'],
    ['tenant_id', 'shardKey'],
    ['over', 'over'],
    ['server', 'over'],
  ])('%s: %s', (word, key) => {
    expect(hoverAt('shardlint.yaml', text, text.indexOf(word) + 1)?.key).toBe(key === undefined ? 'tables' : key);
  });
});
