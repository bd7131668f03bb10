import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { declaredServices } from '../../server/src/advice/federation/declaredServices';
import { proposals } from '../../server/src/engine/proposals';
import { memoryPlatform } from '../../server/src/platform/memory';

const wasm = async (name: string) => new Uint8Array(readFileSync(`node_modules/libpg-query/wasm/${name}`));

const at = (file: string, ...names: readonly string[]) => names.map((name) => ({ name: name.split('.'), file }));

describe('services that are there already', () => {
  it('are folders with a schema of their own; a table that two declare is nobody’s', () => {
    const tables = [
      ...at('services/billing/prisma/schema.prisma', 'invoices', 'payments', 'outbox'),
      ...at('services/orders/migrations/0001_init.sql', 'orders', 'outbox'),
    ];
    expect(declaredServices(tables, [])).toEqual([
      { name: 'billing', files: ['services/billing/**'], owns: ['invoices', 'payments'] },
      { name: 'orders', files: ['services/orders/**'], owns: ['orders'] },
    ]);
  });

  it('are schemas whose names are those of folders', () => {
    const tables = at('db/schema.sql', 'billing.invoices', 'orders.orders', 'public.countries');
    const paths = ['apps/billing-service/src/main.ts', 'apps/orders/src/main.ts', 'apps/web/src/main.ts'];
    expect(declaredServices(tables, paths)).toEqual([
      { name: 'billing-service', files: ['apps/billing-service/**'], owns: ['billing.invoices'] },
      { name: 'orders', files: ['apps/orders/**'], owns: ['orders.orders'] },
    ]);
  });

  it('are none where one schema is shared, is a package, or is declared twice', () => {
    expect(declaredServices(at('packages/db/schema.prisma', 'orders', 'users'), ['apps/web/a.ts'])).toEqual([]);
    expect(declaredServices(at('services/orders/schema.sql', 'orders'), ['services/billing/a.ts'])).toEqual([]);
    const copies = ['services/a/schema.sql', 'services/b/schema.sql'].flatMap((file) => at(file, 'orders', 'users'));
    expect(declaredServices([...copies, ...at('services/a/schema.sql', 'own')], [])).toEqual([]);
    expect(declaredServices(at('apps/web/src/order.entity.ts', 'orders'), ['apps/orders/a.ts'])).toEqual([]);
  });
});

it('`init` offers them in the map that it writes', async () => {
  const table = (name: string) => `CREATE TABLE ${name} (id uuid PRIMARY KEY, tenant_id uuid NOT NULL);\n`;
  const citus = (name: string) => `${table(name)}SELECT create_distributed_table('${name}', 'tenant_id');\n`;
  const files = {
    '/w/services/orders/migrations/0001_init.sql': citus('orders'),
    '/w/services/billing/migrations/0001_init.sql': citus('invoices'),
  };
  const [found] = await proposals(memoryPlatform(new Map(Object.entries(files)), { wasm, log: () => {} }), '/w');
  expect(found?.text).toContain(
    'services:\n  billing: { files: ["services/billing/**"], owns: [invoices] }\n  orders: { files: ["services/orders/**"], owns: [orders] }\n',
  );
});
