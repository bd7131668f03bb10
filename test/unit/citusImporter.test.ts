import { beforeAll, describe, expect, test } from 'vitest';
import { postgresql } from '../../server/src/dialects/postgresql';
import type { ImportContext, Imported, SourceText } from '../../server/src/shards/importer';
import citus from '../../server/src/shards/importers/citus';
import { parserFor } from '../harness/parsers';
import { printImport } from '../harness/printImport';

let context: ImportContext;
beforeAll(async () => {
  context = { dialect: { dialect: postgresql, parser: await parserFor('postgresql') } };
});

const sources = (files: Readonly<Record<string, string>>): readonly SourceText[] =>
  Object.entries(files).map(([path, text]) => ({ path, text }));
const imported = (files: Readonly<Record<string, string>>): Imported => citus.import(sources(files), context);
const printed = (files: Readonly<Record<string, string>>): string => printImport(imported(files), sources(files));
const sql = (text: string): Readonly<Record<string, string>> => ({ 'm/1.sql': text });

const tables = `CREATE TABLE tenants (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint, tenant_id bigint NOT NULL, PRIMARY KEY (tenant_id, id));
CREATE TABLE events (id uuid, tenant text);
CREATE TABLE countries (code text);
`;

describe('calls', () => {
  test.each<[string, string, string]>([
    [
      'key, default count, default co-location by equal type',
      `SELECT create_distributed_table('tenants', 'id'); SELECT create_distributed_table('orders', 'tenant_id');
       SELECT create_distributed_table('events', 'tenant'); SELECT create_reference_table('countries');`,
      `countries · reference
events · sharded · by tenant · hash · 32 shards · group events
orders · sharded · by tenant_id · hash · 32 shards · group tenants
tenants · sharded · by id · hash · 32 shards · group tenants`,
    ],
    [
      'named arguments, casts, other schemas, none and named co-location',
      `SELECT create_distributed_table('public.tenants'::regclass, distribution_column => 'id', shard_count => 64);
       SELECT create_distributed_table(table_name := 'orders', distribution_column := 'tenant_id', colocate_with := 'tenants');
       SELECT create_distributed_table('events', 'tenant', 'hash', 'none');
       SELECT citus_add_local_table_to_metadata('countries');`,
      `countries · unsharded
events · sharded · by tenant · hash · 32 shards · group events
orders · sharded · by tenant_id · hash · 64 shards · group tenants
tenants · sharded · by id · hash · 64 shards · group tenants`,
    ],
    [
      'a table alone on one shard, range and append',
      `SELECT create_distributed_table('countries', NULL);
       SELECT create_distributed_table('events', 'tenant', 'range');
       SELECT create_distributed_table_concurrently('tenants', 'id', 'append');`,
      `countries · single-shard · group countries
events · sharded · by tenant · range · group events
orders · unsharded
tenants · sharded · by id · range · group tenants`,
    ],
    [
      'in DO blocks, CALL, PERFORM, EXECUTE and loops over literals; not in the bodies of functions',
      `DO $$ BEGIN PERFORM create_distributed_table('tenants', 'id'); END $$;
       DO $do$ BEGIN EXECUTE 'SELECT create_distributed_table(''orders'', ''tenant_id'')'; END $do$;
       SELECT create_reference_table(t) FROM unnest(ARRAY['countries']) AS t;
       CREATE FUNCTION f() RETURNS void AS $$ SELECT create_reference_table('events') $$ LANGUAGE sql;`,
      `countries · reference
events · unsharded
orders · sharded · by tenant_id · hash · 32 shards · group tenants
tenants · sharded · by id · hash · 32 shards · group tenants`,
    ],
    [
      'loops',
      `DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['countries', 'events'] LOOP
         PERFORM create_reference_table(t::regclass); END LOOP; END $$;
       SELECT create_distributed_table(v.name, key) FROM (VALUES ('tenants', 'id'), ('orders', 'tenant_id')) AS v (name, key);`,
      `countries · reference
events · reference
orders · sharded · by tenant_id · hash · 32 shards · group tenants
tenants · sharded · by id · hash · 32 shards · group tenants`,
    ],
    [
      'settings of the session',
      `SET citus.shard_count = 8; SELECT create_distributed_table('tenants', 'id');
       SET citus.shard_count TO 16; SELECT create_distributed_table('orders', 'tenant_id');
       RESET citus.shard_count; SELECT create_distributed_table('events', 'tenant');`,
      `countries · unsharded
events · sharded · by tenant · hash · 32 shards · group events
orders · sharded · by tenant_id · hash · 16 shards · group orders
tenants · sharded · by id · hash · 8 shards · group tenants`,
    ],
    [
      'placeholders of migration tools and of psql',
      `CREATE TABLE \${schema}.x (id int); CREATE TABLE :"other" (id int);
       SELECT create_distributed_table('tenants', 'id', shard_count => \${shards});
       SELECT create_distributed_table('orders', 'tenant_id', shard_count => :shards);
       SELECT create_distributed_table('events', 'tenant');`,
      `countries · unsharded
events · sharded · by tenant · hash · 32 shards · group events
orders · sharded · by tenant_id · hash · group tenants
tenants · sharded · by id · hash · group tenants
x · unsharded`,
    ],
    [
      'what comes later wins: undistribute, alter, co-location, renames and drops',
      `SELECT create_distributed_table('tenants', 'id'); SELECT create_distributed_table('orders', 'tenant_id');
       SELECT create_distributed_table('events', 'id'); SELECT create_reference_table('countries');
       SELECT undistribute_table('countries'); ALTER TABLE orders RENAME TO purchases;
       ALTER TABLE purchases RENAME COLUMN tenant_id TO account_id; DROP TABLE events;
       SELECT alter_distributed_table('tenants', shard_count := 48, cascade_to_colocated := true);`,
      `countries · unsharded
purchases · sharded · by account_id · hash · 48 shards · group tenants
tenants · sharded · by id · hash · 48 shards · group tenants`,
    ],
    [
      'co-location broken and made anew, another key',
      `SELECT create_distributed_table('tenants', 'id'); SELECT create_distributed_table('orders', 'tenant_id');
       SELECT create_distributed_table('events', 'id');
       SELECT update_distributed_table_colocation('orders', colocate_with => 'none');
       SELECT alter_distributed_table('events', distribution_column => 'tenant');`,
      `countries · unsharded
events · sharded · by tenant · hash · 32 shards · group events
orders · sharded · by tenant_id · hash · 32 shards · group orders
tenants · sharded · by id · hash · 32 shards · group tenants`,
    ],
    [
      'schemas as shards',
      `CREATE SCHEMA a; CREATE TABLE a.x (id int); SELECT citus_schema_distribute('a'); CREATE TABLE a.y (id int);
       SET citus.enable_schema_based_sharding TO on; CREATE SCHEMA b; CREATE TABLE b.z (id int);
       CREATE SCHEMA c; CREATE TABLE c.w (id int); SELECT citus_schema_undistribute('c');
       SELECT create_reference_table('countries');`,
      `a.x · single-shard · group a
a.y · single-shard · group a
b.z · single-shard · group b
c.w · unsharded
countries · reference
events · unsharded
orders · unsharded
tenants · unsharded`,
    ],
    [
      'partitions and views come along',
      `CREATE TABLE log (k int, at date) PARTITION BY RANGE (at); SELECT create_distributed_table('log', 'k');
       CREATE TABLE log_1 PARTITION OF log DEFAULT; CREATE VIEW recent AS SELECT * FROM log;
       DROP TABLE tenants, orders, events, countries;`,
      `log · sharded · by k · hash · 32 shards · group log
log_1 · sharded · by k · hash · 32 shards · group log
recent · view`,
    ],
  ])('%s', (_, text, expected) => {
    expect(printed(sql(tables + text))).toBe(expected);
  });

  test('settings last for one file, unless they are set for the database', () => {
    const files = {
      'm/1.sql': `${tables} SET citus.shard_count = 8;`,
      'm/2.sql': `SELECT create_distributed_table('tenants', 'id'); ALTER DATABASE shop SET citus.shard_count = 4;`,
      'm/3.sql': `SELECT create_distributed_table('orders', 'tenant_id');`,
      'm/4.sql': 'ALTER DATABASE shop SET citus.enable_repartition_joins TO on;',
    };
    expect(printed(files)).toMatch(/orders .* 4 shards[\s\S]*tenants .* 32 shards/);
    expect(imported(files).router).toEqual({ name: 'citus', settings: { enable_repartition_joins: 'on' } });
  });

  test('files without an order of their own', () => {
    expect(
      printed({
        'db/citus.sql': "SELECT create_distributed_table('t', 'k');",
        'db/tables.sql': 'CREATE TABLE t (k int);',
      }),
    ).toBe('t · sharded · by k · hash · 32 shards · group t');
  });

  test('columns, keys and what the database fills in', () => {
    const [table] = imported(
      sql(`CREATE TABLE t (id bigserial, k int NOT NULL, at timestamptz DEFAULT now(), UNIQUE (k, id));
        CREATE UNIQUE INDEX ON t (k, at); CREATE UNIQUE INDEX ON t (id) WHERE k > 0;
        SELECT create_distributed_table('t', 'k');`),
    ).tables;
    expect([...table!.columns]).toEqual([
      ['id', 'bigint'],
      ['k', 'integer'],
      ['at', 'timestamptz'],
    ]);
    expect(table).toMatchObject({
      columnsComplete: true,
      unique: [
        ['k', 'id'],
        ['k', 'at'],
      ],
      generated: ['id', 'at'],
      groupGiven: true,
    });
  });
});

