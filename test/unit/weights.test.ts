import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Logged, type Weighable, weights } from '../../server/src/advice/weights';
import { Workspace } from '../../server/src/engine/workspace';
import { memoryPlatform } from '../../server/src/platform/memory';
import { nodePlatform } from '../../server/src/platform/node';
import { repository } from '../harness/imports';

describe('weights', () => {
  const code = (name: string, keys: readonly string[], shapes: readonly string[] = []) => ({ name, keys, shapes });

  test('the same text first, then the same shape of what libraries write', () => {
    const statements = [code('text', ['a']), code('model', [], ['s']), code('never', ['z'])];
    const logged: Logged[] = [
      { key: 'a', shape: 's', calls: 10, milliseconds: 5, rate: 1 },
      { key: 'b', shape: 's', calls: 3 },
      { key: 'c', shape: 's', calls: 4 },
      { key: 'd', shape: 't', calls: 7 },
    ];
    const { matched, silent, foreign } = weights(statements, logged);
    expect([...matched].map(([one, weight]) => [one.name, weight])).toEqual([
      ['text', { calls: 10, milliseconds: 5, rate: 1, by: 'text', sharedBy: 1 }],
      ['model', { calls: 7, by: 'shape', sharedBy: 1 }],
    ]);
    expect(silent.map(({ name }) => name)).toEqual(['never']);
    expect(foreign.map(({ key }) => key)).toEqual(['d']);
  });

  test('call sites that look alike share the calls', () => {
    const { matched } = weights([code('one', ['a']), code('other', ['a', 'a'])], [{ key: 'a', calls: 9, rate: 3 }]);
    expect([...matched.values()]).toEqual([
      { calls: 4.5, rate: 1.5, by: 'text', sharedBy: 2 },
      { calls: 4.5, rate: 1.5, by: 'text', sharedBy: 2 },
    ]);
  });

  test('no call is lost, and none is counted twice', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    const statement: fc.Arbitrary<Weighable> = fc.record({ keys: fc.array(name), shapes: fc.array(name) });
    const log: fc.Arbitrary<Logged> = fc.record({ key: name, shape: name, calls: fc.integer({ min: 1, max: 1000 }) });
    fc.assert(
      fc.property(fc.array(statement), fc.array(log), (statements, logged) => {
        const { matched, silent, foreign } = weights(statements, logged);
        const sum = (all: Iterable<{ readonly calls: number }>) =>
          [...all].reduce((total, { calls }) => total + calls, 0);
        expect(sum(matched.values()) + sum(foreign)).toBeCloseTo(sum(logged));
        expect(matched.size + silent.length).toBe(statements.length);
      }),
    );
  });
});

const outside = nodePlatform({ assets: path.join(repository, 'node_modules/libpg-query/wasm') });

const files = {
  '/shop/package.json': '{ "dependencies": { "pg": "8", "@prisma/client": "6" } }',
  '/shop/prisma/schema.prisma': `datasource db {
  provider = "postgresql"
}
model User {
  id       Int    @id
  tenantId Int
  email    String
  @@map("users")
}
`,
  '/shop/src/orders.ts': `import { Pool } from 'pg';
import { PrismaClient } from '@prisma/client';
const pool = new Pool();
const prisma = new PrismaClient();
export const ofTenant = (tenant: number) => pool.query('SELECT id FROM orders WHERE tenant_id = $1', [tenant]);
export const some = (ids: number[]) => pool.query(\`SELECT id FROM orders WHERE id IN (\${ids.join(',')}) AND tenant_id = \${ids[0]}\`);
export const byMail = (email: string) => prisma.user.findFirst({ where: { email } });
export const never = () => pool.query('DELETE FROM orders');
export const rated = () => pool.query('SELECT count(*) FROM orders');
`,
  '/shop/shardlint.yaml': `version: 1
dialect: postgresql
router: generic
workload: shardlint.workload.jsonl
tables:
  orders: { shardKey: tenant_id, shards: 32 }
  users: { shardKey: tenantId, shards: 32 }
traffic: { "src/orders.ts#rated": 5/s }
`,
  '/shop/shardlint.workload.jsonl': `{"shardlint":"workload","version":1,"from":["pg_stat_statements"],"seconds":100}
{"sql":"SELECT id FROM orders WHERE tenant_id = $1","calls":1000,"ms":50}
{"sql":"SELECT \\"public\\".\\"users\\".\\"id\\", \\"public\\".\\"users\\".\\"email\\" FROM \\"public\\".\\"users\\" WHERE \\"public\\".\\"users\\".\\"email\\" = $1 LIMIT $2 OFFSET $3","calls":300}
{"sql":"SELECT count(*) FROM orders","calls":100}
{"sql":"SELECT * FROM orders WHERE status = $1","calls":40,"ms":4000}
{"sql":"UPDATE orders SET status = $1 WHERE tenant_id = $2","calls":20}
{"sql":"SELECT FROM WHERE","calls":2}
`,
};

test('a survey knows the calls of statements, and what only the log has, with its route', async () => {
  const platform = memoryPlatform(new Map(Object.entries(files)), { wasm: outside.wasm, log: () => {} });
  const workspace = new Workspace(platform, '/shop');
  const { problems } = await workspace.check();
  expect(problems).toEqual([]);
  const [survey] = workspace.surveys();
  expect(survey?.statements.map((one) => [one.function, one.calls, one.rate])).toEqual([
    ['ofTenant', 1000, 10],
    ['some', undefined, undefined],
    ['byMail', 300, 3],
    ['never', undefined, undefined],
    ['rated', 100, 5],
  ]);
  expect(
    survey?.onlyLogged?.map(({ sql, calls, rate, tables, operation, route }) => [
      sql,
      calls,
      rate,
      tables,
      operation,
      route.reach,
    ]),
  ).toEqual([
    ['SELECT * FROM orders WHERE status = $1', 40, 0.4, ['orders'], 'select', 'scatter'],
    ['UPDATE orders SET status = $1 WHERE tenant_id = $2', 20, 0.2, ['orders'], 'update', 'single'],
  ]);
  expect(survey?.unreadLogged).toBe(1);
});
