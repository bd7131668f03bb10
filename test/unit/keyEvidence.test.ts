import { describe, expect, test } from 'vitest';
import { fewKeys } from '../../server/src/advice/fewKeys';
import { growthOf } from '../../server/src/advice/growth';
import { hotValue } from '../../server/src/advice/heat';
import { nullableKey } from '../../server/src/advice/nullability';
import { type ShardKey, shardKeys } from '../../server/src/advice/shardKeys';
import type { ColumnFacts, ColumnStatistics, Schema, Table } from '../../server/src/schema/model';
import type { Database, ShardMap, ShardTable } from '../../server/src/shards/model';

const at = { file: '/map', span: { start: 0, end: 1 } };
const place = (start: number) => ({ file: '/schema', span: { start, end: start + 1 } });

const column = (name: string, facts: Partial<ColumnFacts> = {}): ColumnFacts => ({
  name,
  type: 'bigint',
  modifiers: [],
  nullable: false,
  at: place(5),
  ...facts,
});

const schemaOf = (...columns: readonly ColumnFacts[]): Schema => {
  const table: Table = {
    name: ['orders'],
    kind: 'table',
    columns: new Map(columns.map((one) => [one.name, one])),
    uniques: [],
    indexes: [],
    foreignKeys: [],
    exclusions: [],
    triggers: [],
    columnsComplete: true,
    at: place(0),
  };
  return { tables: new Map([['orders', table]]), enums: new Map() };
};

const mapOf = (table: Partial<ShardTable>, database?: Omit<Database, 'name' | 'replication'>): ShardMap => ({
  file: '/map',
  dialect: 'postgresql',
  router: { name: 'generic', settings: {} },
  searchPath: ['public'],
  candidates: [],
  tables: [
    {
      name: ['orders'],
      kind: 'sharded',
      shardKey: ['k'],
      strategy: 'hash',
      group: 'g',
      generated: [],
      columns: new Map(),
      columnsComplete: false,
      unique: [],
      at,
      ...table,
    },
  ],
  databases: database ? [{ name: 'shop', replication: {}, ...database }] : [],
  receivers: [],
  routingRules: [],
  services: [],
  readModels: [],
  traffic: {},
  rules: {},
  budgets: {},
  replication: {},
  files: [],
});

const keyOf = (map: ShardMap, schema: Schema): ShardKey => shardKeys(map, schema)[0] as ShardKey;

const few = (statistics: ColumnStatistics, database?: { servers?: number; virtualShards?: number }, facts = {}) => {
  const schema = schemaOf(column('k', { ...facts, statistics }));
  const map = mapOf({}, database);
  return fewKeys(keyOf(map, schema), map, schema);
};

describe('cardinality', () => {
  test('is what statistics count, before all that types and names say', () => {
    expect(few({ distinct: 7 })).toMatchObject({ verdict: 'few', distinct: 7, evidence: [{ rung: 'statistics' }] });
    expect(few({ distinct: 40000 }, undefined, { allowed: { values: ['a'], by: 'enum' } })).toBeUndefined();
  });

  test('is a share of the rows where PostgreSQL gives it as a negative number', () => {
    expect(few({ distinct: -0.5, rows: 12 })).toMatchObject({ distinct: 6 });
    expect(few({ distinct: -1, rows: 1_000_000 })).toBeUndefined();
    expect(few({ distinct: -1 })).toBeUndefined();
  });

  test('is held against the servers, else against the logical shards', () => {
    expect(few({ distinct: 30 }, { servers: 4, virtualShards: 256 })).toMatchObject({ verdict: 'uneven' });
    expect(few({ distinct: 50 }, { servers: 4, virtualShards: 256 })).toBeUndefined();
    expect(few({ distinct: 30 }, { virtualShards: 64 })).toMatchObject({ verdict: 'few' });
    expect(few({ distinct: 10 }, { servers: 1 })).toMatchObject({ verdict: 'few' });
  });

  test('of several columns is the product of theirs, and not known as soon as one is not', () => {
    const two = schemaOf(column('k', { statistics: { distinct: 3 } }), column('l', { statistics: { distinct: 4 } }));
    const map = mapOf({ shardKey: ['k', 'l'] });
    expect(fewKeys(keyOf(map, two), map, two)).toMatchObject({ distinct: 12 });
    const one = schemaOf(column('k', { statistics: { distinct: 3 } }), column('l'));
    expect(fewKeys(keyOf(map, one), map, one)).toBeUndefined();
  });
});