describe('mistakes at their place', () => {
  test.each<[string, string, string]>([
    [
      'table',
      "SELECT create_distributed_table('order', 'tenant_id');",
      "warning unknown-table at m/1.sql:5 'order': No imported file makes the table `order`.",
    ],
    [
      'column',
      "SELECT create_distributed_table('orders', 'tenant');",
      "error unknown-column at m/1.sql:5 'tenant': `orders` has no column `tenant`.",
    ],
    [
      'co-location with a local table',
      "SELECT create_distributed_table('orders', 'tenant_id', colocate_with => 'tenants');",
      "error colocate-with-undistributed at m/1.sql:5 'tenants': `tenants` is not distributed, so nothing can be co-located with it.",
    ],
    [
      'key types',
      "SELECT create_distributed_table('tenants', 'id');SELECT create_distributed_table('events', 'tenant', colocate_with => 'tenants');",
      "error colocated-key-type at m/1.sql:5 'tenants': The key is text here and bigint in `tenants`: Citus co-locates equal types only.",
    ],
    [
      'a computed name',
      "SELECT create_distributed_table(format('%I', n), 'tenant_id') FROM names;",
      "information unreadable-call at m/1.sql:5 create_distributed_table(format('%I', n), 'tenant_id'): The arguments of create_distributed_table are not written out here, so the table that it places is not known.",
    ],
    [
      'not distributed',
      "SELECT alter_distributed_table('orders', shard_count => 4);",
      "warning table-not-distributed at m/1.sql:5 'orders': `orders` is not distributed at this point.",
    ],
  ])('%s', (_, text, expected) => {
    expect(
      printed(sql(tables + text))
        .split('\n')
        .filter((line) => / at m/.test(line)),
    ).toEqual([expected]);
  });

  test('nothing is called local while a call is not understood', () => {
    const files = sql(
      `${tables}SELECT create_distributed_table('tenants', 'id'); SELECT create_distributed_table(n, 'k') FROM names;`,
    );
    expect(imported(files).tables.map(({ name }) => name.join('.'))).toEqual(['tenants']);
  });

  test('broken statements are passed over and counted', () => {
    const files = sql(
      `${tables}CREATE TABLE broken (id int,,); CREATE TABEL x (y); SELECT create_distributed_table('orders', 'tenant_id'`,
    );
    const result = imported(files);
    expect(result.coverage).toEqual({ statements: 7, unread: 2 });
    expect(result.tables.find(({ name }) => name[0] === 'orders')?.kind).toBe('sharded');
  });

  test.each([
    '',
    'SELECT create_distributed_table(',
    "SELECT create_distributed_table('",
    'SELECT create_distributed_table(,,)',
    "DO $$ PERFORM create_distributed_table('a",
    'SET citus.',
    'SET',
    'CREATE SCHEMA',
    "SELECT create_distributed_table('', '')",
    `SELECT create_distributed_table(${'('.repeat(5000)}`,
    'mark_tables_colocated(ARRAY[',
  ])('bad input %#', (text) => {
    expect(() => imported(sql(tables + text))).not.toThrow();
  });
});

