import { beforeAll, describe, expect, test } from 'vitest';
import type { SqlParser } from '../../server/src/dialects/dialect';
import { mysql } from '../../server/src/dialects/mysql';
import { postgresql } from '../../server/src/dialects/postgresql';
import type { Schema } from '../../server/src/schema/model';
import { findColumn, findTable } from '../../server/src/schema/model';
import { type PathChange, replay, type SchemaChange } from '../../server/src/schema/replay';
import { type ScriptReader, scriptStatements } from '../../server/src/schema/script';
import { parserFor } from '../harness/parsers';
import { printSchema } from '../harness/printSchema';

let parser: SqlParser;
let mysqlParser: SqlParser;
beforeAll(async () => {
  parser = await parserFor('postgresql');
  mysqlParser = await parserFor('mysql');
});

const changes = (sql: string, reader: ScriptReader = postgresqlReader()): readonly (SchemaChange | PathChange)[] =>
  [...scriptStatements({ path: 'm.sql', text: sql }, reader)].flatMap(
    (script): readonly (SchemaChange | PathChange)[] => {
      if (script.unread) throw new Error(`not read: ${script.text.slice(script.statement.span.start)}`);
      if (script.setting?.name === 'search_path') return [{ searchPath: script.setting.values }];
      return script.ddl === undefined
        ? []
        : [{ ddl: script.ddl, file: script.file, offset: script.statement.span.start }];
    },
  );

const postgresqlReader = (): ScriptReader => ({ lexical: postgresql.lexical, parser });

const schemaOf = (sql: string): Schema => replay(changes(sql));
const printed = (sql: string): string => printSchema(schemaOf(sql));
const text = (lines: string): string => lines.replace(/^\n|\n *$/g, '').replace(/^ {6}/gm, '');

