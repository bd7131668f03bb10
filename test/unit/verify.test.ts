import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Answer, disagreement } from '../../server/src/advice/planned';
import { type Connection, DatabaseError, type Row } from '../../server/src/cli/database/connection';
import { askCitus, readCitusPlan, withLiterals } from '../../server/src/cli/verify/citus';
import { barred } from '../../server/src/cli/verify/gate';
import { sampleOf } from '../../server/src/cli/verify/samples';
import { askVtgate, readVtgatePlan } from '../../server/src/cli/verify/vtgate';
import { mysql } from '../../server/src/dialects/mysql';
import { postgresql } from '../../server/src/dialects/postgresql';
import { readSql } from '../../server/src/engine/readSql';
import type { Route } from '../../server/src/routing/route';
import { parserFor } from '../harness/parsers';
import { route } from '../harness/shell';

describe('what is never sent', () => {
  const bars = async (sql: string, dialect: 'postgresql' | 'mysql'): Promise<string | undefined> => {
    const own = dialect === 'mysql' ? mysql : postgresql;
    const parsed = readSql(sql, { dialect: own, parser: await parserFor(dialect) }).statements[0]?.parsed;
    return parsed?.ok ? barred(sql, parsed.query, own.lexical) : 'unreadable';
  };

  test.each([
    'SELECT pg_terminate_backend(5)',
    'SELECT * FROM orders WHERE id = nextval($1)',
    "INSERT INTO orders (id) VALUES (nextval('s'))",
    "INSERT INTO orders (id) VALUES (pg_catalog.nextval('s'))",
    'SELECT setval($1, 5)',
    'SELECT pg_sleep(5) FROM orders',
    'SELECT "pg_sleep"(5) FROM orders',
    'SELECT pg_sleep /* x */ (5)',
    'SELECT shop.charge(id) FROM orders',
    'SELECT charge(id) FROM orders',
    'SELECT * FROM dblink($1, $2) AS t(a int)',
    'SELECT lo_import($1)',
    "SELECT set_config('a', 'b', false)",
    'SELECT pg_advisory_lock(1)',
    'SELECT * INTO copy FROM orders',
    'SELECT 1; DROP TABLE orders',
    'TRUNCATE orders',
    'CREATE TABLE t (a int)',
    'CALL charge(1)',
    'DO $$ BEGIN END $$',
    'EXPLAIN ANALYZE DELETE FROM orders',
    'DELETE FROM orders WHERE CURRENT OF c',
    'COPY orders TO STDOUT',
    'SET a = 1',
    'BEGIN',
    'LOCK orders',
    'WITH gone AS (DELETE FROM orders WHERE charge(id) RETURNING id) SELECT * FROM gone',
  ])('%s', async (sql) => {
    expect(await bars(sql, 'postgresql')).toBeDefined();
  });

  test.each([
    'SELECT SLEEP(5)',
    "SELECT GET_LOCK('a', 5)",
    'SELECT LAST_INSERT_ID(id) FROM orders',
    'SELECT @a := id FROM orders',
    "SELECT * FROM orders INTO OUTFILE '/tmp/x'",
    "SELECT LOAD_FILE('/etc/passwd')",
    'SELECT * FROM orders PROCEDURE ANALYSE()',
    'SELECT NEXT VALUE FOR seq',
    'SELECT NEXT 5 VALUES FROM seq',
    'REPLACE INTO orders (id) VALUES (1)',
    'KILL 5',
  ])('MySQL: %s', async (sql) => {
    expect(await bars(sql, 'mysql')).toBeDefined();
  });

  test.each([
    'SELECT count(*), max(total) FROM orders o WHERE o.tenant_id = $1 AND id IN ($2, $3) GROUP BY status',
    'INSERT INTO shop.orders (tenant_id, note) VALUES ($1, coalesce($2, $3)) ON CONFLICT (tenant_id) DO UPDATE SET note = excluded.note',
    'INSERT INTO orders(tenant_id) SELECT id FROM tenants',
    'UPDATE orders SET note = lower($1) WHERE tenant_id = $2 RETURNING id',
    'DELETE FROM orders WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM old_orders)',
    'WITH a AS (SELECT * FROM orders) SELECT * FROM a WHERE EXISTS (SELECT 1 FROM tenants)',
    'SELECT row_number() OVER (PARTITION BY tenant_id ORDER BY id) FROM orders',
    'SELECT a FROM t UNION ALL SELECT b FROM u',
    "SELECT id FROM orders WHERE created > now() - INTERVAL '1 day' AND x = ANY($1) FOR UPDATE",
  ])('but %s is', async (sql) => {
    expect(await bars(sql, 'postgresql')).toBeUndefined();
  });
});

