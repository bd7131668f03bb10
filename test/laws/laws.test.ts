/**
 * What must hold for every query, whatever it says: laws between the routes of a query and of its variants. The shared
 * rules (`generic`) keep all of them; a planner is held to those that its own facts leave standing. `LAW_RUNS=20000` runs
 * the long suite (`npm run test:slow`).
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
import {
  type Predicate,
  plain,
  predicate,
  query,
  type RandomQuery,
  shop,
  showPredicate,
  showQuery,
} from '../harness/querySpace';

const runs = Number(process.env.LAW_RUNS ?? 400);

const laws = [
  'a further AND never widens the reach',
  'OR never narrows it',
  'other aliases keep it',
  'swapped operands keep it',
  'an IN list as ORs keeps it',
  'a derived table around it keeps it',
  'a CTE that is used once keeps it',
  'a predicate reaches into a derived table',
  'redundant predicates keep it',
  'double negation keeps it',
  'UNION ALL reaches what its parts reach',
  'a contradiction reads nothing',
] as const;

type Law = (typeof laws)[number];

/** Laws that a planner breaks, each with the fact of its own that breaks it. */
const broken: Readonly<Record<string, Readonly<Partial<Record<Law, string>>>>> = {
  generic: {},
  citus: {
    'a further AND never widens the reach': 'fact 2: two lists of values for the key are added up, not intersected',
    'UNION ALL reaches what its parts reach': 'fact 11: at the top, each part of a UNION is a subplan',
    'a contradiction reads nothing': 'fact 3: an empty SELECT is one dummy task',
  },
  vitess: {
    'a contradiction reads nothing': 'one of two equalities chooses the shard, where the database finds nothing',
  },
};

let dialects: Readonly<Record<string, LoadedDialect>>;

beforeAll(async () => {
  const load = async (name: string): Promise<LoadedDialect> => {
    const dialect = findDialect(name);
    if (!dialect) throw new Error(`no dialect ${name}`);
    return { dialect, parser: await parserFor(name) };
  };
  dialects = { postgresql: await load('postgresql'), mysql: await load('mysql') };
});

const order: readonly Reach[] = ['none', 'reference', 'unsharded', 'single', 'subset', 'scatter'];
const rank = ({ reach }: Route): number => order.indexOf(reach);
const same = ({ reach, crossShard, refused }: Route) =>
  refused ? { refused: true } : { reach, crosses: crossShard !== null };

/** Planners read a list as a list where it names one value twice, and a lone placeholder in it may stand for many. */
function hasOddList(one: Predicate): boolean {
  switch (one.kind) {
    case 'in':
      return new Set(one.values).size < one.values.length || (one.values.length === 1 && one.values[0]?.[0] === '$');
    case 'and':
    case 'or':
      return hasOddList(one.left) || hasOddList(one.right);
    case 'not':
      return hasOddList(one.inner);
    default:
      return false;
  }
}

/**
 * A NOT or OR beside something else: vtgate takes it apart only where the rest finds no shards, so that it may choose one
 * shard alone and not together with a worse predicate (`tryImprove` in sharded_routing.go).
 */
function mixes(one: Predicate): boolean {
  const parts = andParts(one);
  return parts.length > 1 && parts.some(({ kind }) => kind === 'not' || kind === 'or');
}

const andParts = (one: Predicate): readonly Predicate[] =>
  one.kind === 'and' ? [...andParts(one.left), ...andParts(one.right)] : [one];

