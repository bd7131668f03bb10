/** Capacity: the formula counted one by one, and readers that survive whatever stands in a file. */
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { capacityOf } from '../../server/src/advice/capacity/capacity';
import { diagnose } from '../../server/src/advice/capacity/load';
import { type CapacityFacts, type Evidence, type Known, noFacts } from '../../server/src/advice/capacity/model';
import { readLoads } from '../../server/src/engine/capacity/k6';
import { readCapacity } from '../../server/src/engine/capacity/read';
import { nodePlatform } from '../../server/src/platform/node';
import { capacityMarkdown, capacityText } from '../../server/src/report/capacityPage';
import type { ShardMap } from '../../server/src/shards/model';
import { repository } from '../harness/imports';
import { folderWith } from '../harness/shell';

const at = { file: 'a.yaml', line: 1 };
const evidence: Evidence = { kind: 'place', at, text: 'here' };
const known = (value: number): Known => ({ value, evidence });
const platform = nodePlatform({ assets: path.join(repository, 'node_modules/libpg-query/wasm') });

describe('the formula', () => {
  const numbers = fc.record({
    replicas: fc.integer({ min: 0, max: 60 }),
    surge: fc.integer({ min: 0, max: 100 }),
    unavailable: fc.integer({ min: 0, max: 100 }),
    processes: fc.integer({ min: 1, max: 4 }),
    pool: fc.integer({ min: 1, max: 20 }),
    servers: fc.integer({ min: 1, max: 8 }),
    readers: fc.integer({ min: 0, max: 3 }),
    max: fc.integer({ min: 1, max: 3000 }),
  });

  test('counts what each process of each pod opens on each server', () => {
    fc.assert(
      fc.property(numbers, ({ replicas, surge, unavailable, processes, pool, servers, readers, max }) => {
        const facts: CapacityFacts = {
          ...noFacts,
          workloads: [
            {
              name: 'api',
              kind: 'Deployment',
              at,
              replicas: known(replicas),
              maxSurge: { percent: surge, evidence },
              maxUnavailable: { percent: unavailable, evidence },
              images: ['api'],
              command: [],
              env: [],
              ports: true,
            },
          ],
          packages: [{ folder: '', name: 'api', dependencies: new Map() }],
          pools: [{ library: 'pg', package: '', at, max: known(pool), database: 'postgresql' }],
          limits: [{ database: 'postgresql', max: known(max) }],
        };
        const databases = [{ name: 'shop', servers, replication: {} }];
        const map = { router: { name: 'generic', settings: {} }, databases } as unknown as ShardMap;
        const answer = capacityOf(facts, map, { processes, replicas: readers });

        const running = replicas + Math.ceil((replicas * surge) / 100);
        const ending = Math.ceil((replicas * surge) / 100) + Math.floor((replicas * unavailable) / 100);
        let perServer = 0;
        let inAll = 0;
        for (let pod = 0; pod < running + ending; pod++)
          for (let process = 0; process < processes; process++)
            for (let server = 0; server < servers; server++)
              for (let copy = 0; copy <= readers; copy++) {
                inAll += pool;
                if (server === 0 && copy === 0) perServer += pool;
              }
        expect([answer.perServer, answer.inAll]).toEqual([perServer, inAll]);
        const [limit] = answer.limits;
        expect(limit?.fits).toBe(perServer <= Math.max(0, max - 3));
        if (limit?.fittingPool !== undefined)
          expect((running + ending) * processes * limit.fittingPool).toBeLessThanOrEqual(max - 3);
        expect(capacityText({ capacity: answer })).toContain('api');
      }),
      { numRuns: 200 },
    );
  });

  test('a proxy takes all connections of a sharded database', () => {
    const map = {
      router: { name: 'vitess', settings: {} },
      databases: [{ name: 'shop', servers: 8, replication: {} }],
    };
    const { servers } = capacityOf(noFacts, map as unknown as ShardMap);
    expect(servers).toMatchObject({ proxy: 'vtgate', servers: { value: 1 } });
  });
});