describe('PostgreSQL', () => {
  test.each<[string, string, string]>([
    [
      'constraints without a name get the name that PostgreSQL gives',
      `CREATE TABLE t (id bigserial PRIMARY KEY, a int UNIQUE, b text NOT NULL DEFAULT '', c int REFERENCES u,
         UNIQUE (a, b), CHECK (a > 0), FOREIGN KEY (a, c) REFERENCES v (x, y) ON DELETE CASCADE);
       CREATE TABLE u (id int PRIMARY KEY);
       CREATE INDEX ON t (a, lower(b), (a + 1));
       CREATE UNIQUE INDEX part ON t (b) WHERE a IS NULL`,
      `
      t
        id bigint not null serial
        a integer
        b text not null default
        c integer
        primary t_pkey (id)
        unique t_a_key (a)
        unique t_a_b_key (a, b)
        index t_a_lower_expr_idx (a, …, …)
        unique index part (b) partial
        foreign t_c_fkey (c) → u (id)
        foreign t_a_c_fkey (a, c) → v (x, y) on delete cascade
      u
        id integer not null
        primary u_pkey (id)
      `,
    ],
    [
      'and lose it by that name',
      `CREATE TABLE t (id int PRIMARY KEY, a int UNIQUE, b int REFERENCES t, s text CHECK (s IN ('x')));
       ALTER TABLE t DROP CONSTRAINT t_pkey, DROP CONSTRAINT t_a_key, DROP CONSTRAINT t_b_fkey;
       ALTER TABLE t DROP CONSTRAINT t_s_check`,
      `
      t
        id integer not null
        a integer
        b integer
        s text
      `,
    ],
    [
      'columns come, go and change',
      `CREATE TABLE t (a int, b varchar(20) NOT NULL, c int);
       ALTER TABLE t ADD COLUMN d numeric(10, 2) NOT NULL DEFAULT 0, ADD COLUMN e int UNIQUE, DROP COLUMN c;
       ALTER TABLE t ALTER COLUMN a TYPE bigint, ALTER a SET NOT NULL, ALTER b DROP NOT NULL, ALTER d DROP DEFAULT;
       ALTER TABLE t RENAME COLUMN e TO f;
       ALTER TABLE t ADD COLUMN IF NOT EXISTS a text;
       ALTER TABLE t ALTER a ADD GENERATED ALWAYS AS IDENTITY`,
      `
      t
        a bigint not null identity
        b varchar(20)
        d numeric(10, 2) not null
        f integer
        unique t_e_key (f)
      `,
    ],
    [
      'a dropped column takes its keys along, here and where it is referenced',
      `CREATE TABLE p (id int PRIMARY KEY, k int UNIQUE);
       CREATE TABLE c (a int REFERENCES p (k), b int REFERENCES p, UNIQUE (a, b));
       ALTER TABLE p DROP COLUMN k CASCADE;
       ALTER TABLE c DROP COLUMN b`,
      `
      p
        id integer not null
        primary p_pkey (id)
      c
        a integer
      `,
    ],
    [
      'renames are followed by everything that means the table',
      `CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (x int REFERENCES a);
       ALTER TABLE a RENAME TO c; ALTER TABLE c RENAME id TO key;
       CREATE SCHEMA s; ALTER TABLE b SET SCHEMA s; ALTER SCHEMA s RENAME TO t;
       ALTER TABLE c RENAME CONSTRAINT a_pkey TO c_pk`,
      `
      c
        key integer not null
        primary c_pk (key)
      t.b
        x integer
        foreign b_x_fkey (x) → c (key)
      `,
    ],
    [
      'allowed values: enum types as they stand at the end, checks in the forms that dumps have',
      `CREATE TYPE status AS ENUM ('new', 'paid');
       CREATE TABLE t (s status, u text CHECK (u IN ('a', 'b')), v varchar, w int CHECK (w = 1 OR w = 2 OR w IS NULL),
         b boolean NOT NULL, z text CHECK (z <> 'q'),
         CONSTRAINT v_ok CHECK (((v)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))),
         CONSTRAINT there CHECK (z IS NOT NULL));
       ALTER TYPE status ADD VALUE 'sent' BEFORE 'paid';
       ALTER TYPE status RENAME VALUE 'new' TO 'open';
       ALTER TYPE status RENAME TO order_status`,
      `
      t
        s order_status in (open, sent, paid) by enum
        u text in (a, b) by check
        v varchar in (x, y) by check
        w integer in (1, 2) by check
        b boolean not null
        z text not null
      enum order_status (open, sent, paid)
      `,
    ],
    [
      'LIKE copies what it is told to',
      `CREATE TABLE a (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, x int NOT NULL DEFAULT 1 CHECK (x IN (1, 2)));
       CREATE INDEX by_x ON a (x);
       CREATE TABLE b (LIKE a);
       CREATE TABLE c (LIKE a INCLUDING ALL)`,
      `
      a
        id bigint not null identity
        x integer not null default in (1, 2) by check
        primary a_pkey (id)
        index by_x (x)
      b
        id bigint not null
        x integer not null
      c
        id bigint not null identity
        x integer not null default in (1, 2) by check
        primary c_pkey (id)
        index c_x_idx (x)
      `,
    ],
    [
      'CREATE TABLE AS and views have the columns of their query',
      `CREATE TABLE a (id bigint, s text);
       CREATE TABLE b AS SELECT id, s AS name, count(*) AS n FROM a GROUP BY 1, 2;
       CREATE VIEW v AS SELECT a.*, 1 AS one FROM a;
       CREATE MATERIALIZED VIEW m (k) AS SELECT id FROM a;
       CREATE TABLE x AS SELECT * FROM elsewhere`,
      `
      a
        id bigint
        s text
      b
        id bigint
        name text
        n
      v [view]
        id bigint
        s text
        one
      m [materialized-view]
        k bigint
      x [more columns]
      `,
    ],
    [
      'partitions and inheritance follow their parent',
      `CREATE TABLE e (k int, at date) PARTITION BY RANGE (at);
       CREATE TABLE e1 PARTITION OF e FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
       CREATE TABLE e2 (k int, at date);
       ALTER TABLE e ATTACH PARTITION e2 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
       ALTER TABLE e ADD COLUMN n int;
       CREATE TABLE i (own int) INHERITS (e2);
       ALTER TABLE e DETACH PARTITION e1;
       ALTER TABLE e RENAME COLUMN n TO m`,
      `
      e partition by range (at)
        k integer
        at date
        m integer
      e1
        k integer
        at date
        n integer
      e2 partition of e
        k integer
        at date
        m integer
      i inherits e2
        k integer
        at date
        m integer
        own integer
      `,
    ],
    [
      'the search path says where tables are made and found',
      `SET search_path TO shop, public;
       CREATE TABLE a (id int); CREATE TABLE public.b (id int); ALTER TABLE b ADD x int;
       RESET search_path;
       CREATE TABLE a (id text); ALTER TABLE shop.a ADD y int`,
      `
      shop.a
        id integer
        y integer
      public.b
        id integer
        x integer
      a
        id text
      `,
    ],
    [
      'drops: tables, schemas, indexes, types, triggers',
      `CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (x int REFERENCES a); CREATE TABLE s.c (id int);
       CREATE TYPE t AS ENUM ('x'); CREATE INDEX i ON b (x); CREATE VIEW v AS SELECT 1 AS one;
       CREATE TRIGGER tr BEFORE INSERT ON b FOR EACH ROW EXECUTE FUNCTION f();
       CREATE TRIGGER stays BEFORE INSERT ON b FOR EACH ROW EXECUTE FUNCTION f();
       DROP TABLE IF EXISTS a CASCADE; DROP SCHEMA s CASCADE; DROP INDEX i; DROP TYPE t; DROP VIEW v;
       DROP TRIGGER tr ON b; DROP TABLE IF EXISTS nothing`,
      `
      b
        x integer
        trigger stays
      `,
    ],
    [
      'an index becomes the constraint that uses it',
      `CREATE TABLE a (id int, k int); CREATE UNIQUE INDEX i ON a (k, id);
       ALTER TABLE a ADD CONSTRAINT a_pk PRIMARY KEY USING INDEX i;
       ALTER TABLE a ADD EXCLUDE USING gist (k WITH =, id WITH <>)`,
      `
      a
        id integer not null
        k integer not null
        primary a_pk (k, id)
        exclude a_k_id_excl (k =, id <>)
      `,
    ],
    [
      'IF NOT EXISTS and scratch tables leave a table as it is; what is unknown is passed over',
      `CREATE TABLE a (id int); CREATE TABLE IF NOT EXISTS a (x text); CREATE TEMP TABLE a (y text);
       ALTER TABLE nowhere ADD COLUMN x int; CREATE INDEX ON nowhere (x)`,
      `
      a
        id integer
      `,
    ],
  ])('%s', (_, sql, expected) => {
    expect(printed(sql)).toBe(text(expected));
  });

  test('names are cut as PostgreSQL cuts them', () => {
    const long = 'a_table_with_a_name_that_is_much_too_long_for_its_constraints';
    const [table] = schemaOf(`CREATE TABLE ${long} (a_column_whose_name_is_long_as_well int UNIQUE)`).tables.values();
    expect(table?.uniques[0]?.name).toBe('a_table_with_a_name_that_is_m_a_column_whose_name_is_long_a_key');
    expect(table?.uniques[0]?.name).toHaveLength(63);
  });

  test('every fact keeps its place', () => {
    const sql = '-- first\nCREATE TABLE t (id int);\nALTER TABLE t ADD COLUMN k text UNIQUE;';
    const table = findTable(schemaOf(sql), ['public', 't'])!;
    const at = (place: { file: string; span: { start: number; end: number } }) =>
      `${place.file}: ${sql.slice(place.span.start, place.span.end)}`;
    expect(at(table.at)).toBe('m.sql: t');
    expect(at(findColumn(table, 'k')!.at)).toMatch(/^m\.sql: k text/);
    expect(at(table.uniques[0]!.at)).toBe('m.sql: UNIQUE');
  });

  test('a replay is pure and goes on from a schema', () => {
    const first = schemaOf("CREATE TABLE t (id int CHECK (id IN (1)), s text); CREATE TYPE e AS ENUM ('a')");
    const before = printSchema(first);
    const second = replay(
      changes("ALTER TABLE t ADD b int; ALTER TABLE t DROP CONSTRAINT t_id_check; ALTER TYPE e ADD VALUE 'b'"),
      {
        start: first,
      },
    );
    expect(printSchema(first)).toBe(before);
    expect(printSchema(second)).toBe('t\n  id integer\n  s text\n  b integer\nenum e (a, b)');
  });

  test('a partition that is its own ancestor ends', () => {
    const loop =
      'CREATE TABLE a (x int); CREATE TABLE b (x int); ALTER TABLE a ATTACH PARTITION b DEFAULT; ALTER TABLE b ATTACH PARTITION a DEFAULT;';
    expect(printed(`${loop} ALTER TABLE a ADD y int; DROP TABLE b`)).toBe('');
  });
});

