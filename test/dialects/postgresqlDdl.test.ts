import { beforeAll, describe, expect, test } from 'vitest';
import type { SqlParser } from '../../server/src/dialects/dialect';
import type { Ddl } from '../../server/src/query/ddl';
import { printDdl } from '../../server/src/query/print';
import { loadParser } from './postgresqlParser';

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadParser();
});

const ddl = (sql: string): Ddl => {
  const parsed = parser.parse(sql, new Map());
  if (!parsed.ok || parsed.query.kind !== 'other' || parsed.query.ddl === undefined) throw new Error(`no DDL: ${sql}`);
  return parsed.query.ddl;
};
const plain = (sql: string): unknown => JSON.parse(printDdl(ddl(sql)));

test('CREATE TABLE', () => {
  const sql = `CREATE TABLE IF NOT EXISTS s.t (
    id bigserial PRIMARY KEY,
    a int GENERATED ALWAYS AS IDENTITY, -- comment
    b numeric(10, 2) GENERATED ALWAYS AS (a * 2) STORED UNIQUE CHECK (b > 0),
    c varchar(20) COLLATE "C" NOT NULL DEFAULT 'x' REFERENCES x (y) ON DELETE CASCADE,
    CONSTRAINT f FOREIGN KEY (a, b) REFERENCES z ON UPDATE SET NULL,
    EXCLUDE USING gist (a WITH =, (b + 1) WITH &&),
    LIKE other INCLUDING ALL EXCLUDING INDEXES
  ) INHERITS (p) PARTITION BY HASH (a, lower(c)) WITH (fillfactor = 70)`;
  expect(plain(sql)).toMatchObject({
    kind: 'create-table',
    name: { parts: ['s', 't'] },
    ifNotExists: true,
    temporary: false,
    columns: [
      { name: 'id', type: 'bigint', modifiers: [], notNull: true, identity: 'serial' },
      { name: 'a', type: 'integer', modifiers: [], notNull: true, identity: 'identity' },
      { name: 'b', type: 'numeric', modifiers: ['10', '2'], notNull: false, generated: 'a * 2' },
      { name: 'c', type: 'varchar', modifiers: ['20'], notNull: true, collation: 'C', default: "'x'" },
    ],
    constraints: [
      { kind: 'primary', columns: [{ column: 'id' }] },
      { kind: 'unique', columns: [{ column: 'b' }] },
      { kind: 'check', expr: 'b > 0' },
      { kind: 'foreign', columns: ['c'], references: { parts: ['x'] }, referenced: ['y'], onDelete: 'cascade' },
      { kind: 'foreign', name: 'f', columns: ['a', 'b'], references: { parts: ['z'] }, onUpdate: 'set null' },
      {
        kind: 'exclude',
        columns: [
          { column: 'a', operator: '=' },
          { expr: 'b + 1', operator: '&&' },
        ],
      },
    ],
    like: { parts: ['other'] },
    likeIncluding: [
      'comments',
      'compression',
      'constraints',
      'defaults',
      'generated',
      'identity',
      'statistics',
      'storage',
    ],
    inherits: [{ parts: ['p'] }],
    partitionBy: { strategy: 'hash', columns: [{ column: 'a' }, { expr: 'lower(c)' }] },
    options: { fillfactor: '70' },
  });
  const table = ddl(sql);
  if (table.kind !== 'create-table') throw new Error('no table');
  const text = ({ span }: { span: { start: number; end: number } }) => sql.slice(span.start, span.end);
  expect(table.columns.map(text)).toEqual([
    'id bigserial PRIMARY KEY',
    'a int GENERATED ALWAYS AS IDENTITY',
    'b numeric(10, 2) GENERATED ALWAYS AS (a * 2) STORED UNIQUE CHECK (b > 0)',
    `c varchar(20) COLLATE "C" NOT NULL DEFAULT 'x' REFERENCES x (y) ON DELETE CASCADE`,
  ]);
  expect(table.constraints.map(text)).toEqual([
    'PRIMARY KEY',
    'UNIQUE',
    'CHECK (b > 0)',
    'REFERENCES x (y) ON DELETE CASCADE',
    'CONSTRAINT f FOREIGN KEY (a, b) REFERENCES z ON UPDATE SET NULL',
    'EXCLUDE USING gist (a WITH =, (b + 1) WITH &&)',
  ]);
});

test('ALTER TABLE keeps its actions apart', () => {
  const sql = `ALTER TABLE ONLY s.t ADD COLUMN a int NOT NULL REFERENCES q (x, y), DROP COLUMN "B" CASCADE,
    ALTER c TYPE timestamp with time zone USING f(c, 1), ALTER c SET NOT NULL, ALTER c SET DEFAULT now(),
    ALTER c DROP DEFAULT, ADD CONSTRAINT x UNIQUE (a), DROP CONSTRAINT y, ADD PRIMARY KEY USING INDEX ii,
    ALTER d DROP IDENTITY, OWNER TO me`;
  const table = ddl(sql);
  if (table.kind !== 'alter-table') throw new Error('no table');
  expect(table.actions.map((action) => `${action.kind}: ${sql.slice(action.span.start, action.span.end)}`)).toEqual([
    'add-column: ADD COLUMN a int NOT NULL REFERENCES q (x, y)',
    'drop-column: DROP COLUMN "B" CASCADE',
    'alter-type: ALTER c TYPE timestamp with time zone USING f(c, 1)',
    'set-not-null: ALTER c SET NOT NULL',
    'set-default: ALTER c SET DEFAULT now()',
    'drop-default: ALTER c DROP DEFAULT',
    'add-constraint: ADD CONSTRAINT x UNIQUE (a)',
    'drop-constraint: DROP CONSTRAINT y',
    'add-constraint: ADD PRIMARY KEY USING INDEX ii',
    'set-identity: ALTER d DROP IDENTITY',
    'other: OWNER TO me',
  ]);
  expect(plain(sql)).toMatchObject({
    name: { parts: ['s', 't'] },
    actions: [
      { column: { name: 'a', type: 'integer', notNull: true }, constraints: [{ kind: 'foreign', columns: ['a'] }] },
      { column: 'B' },
      { column: 'c', type: 'timestamptz' },
      {},
      { default: 'now()' },
      {},
      { constraint: { kind: 'unique', name: 'x', columns: [{ column: 'a' }] } },
      { name: 'y' },
      { constraint: { kind: 'primary', usingIndex: 'ii' } },
      { column: 'd' },
      { what: 'change-owner' },
    ],
  });
});

