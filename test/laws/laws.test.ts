/**
 * What must hold for every query, whatever it says: laws between the routes of a query and of its variants. They are
 * stated for the shared rules (`generic`); planners that break one say so in `server/docs/agreement.md`.
 * `LAW_RUNS=20000` runs the long suite (`npm run test:slow`).
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { findDialect } from '../../server/src/dialects';
import { explainSql } from '../../server/src/engine/explainSql';
import type { LoadedDialect } from '../../server/src/engine/parsers';
import { memoryPlatform } from '../../server/src/platform/memory';
import type { Reach, Route } from '../../server/src/routing/route';
import { type LoadedMap, loadInlineMap } from '../../server/src/shards/load';
import { parserFor } from '../harness/parsers';
import { plain, predicate, query, type RandomQuery, shop, showPredicate, showQuery } from '../harness/querySpace';

const runs = Number(process.env.LAW_RUNS ?? 400);
const options = { numRuns: runs };

let map: LoadedMap;
let dialect: LoadedDialect;

beforeAll(async () => {
  const found = findDialect('postgresql');
  if (!found) throw new Error('no dialect');
  dialect = { dialect: found, parser: await parserFor('postgresql') };
  map = await loadInlineMap(memoryPlatform(new Map()), shop, { root: '/' });
});

function route(sql: string): Route {
  const [first, ...more] = explainSql(sql, map, dialect);
  if (!first || more.length > 0) throw new Error(`one statement expected: ${sql}`);
  return first.route;
}

const order: readonly Reach[] = ['none', 'reference', 'unsharded', 'single', 'subset', 'scatter'];
const rank = ({ reach }: Route): number => order.indexOf(reach);
const same = ({ reach, crossShard }: Route) => ({ reach, crosses: crossShard !== null });

const holds = (name: string, law: (one: RandomQuery) => void): void => {
  test(name, () => fc.assert(fc.property(query, law), options), 600_000);
};

describe(`laws of routing, ${runs} queries each`, () => {
  test('a further AND never widens the reach', () => {
    fc.assert(
      fc.property(query, predicate, (one, more) => {
        const before = route(showQuery(one));
        const after = route(showQuery({ ...one, where: { kind: 'and', left: one.where, right: more } }));
        expect(rank(after)).toBeLessThanOrEqual(rank(before));
        if (before.crossShard === null) expect(after.crossShard).toBeNull();
      }),
      options,
    );
  }, 600_000);

  test('OR never narrows it', () => {
    fc.assert(
      fc.property(query, predicate, (one, more) => {
        const before = route(showQuery(one));
        const after = route(showQuery({ ...one, where: { kind: 'or', left: one.where, right: more } }));
        expect(rank(after)).toBeGreaterThanOrEqual(rank(before));
      }),
      options,
    );
  }, 600_000);

  holds('other aliases keep it', (one) => {
    expect(same(route(showQuery(one, { ...plain, alias: (i) => `other_${9 - i}` })))).toEqual(
      same(route(showQuery(one))),
    );
  });

  holds('swapped operands keep it', (one) => {
    expect(same(route(showQuery(one, { ...plain, swap: true })))).toEqual(same(route(showQuery(one))));
  });

  holds('an IN list as ORs keeps it', (one) => {
    expect(same(route(showQuery(one, { ...plain, splitIn: true })))).toEqual(same(route(showQuery(one))));
  });

  holds('a derived table around it keeps it', (one) => {
    expect(same(route(`SELECT * FROM (${showQuery(one)}) d`))).toEqual(same(route(showQuery(one))));
  });

  holds('a CTE that is used once keeps it', (one) => {
    expect(same(route(`WITH d AS (${showQuery(one)}) SELECT * FROM d`))).toEqual(same(route(showQuery(one))));
  });

  holds('a predicate reaches into a derived table', (one) => {
    const inside = route(
      showQuery({
        ...one,
        where: { kind: 'and', left: one.where, right: { kind: 'compare', column: 'k', op: '=', value: '3' } },
      }),
    );
    expect(same(route(`SELECT * FROM (${showQuery(one)}) d WHERE d.k = 3`))).toEqual(same(inside));
  });

  holds('redundant predicates keep it', (one) => {
    const again = showPredicate(one.where, 't0');
    for (const more of [' AND 1 = 1', ` AND ${again}`, ' AND (true OR t0.x = 1)', ' OR false']) {
      expect(same(route(showQuery(one, plain, more)))).toEqual(same(route(showQuery(one))));
    }
  });

  holds('double negation keeps it', (one) => {
    expect(
      same(route(showQuery({ ...one, where: { kind: 'not', inner: { kind: 'not', inner: one.where } } }))),
    ).toEqual(same(route(showQuery(one))));
  });

  test('UNION ALL reaches what its parts reach', () => {
    fc.assert(
      fc.property(query, query, (left, right) => {
        const [a, b] = [route(showQuery(left)), route(showQuery(right))];
        const both = route(`${showQuery(left)} UNION ALL ${showQuery(right)}`);
        const worst = Math.max(rank(a), rank(b));
        expect(both.crossShard !== null).toBe(a.crossShard !== null || b.crossShard !== null);
        // Two single shards may be two different ones.
        if (a.reach === 'single' && b.reach === 'single') expect(['single', 'subset']).toContain(both.reach);
        else expect(rank(both)).toBe(worst);
      }),
      options,
    );
  }, 600_000);

  holds('a contradiction reads nothing', (one) => {
    for (const more of [' AND false', ' AND t0.k = 1 AND t0.k = 2', ' AND NULL', ' AND t0.x = NULL', ' AND 1 = 2']) {
      expect(
        route(
          showQuery(
            { ...one, where: { kind: 'not', inner: { kind: 'null', column: 'x', negated: false } } },
            plain,
            more,
          ),
        ).reach,
      ).toBe('none');
    }
  });
});