describe('MySQL', () => {
  const printedMysql = (sql: string): string =>
    printSchema(replay(changes(sql, { lexical: mysql.lexical, parser: mysqlParser }), { naming: 'mysql' }));

  test.each<[string, string, string]>([
    [
      'keys in the column list, and the names that MySQL gives',
      `CREATE TABLE \`orders\` (
         \`id\` bigint unsigned NOT NULL AUTO_INCREMENT,
         \`tenant_id\` int(11) NOT NULL,
         \`state\` enum('new','paid') NOT NULL DEFAULT 'new',
         code varchar(20) UNIQUE,
         total decimal(10,2) GENERATED ALWAYS AS (1 + 1) STORED,
         PRIMARY KEY (\`id\`), UNIQUE KEY \`by_tenant\` (\`tenant_id\`, \`id\`), KEY (tenant_id), KEY (tenant_id, code),
         FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
         CHECK (code IN ('a', 'b'))
       ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
      `
      orders
        id bigint(unsigned) not null auto-increment
        tenant_id integer(11) not null
        state enum(new, paid) not null default in (new, paid) by enum
        code varchar(20) in (a, b) by check
        total decimal(10, 2) generated
        primary PRIMARY (id)
        unique code (code)
        unique by_tenant (tenant_id, id)
        index tenant_id (tenant_id)
        index tenant_id_2 (tenant_id, code)
        foreign orders_ibfk_1 (tenant_id) → tenants (id) on delete cascade
      `,
    ],
    [
      'ALTER TABLE: columns defined anew and at their place, keys and indexes by name',
      `CREATE TABLE t (id int PRIMARY KEY, a int, b int, KEY i (a, b), CONSTRAINT f FOREIGN KEY (b) REFERENCES t (id));
       ALTER TABLE t ADD COLUMN first_one int FIRST, ADD c varchar(5) AFTER a, ADD UNIQUE u (c), DROP FOREIGN KEY f;
       ALTER TABLE t MODIFY c varchar(9) NOT NULL, CHANGE a aa bigint, RENAME INDEX i TO j, DROP COLUMN B;
       ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (aa, id), ALTER INDEX j INVISIBLE, DROP INDEX u;
       RENAME TABLE t TO s, x TO y`,
      `
      s
        first_one integer
        id integer not null
        aa bigint not null
        c varchar(9) not null
        primary PRIMARY (aa, id)
        index j (aa)
      `,
    ],
    [
      'LIKE copies keys; USE says where tables are',
      `CREATE TABLE a (id int AUTO_INCREMENT PRIMARY KEY, k int, UNIQUE KEY u (k)); CREATE TABLE b LIKE a;
       USE shop; CREATE TABLE c (x int); ALTER TABLE shop.c ADD y int; DROP INDEX u ON b`,
      `
      a
        id integer not null auto-increment
        k integer
        primary PRIMARY (id)
        unique u (k)
      b
        id integer not null auto-increment
        k integer
        primary PRIMARY (id)
      shop.c
        x integer
        y integer
      `,
    ],
  ])('%s', (_, sql, expected) => {
    expect(printedMysql(sql)).toBe(text(expected));
  });
});
