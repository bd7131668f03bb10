/** Published values: Vitess's own unit tests of its vindexes, and the xxHash project's. */
import { describe, expect, test } from 'vitest';
import { hex, keyRange, keyspaceId, keyspacePrefix } from '../../server/src/routing/hash/vitess';
import { xxhash64 } from '../../server/src/routing/hash/xxhash';
import { routerOf } from '../harness/routes';

const idOf = (type: string, value: string | number | bigint) => {
  const id = keyspaceId(type, value);
  return id && hex(id);
};

describe('keyspace ids', () => {
  test.each<[type: string, value: string | number | bigint, id: string | undefined]>([
    ['hash', 1, '166b40b44aba4bd6'],
    ['hash', 2, '06e7ea22ce92708f'],
    ['hash', 3, '4eb190c9a2fa169c'],
    ['hash', '4', 'd2fd8867d50d2dfe'],
    ['hash', 5n, '70bb023c810ca87a'],
    ['hash', 6, 'f098480ac4c4be71'],
    ['hash', 'aa', undefined],
    ['hash', 2n ** 64n, undefined],
    ['reverse_bits', 1, '8000000000000000'],
    ['reverse_bits', 2, '4000000000000000'],
    ['reverse_bits', 3, 'c000000000000000'],
    ['reverse_bits', 6, '6000000000000000'],
    ['numeric', 1, '0000000000000001'],
    ['numeric', -1, 'ffffffffffffffff'],
    ['numeric', 1.5, undefined],
    ['xxhash', 'test1', 'd01ab7e4d6978f0b'],
    ['xxhash', 'test2', '87eb11714c0a0e89'],
    ['xxhash', 'testaverylongvaluetomakesurethisworks', '81d8c38e0d850e6a'],
    ['xxhash', 1, 'd46405367612b4b7'],
    ['xxhash', -1, 'd8e2a6a7c8c7623d'],
    ['xxhash', 18446744073709551615n, '477cfa8d6d8f1f8d'],
    ['xxhash', 9223372036854775807n, 'b37eb01f7bffafd8'],
    ['xxhash', -9223372036854775808n, '102c27ddb26a609e'],
    ['binary', 'ab', '6162'],
    ['null', 'ab', '00'],
    ['binary_md5', 'Test', '0cbc6611f5540bd0809a388dc95a615b'],
    ['binary_md5', 'TEST', '033bd94b1168d7e4f0d644c3c95e35bf'],
    ['unicode_loose_md5', 'Test', '0b5edbb401fd7524393690491d64f1f5'],
    ['unicode_loose_md5', 'TEST', '0b5edbb401fd7524393690491d64f1f5'],
    ['unicode_loose_md5', 'Test ', '0b5edbb401fd7524393690491d64f1f5'],
    ['unicode_loose_md5', ' Test', 'a2e3515c7e8df1ffd2ccfc11c6b19dd1'],
    ['unicode_loose_md5', 'T', 'ac0f9179f51db87fe8ecc0cf40cab97a'],
    ['unicode_loose_md5', 'Tést', undefined],
    ['unicode_loose_md5', 'Test\t', undefined],
    ['unicode_loose_xxhash', 'Test', '42d21361087a4c07'],
    ['unicode_loose_xxhash', 'TEst', '42d21361087a4c07'],
    ['unicode_loose_xxhash', ' Test', '4fcb8be34ec05775'],
    ['unicode_loose_xxhash', 'T', 'f81c3be2d501fe18'],
    ['constructor', 'x', undefined],
  ])('%s of %s is %s', (type, value, id) => {
    expect(idOf(type, value)).toBe(id);
  });

  test('the hash of nothing', () => {
    expect(xxhash64(new Uint8Array()).toString(16)).toBe('ef46db3751d8e999');
  });
});

