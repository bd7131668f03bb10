/** What decisions are made from: a workspace's statements, the routes that another map would give them, and plans. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { rateOf } from '../../server/src/advice/traffic';
import { Workspace } from '../../server/src/engine/workspace';
import { memoryPlatform } from '../../server/src/platform/memory';
import { nodePlatform } from '../../server/src/platform/node';
import { classOf } from '../../server/src/routing/routeClass';
import { repository } from '../harness/imports';

const outside = nodePlatform({ assets: path.join(repository, 'node_modules/libpg-query/wasm') });

const shop = {
  '/shop/package.json': '{ "dependencies": { "pg": "8" } }',
  '/shop/migrations/1.sql':
    'CREATE TABLE orders (id bigint, tenant_id bigint, user_id bigint, status text);\nCREATE TABLE users (id bigint, tenant_id bigint);\n',
  '/shop/src/orders.ts': `import { Pool } from 'pg';
const pool = new Pool();
export class Orders {
  ofTenant(tenant: number) { return pool.query('SELECT id FROM orders WHERE tenant_id = $1', [tenant]); }
  ofUser(user: number, open: boolean) {
    return pool.query(\`SELECT id FROM orders WHERE user_id = $1 \${open ? "AND status = 'open'" : ''}\`, [user]);
  }
}
export const withUsers = () => pool.query('SELECT * FROM orders o JOIN users u ON u.tenant_id = o.tenant_id');
export const insert = (t: number, u: number) => pool.query('INSERT INTO orders (tenant_id, user_id) VALUES ($1, $2)', [t, u]);
`,
};

const map = (key: string) => `version: 1
dialect: postgresql
router: generic
import: [{ ddl: migrations/*.sql }]
tables:
  orders: { shardKey: ${key}, shards: 32 }
  users: { shardKey: ${key === 'tenant_id' ? key : 'id'}, shards: 32 }
traffic: { "src/orders.ts#ofUser": 90/m, "src/orders.ts#Orders.ofTenant": 2/s }
`;

const surveyed = async (shardlint: string | undefined, plan = false) => {
  const files = new Map<string, string>(Object.entries(shop));
  if (shardlint !== undefined) files.set('/shop/shardlint.yaml', shardlint);
  const workspace = new Workspace(memoryPlatform(files, { wasm: outside.wasm, log: () => {} }), '/shop', { plan });
  const checked = await workspace.check();
  return { checked, surveys: workspace.surveys() };
};

describe('a survey', () => {
  it('has every statement with its function, its tables and how often it runs', async () => {
    const { surveys, checked } = await surveyed(map('tenant_id'));
    const rows = surveys[0]?.statements.filter(({ orm }) => orm !== 'sql');
    expect(rows?.map((one) => [one.function, one.operation, one.reads, one.writes, one.rate])).toEqual([
      ['Orders.ofTenant', 'select', ['orders'], [], 2],
      ['Orders.ofUser', 'select', ['orders'], [], 1.5],
      ['withUsers', 'select', ['orders', 'users'], [], undefined],
      ['insert', 'insert', [], ['orders'], undefined],
    ]);
    expect(surveys.flatMap(({ statements }) => statements.map(({ route }) => route))).toEqual(
      checked.inventory.map(({ route }) => route),
    );
  });

  it('says of each statement what another map would: the same as a check with that map', async () => {
    const [byTenant] = (await surveyed(map('tenant_id'))).surveys;
    const [byUser] = (await surveyed(map('user_id'))).surveys;
    if (!byTenant || !byUser) throw new Error('no survey');
    const classes = byTenant.statements.map((one) => [classOf(one.route), classOf(one.under(byUser))]);
    expect(classes.slice(-4)).toEqual([
      ['single', 'scatter'],
      ['scatter', 'single'],
      ['scatter', 'cross-shard-join'],
      ['single', 'single'],
    ]);
    expect(byTenant.statements.map((one) => one.under(byUser))).toEqual(byUser.statements.map(({ route }) => route));
  });

  it('goes without a map where a plan is asked for, and only then', async () => {
    expect((await surveyed(undefined)).surveys).toEqual([]);
    const [plan] = (await surveyed(undefined, true)).surveys;
    expect(plan?.planned).toBe(true);
    expect(plan?.map.tables).toEqual([]);
    expect([...(plan?.schema.tables.keys() ?? [])]).toEqual(['orders', 'users']);
    expect(plan?.statements.filter(({ orm }) => orm !== 'sql')).toHaveLength(4);
  });
});

it('traffic is in calls a second, by function or by method', () => {
  const traffic = { 'a.ts#f': '30/m', 'a.ts#C.g': '2/s' };
  expect([rateOf(traffic, 'a.ts', 'f'), rateOf(traffic, 'a.ts', 'C.g'), rateOf(traffic, 'a.ts', 'D.g')]).toEqual([
    0.5,
    2,
    undefined,
  ]);
});