describe('migrations in other languages', () => {
  test('Rails: helpers and execute, without what `down` does', () => {
    const files = {
      'db/structure.sql': tables,
      'db/migrate/20200101_distribute.rb': `class Distribute < ActiveRecord::Migration[7.0]
  def up
    create_distributed_table :tenants, :id, shard_count: 16
    create_distributed_table(:orders, :tenant_id, colocate_with: :tenants)
    execute "SELECT create_distributed_table('events', 'tenant')"
    # create_reference_table :ignored
    create_reference_table(:countries)
  end

  def down
    undistribute_table :tenants
    execute "SELECT undistribute_table('orders')"
  end
end
`,
    };
    expect(printed(files)).toBe(`countries · reference
events · sharded · by tenant · hash · 32 shards · group events
orders · sharded · by tenant_id · hash · 16 shards · group tenants
tenants · sharded · by id · hash · 16 shards · group tenants`);
  });

  test('Django', () => {
    const files = {
      'app/migrations/0002_distribute.py': `class Migration(migrations.Migration):
    operations = [
        migrations.RunSQL(
            "SELECT create_distributed_table('app_order', 'store_id')",
            reverse_sql="SELECT undistribute_table('app_order')",
        ),
        migrations.RunSQL('SELECT create_reference_table(\\'app_country\\')'),
    ]
`,
    };
    expect(printed(files)).toBe(
      'app_country · reference\napp_order · sharded · by store_id · hash · 32 shards · group app_order',
    );
  });

  test('TypeORM and Knex', () => {
    const files = {
      'src/migrations/1700-distribute.ts': `export class Distribute1700 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(\`SELECT create_distributed_table('orders', 'tenant_id',
      colocate_with => 'tenants')\`);
    // await runner.query("SELECT create_reference_table('not')");
    await runner.query("SELECT create_reference_table('countries')");
    await runner.query(\`SELECT create_reference_table('\${name}')\`);
  }
  public async down(runner: QueryRunner): Promise<void> {
    await runner.query("SELECT undistribute_table('orders')");
  }
}
`,
      'src/migrations/1600-tenants.js': `exports.up = (knex) => knex.raw("select create_distributed_table('tenants', 'id')");
exports.down = (knex) => knex.raw("select undistribute_table('tenants')");
`,
    };
    expect(printed(files)).toContain('orders · sharded · by tenant_id · hash · 32 shards · group tenants');
    expect(printed(files)).toContain('countries · reference');
    expect(printed(files)).toContain('information unreadable-call at src/migrations/1700-distribute.ts:7');
    expect(imported(files).tables).toHaveLength(3);
  });
});