const citus = (job: object, more: object = {}) => [
  {
    Plan: {
      'Node Type': 'Custom Scan',
      'Custom Plan Provider': 'Citus Adaptive',
      'Distributed Query': {
        ...more,
        Job: { 'Tasks Shown': 'One', Tasks: [{ Node: 'host=w1 port=5432', 'Remote Plan': [] }], ...job },
      },
    },
  },
];

describe('plans of Citus, by its documentation', () => {
  test.each([
    ['one shard', citus({ 'Task Count': 1 }), { reach: 'single', shards: 1, crossShard: false, says: '1 task' }],
    ['all shards', citus({ 'Task Count': 32 }), { reach: 'several', shards: 32, crossShard: false, says: '32 tasks' }],
    ['no shard', citus({ 'Task Count': 0 }), { reach: 'single', shards: 0, crossShard: false, says: '0 tasks' }],
    [
      'subplans',
      citus({ 'Task Count': 32 }, { Subplans: [{ PlannedStmt: [] }] }),
      { reach: 'several', shards: 32, crossShard: true, says: '32 tasks, subplans' },
    ],
    [
      'repartition joins',
      citus({ 'Task Count': 8, 'Dependent Jobs': [{ 'Map Task Count': 32, 'Merge Task Count': 8 }] }),
      { reach: 'several', shards: 8, crossShard: true, says: '8 tasks, repartition' },
    ],
    [
      'an aggregate above',
      [{ Plan: { 'Node Type': 'Aggregate', Plans: [citus({ 'Task Count': 32 })[0]?.Plan] } }],
      { reach: 'several', shards: 32, crossShard: false, says: '32 tasks' },
    ],
    [
      'INSERT … SELECT through the coordinator',
      [
        {
          Plan: {
            'Node Type': 'Custom Scan',
            'Custom Plan Provider': 'Citus INSERT ... SELECT',
            'INSERT/SELECT method': 'pull to coordinator',
            Plans: [citus({ 'Task Count': 32 })[0]?.Plan],
          },
        },
      ],
      { reach: 'several', shards: 32, crossShard: true, says: '32 tasks, pull to coordinator' },
    ],
    [
      'a local table',
      [{ Plan: { 'Node Type': 'Seq Scan' } }],
      { reach: 'local', crossShard: false, says: 'a plan without shards' },
    ],
  ])('%s', (_, plan, expected) => {
    expect(readCitusPlan(plan)).toEqual(expected);
    expect(readCitusPlan(JSON.stringify(plan))).toEqual(expected);
  });

  test('anything else is no plan, and does not throw', () => {
    for (const output of [undefined, null, '', 'x', [], [{}], {}, [{ Plan: 5 }]])
      expect(readCitusPlan(output)).toBeUndefined();
    fc.assert(fc.property(fc.jsonValue(), (json) => void readCitusPlan([{ Plan: json }])));
  });
});

