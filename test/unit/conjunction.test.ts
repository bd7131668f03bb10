import { expect, test } from 'vitest';
import { routerOf, words } from '../harness/routes';

const router = routerOf({
  dialect: 'postgresql',
  router: 'generic',
  tables: { a: { shardKey: 'k', shards: 4, columns: { k: 'int' } } },
});

test('bounds that cannot be compared are not forgotten, in whatever order and however often they are said', async () => {
  for (const parts of [
    ['k >= $2', 'k >= $1', 'k IN ($1)', '(k < $1 OR k < $2)'],
    ['k < $1', 'k >= $1', 'k = 1'],
  ])
    for (const order of [parts, [...parts].reverse(), [...parts, ...parts]])
      expect(words(await router(`SELECT * FROM a WHERE ${order.join(' AND ')}`))).toBe('none');
});
