/** Random DDL on an embedded PostgreSQL and through the replay: the catalog is the judge of tables, columns and names. */
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresql } from '../../server/src/dialects/postgresql';
import type { Schema } from '../../server/src/schema/model';
import { startReplay } from '../../server/src/schema/replay';
import { type ScriptReader, scriptStatements } from '../../server/src/schema/script';
import { parserFor } from '../harness/parsers';

let db: PGlite;
let reader: ScriptReader;
beforeAll(async () => {
  db = new PGlite();
  reader = { lexical: postgresql.lexical, parser: await parserFor('postgresql') };
  await db.exec("CREATE TYPE mood AS ENUM ('sad', 'ok')");
}, 60_000);
afterAll(() => db.close());

/** Small, fast, and the same on every machine. */
const random = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

type Pick = <T>(items: readonly T[]) => T;

function statement(
  pick: Pick,
  constraints: readonly { table: string; name: string }[],
  indexes: readonly string[],
): string {
  const table = (): string => pick(['t1', 't2', 's.t3', 'a_rather_long_table_name_that_has_to_be_cut']);
  const column = (): string => pick(['a', 'b', 'c', '"Mixed"', 'a_column_with_a_long_name_as_well']);
  const type = (): string =>
    pick(['int', 'bigint', 'text', 'varchar(10)', 'boolean', 'mood', 'serial', 'numeric(8,2)']);
  const extra = (): string =>
    pick([
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      ' NOT NULL',
      ' UNIQUE',
      ' PRIMARY KEY',
      ' DEFAULT NULL',
      ` REFERENCES ${table()}`,
      ' CHECK (true)',
    ]);
  const key = (): string => pick([column(), 'a, b', '"Mixed", a', 'c, b', 'b, a_column_with_a_long_name_as_well']);
  const constraint = (): string =>
    pick([
      `UNIQUE (${key()})`,
      `PRIMARY KEY (${key()})`,
      `FOREIGN KEY (${column()}) REFERENCES ${table()} (${column()})`,
      `CHECK (${column()} IS NULL OR true)`,
      `CONSTRAINT named UNIQUE (${column()})`,
    ]);
  const columns = (): string =>
    ['a', 'b', '"Mixed"', 'a_column_with_a_long_name_as_well'].map((name) => `${name} ${type()}${extra()}`).join(', ');
  const owned = constraints.length > 0 ? pick(constraints) : { table: 't1', name: 'none' };
  return pick([
    () => `CREATE TABLE ${table()} (${columns()})`,
    () => `CREATE TABLE IF NOT EXISTS ${table()} (${columns()}, ${constraint()})`,
    () => `CREATE TABLE ${table()} (LIKE ${table()}${pick(['', ' INCLUDING ALL', ' INCLUDING INDEXES'])})`,
    () => `CREATE TABLE ${table()} (z int) INHERITS (${table()})`,
    () => `CREATE TABLE ${table()} AS SELECT a, b AS z FROM ${table()}`,
    () => `DROP TABLE ${table()} CASCADE`,
    () => `ALTER TABLE ${table()} ADD COLUMN ${column()} ${type()}${extra()}`,
    () => `ALTER TABLE ${table()} ADD COLUMN IF NOT EXISTS ${column()} ${type()}, ADD ${constraint()}`,
    () => `ALTER TABLE ${table()} DROP COLUMN ${column()} CASCADE`,
    () => `ALTER TABLE ${table()} RENAME COLUMN ${column()} TO ${column()}`,
    () => `ALTER TABLE ${table()} ALTER ${column()} TYPE ${pick(['bigint', 'text', 'varchar(20)'])}`,
    () => `ALTER TABLE ${table()} ALTER ${column()} ${pick(['SET', 'DROP'])} NOT NULL`,
    () => `ALTER TABLE ${table()} ADD ${constraint()}`,
    () => `ALTER TABLE ${table()} ADD ${constraint()}`,
    () => `ALTER TABLE ${owned.table} DROP CONSTRAINT "${owned.name}" CASCADE`,
    () => `ALTER TABLE ${owned.table} RENAME CONSTRAINT "${owned.name}" TO other`,
    () => `ALTER TABLE t1 RENAME TO t2`,
    () => `ALTER TABLE t2 SET SCHEMA s`,
    () => `ALTER TABLE s.t2 SET SCHEMA public`,
    () => `CREATE ${pick(['', 'UNIQUE '])}INDEX ON ${table()} (${key()})`,
    () => `DROP INDEX ${indexes.length > 0 ? pick(indexes) : 'none'}`,
  ])();
}

