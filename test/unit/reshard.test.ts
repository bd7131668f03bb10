/** The figures of `advice/reshard` against brute force: keys are placed one by one, before and after. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forecast } from '../../server/src/advice/reshard/forecast';
import { gcd, movesUnderModulo, pairsUnderModulo } from '../../server/src/advice/reshard/modulo';
import { evenBlocks, fairSizes, leastMoves, planMoves } from '../../server/src/advice/reshard/plan';
import { evenMove, splitRanges } from '../../server/src/advice/reshard/ranges';
import { expectedRingMove, ringMove, ringOf, spread } from '../../server/src/advice/reshard/ring';
import { countsOf, moveVirtualShards, suggestedShards } from '../../server/src/advice/reshard/virtualShards';
import { nodePlatform } from '../../server/src/platform/node';
import { reshardJson, reshardMarkdown, reshardText } from '../../server/src/report/reshardPage';
import { loadInlineMap } from '../../server/src/shards/load';

const platform = nodePlatform({ assets: '.' });

const million = 1_000_000;

/** The share of a million hashed keys that lies on another server. */
function movedOfAMillion(before: (hash: number) => number, after: (hash: number) => number): number {
  let moved = 0;
  for (let key = 0; key < million; key++) {
    const hash = spread(key * 7 + 13);
    if (before(hash) !== after(hash)) moved += 1;
  }
  return moved / million;
}

describe('modulo', () => {
  test('is exact: the remainders of lcm(N, M) keys, counted', () => {
    for (let from = 1; from <= 40; from++)
      for (let to = 1; to <= 40; to++) {
        const lcm = (from / gcd(from, to)) * to;
        let moved = 0;
        const pairs = new Set<string>();
        for (let key = 0; key < lcm; key++)
          if (key % from !== key % to) {
            moved += 1;
            pairs.add(`${key % from} ${key % to}`);
          }
        expect(movesUnderModulo(from, to)).toBeCloseTo(moved / lcm, 12);
        expect(pairsUnderModulo(from, to)).toBe(pairs.size);
      }
  });

  test.each([
    [4, 5, 0.8],
    [4, 8, 0.5],
    [4, 6, 2 / 3],
    [6, 4, 2 / 3],
    [3, 3, 0],
  ])('%i → %i servers: a million keys agree', (from, to, share) => {
    expect(movesUnderModulo(from, to)).toBeCloseTo(share, 12);
    const counted = movedOfAMillion(
      (hash) => hash % from,
      (hash) => hash % to,
    );
    expect(counted).toBeCloseTo(share, 2);
  });
});

