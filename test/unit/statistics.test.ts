import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { masked } from '../../server/src/cli/database/masked';
import { databaseUrl } from '../../server/src/cli/database/url';
import { readHistogram } from '../../server/src/cli/stats/histogram';
import { estimate } from '../../server/src/cli/stats/sample';
import { isPrivate, withValues } from '../../server/src/cli/stats/values';
import { statisticsText } from '../../server/src/report/statistics';
import type { TableMeasurement } from '../../server/src/schema/statistics';
import { readStatistics } from '../../server/src/shards/native/statisticsFile';

const base64 = (text: string): string => `base64:type254:${Buffer.from(text).toString('base64')}`;

describe('histograms', () => {
  test('MySQL 8, a bucket a value', () => {
    const text = JSON.stringify({
      buckets: [
        [base64('NL'), 0.7],
        [base64('DÉ'), 0.75],
        [base64('PL'), 0.9],
      ],
      'data-type': 'string',
      'null-values': 0.1,
      'collation-id': 255,
      'sampling-rate': 1.0,
      'histogram-type': 'singleton',
      'number-of-buckets-specified': 100,
    });
    expect(readHistogram(text)).toEqual({
      distinct: 3,
      nullShare: 0.1,
      mostCommon: [
        { value: 'NL', share: 0.7 },
        { value: 'PL', share: expect.closeTo(0.15) },
        { value: 'DÉ', share: expect.closeTo(0.05) },
      ],
    });
  });

  test('MySQL 8, buckets of equal height: those of one value say how frequent it is', () => {
    const buckets = [
      [1, 7, 0.2, 7],
      [8, 8, 0.65, 1],
      [9, 900, 1, 400],
    ];
    expect(readHistogram(JSON.stringify({ buckets, 'null-values': 0, 'histogram-type': 'equi-height' }))).toEqual({
      distinct: 408,
      nullShare: 0,
      mostCommon: [{ value: '8', share: expect.closeTo(0.45) }],
    });
  });

  test('MariaDB JSON_HB', () => {
    const histogram_hb = [
      { start: '1', size: 0.5, ndv: 300 },
      { start: '7', size: 0.4, ndv: 1 },
      { start: '8', end: '99', size: 0.1, ndv: 91 },
    ];
    expect(readHistogram(JSON.stringify({ target_histogram_size: 254, histogram_hb }))).toEqual({
      distinct: 392,
      mostCommon: [{ value: '7', share: 0.4 }],
    });
  });

  test('anything else says nothing, and does not throw', () => {
    for (const text of ['', 'DOUBLE_PREC_HB', '[]', '{"buckets":3}', 'null'])
      expect(readHistogram(text)).toBeUndefined();
    fc.assert(
      fc.property(
        fc.json(),
        fc.array(fc.array(fc.oneof(fc.string(), fc.double(), fc.constant(null)))),
        (json, buckets) => {
          readHistogram(json);
          readHistogram(JSON.stringify({ buckets, histogram_hb: buckets }));
          readHistogram(JSON.stringify({ histogram_hb: buckets }));
        },
      ),
    );
  });
});

test('values of a sample stand for those of the table', () => {
  expect(estimate({ distinct: 3, once: 0, sample: 1000, rows: 1_000_000 })).toBe(3);
  expect(estimate({ distinct: 1000, once: 1000, sample: 1000, rows: 1_000_000 })).toBe(-1);
  expect(estimate({ distinct: 900, once: 800, sample: 1000, rows: 1000 })).toBe(900);
  expect(estimate({ distinct: 900, once: 800, sample: 1000, rows: 10_000 })).toBeGreaterThan(1500);
  expect(estimate({ distinct: 0, once: 0, sample: 0, rows: 0 })).toBe(0);
});

describe('values that may be shown', () => {
  const column = (name: string, distinct: number) => ({
    name,
    distinct,
    mostCommon: [
      { value: 'x', share: 0.5 },
      { value: 'y', share: 0.2 },
    ],
  });
  const shown = (name: string, kind: Parameters<typeof withValues>[1], distinct = 3): boolean =>
    withValues(column(name, distinct), kind, 10_000, 'safe').mostCommon?.[0]?.value !== undefined;

  test.each([
    ['tenant_id', 'number', true],
    ['id', 'id', true],
    ['plan', 'choice', true],
    ['status', 'other', true],
    ['email', 'other', false],
    ['userEmail', 'other', false],
    ['apiToken', 'other', false],
    ['password_hash', 'other', false],
    ['phone', 'number', false],
    ['ssn', 'number', false],
    ['created_at', 'time', false],
  ] as const)('%s, %s: %s', (name, kind, expected) => {
    expect(shown(name, kind)).toBe(expected);
  });

  test('text only where it is a short list, each word in many rows', () => {
    expect(shown('word', 'other', 101)).toBe(false);
    expect(withValues(column('word', 3), 'other', 50, 'safe').mostCommon).toEqual([{ share: 0.5 }]);
    expect(withValues(column('word', -0.1), 'other', 10_000, 'safe').mostCommon).toEqual([{ share: 0.5 }]);
  });

  test('on demand all or none', () => {
    expect(withValues(column('email', 3), 'other', 100, 'all').mostCommon?.[0]?.value).toBe('x');
    expect(withValues(column('tenant_id', 3), 'number', 100, 'none').mostCommon).toEqual([{ share: 0.5 }]);
  });

  test('a word of its own in the name, not any letters', () => {
    expect(['passenger_id', 'tokens_used', 'carrier', 'shipping', 'panel'].filter(isPrivate)).toEqual([]);
    expect(['access_token', 'ipAddress', 'home_address', 'Pin', 'dob'].filter((one) => !isPrivate(one))).toEqual([]);
  });
});