describe.each(Object.keys(broken))('laws of routing under %s', (router) => {
  // The shared rules are proved at length; the planners' own modules stand on them.
  const options = { numRuns: router === 'generic' ? runs : Math.ceil(runs / 4) };
  const name = router === 'vitess' ? 'mysql' : 'postgresql';
  const isPassedOver = (where: Predicate): boolean => router === 'vitess' && mixes(where);
  let map: LoadedMap;

  beforeAll(async () => {
    map = await loadInlineMap(memoryPlatform(new Map()), { ...shop, router, dialect: name }, { root: '/' });
  });

  const route = (sql: string): Route => {
    const written = name === 'mysql' ? sql.replaceAll('$', ':p') : sql;
    const [first, ...more] = explainSql(written, map, dialects[name] as LoadedDialect);
    if (!first || more.length > 0) throw new Error(`one statement expected: ${sql}`);
    return first.route;
  };

  /** `about` draws what else the law needs. */
  const law = <T>(title: Law, about: fc.Arbitrary<T>, holds: (one: RandomQuery, more: T) => void): void => {
    const fact = broken[router]?.[title];
    if (fact !== undefined) test.skip(`${title}: ${fact}`, () => {});
    else test(title, () => fc.assert(fc.property(query, about, holds), options), 600_000);
  };
  const keeps = (title: Law, variants: (one: RandomQuery) => readonly string[]): void =>
    law(title, fc.constant(undefined), (one) => {
      const expected = same(route(showQuery(one)));
      for (const variant of variants(one)) expect(same(route(variant)), variant).toEqual(expected);
    });

  law('a further AND never widens the reach', predicate, (one, more) => {
    const where = { kind: 'and', left: one.where, right: more } as const;
    if (isPassedOver(where)) return;
    const before = route(showQuery(one));
    const after = route(showQuery({ ...one, where }));
    if (before.refused || after.refused) return;
    expect(rank(after)).toBeLessThanOrEqual(rank(before));
    if (before.crossShard === null) expect(after.crossShard).toBeNull();
  });

  law('OR never narrows it', predicate, (one, more) => {
    if (isPassedOver(one.where)) return;
    const before = route(showQuery(one));
    const after = route(showQuery({ ...one, where: { kind: 'or', left: one.where, right: more } }));
    if (before.refused || after.refused) return;
    expect(rank(after)).toBeGreaterThanOrEqual(rank(before));
  });

  keeps('other aliases keep it', (one) => [showQuery(one, { ...plain, alias: (i) => `other_${9 - i}` })]);
  keeps('swapped operands keep it', (one) => [showQuery(one, { ...plain, swap: true })]);
  keeps('an IN list as ORs keeps it', (one) =>
    (router !== 'generic' && hasOddList(one.where)) || isPassedOver(one.where)
      ? []
      : [showQuery(one, { ...plain, splitIn: true })],
  );
  keeps('a derived table around it keeps it', (one) => [`SELECT * FROM (${showQuery(one)}) d`]);
  keeps('a CTE that is used once keeps it', (one) => [`WITH d AS (${showQuery(one)}) SELECT * FROM d`]);

  law('a predicate reaches into a derived table', fc.constant(undefined), (one) => {
    const where = { kind: 'compare', column: 'k', op: '=', value: '3' } as const;
    const inside = route(showQuery({ ...one, where: { kind: 'and', left: one.where, right: where } }));
    expect(same(route(`SELECT * FROM (${showQuery(one)}) d WHERE d.k = 3`))).toEqual(same(inside));
  });

  keeps('redundant predicates keep it', (one) =>
    [' AND 1 = 1', ` AND ${showPredicate(one.where, 't0')}`, ' AND (true OR t0.x = 1)', ' OR false'].map((more) =>
      showQuery(one, plain, more),
    ),
  );

  keeps('double negation keeps it', (one) =>
    isPassedOver(one.where)
      ? []
      : [showQuery({ ...one, where: { kind: 'not', inner: { kind: 'not', inner: one.where } } })],
  );

  law('UNION ALL reaches what its parts reach', query, (left, right) => {
    const [a, b] = [route(showQuery(left)), route(showQuery(right))];
    const both = route(`${showQuery(left)} UNION ALL ${showQuery(right)}`);
    if (a.refused || b.refused) {
      expect(both.refused).not.toBeNull();
      return;
    }
    expect(both.crossShard !== null).toBe(a.crossShard !== null || b.crossShard !== null);
    // Two single shards may be two different ones.
    if (a.reach === 'single' && b.reach === 'single') expect(['single', 'subset']).toContain(both.reach);
    else expect(rank(both)).toBe(Math.max(rank(a), rank(b)));
  });

  law('a contradiction reads nothing', fc.constant(undefined), (one) => {
    const where = { kind: 'not', inner: { kind: 'null', column: 'x', negated: false } } as const;
    for (const more of [' AND false', ' AND t0.k = 1 AND t0.k = 2', ' AND NULL', ' AND t0.x = NULL', ' AND 1 = 2'])
      expect(route(showQuery({ ...one, where }, plain, more)).reach, more).toBe('none');
  });
});
