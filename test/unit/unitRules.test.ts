/** Units are read where some rule says anything of them: in tests none does, until the map says otherwise. */
import { expect, it } from 'vitest';
import { unitRulesIn } from '../../server/src/engine/units/unitRun';
import { memoryPlatform } from '../../server/src/platform/memory';
import { loadInlineMap } from '../../server/src/shards/load';

const mapWith = async (rules: object) =>
  (
    await loadInlineMap(
      memoryPlatform(new Map()),
      {
        version: 1,
        dialect: 'postgresql',
        router: 'generic',
        tables: { orders: { shardKey: 'id', shards: 2 } },
        rules,
      },
      { root: '/' },
    )
  ).map;

it('all of them in sources, none in tests', async () => {
  const map = await mapWith({});
  expect(unitRulesIn(map, 'source').map(({ id }) => id)).toContain('read-after-write-replica');
  expect(unitRulesIn(map, 'test')).toEqual([]);
});

it('those that the map asks for, wherever it does', async () => {
  const map = await mapWith({ 'dual-write': 'warning', 'multi-shard-write': 'off' });
  expect(unitRulesIn(map, 'test').map(({ id }) => id)).toEqual(['dual-write']);
  expect(unitRulesIn(map, 'source').map(({ id }) => id)).not.toContain('multi-shard-write');
});
