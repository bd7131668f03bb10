import { describe, expect, test } from 'vitest';
import { routerOf } from '../harness/routes';

const router = routerOf({
  dialect: 'postgresql',
  router: 'generic',
  tables: {
    by_modulo: { shardKey: 'k', shards: 8, hash: 'mod', columns: { k: 'bigint', v: 'text' } },
    by_hash: { shardKey: 'k', shards: 4, hash: 'postgresql', columns: { k: 'integer', v: 'text' } },
    by_range: {
      shardKey: 'k',
      strategy: 'range',
      mapping: [
        { to: 1000, shard: 'low' },
        { from: 1000, to: 2000, shard: 'middle' },
        { from: 2000, shard: 'high' },
      ],
      columns: { k: 'bigint' },
    },
    by_list: {
      shardKey: 'k',
      strategy: 'list',
      mapping: [{ values: ['de', 'at'], shard: 'dach' }, { values: ['us'], shard: 'us' }, { shard: 'rest' }],
      columns: { k: 'text' },
    },
    unknown: { shardKey: 'k', shards: 8, columns: { k: 'bigint' } },
  },
});

/** SQL → reach, count of shards, their numbers. */
const cases: Readonly<Record<string, readonly [string, number | undefined, readonly number[] | undefined]>> = {
  'SELECT * FROM by_modulo WHERE k = 13': ['single', 1, [5]],
  'SELECT * FROM by_modulo WHERE k IN (1, 9, 17)': ['single', 1, [1]],
  'SELECT * FROM by_modulo WHERE k IN (1, 9, 10)': ['subset', 2, [1, 2]],
  'SELECT * FROM by_modulo WHERE k = -1': ['single', 1, [7]],
  'SELECT * FROM by_modulo WHERE k IN (1, $1)': ['subset', undefined, undefined],
  'SELECT * FROM by_hash WHERE k IN (3, 4)': ['single', 1, [1]],
  'SELECT * FROM by_hash WHERE k IN (1, 2, 3)': ['subset', 3, [0, 1, 3]],
  'SELECT * FROM by_range WHERE k = 1000': ['single', 1, [1]],
  'SELECT * FROM by_range WHERE k IN (1, 999)': ['single', 1, [0]],
  'SELECT * FROM by_range WHERE k IN (1, 5000)': ['subset', 2, [0, 2]],
  "SELECT * FROM by_list WHERE k IN ('de', 'at')": ['single', 1, [0]],
  "SELECT * FROM by_list WHERE k = 'fr'": ['single', 1, [2]],
  'SELECT * FROM unknown WHERE k = 1': ['single', 1, undefined],
  'SELECT * FROM unknown WHERE k IN (1, 2)': ['subset', undefined, undefined],
};

describe('the shards of literals', () => {
  for (const [sql, expected] of Object.entries(cases))
    test(sql, async () => {
      const { reach, shards } = await router(sql);
      expect([reach, shards.count, shards.ids]).toEqual(expected);
    });
});