describe('plans of vtgate, by its documentation', () => {
  const plan = (root: object): readonly Row[] => [{ JSON: JSON.stringify(root) }];
  const send = (Variant: string, OperatorType = 'Route') => ({
    OperatorType,
    Variant,
    Keyspace: { Name: 'shop', Sharded: true },
  });

  test.each([
    ['one shard', plan(send('EqualUnique')), { reach: 'single', crossShard: false, says: 'Route EqualUnique' }],
    [
      'all',
      plan({ OperatorType: 'Aggregate', Variant: 'Scalar', Inputs: [send('Scatter')] }),
      { reach: 'scatter', crossShard: false, says: 'Route Scatter' },
    ],
    ['a list', plan(send('IN')), { reach: 'subset', crossShard: false, says: 'Route IN' }],
    [
      'a join',
      plan({ OperatorType: 'Join', Inputs: [send('EqualUnique'), send('Scatter')] }),
      { reach: 'scatter', crossShard: true, says: 'Route EqualUnique, Route Scatter' },
    ],
    [
      'a lookup vindex: what it reads to find the shard is not counted',
      plan({ OperatorType: 'VindexLookup', Variant: 'EqualUnique', Inputs: [send('IN'), send('ByDestination')] }),
      { reach: 'single', crossShard: false, says: 'VindexLookup EqualUnique' },
    ],
    ['a write', plan(send('Scatter', 'Delete')), { reach: 'scatter', crossShard: false, says: 'Delete Scatter' }],
    ['an insert', plan(send('Sharded', 'Insert')), { reach: 'sharded', crossShard: false, says: 'Insert Sharded' }],
    [
      'with instructions below',
      plan({ QueryType: 'SELECT', Instructions: send('Unsharded') }),
      { reach: 'single', crossShard: false, says: 'Route Unsharded' },
    ],
    [
      'a tree of rows',
      [
        { operator: 'Join', variant: 'LeftJoin' },
        { operator: '├─ Route', variant: 'EqualUnique' },
        { operator: '└─ Route', variant: 'Scatter' },
      ],
      { reach: 'scatter', crossShard: true, says: 'Route EqualUnique, Route Scatter' },
    ],
  ])('%s', (_, rows, expected) => {
    expect(readVtgatePlan(rows)).toEqual(expected);
  });

  test('anything else is no plan', () => {
    for (const rows of [[], [{}], [{ JSON: 'x' }], [{ id: 1, select_type: 'SIMPLE' }]])
      expect(readVtgatePlan(rows)).toBeUndefined();
  });
});

const single = (more: Partial<Route> = {}): Route => route({ reach: 'single', reasons: [], ...more });
const planned = (
  reach: 'single' | 'subset' | 'several' | 'scatter' | 'sharded' | 'local',
  shards?: number,
): Answer => ({
  reach,
  crossShard: false,
  says: 'what it says',
  ...(shards !== undefined && { shards }),
});

test.each([
  ['one shard is one shard', single(), planned('single'), true],
  ['we say one, it is several', single(), planned('several', 32), false],
  ['we say all, it is one', route(), planned('single', 1), false],
  ['all are all', route(), planned('several', 32), true],
  ['we say all, it is some', route(), planned('several', 3), false],
  ['a list may fall on one shard', single({ reach: 'subset' }), planned('single', 1), true],
  ['a list is not all', single({ reach: 'subset' }), planned('scatter'), false],
  ['one of the alternatives', route({ alternatives: ['single'] }), planned('single'), true],
  ['rows of an insert', single(), planned('sharded'), true],
  ['a reference table', single({ reach: 'reference' }), planned('single'), true],
  ['a local table', single({ reach: 'unsharded' }), planned('local'), true],
  ['a sharded table is not local', single(), planned('local'), false],
  [
    'rows move, and we say so',
    route({ crossShard: 'join' }),
    { ...planned('single'), crossShard: true } as Answer,
    true,
  ],
  ['rows move, and we do not know it', route(), { ...planned('several'), crossShard: true } as Answer, false],
  ['both refuse', single({ refused: { code: 'x', because: 'no' } }), { refused: 'never' }, true],
  ['it refuses', single(), { refused: 'never' }, false],
  ['we refuse', single({ refused: { code: 'x', because: 'no' } }), planned('single'), false],
  ['what we do not know is no disagreement', single({ reach: 'unknown' }), planned('scatter'), true],
])('%s', (_, ours, answer, agree) => {
  expect(disagreement(ours, answer) === undefined).toBe(agree);
});

/** A server that answers by a list of patterns and records what it was sent. */
function server(answers: readonly (readonly [RegExp, readonly Row[] | DatabaseError])[]) {
  const sent: string[] = [];
  const connection: Connection = {
    kind: 'postgresql',
    version: '17',
    query: async (sql) => {
      sent.push(sql);
      const [, answer] = answers.find(([pattern]) => pattern.test(sql)) ?? [];
      if (answer instanceof Error) throw answer;
      return answer ?? [];
    },
    close: async () => {},
  };
  return { connection, sent };
}