async function catalog(): Promise<string> {
  const { rows } = await db.query<{ line: string }>(`
    SELECT n.nspname || '.' || c.relname || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
           || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END AS line
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE relkind = 'r' AND nspname IN ('public', 's') AND attnum > 0 AND NOT attisdropped
    UNION ALL
    SELECT n.nspname || '.' || c.relname || ' ' || contype::text || ' ' || conname || ' ' || coalesce((
             SELECT string_agg(attname, ',' ORDER BY i) FROM unnest(conkey) WITH ORDINALITY k (key, i)
             JOIN pg_attribute a ON a.attrelid = c.oid AND attnum = key), '')
    FROM pg_constraint k JOIN pg_class c ON c.oid = conrelid JOIN pg_namespace n ON n.oid = relnamespace
    WHERE nspname IN ('public', 's') AND contype IN ('p', 'u', 'f')
    UNION ALL
    SELECT n.nspname || '.' || c.relname || ' i ' || i.relname
    FROM pg_index x JOIN pg_class c ON c.oid = indrelid JOIN pg_class i ON i.oid = indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE nspname IN ('public', 's') AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.oid AND contype IN ('p', 'u', 'x'))
    ORDER BY 1`);
  return rows
    .map(({ line }) => line)
    .sort()
    .join('\n');
}

const catalogTypes: Readonly<Record<string, string>> = { varchar: 'character varying', char: 'character' };

function replayed(schema: Schema): string {
  const lines: string[] = [];
  for (const table of schema.tables.values()) {
    const name = table.name.length === 1 ? `public.${table.name[0]}` : table.name.join('.');
    const listed = (columns: readonly (string | undefined)[]): string => columns.join(',');
    for (const column of table.columns.values()) {
      const modifiers = column.modifiers.length > 0 ? `(${column.modifiers.join(',')})` : '';
      lines.push(
        `${name} ${column.name} ${catalogTypes[column.type] ?? column.type}${modifiers}${column.nullable ? '' : ' not null'}`,
      );
    }
    const { primaryKey } = table;
    if (primaryKey !== undefined) lines.push(`${name} p ${primaryKey.name} ${listed(primaryKey.columns)}`);
    for (const unique of table.uniques) lines.push(`${name} u ${unique.name} ${listed(unique.columns)}`);
    for (const foreign of table.foreignKeys) lines.push(`${name} f ${foreign.name} ${listed(foreign.columns)}`);
    for (const index of table.indexes) lines.push(`${name} i ${index.name}`);
  }
  return lines.sort().join('\n');
}

test.each([...Array(Number(process.env.REPLAY_RUNS ?? 8)).keys()])(
  'run %i',
  async (seed) => {
    const below = random(seed + 1);
    const pick: Pick = (items) => items[below(items.length)]!;
    await db.exec('DROP SCHEMA public CASCADE; DROP SCHEMA IF EXISTS s CASCADE; CREATE SCHEMA public; CREATE SCHEMA s');
    await db.exec("CREATE TYPE mood AS ENUM ('sad', 'ok')");
    const replay = startReplay();
    const said: string[] = [];
    const first = 'CREATE TABLE t1 (a int PRIMARY KEY, b text, c bigint UNIQUE)';
    for (let step = 0; step < 60; step++) {
      const { rows: constraints } = await db.query<{ table: string; name: string }>(
        `SELECT conrelid::regclass::text AS table, conname AS name FROM pg_constraint WHERE conrelid <> 0 AND contype <> 'n' AND connamespace::regnamespace::text IN ('public', 's') ORDER BY 1, 2`,
      );
      const { rows: indexes } = await db.query<{ name: string }>(
        `SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indrelid::regclass::text !~ '^pg_' ORDER BY 1`,
      );
      const sql =
        step === 0
          ? first
          : statement(
              pick,
              constraints,
              indexes.map(({ name }) => name),
            );
      try {
        await db.exec(sql);
      } catch {
        continue;
      }
      said.push(sql);
      for (const { ddl, unread } of scriptStatements({ path: 'm.sql', text: sql }, reader)) {
        expect(unread, sql).toBe(false);
        if (ddl !== undefined) replay.apply({ ddl, file: 'm.sql' });
      }
      expect(replayed(replay.schema()), said.join(';\n')).toBe(await catalog());
    }
    expect(said.length).toBeGreaterThan(1);
  },
  60_000,
);