describe('readers', () => {
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghij'
    .split('')
    .map((name, i) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefghi'[i]}`).join(', ')}]`)
    .join('\n')}`;
  const hostile: Readonly<Record<string, string>> = {
    'bomb.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: bomb }\n${bomb}\nmax_connections: *j\n`,
    'deep.yaml': `apiVersion: v1\nkind: List\nitems: ${'['.repeat(5000)}`,
    'many.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\n---\n'.repeat(300),
    'loop.yaml': 'apiVersion: v1\nkind: List\nitems: &x [*x]\n',
    'wrong.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: 7\nspec: { template: [] }\n',
    'numbers.yaml':
      'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec: { maxReplicas: 1e99, scaleTargetRef: { name: a } }\n',
    'compose.yaml': 'services: [1, 2]\n',
    'pgbouncer.ini': '[pgbouncer]\nmax_client_conn = 99999999999999\n[databases',
    'main.tf': `${'{ name = "max_connections" '.repeat(3000)}`,
    '.env': 'DATABASE_URL="postgres://x?connection_limit=abc\n=\n',
    'schema.prisma': 'datasource db {',
    'package.json': '{ "name": 3, "dependencies": [] ',
    'src/a.ts': "import { Pool } from 'pg';\nnew Pool({ max: ",
  };

  test('say what is broken, and give an answer within seconds', async () => {
    const started = Date.now();
    const facts = await readCapacity(platform, folderWith(hostile));
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(facts.unread.map(({ file }) => file)).toEqual(
      expect.arrayContaining(['bomb.yaml', 'deep.yaml', 'loop.yaml']),
    );
    const answer = capacityOf(facts, undefined);
    expect(capacityText({ capacity: answer })).toContain('Not read');
    expect(capacityMarkdown({ capacity: answer })).toContain('# Capacity');
  });

  const fixture = fs.readFileSync(path.join(repository, 'test/advice/capacity.md'), 'utf8');
  const files = [...fixture.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gm)].map(([, name = '', text = '']) => ({
    name,
    text,
  }));

  test('never throw: files of the fixtures, cut and mixed', async () => {
    const cut = fc.record({
      file: fc.constantFrom(...files),
      from: fc.nat(400),
      length: fc.nat(40),
      insert: fc.constantFrom(
        '',
        '{',
        '[',
        '- ',
        ': ',
        '"',
        '&a ',
        '*a ',
        '---\n',
        '{{ x }}',
        '\t',
        '%',
        '9'.repeat(30),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(cut, { minLength: 1, maxLength: 4 }), async (cuts) => {
        const made = cuts.map(({ file, from, length, insert }, i) => {
          const start = Math.min(from, file.text.length);
          return [`${i}/${file.name}`, file.text.slice(0, start) + insert + file.text.slice(start + length)] as const;
        });
        const facts = await readCapacity(platform, folderWith(Object.fromEntries(made)));
        const answer = capacityOf(facts, undefined);
        expect(Number.isFinite(answer.perServer)).toBe(true);
        expect(capacityText({ capacity: answer }).length).toBeGreaterThan(0);
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});

describe('loads', () => {
  test('any JSON is read or refused, and any figures get a verdict', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const read = readLoads('a.json', text);
        if ('loads' in read) expect(diagnose(read.loads).verdicts.length).toBeGreaterThan(0);
        else expect(read.problem).toContain('a.json');
      }),
    );
    const figure = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: undefined });
    const share = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined });
    const load = fc.record({ users: figure, p95: figure, p99: figure, rate: figure, failed: share, cpu: share });
    fc.assert(
      fc.property(fc.array(load, { minLength: 1, maxLength: 4 }), (loads) => {
        const named = loads.map((one, i) => ({
          name: `run ${i}`,
          ...Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined)),
        }));
        const { verdicts } = diagnose(named);
        expect(verdicts.length).toBeGreaterThan(0);
        // A busy processor is never called an exhausted pool.
        const top = [...named]
          .sort((a, b) => ((a as { users?: number }).users ?? 0) - ((b as { users?: number }).users ?? 0))
          .at(-1);
        if (((top as { cpu?: number }).cpu ?? 1) > 0.7)
          expect(verdicts.map(({ code }) => code)).not.toContain('pool-exhaustion');
      }),
    );
  });

  test.each([
    [
      'a busy processor',
      [
        { users: 1, p99: 100, cpu: 0.1 },
        { users: 100, p99: 4000, cpu: 0.97 },
      ],
      'cpu',
    ],
    [
      'times that stay',
      [
        { users: 1, p99: 100 },
        { users: 100, p99: 120 },
      ],
      'healthy',
    ],
    ['one slow run of which nothing else is known', [{ users: 50, p95: 6000 }], 'waiting-unexplained'],
    ['one run that is in order', [{ users: 50, p95: 60 }], 'nothing-to-compare'],
    [
      'failures at every load',
      [
        { users: 1, p95: 50, failed: 0.2 },
        { users: 9, p95: 50, failed: 0.2 },
      ],
      'failing-unexplained',
    ],
  ] as const)('%s', (_, loads, code) => {
    expect(diagnose(loads.map((one) => ({ name: 'run', ...one }))).verdicts.map((one) => one.code)).toEqual([code]);
  });
});
