import { describe, expect, test } from 'vitest';
import { memoryPlatform } from '../../server/src/platform/memory';
import { loadInlineMap } from '../../server/src/shards/load';
import { tableIndex } from '../../server/src/shards/resolve';

const keyspaces = JSON.stringify({
  keyspaces: {
    commerce: {
      sharded: true,
      vindexes: { hash: { type: 'hash' } },
      tables: {
        customer: { column_vindexes: [{ column: 'id', name: 'hash' }] },
        country: { type: 'reference', source: 'lookup.country' },
        both: { column_vindexes: [{ column: 'id', name: 'hash' }] },
      },
    },
    lookup: { tables: { country: {}, settings: {}, both: {} } },
    hidden: { require_explicit_routing: true, tables: { settings: {} } },
  },
  routing_rules: {
    rules: [
      { from_table: 'client', to_tables: ['commerce.customer'] },
      { from_table: 'old@primary', to_tables: ['lookup.settings'] },
      { from_table: 'gone', to_tables: [] },
    ],
  },
});

const platform = memoryPlatform(new Map([['/db/vschema.json', keyspaces]]));
const index = async (config: object) => {
  const { map, schema } = await loadInlineMap(platform, { version: 1, ...config }, { root: '/w' });
  const tables = tableIndex(map, schema);
  return { ...tables, named: (name: string) => tables.find(name.split('.'))?.name.join('.') };
};
const vitess = (more: object = {}) => index({ router: 'vitess', import: { vitess: '/db/vschema.json' }, ...more });

describe('names in Vitess', () => {
  test.each([
    ['customer', 'commerce.customer'],
    ['CUSTOMER', 'commerce.customer'],
    ['Commerce.Customer', 'commerce.customer'],
    ['commerce@replica.customer', 'commerce.customer'],
    ['commerce:-80.customer', 'commerce.customer'],
    ['client', 'commerce.customer'],
    ['old', 'lookup.settings'],
    ['settings', 'lookup.settings'],
    ['hidden.settings', 'hidden.settings'],
    ['lookup.anything', 'lookup.anything'],
    ['commerce.anything', undefined],
    ['both', undefined],
    ['gone', undefined],
  ])('%s is %s', async (name, table) => {
    expect((await vitess()).named(name)).toBe(table);
  });

  test('a reference table gives way to its source, which knows its copies', async () => {
    const { find, copiesOf, sourceOf } = await vitess();
    const source = find(['country'])!;
    expect(source.name).toEqual(['lookup', 'country']);
    const copy = find(['commerce', 'country'])!;
    expect(copiesOf(source)).toEqual([copy]);
    expect(sourceOf(copy)).toBe(source);
  });

  test('the default keyspace comes alone', async () => {
    const { named } = await vitess({ defaultDatabase: 'lookup' });
    expect([named('both'), named('customer'), named('commerce.customer')]).toEqual([
      'lookup.both',
      'lookup.customer', // a keyspace that is not sharded needs no declaration
      'commerce.customer',
    ]);
  });

  test('an empty routing rule disables a table', async () => {
    const { disabled, declared } = await vitess();
    expect([disabled(['gone']), declared(['gone']), declared(['nowhere'])]).toEqual([true, true, false]);
  });
});

describe('names in PostgreSQL', () => {
  const tables = { 'public.orders': { shardKey: 'id' }, 'audit.log': { shardKey: 'id' }, Odd: { kind: 'reference' } };
  test.each([
    ['orders', 'public.orders'],
    ['public.orders', 'public.orders'],
    ['shop.public.orders', 'public.orders'],
    ['other.orders', undefined],
    ['log', 'audit.log'],
    ['Odd', 'Odd'],
    ['odd', 'Odd'],
    ['public.Odd', 'Odd'],
  ])('%s is %s', async (name, table) => {
    expect((await index({ dialect: 'postgresql', tables })).named(name)).toBe(table);
  });

  test('the search path decides between schemas', async () => {
    const two = { 'a.t': { shardKey: 'id' }, 'b.t': { shardKey: 'id' } };
    expect((await index({ dialect: 'postgresql', tables: two })).named('t')).toBeUndefined();
    expect((await index({ dialect: 'postgresql', tables: two, searchPath: ['b', 'a'] })).named('t')).toBe('b.t');
  });
});
