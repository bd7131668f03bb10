import { expect, test } from 'vitest';
import { migrationFile } from '../../server/src/engine/migrationFile';

const next = (paths: readonly string[], more: { title?: string; dialect?: string; near?: readonly string[] } = {}) =>
  migrationFile({ paths, root: '/app', title: 'add tenant_id to line_items', dialect: 'postgresql', ...more });

test.each([
  ['nothing yet', ['/app/src/a.ts'], '/app/migrations/0001_add_tenant_id_to_line_items.sql'],
  [
    'numbered',
    ['/app/migrations/0009_a.sql', '/app/migrations/0010_b.sql'],
    '/app/migrations/0011_add_tenant_id_to_line_items.sql',
  ],
  [
    'not padded',
    ['/app/migrations/9_a.sql', '/app/migrations/10_b.sql'],
    '/app/migrations/11_add_tenant_id_to_line_items.sql',
  ],
  [
    'timestamps, by the calendar',
    ['/app/db/migrate/20231231235959_a.sql'],
    '/app/db/migrate/20240101000000_add_tenant_id_to_line_items.sql',
  ],
  [
    'Flyway',
    ['/app/sql/V1.9__a.sql', '/app/sql/V1.10__b.sql', '/app/sql/R__v.sql'],
    '/app/sql/V1.11__add_tenant_id_to_line_items.sql',
  ],
  [
    'Prisma',
    ['/app/prisma/migrations/20240101120000_init/migration.sql'],
    '/app/prisma/migrations/20240101120001_add_tenant_id_to_line_items/migration.sql',
  ],
  ['dashes', ['/app/migrations/001-a.sql'], '/app/migrations/002-add-tenant-id-to-line-items.sql'],
  [
    'Knex',
    ['/app/src/migrations/20240101120000_a.ts'],
    '/app/src/migrations/20240101120001_add_tenant_id_to_line_items.ts',
  ],
  [
    'Sequelize',
    ['/app/server/migrations/20160619080644-initial.js'],
    '/app/server/migrations/20160619080645-add-tenant-id-to-line-items.js',
  ],
  [
    'TypeORM',
    ['/app/src/migrations/1690000000000-AddUsers.ts'],
    '/app/src/migrations/1690000001000-AddTenantIdToLineItems.ts',
  ],
  [
    'what undoes is no migration',
    ['/app/migrations/3_a.sql', '/app/migrations/4_a.down.sql'],
    '/app/migrations/4_add_tenant_id_to_line_items.sql',
  ],
  ['a report is none', ['/app/reports/2024_sales.sql'], '/app/migrations/0001_add_tenant_id_to_line_items.sql'],
] as const)('%s', (_, paths, path) => expect(next(paths)?.path).toBe(path));

test('what undoes stands beside it where that is the custom', () => {
  expect(next(['/app/migrations/000001_a.up.sql', '/app/migrations/000001_a.down.sql'])).toEqual({
    path: '/app/migrations/000002_add_tenant_id_to_line_items.up.sql',
    down: '/app/migrations/000002_add_tenant_id_to_line_items.down.sql',
    after: '/app/migrations/000001_a.up.sql',
  });
  expect(next(['/app/migrations/2024-01-01-120000_a/up.sql', '/app/migrations/2024-01-01-120000_a/down.sql'])).toEqual({
    path: '/app/migrations/2024-01-01-120001_add_tenant_id_to_line_items/up.sql',
    down: '/app/migrations/2024-01-01-120001_add_tenant_id_to_line_items/down.sql',
    after: '/app/migrations/2024-01-01-120000_a/up.sql',
  });
});

test('of several folders, the one that declares the table, else the fullest', () => {
  const paths = ['/app/a/migrations/01_a.sql', '/app/a/migrations/02_b.sql', '/app/b/migrations/01_c.sql'];
  expect(next(paths)?.path).toMatch(/^\/app\/a\/migrations\/03_/);
  expect(next(paths, { near: ['/app/b/migrations/01_c.sql'] })?.path).toMatch(/^\/app\/b\/migrations\/02_/);
});

test('of folders for several databases, that of the map’s', () => {
  const paths = ['/app/migrations/mysql/1_a.sql', '/app/migrations/mysql/2_a.sql', '/app/migrations/postgres/1_a.sql'];
  expect(next(paths)?.path).toMatch(/postgres/);
  expect(next(paths, { dialect: 'mysql' })?.path).toMatch(/mysql/);
  expect(next(paths, { near: ['/app/migrations/mysql/1_a.sql'] })?.path).toMatch(/postgres/);
});

test('no name leads out of the folder', () => {
  for (const title of ['../../etc/passwd', 'a/b\\c\0d', '..', '', '…', 'x'.repeat(5000), 'add "; DROP TABLE t; --'])
    for (const paths of [[], ['/app/migrations/1_a.sql'], ['/app/migrations/1690000000000-A.ts']]) {
      const path = next(paths, { title })?.path ?? '';
      expect(path).toMatch(/^\/app\/migrations\/[A-Za-z0-9_-]+\.(?:sql|ts)$/);
      expect(path.length).toBeLessThan(120);
    }
});

test('MongoDB has no migrations in SQL', () => expect(next([], { dialect: 'mongodb' })).toBeUndefined());