describe('a hot value', () => {
  const hot = (share: number, table: Partial<ShardTable> = {}, database?: { servers?: number }) => {
    const statistics = { mostCommon: [{ value: 'acme', share }] };
    return hotValue(keyOf(mapOf(table, database), schemaOf(column('k', { statistics }))));
  };

  test('is measured against a fair part of the servers or shards', () => {
    expect(hot(0.5, {}, { servers: 4 })).toMatchObject({ level: 'hot', times: 2.5 });
    expect(hot(0.2, {}, { servers: 4 })).toMatchObject({ level: 'warm' });
    expect(hot(0.1, {}, { servers: 4 })).toBeUndefined();
    expect(hot(0.1, { shards: 32 })).toMatchObject({ level: 'hot' });
    expect(hot(0.04, { shards: 1024 })).toBeUndefined();
  });

  test('is named, goes before the declared share, and can be moved where a list or a directory places it', () => {
    expect(hot(0.6, { topShare: 0.1 })?.evidence.text).toBe('statistics give `acme` 60 % of the rows');
    expect(hot(0.6, { strategy: 'list' })).toMatchObject({ movable: true, level: 'warm' });
    expect(hot(0.6, { strategy: 'time' })).toBeUndefined();
  });

  test('of one column says nothing of a key of several', () => {
    expect(hot(0.6, { shardKey: ['k', 'l'] })).toBeUndefined();
  });
});

test('NULL is counted where statistics do', () => {
  const schema = schemaOf(column('k', { nullable: true, statistics: { nullShare: 0.45 } }));
  expect(nullableKey(keyOf(mapOf({}), schema))).toMatchObject({ nullShare: 0.45 });
});

describe('growth', () => {
  const grows = (facts: Partial<ColumnFacts>, dialect = 'postgresql', name = 'k') => {
    const key = keyOf(mapOf({ shardKey: [name] }), schemaOf(column(name, facts)));
    return growthOf(key.columns[0] as ShardKey['columns'][number], key, dialect)?.text;
  };
  const call = (name: string, ...values: number[]) =>
    ({
      kind: 'call',
      name,
      args: values.map((value) => ({ kind: 'const', type: 'number', value, span: at.span }) as const),
      span: at.span,
    }) as const;

  test.each([
    'uuidv7',
    'uuid_generate_v7',
    'uuid_generate_v1',
    'uuid_generate_v1mc',
    'ulid',
    'gen_ulid',
    'ksuid',
    'cuid',
    'objectid',
    'unique_rowid',
    'nextval',
    'now',
    'current_timestamp',
    'shop.next_snowflake',
  ])('is seen in the default %s()', (name) => expect(grows({ default: call(name) })).toBeDefined());

  test.each(['gen_random_uuid', 'uuid_generate_v4', 'uuidv4', 'nanoid', 'md5', 'unordered_unique_rowid'])(
    'is not seen in the default %s()',
    (name) => expect(grows({ default: call(name) })).toBeUndefined(),
  );

  test('depends on the version of UUIDs and cuids, and on whose uuid() it is', () => {
    expect(grows({ default: call('uuid', 7) })).toContain('version 7');
    expect(grows({ default: call('uuid', 4) }, 'mysql')).toBeUndefined();
    expect(grows({ default: call('uuid') }, 'mysql')).toContain('version 1');
    expect(grows({ default: call('uuid') })).toBeUndefined();
    expect(grows({ default: call('cuid', 2) })).toBeUndefined();
  });

  test('is that of the row’s own ObjectId, not of somebody else’s', () => {
    expect(grows({ type: 'objectid' }, 'mongodb', '_id')).toContain('ObjectId');
    expect(grows({ type: 'objectid' }, 'mongodb', 'owner')).toBeUndefined();
  });

  test('AUTO_RANDOM does not grow', () => {
    expect(grows({ identity: 'auto-random' })).toBeUndefined();
    expect(grows({ identity: 'identity' })).toBeDefined();
  });
});
