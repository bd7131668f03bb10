import { expect, test } from 'vitest';
import { orderMigrations, upSection } from '../../server/src/schema/migrations';

const order = (paths: readonly string[], texts: Readonly<Record<string, string>> = {}): readonly string[] =>
  orderMigrations(paths.map((path) => ({ path, text: texts[path] ?? '' }))).map(
    ({ file, superseded }) => `${file.path}${superseded ? ' (superseded)' : ''}`,
  );

const tools: readonly { tool: string; given: readonly string[]; order: readonly string[] }[] = [
  {
    tool: 'numbers, not letters',
    given: ['m/10_c.sql', 'm/2_b.sql', 'm/1_a.sql'],
    order: ['m/1_a.sql', 'm/2_b.sql', 'm/10_c.sql'],
  },
  {
    tool: 'Prisma',
    given: [
      'prisma/migrations/20240202000000_orders/migration.sql',
      'prisma/migrations/20230101000000_init/migration.sql',
    ],
    order: [
      'prisma/migrations/20230101000000_init/migration.sql',
      'prisma/migrations/20240202000000_orders/migration.sql',
    ],
  },
  {
    tool: 'Flyway',
    given: ['R__views.sql', 'U2__undo.sql', 'V1.10__d.sql', 'V1.2__c.sql', 'V1__a.sql', 'V1_1__b.sql', 'V2__e.sql'].map(
      (name) => `sql/${name}`,
    ),
    order: ['V1__a.sql', 'V1_1__b.sql', 'V1.2__c.sql', 'V1.10__d.sql', 'V2__e.sql', 'R__views.sql'].map(
      (name) => `sql/${name}`,
    ),
  },
  {
    tool: 'golang-migrate',
    given: ['m/000002_b.down.sql', 'm/000002_b.up.sql', 'm/000001_a.down.sql', 'm/000001_a.up.sql'],
    order: ['m/000001_a.up.sql', 'm/000002_b.up.sql'],
  },
  {
    tool: 'db-migrate',
    given: ['m/sqls/2020-a-down.sql', 'm/sqls/2020-a-up.sql', 'm/sqls/2021-slow-down.sql'],
    order: ['m/sqls/2020-a-up.sql', 'm/sqls/2021-slow-down.sql'],
  },
  {
    tool: 'Hasura',
    given: [
      'migrations/default/1700_b/down.sql',
      'migrations/default/1700_b/up.sql',
      'migrations/default/1600_a/up.sql',
    ],
    order: ['migrations/default/1600_a/up.sql', 'migrations/default/1700_b/up.sql'],
  },
  {
    tool: 'Diesel',
    given: [
      'migrations/2024-01-02-000000_b/up.sql',
      'migrations/2023-12-31-235959_a/up.sql',
      'migrations/2023-12-31-235959_a/down.sql',
    ],
    order: ['migrations/2023-12-31-235959_a/up.sql', 'migrations/2024-01-02-000000_b/up.sql'],
  },
  {
    tool: 'Postgrator',
    given: ['m/002.do.b.sql', 'm/002.undo.b.sql', 'm/001.do.a.sql'],
    order: ['m/001.do.a.sql', 'm/002.do.b.sql'],
  },
  {
    tool: 'Drizzle',
    given: ['drizzle/0001_b.sql', 'drizzle/0000_a.sql'],
    order: ['drizzle/0000_a.sql', 'drizzle/0001_b.sql'],
  },
  {
    tool: 'Rails: the dump wins over the migrations beside it',
    given: ['db/migrate/20200101_a.sql', 'db/structure.sql', 'other/1.sql'],
    order: ['db/structure.sql', 'db/migrate/20200101_a.sql (superseded)', 'other/1.sql'],
  },
  {
    tool: 'a schema file comes before the files beside it',
    given: ['db/distribute.sql', 'db/schema.sql'],
    order: ['db/schema.sql', 'db/distribute.sql'],
  },
  {
    tool: 'several folders keep the order in which they are given',
    given: ['b/2.sql', 'a/1.sql', 'b/1.sql'],
    order: ['b/1.sql', 'b/2.sql', 'a/1.sql'],
  },
];

test.each(tools)('order of $tool', ({ given, order: expected }) => {
  expect(order(given)).toEqual(expected);
});

test('sqitch: the plan is the order, revert and verify are left out', () => {
  const plan =
    '%syntax-version=1.0.0\n%project=shop\n\nzero 2024-01-01T00:00:00Z me <m@e>\nalpha [zero] 2024-01-02T00:00:00Z me <m@e>\n@v1 2024\n';
  const given = ['deploy/alpha.sql', 'deploy/zero.sql', 'revert/alpha.sql', 'verify/zero.sql', 'sqitch.plan'];
  expect(order(given, { 'sqitch.plan': plan })).toEqual(['deploy/zero.sql', 'deploy/alpha.sql']);
});

const sections: readonly { tool: string; text: string; left: readonly string[] }[] = [
  { tool: 'dbmate', text: '-- migrate:up\nA;\n\n-- migrate:down\nB;\n', left: ['A;'] },
  {
    tool: 'goose',
    text: '-- +goose Up\n-- +goose StatementBegin\nA;\n-- +goose StatementEnd\n-- +goose Down\nB;',
    left: ['A;'],
  },
  { tool: 'sql-migrate', text: '-- +migrate Down\nB;\n-- +migrate Up notransaction\nA;', left: ['A;'] },
  { tool: 'node-pg-migrate', text: '-- Up Migration\r\nA;\r\n-- Down Migration\r\nB;\r\n', left: ['A;'] },
  { tool: 'tern', text: 'A;\n---- create above / drop below ----\nB;', left: ['A;'] },
  { tool: 'MyBatis', text: 'A;\n-- //@UNDO\nB;', left: ['A;'] },
  { tool: 'Play', text: '# --- !Ups\nA;\n# --- !Downs\nB;', left: ['A;'] },
  { tool: 'Drizzle', text: 'A;--> statement-breakpoint\nB;\n--> statement-breakpoint\nC;', left: ['A;', 'B;', 'C;'] },
  { tool: 'none', text: '-- calm down, this drops nothing\nA; -- down\nB;', left: ['A; -- down', 'B;'] },
];

test.each(sections)('$tool: what undoes is blanked in place', ({ text, left }) => {
  const up = upSection(text);
  expect(up).toHaveLength(text.length);
  expect(
    up
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !/^(--|#)/.test(line)),
  ).toEqual(left);
  for (const kept of left) expect(up.indexOf(kept)).toBe(text.indexOf(kept));
});