describe('other objects', () => {
  test.each<[string, object]>([
    [
      'CREATE TABLE p1 PARTITION OF p FOR VALUES WITH (MODULUS 4, REMAINDER 0)',
      { kind: 'create-table', partitionOf: { parts: ['p'] }, inherits: [] },
    ],
    [
      'CREATE TEMP TABLE x (a, b) AS SELECT 1, 2',
      { temporary: true, as: '(select (items 1, 2))', columns: [{ name: 'a' }, { name: 'b' }] },
    ],
    [
      'CREATE UNIQUE INDEX CONCURRENTLY i ON s.t USING btree (a DESC, lower(b)) WHERE c > 1',
      {
        kind: 'create-index',
        name: 'i',
        table: { parts: ['s', 't'] },
        unique: true,
        columns: [{ column: 'a', descending: true }, { expr: 'lower(b)' }],
        where: 'c > 1',
      },
    ],
    [
      'CREATE OR REPLACE VIEW v (a) AS SELECT k FROM t',
      { kind: 'create-view', columns: ['a'], materialized: false, query: '(select (items k) (from t))' },
    ],
    ['CREATE MATERIALIZED VIEW v AS SELECT 1', { kind: 'create-view', materialized: true }],
    ["CREATE TYPE s.e AS ENUM ('a', 'b')", { kind: 'create-type', name: { parts: ['s', 'e'] }, values: ['a', 'b'] }],
    ["ALTER TYPE e ADD VALUE 'x' BEFORE 'y'", { kind: 'alter-enum', action: { kind: 'add', value: 'x', before: 'y' } }],
    ["ALTER TYPE e RENAME VALUE 'a' TO 'b'", { kind: 'alter-enum', action: { kind: 'rename', from: 'a', to: 'b' } }],
    [
      'DROP TABLE IF EXISTS a, s.b CASCADE',
      {
        kind: 'drop',
        object: 'table',
        names: [{ parts: ['a'] }, { parts: ['s', 'b'] }],
        ifExists: true,
        cascade: true,
      },
    ],
    [
      'DROP TRIGGER tr ON s.t',
      { kind: 'drop', object: 'trigger', names: [{ parts: ['tr'] }], table: { parts: ['s', 't'] } },
    ],
    [
      'CREATE TRIGGER tr BEFORE INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION f()',
      { kind: 'create-trigger', name: 'tr', table: { parts: ['s', 't'] } },
    ],
    ['ALTER TABLE s.t RENAME TO u', { kind: 'alter-table', actions: [{ kind: 'rename', to: { parts: ['u'] } }] }],
    ['ALTER TABLE t RENAME a TO b', { kind: 'alter-table', actions: [{ kind: 'rename-column', from: 'a', to: 'b' }] }],
    ['ALTER TABLE t RENAME CONSTRAINT a TO b', { actions: [{ kind: 'rename-constraint', from: 'a', to: 'b' }] }],
    ['ALTER TABLE t SET SCHEMA s', { actions: [{ kind: 'set-schema', schema: 's' }] }],
    [
      'ALTER TABLE t ATTACH PARTITION s.p DEFAULT',
      { actions: [{ kind: 'attach-partition', partition: { parts: ['s', 'p'] } }] },
    ],
    [
      'ALTER INDEX s.i RENAME TO j',
      { kind: 'rename-object', object: 'index', pairs: [{ from: { parts: ['s', 'i'] }, to: { parts: ['s', 'j'] } }] },
    ],
    ['ALTER VIEW v SET SCHEMA x', { kind: 'rename-object', object: 'view', pairs: [{ to: { parts: ['x', 'v'] } }] }],
    [
      'CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
      { kind: 'other-ddl', what: 'create-function' },
    ],
    ['GRANT SELECT ON t TO x', { kind: 'other-ddl', what: 'grant' }],
    ['ALTER DATABASE d OWNER TO x', { kind: 'other-ddl', what: 'alter-owner' }],
  ])('%s', (sql, expected) => {
    expect(plain(sql)).toMatchObject(expected);
  });

  test('names stand where they are written', () => {
    const sql = 'DROP TABLE "A b", s . c';
    const drop = ddl(sql);
    if (drop.kind !== 'drop') throw new Error('no drop');
    expect(drop.names.map(({ span }) => sql.slice(span.start, span.end))).toEqual(['"A b"', 's . c']);
  });
});