describe('virtual shards', () => {
  test.each([
    [256, 4, 5, 51],
    [256, 4, 8, 128],
    [480, 32, 96, 320],
    [32, 2, 3, 10],
    [3, 2, 5, 1],
  ])('%i of them, %i → %i servers: %i move, and a million keys agree', (shards, from, to, moves) => {
    const { plan, moved } = moveVirtualShards(shards, from, to);
    expect(plan.moves.length).toBe(moves);
    const counted = movedOfAMillion(
      (hash) => plan.before[hash % shards]!,
      (hash) => plan.after[hash % shards]!,
    );
    expect(counted).toBeCloseTo(moved, 2);
  });

  const owners = fc
    .record({ servers: fc.integer({ min: 1, max: 12 }), shards: fc.integer({ min: 1, max: 200 }) })
    .chain(({ servers, shards }) =>
      fc.array(fc.integer({ min: 0, max: servers - 1 }), { minLength: shards, maxLength: shards }),
    );

  test('a plan ends even, moves what it says, and no more than the surpluses', () => {
    fc.assert(
      fc.property(owners, fc.integer({ min: 1, max: 14 }), (before, servers) => {
        const { after, moves } = planMoves(before, servers);
        const counts = [...countsOf(after, servers)].sort((a, b) => b - a);
        expect(counts).toEqual(fairSizes(before.length, servers));
        expect(moves.length).toBe(after.filter((server, shard) => server !== before[shard]).length);
        for (const { shard, from, to } of moves) expect([before[shard], after[shard]]).toEqual([from, to]);
        expect(moves.length).toBe(
          leastMoves(countsOf(before, Math.max(servers, ...before.map((one) => one + 1))), servers),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('no other even assignment moves fewer: all of them, counted', () => {
    const few = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(few, fc.integer({ min: 1, max: 4 }), (before, servers) => {
        const even = fairSizes(before.length, servers).join();
        let least = Number.POSITIVE_INFINITY;
        for (let code = 0; code < servers ** before.length; code++) {
          const after = before.map((_, shard) => Math.floor(code / servers ** shard) % servers);
          if ([...countsOf(after, servers)].sort((a, b) => b - a).join() !== even) continue;
          least = Math.min(least, after.filter((server, shard) => server !== before[shard]).length);
        }
        expect(planMoves(before, servers).moves.length).toBe(least);
      }),
      { numRuns: 60 },
    );
  });

  test('growing one by one keeps every step even and never moves a shard between old servers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 10 }), (shards, from) => {
        const { moves } = planMoves(evenBlocks(shards, from), from + 1);
        expect(moves.every(({ to }) => to === from)).toBe(true);
      }),
    );
  });

  test('suggested numbers are a dozen for each server, and divide by most small numbers', () => {
    for (const servers of [1, 4, 5, 12, 100]) expect(suggestedShards(servers)).toBeGreaterThanOrEqual(12 * servers);
    expect(suggestedShards(5)).toBe(60);
  });
});

describe('consistent hashing', () => {
  test.each([
    [4, 5, 160],
    [5, 4, 160],
    [8, 12, 40],
    [1, 3, 1],
  ])('%i → %i servers with %i points: arcs measured, a million keys agree', (from, to, points) => {
    const ring = ringOf(Math.max(from, to), points);
    const owner = (servers: number) => {
      const own = ring.filter(({ server }) => server < servers);
      return (hash: number): number => {
        let low = 0;
        let high = own.length;
        while (low < high) {
          const middle = (low + high) >> 1;
          if (own[middle]!.at > hash) high = middle;
          else low = middle + 1;
        }
        return own[low % own.length]!.server;
      };
    };
    const { moved, before, after } = ringMove(from, to, points);
    expect(movedOfAMillion(owner(from), owner(to))).toBeCloseTo(moved, 2);
    expect(before.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(after.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  test('many points come near to what a perfect ring moves, few do not', () => {
    expect(ringMove(4, 5, 10_000).moved).toBeCloseTo(expectedRingMove(4, 5), 2);
    const imbalance = (points: number): number => Math.max(...ringMove(4, 5, points).after) * 5 - 1;
    expect(imbalance(10_000)).toBeLessThan(imbalance(10));
  });
});

describe('ranges', () => {
  test('halves: each new server takes one, and what it took is what moved', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 80 }), (from, to) => {
        const { moved, after, affected } = splitRanges(from, to);
        expect(after.length).toBe(to);
        expect(after.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
        const kept = after.slice(0, Math.min(from, to)).reduce((sum, share) => sum + Math.min(share, 1 / from), 0);
        expect(moved).toBeCloseTo(1 - kept, 9);
        expect(affected).toBeGreaterThanOrEqual(moved - 1e-9);
      }),
    );
    expect(splitRanges(4, 5)).toMatchObject({ moved: 0.125, affected: 0.25, split: 1 });
    expect(splitRanges(4, 8).moved).toBe(evenMove(4, 8));
  });
});

describe('a forecast', () => {
  const load = async (config: unknown) => {
    const { map, schema } = await loadInlineMap(platform, config, { root: '/' });
    return { map, schema };
  };
  const shop = (tables: unknown) => ({
    version: 1,
    dialect: 'postgresql',
    router: 'generic',
    databases: { shop: { servers: 4, virtualShards: 256 } },
    tables,
  });

  test('is plain data, in which servers and virtual shards are counted from 0', async () => {
    const { map, schema } = await load(shop({ orders: { shardKey: 'tenant_id' } }));
    const answer = forecast(map, schema, { to: 5 });
    expect(JSON.parse(reshardJson(answer))).toEqual(answer);
    const [layout] = answer.layouts;
    expect(layout).toMatchObject({
      from: { value: 4, source: 'map' },
      to: { value: 5, source: 'asked' },
      virtualShards: { value: 256, source: 'map' },
      method: 'virtual-shards',
    });
    expect(layout?.mapping?.after.filter((server) => server === 4).length).toBe(51);
    expect(layout?.growth.map(({ to, modulo }) => [to, modulo])).toContainEqual([8, 0.5]);
    for (const { before, after, moved } of layout?.outcomes ?? []) {
      for (const shares of [before, after]) expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
      expect(moved).toBeGreaterThan(0);
    }
  });

  test('for every strategy, router and number is an answer or a reason', async () => {
    const strategies = fc.constantFrom('hash', 'range', 'list', 'time', 'directory');
    const routers = fc.constantFrom(
      'generic',
      'citus',
      'vitess',
      'mongodb',
      'pgdog',
      'pgcat',
      'spqr',
      'tidb',
      'nobody',
    );
    const number = fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(
        strategies,
        routers,
        number,
        number,
        number,
        number,
        async (strategy, router, servers, shards, from, to) => {
          const config = {
            version: 1,
            dialect: 'postgresql',
            router,
            databases: { shop: servers === undefined ? {} : { servers } },
            tables: { orders: { shardKey: 'id', strategy, ...(shards === undefined ? {} : { shards }) } },
          };
          const { map, schema } = await load(config);
          const answer = forecast(map, schema, { ...(from && { from }), ...(to && { to }) });
          expect(answer.layouts.length + answer.unanswered.length).toBeGreaterThan(0);
          expect(reshardText(answer)).not.toMatch(/NaN|Infinity|undefined/);
          for (const { outcomes } of answer.layouts)
            for (const { moved = 0 } of outcomes) expect(moved >= 0 && moved <= 1).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('shows hostile names as what they are', async () => {
    const name = 'a|b\u001b[31m\n<img src=x>';
    const { map, schema } = await load(
      shop({
        [name]: {
          shardKey: 'x',
          strategy: 'list',
          mapping: [
            { values: [name], shard: 's0' },
            { values: ['c'], shard: 's1' },
          ],
        },
      }),
    );
    const answer = forecast(map, schema, { from: 2, to: 3 });
    for (const page of [reshardText(answer), reshardMarkdown(answer)]) expect(page).not.toContain('\u001b');
    // Outside of code, where markup would count.
    expect(reshardMarkdown(answer).replace(/`[^`]*`/g, '')).not.toMatch(/(?<!\\)<img/);
  });
});