describe('vindexes over several columns', () => {
  const region = { type: 'region_experimental', columns: ['region', 'id'] };
  const multicol = { type: 'multicol', columns: ['a', 'b', 'c'] };
  test.each<[vindex: { type: string; columns: string[] }, Record<string, string>, (string | number)[], string?]>([
    [region, { region_bytes: '1' }, [1, 1], '01166b40b44aba4bd6'],
    [region, { region_bytes: '1' }, [255, 1], 'ff166b40b44aba4bd6'],
    [region, { region_bytes: '1' }, [256, 1], '00166b40b44aba4bd6'],
    [region, { region_bytes: '2' }, [256, 1], '0100166b40b44aba4bd6'],
    [region, { region_bytes: '2' }, [256], '0100'],
    [region, { region_bytes: '1' }, [-1, 1], undefined],
    [region, { region_bytes: '1' }, ['eu', 1], undefined],
    [multicol, { column_count: '3' }, [1, 1, 1], '166b40166b40166b'],
    [multicol, { column_count: '3', column_bytes: '1,3,4' }, [1, 1, 1], '16166b40166b40b4'],
    [multicol, { column_count: '3', column_bytes: '1' }, [1, 1, 1], '16166b40b4166b40'],
    [multicol, { column_count: '3', column_vindex: 'binary,,numeric' }, ['a', 1, 5], '610000166b400000'],
    [multicol, { column_count: '3' }, [1], '166b40'],
    [multicol, { column_count: '3' }, [1, 'x'], undefined],
    [{ type: 'region_json', columns: ['id', 'country'] }, { region_bytes: '1' }, [1, 'us'], undefined],
  ])('%o with %o of %o', (vindex, params, values, id) => {
    const found = keyspacePrefix({ ...vindex, params }, values);
    expect(found && hex(found)).toBe(id);
  });
});

describe('key ranges', () => {
  test.each<[first: number, shards: number, at: number]>([
    [0x00, 2, 0],
    [0x7f, 2, 0],
    [0x80, 2, 1],
    [0xff, 2, 1],
    [0x54, 3, 0],
    [0x55, 3, 1],
    [0xa9, 3, 1],
    [0xaa, 3, 2],
    [0xff, 1, 0],
    [0x10, 256, 16],
  ])('%d… of %d ranges is %d', (first, shards, at) => {
    expect(keyRange(Uint8Array.of(first, 0xff), shards)).toBe(at);
  });
});

describe('exact shards of Vitess', () => {
  const vschema = JSON.stringify({
    sharded: true,
    vindexes: { hash: { type: 'hash' }, emails: { type: 'lookup_unique', owner: 't' } },
    tables: {
      t: {
        column_vindexes: [
          { column: 'id', name: 'hash' },
          { column: 'email', name: 'emails' },
        ],
      },
    },
  });
  const files = { '/db/main.vschema.json': vschema };
  const base = { router: 'vitess', import: { vitess: '/db/main.vschema.json' } };
  const equal = routerOf({ ...base, databases: { main: { virtualShards: 4 } } }, files);

  test.each<[sql: string, ids: readonly number[] | undefined]>([
    ['select * from t where id = 1', [0]],
    ['select * from t where id in (1, 2, 3, 4)', [0, 1, 3]],
    ['select * from t where id = 6 union all select * from t where id = 5', [1, 3]],
    ['insert into t (id) values (4)', [3]],
    ['insert into t (id) values (1), (4)', [0, 3]],
    ['select * from t where id = ?', undefined],
    ['select * from t where email = "a"', undefined],
  ])('%s', async (sql, ids) => {
    const { shards } = await equal(sql);
    expect(shards.ids).toEqual(ids);
    expect(shards.of).toBe(4);
  });

  const places = JSON.stringify({
    sharded: true,
    vindexes: { region: { type: 'region_experimental', params: { region_bytes: '1' } } },
    tables: { t: { column_vindexes: [{ columns: ['region', 'id'], name: 'region' }] } },
  });
  const regional = routerOf(
    { ...base, databases: { main: { virtualShards: 4 } } },
    { '/db/main.vschema.json': places },
  );

  test.each<[sql: string, ids: readonly number[] | undefined]>([
    ['select * from t where region = 1 and id = 6', [0]],
    ['select * from t where region = 64 and id = 6', [1]],
    ['select * from t where region = 255', [3]],
    ['select * from t where region in (1, 2) and id = 6', undefined],
    ['select * from t where region = ?', undefined],
    ['insert into t (id, region) values (1, 64), (2, 200)', [1, 3]],
  ])('%s, by region', async (sql, ids) => {
    expect((await regional(sql)).shards.ids).toEqual(ids);
  });
});
