import { describe, expect, it } from 'vitest';
import type { ReceiverPattern } from '../../server/src/flow/receivers';
import type { Found } from '../../server/src/orms/orm';
import rawSql from '../../server/src/orms/rawSql';
import { toSource } from '../../server/src/text/sourceMap';
import { project } from '../harness/project';

const short = (id: string): string => id.replace(/@[^.[\s]*(?:\.\w+:\d+|:\d+)/g, '');

const print = (found: Found): string => {
  const parts = [found.statement, ...found.variants].map((statement) => {
    if (statement.kind !== 'sql') return 'model';
    let text = '';
    let at = 0;
    for (const { span, kind, id } of statement.holes) {
      text += `${statement.text.slice(at, span.start)}<${kind} ${short(id)}>`;
      at = span.end;
    }
    return (text + statement.text.slice(at)).replace(/\s+/g, ' ').trim();
  });
  const marks = [
    found.confidence === 'certain' ? '' : ` [${found.confidence}]`,
    found.pins.map((pin) => ` pin ${pin.column}=${short(pin.value)}`).join(''),
    found.reach === undefined ? '' : ` ${found.reach}`,
    found.target === 'unknown' ? '' : ` ${found.target}`,
    found.transaction === undefined ? '' : ' tx',
  ].join('');
  return `${found.orm} ${found.operation ?? '?'}: ${parts.join(' | ')}${marks}`;
};

const all = async (code: string, files: Record<string, string> = {}, receivers: readonly ReceiverPattern[] = []) => {
  const opened = await project({ 'a.ts': code, ...files }, receivers);
  const flow = opened.flow('a.ts');
  const found = opened.sites('a.ts').flatMap((site) => rawSql.extract(site, flow, undefined));
  for (const { statement } of found) {
    // Every verbatim piece of the text stands where the map says.
    if (statement.kind !== 'sql') continue;
    for (const segment of statement.map.segments) {
      if (segment.kind !== 'verbatim') continue;
      const { start, end } = toSource(statement.map, { start: segment.gen, end: segment.gen + segment.len });
      expect(code.slice(start, end)).toBe(statement.text.slice(segment.gen, segment.gen + segment.len));
    }
  }
  return found.map(print);
};

const PG = `import { Pool } from 'pg'; const pool = new Pool();`;

type Row = readonly [
  code: string,
  found: readonly string[],
  files?: Record<string, string>,
  receivers?: readonly ReceiverPattern[],
];

const table = (name: string, rows: readonly Row[]): unknown =>
  describe(name, () => {
    for (const [code, found, files, receivers] of rows) {
      it(code.replace(/\s+/g, ' '), async () => expect(await all(code, files, receivers)).toEqual(found));
    }
  });

table('text and values of driver calls', [
  [`${PG} pool.query('SELECT * FROM t WHERE id = $1', [id])`, ['pg select: SELECT * FROM t WHERE id = <value id>']],
  [`${PG} pool.query({ text: 'SELECT $2, $1', values: [a.b, 5] })`, ['pg select: SELECT <value 5>, <value a.b>']],
  [
    `${PG} const c = await pool.connect(); const v = [x]; await c.query('DELETE FROM t WHERE a = $1 AND b = $2', v)`,
    ['pg delete: DELETE FROM t WHERE a = <value x> AND b = <value x][1]>'].map(() =>
      expect.stringMatching(/^pg delete: DELETE FROM t WHERE a = <value x> AND b = <value /),
    ) as never,
  ],
  [
    `import mysql from 'mysql2/promise'; const c = await mysql.createConnection(o); c.execute("SELECT '?' FROM t WHERE a = ? AND b IN (?)", [req.id, [1, 2]])`,
    ["mysql2 select: SELECT '?' FROM t WHERE a = <value req.id> AND b IN (<list [1, 2]>)"],
  ],
  [
    `import { connect } from '@planetscale/database'; const conn = connect(o); conn.execute('SELECT 1 FROM t WHERE a = :a', { a: x })`,
    ['mysql2 select: SELECT 1 FROM t WHERE a = <value x>'],
  ],
  [
    `import pgPromise from 'pg-promise'; const db = pgPromise()(c); db.tx(t => t.one('SELECT a FROM t WHERE b = $<b>', { b: id }))`,
    ['pg-promise select: SELECT a FROM t WHERE b = <value id> tx'],
  ],
  [
    `import { Sequelize } from 'sequelize'; const s = new Sequelize(u); s.query('UPDATE t SET a = :a', { replacements: { a: 1 }, transaction: t })`,
    ['sequelize update: UPDATE t SET a = <value 1> tx'],
  ],
  [
    `import { DataSource } from 'typeorm'; class A { constructor(private ds: DataSource) {} f(id) { return this.ds.transaction(m => m.query('SELECT a FROM t WHERE i = $1', [id])) } }`,
    ['typeorm select: SELECT a FROM t WHERE i = <value id> tx'],
  ],
  [
    `import knex from 'knex'; const db = knex(c); const r = await db.raw('select * from ?? where a = ?', ['t', id]); db('t').where(db.raw('a = ?', [1]))`,
    ['knex select: select * from t where a = <value id>'],
  ],
]);

table('text that is put together', [
  [
    `${PG} const T = 't'; let q = 'SELECT * FROM ' + T; if (a) q += ' WHERE a = $1'; pool.query(q, [a])`,
    ['pg select: SELECT * FROM t WHERE a = <value a> | SELECT * FROM t'],
  ],
  [
    `${PG} import { T } from './names'; pool.query(\`SELECT * FROM \${T} WHERE \${where}\`)`,
    ['pg select: SELECT * FROM orders WHERE <unknown where>'],
    { 'names.ts': `export const T = 'orders'` },
  ],
  [`${PG} pool.query(['SELECT a', 'FROM t'].join(' '))`, ['pg select: SELECT a FROM t']],
  [`${PG} const build = (t) => \`SELECT * FROM \${t}\`; pool.query(build('x'))`, ['pg select: SELECT * FROM x']],
  [`${PG} function f(text) { return pool.query(text) }`, ['pg ?: <unknown text>']],
  [
    `${PG} enum Tables { Orders = 'orders' } pool.query('SELECT * FROM ' + Tables.Orders)`,
    ['pg select: SELECT * FROM orders'],
  ],
]);

table('tags', [
  [
    `import postgres from 'postgres'; const sql = postgres(u); await sql\`SELECT * FROM t WHERE id = \${id} AND \${sql\`a = \${b}\`}\``,
    ['postgres select: SELECT * FROM t WHERE id = <unknown id> AND a = <unknown b>'],
  ],
  [
    `import postgres from 'postgres'; const sql = postgres(u); const w = sql\`WHERE a = 1\`; await sql\`SELECT * FROM \${sql('t')} \${w}\`; sql.begin(async sql => { await sql\`DELETE FROM t\` })`,
    ['postgres select: SELECT * FROM "t" WHERE a = 1', 'postgres delete: DELETE FROM t tx'],
  ],
  [`import { sql } from '@vercel/postgres'; await sql\`SELECT \${1}\``, ['vercel-postgres select: SELECT <value 1>']],
  [
    `import { neon } from '@neondatabase/serverless'; const sql = neon(u); await sql\`SELECT a FROM t\`; await sql('SELECT $1', [x])`,
    ['neon select: SELECT a FROM t', 'neon select: SELECT <value x>'],
  ],
  [
    `import { createPool, sql } from 'slonik'; const f = sql.fragment\`a = \${x}\`; const p = await createPool(u); p.one(sql.type(z)\`SELECT * FROM \${sql.identifier(['s', 't'])} WHERE \${f} AND i IN (\${sql.join(ids.map(i => sql\`\${i}\`), sql\`, \`)})\`)`,
    ['slonik select: SELECT * FROM "s"."t" WHERE a = <unknown x> AND i IN (<list ids>)'],
  ],
  [
    `import { sql } from 'slonik'; const f = ({ pool }) => pool.any(sql\`SELECT 1 FROM t\`)`,
    ['slonik select: SELECT 1 FROM t'],
  ],
  [
    `import { Prisma, PrismaClient } from '@prisma/client'; const p = new PrismaClient(); p.$queryRaw\`SELECT * FROM t WHERE a IN (\${Prisma.join(ids)}) \${x ? Prisma.sql\`AND b = \${x}\` : Prisma.empty}\``,
    [
      'prisma select: SELECT * FROM t WHERE a IN (<list ids>) AND b = <unknown x> | SELECT * FROM t WHERE a IN (<list ids>)',
    ],
  ],
  [
    `const f = (ctx) => ctx.prisma.$executeRawUnsafe('UPDATE t SET a = $1', v)`,
    ['prisma update: UPDATE t SET a = <value v>'.replace('v>', 'v>')],
  ],
  [
    `import { Prisma } from '@prisma/client'; const build = ({ id }) => Prisma.sql\`SELECT * FROM t WHERE id = \${id}\`; prisma.$queryRaw(build({ id: req.id }))`,
    ['prisma select: SELECT * FROM t WHERE id = <unknown req.id>'],
  ],
  [
    `import { drizzle } from 'drizzle-orm/node-postgres'; import { sql } from 'drizzle-orm'; import { pgTable, text } from 'drizzle-orm/pg-core'; const users = pgTable('users', { tenantId: text('tenant_id') }); const db = drizzle(p); db.execute(sql\`SELECT * FROM \${users} WHERE \${users.tenantId} = \${id}\`)`,
    ['drizzle select: SELECT * FROM "users" WHERE "users"."tenant_id" = <unknown id>'],
  ],
  [`import SQL from 'sql-template-strings'; ${PG} pool.query(SQL\`SELECT \${a}\`)`, ['pg select: SELECT <unknown a>']],
  [`import { sql } from 'kysely'; await sql<X>\`SELECT 1 FROM t\`.execute(db)`, ['kysely select: SELECT 1 FROM t']],
]);

table('names from objects', [
  [
    `import { sql } from 'slonik'; import { names } from './names'; import { Users } from './users'; const { table, fields } = names(Users);
     const find = (pool, id) => pool.maybeOne(sql.type(x)\`select \${fields.id} from \${table} where \${fields.tenantId} = \${id}\`)`,
    ['slonik select: select "id" from "users" where "tenant_id" = <unknown id>'],
    {
      'users.ts': `export const Users = { table: 'users', fields: { id: 'id', tenantId: 'tenant_id' } } as const`,
      'names.ts': `import { sql } from 'slonik'; export const names = ({ table, fields }, prefix = false) => ({ table: sql.identifier([table]), fields: Object.fromEntries(Object.entries(fields).map(([key, name]) => [key, sql.identifier(prefix ? [table, name] : [name])])) })`,
    },
  ],
  [
    `import { Pool } from 'pg'; abstract class Base { constructor(protected table: string) {} pool = new Pool() } class Orders extends Base { constructor() { super('orders') } find(id) { return this.pool.query(\`SELECT * FROM \${this.table} WHERE id = $1\`, [id]) } }`,
    ['pg select: SELECT * FROM orders WHERE id = <value id>'],
  ],
]);

const receivers: readonly ReceiverPattern[] = [
  { match: 'shardFor($key)', binds: 'tenant_id' },
  { match: 'withShard($key)', binds: 'tenant_id' },
  { match: 'readPool', target: 'replica' },
  { match: 'forEachShard(*)', reach: 'scatter' },
  { match: 'legacy', sql: true },
];

table('receivers of the map', [
  [
    `import { shardFor } from './shards'; const db = shardFor(id); await db.query('SELECT * FROM t WHERE tenant_id = $1', [id])`,
    ['pg select: SELECT * FROM t WHERE tenant_id = <value id> pin tenant_id=id'],
    { 'shards.ts': `${PG} const pools = [pool]; export function shardFor(k) { return pools[0] }` },
    receivers,
  ],
  [
    `import { shardFor } from '@acme/none'; shardFor(o.tenantId).query('SELECT * FROM t')`,
    ['sql select: SELECT * FROM t pin tenant_id=o.tenantId'],
    {},
    receivers,
  ],
  [
    `function shardFor(k) { return pools.get(k) } shardFor(x).query('SELECT * FROM t')`,
    ['sql select: SELECT * FROM t pin tenant_id=x'],
    {},
    receivers,
  ],
  [
    `${PG} const withShard = (id, fn) => fn(pool); withShard(t, db => db.query('SELECT 1 FROM t'))`,
    ['pg select: SELECT 1 FROM t pin tenant_id=t'],
    {},
    receivers,
  ],
  [
    `import { Pool } from 'pg'; const readPool = new Pool(); readPool.query('SELECT 1 FROM t')`,
    ['pg select: SELECT 1 FROM t replica'],
    {},
    receivers,
  ],
  [
    `import { forEachShard } from './x'; forEachShard(async (db) => db.query('SELECT 1 FROM t'))`,
    ['sql select: SELECT 1 FROM t scatter'],
    {},
    receivers,
  ],
  [`legacy.run('SELECT 1 FROM t')`, ['sql select: SELECT 1 FROM t'], {}, receivers],
]);

table('what nothing proves', [
  [
    `const f = (client) => client.query('SELECT * FROM t WHERE a = $1', [a])`,
    ['sql select: SELECT * FROM t WHERE a = <value a> [guess]'],
  ],
  [`import { BigQuery } from '@google-cloud/bigquery'; new BigQuery().query('SELECT * FROM t')`, []],
  [
    `new Map().get('select x from y'); axios.get('/x'); router.query('a'); document.querySelector('select'); search.query('update the docs')`,
    [],
  ],
  [`send(/* sql */ 'SELECT * FROM t')`, ['sql select: SELECT * FROM t [likely]']],
  [`class Repo { query(text) { return text } } new Repo().query('SELECT * FROM t')`, []],
]);