const share = fc.double({ min: 0, max: 1, noNaN: true }).map((each) => Number(each.toFixed(4)));
const columns = fc.uniqueArray(
  fc.record(
    {
      name: fc.string({ minLength: 1 }),
      distinct: fc.oneof(fc.integer({ min: 0, max: 999 }), fc.constant(-1), fc.constant(12300)),
      nullShare: share,
      mostCommon: fc.array(fc.record({ value: fc.string({ unit: 'binary' }), share }, { requiredKeys: ['share'] }), {
        minLength: 1,
      }),
      correlation: fc.integer({ min: -100, max: 100 }).map((each) => each / 100 || 0),
    },
    { requiredKeys: ['name'] },
  ),
  { selector: ({ name }) => name },
);

test('what is written is what is read', () => {
  const name = fc.string({ minLength: 1 }).filter((each) => !each.includes('.'));
  const table = fc.record({
    name: fc.tuple(name),
    rows: fc.integer({ min: 0, max: 999 }),
    bytes: fc.constant(81900000),
    columns,
  });
  fc.assert(
    fc.property(
      fc.uniqueArray(table, { selector: (each) => each.name.join('.') }),
      (tables: readonly TableMeasurement[]) => {
        const text = statisticsText({ source: 'postgresql 17.2', taken: '2026-11-22', notes: ['a\nb'] }, tables);
        const read = readStatistics({ path: '/shardlint.stats.yaml', text });
        expect(read.problems).toEqual([]);
        const bare = read.tables.map(({ at: _, ...one }) => ({
          ...one,
          columns: one.columns.map(({ at: __, ...each }) => each),
        }));
        const sorted = [...tables]
          .sort((a, b) => (a.name.join('.') < b.name.join('.') ? -1 : 1))
          .map((one) => ({ ...one, columns: [...one.columns].sort((a, b) => (a.name < b.name ? -1 : 1)) }));
        expect(bare).toEqual(sorted);
      },
    ),
    { numRuns: 200, examples: [[[{ name: ['t'], rows: 0, bytes: 81900000, columns: [{ name: '<<' }] }]]] },
  );
});

describe('URLs', () => {
  test.each([
    [
      'postgres://ann:s%40cret@db.example:6543/shop',
      { host: 'db.example', port: 6543, user: 'ann', password: 's@cret', database: 'shop', tls: 'prefer' },
    ],
    ['postgresql://ann@localhost/shop', { host: 'localhost', port: 5432, password: '', tls: 'off' }],
    ['postgres://ann:x@[::1]/shop?sslmode=verify-full', { host: '::1', tls: 'verify' }],
    ['postgres://ann:x@h/shop?host=/var/run/postgresql', { host: '/var/run/postgresql', tls: 'off' }],
    ['postgres://ann:x@h/shop?sslmode=require', { tls: 'require' }],
    ['mysql://ann:x@h/shop', { kind: 'mysql', port: 3306, tls: 'prefer' }],
    ['mariadb://ann:x@h/shop?ssl-mode=DISABLED', { kind: 'mysql', tls: 'off' }],
    ['mysql://ann:x@h:3307/shop?ssl=true', { port: 3307, tls: 'verify' }],
  ])('%s', (url, expected) => {
    expect(databaseUrl('DB', url)).toMatchObject(expected);
  });

  test('whatever a server says, the password is taken out of it', () => {
    const plain = fc.string({ minLength: 3 }).filter((each) => !'***'.includes(each) && each.trim() === each);
    fc.assert(
      fc.property(plain, fc.string(), fc.string(), (password, before, after) => {
        const url = databaseUrl('DB', `postgres://ann:${encodeURIComponent(password)}@h/shop`);
        expect(masked(`${before}${password}${after} ${encodeURIComponent(password)}`, url)).not.toContain(password);
      }),
    );
    const url = databaseUrl('DB', 'postgres://ann:q@h/shop');
    expect(masked('a query', url)).not.toContain('q');
  });
});