describe('asking', () => {
  test('Citus: types from PREPARE, EXPLAIN with literals, in a transaction that is rolled back', async () => {
    const { connection, sent } = server([
      [/^SELECT parameter_types/, [{ types: ['bigint', 'text[]', 'hstore'] }]],
      [/^EXPLAIN/, [{ 'QUERY PLAN': citus({ 'Task Count': 1 }) }]],
    ]);
    const sql = 'SELECT * FROM orders WHERE tenant_id = $1 AND status = ANY($2) AND tags @> $3';
    expect(await askCitus(connection, sql, postgresql.lexical)).toMatchObject({ answer: { reach: 'single' } });
    expect(sent.map((one) => one.replace(/question_\d+/, 'question'))).toEqual([
      'BEGIN READ ONLY',
      `PREPARE shardlint_question AS ${sql}`,
      "SELECT parameter_types::text[] AS types FROM pg_prepared_statements WHERE name = 'shardlint_question'",
      'DEALLOCATE shardlint_question',
      "EXPLAIN (FORMAT JSON) SELECT * FROM orders WHERE tenant_id = '1'::bigint AND status = ANY('{v1,v2,v3,v4,v5,v6,v7,v8}'::text[]) AND tags @> NULL::hstore",
      'ROLLBACK',
    ]);
  });

  test('Citus: its own no, and errors about our question', async () => {
    const no = server([[/^EXPLAIN/, new DatabaseError('0A000', 'complex joins are only supported when …')]]);
    expect(await askCitus(no.connection, 'SELECT 1 FROM t', postgresql.lexical)).toEqual({
      answer: { refused: 'complex joins are only supported when …' },
    });
    expect(no.sent.at(-1)).toBe('ROLLBACK');
    const other = server([[/^EXPLAIN/, new DatabaseError('42P01', 'relation "t" does not exist')]]);
    expect(await askCitus(other.connection, 'SELECT 1 FROM t', postgresql.lexical)).toEqual({
      unasked: 'relation "t" does not exist (42P01)',
    });
  });

  test('vtgate: VEXPLAIN, and the older words where it is not known', async () => {
    const json = [{ JSON: '{"OperatorType":"Route","Variant":"Scatter"}' }];
    const older = server([
      [/^VEXPLAIN/, new DatabaseError('ER_PARSE_ERROR', 'syntax error')],
      [/^EXPLAIN FORMAT=VITESS/, json],
    ]);
    expect(await askVtgate(older.connection, 'SELECT * FROM t WHERE a IN (:v1, :v2)', mysql.lexical)).toMatchObject({
      answer: { reach: 'scatter' },
    });
    expect(older.sent).toEqual([
      'VEXPLAIN PLAN SELECT * FROM t WHERE a IN (1, 2)',
      'EXPLAIN FORMAT=VITESS SELECT * FROM t WHERE a IN (1, 2)',
    ]);
    const no = server([[/^VEXPLAIN/, new DatabaseError('ER_NOT_SUPPORTED_YET', 'VT12001: unsupported: x')]]);
    expect(await askVtgate(no.connection, 'SELECT 1', mysql.lexical)).toEqual({
      answer: { refused: 'VT12001: unsupported: x' },
    });
    const missing = server([[/^VEXPLAIN/, new DatabaseError('ER_NO_SUCH_TABLE', 'VT05004: table t not found')]]);
    expect(await askVtgate(missing.connection, 'SELECT 1', mysql.lexical)).toEqual({
      unasked: 'VT05004: table t not found (ER_NO_SUCH_TABLE)',
    });
  });

  test('literals stand where parameters stood, and nowhere else', () => {
    expect(
      withLiterals(`SELECT '$1', "$2" FROM t WHERE a = $2 AND b = $1 AND c = $3`, ['x', 'y'], postgresql.lexical),
    ).toBe(`SELECT '$1', "$2" FROM t WHERE a = y AND b = x AND c = NULL`);
    const types = [
      'integer',
      'uuid',
      'boolean',
      'timestamp with time zone',
      'jsonb',
      'interval[]',
      '"char"',
      'shop.mood',
      'shop.mood[]',
    ];
    for (const [i, type] of types.entries()) expect(sampleOf(type, i)).toMatch(/^(?:'[^'\\]*'|NULL)::/);
    for (const type of ["int'; DROP TABLE t; --", '"a;b"', 'a::b', '']) expect(sampleOf(type, 0)).toBe('NULL');
    expect(sampleOf('uuid', 0)).not.toBe(sampleOf('uuid', 1));
  });
});
