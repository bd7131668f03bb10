import { describe, expect, it } from 'vitest';
import { exportPath } from '../../server/src/flow/exportPath';
import { printChain, project, shown } from '../harness/project';

const chainOf = async (code: string, files: Record<string, string> = {}, builder = false): Promise<string> => {
  const opened = await project({ 'a.ts': code, ...files });
  const flow = opened.flow('a.ts');
  const ref = shown(opened, 'a.ts');
  return printChain(flow, builder ? flow.builder(ref) : flow.chain(ref));
};

const table = (
  name: string,
  rows: readonly (readonly [code: string, chain: string, files?: Record<string, string>])[],
): unknown =>
  describe(name, () => {
    for (const [code, chain, files] of rows)
      it(code.replace(/\s+/g, ' ').trim(), async () => expect(await chainOf(code, files)).toBe(chain));
  });

table('constants, members and packages', [
  [
    `import { PrismaClient } from '@prisma/client'; const p = new PrismaClient(); show(p.user.findMany({ a }))`,
    '@prisma/client#PrismaClient new().user.findMany({…})',
  ],
  [
    `import knex from 'knex'; const db = knex(config); show(db('t').where({ a }).first())`,
    "knex#default(config)('t').where({…}).first()",
  ],
  [`const { Pool } = require('pg'); const pool = new Pool(); show(pool.query('x'))`, "pg#Pool new().query('x')"],
  [`import * as pg from 'pg'; show(new pg.Pool().query)`, 'pg#Pool new().query'],
  [`import { sql } from 'slonik'; show(sql.type(x)\`a\`)`, 'slonik#sql.type(x)``'],
  [`import { p } from 'x'; const { user } = p; show(user.find())`, 'x#p.user.find()'],
  [`import { p } from 'x'; const client = tx ?? p; show(client.find())`, 'x#p.find()'],
  [`import { p } from 'x'; const [rows] = await p.query('a'); show(rows)`, "x#p.query('a') item"],
  [`import { p } from 'x'; const [, rows] = await Promise.all([p.a(), p.b()]); show(rows.save())`, 'x#p.b().save()'],
  [`show(axios.get(1))`, 'global axios.get(1)'],
  [
    `import { DI } from './di'; show(DI.pool.query())`,
    'pg#Pool new().query()',
    { 'di.ts': `import { Pool } from 'pg'; export const DI = {}; export const init = () => { DI.pool = new Pool() }` },
  ],
  [`let db; function init() { db = require('knex')(c) } function f() { show(db('t')) }`, "knex#*(c)('t')"],
]);

table('functions of the project', [
  [`import { Pool } from 'pg'; const getDb = () => new Pool(); show(getDb().query('x'))`, "pg#Pool new().query('x')"],
  [
    `import { Pool } from 'pg'; const pool = new Pool(); function dbOrTx(db, trx) { return trx ?? db } show(dbOrTx(pool, t).query('x'))`,
    "pg#Pool new().query('x')",
  ],
  [
    `import knex from 'knex'; const tables = { users: (db) => db('users') }; const db = knex(); show(tables.users(db).where(1))`,
    "knex#default()('users').where(1)",
  ],
  [`const a = () => b(); const b = () => a(); show(a().x)`, 'function .a().x'],
  [`const a = b; const b = a; show(a.x)`, 'unknown (too far to follow).x'],
  [
    `const make = ({ db }: { db: Knex }) => async (id) => { show(db('t')) }; import { Knex } from 'knex'`,
    "knex#Knex instance('t')",
  ],
]);

table('types', [
  [
    `import type { Knex } from 'knex'; function f(trx: Knex.Transaction) { show(trx('t')) }`,
    "knex#Knex.Transaction instance('t')",
  ],
  [
    `import { Prisma } from '@prisma/client'; const f = (tx: Prisma.TransactionClient | undefined) => show(tx.a.b())`,
    '@prisma/client#Prisma.TransactionClient instance.a.b()',
  ],
  [
    `import { Repository } from 'typeorm'; type Users = Repository<User>; function f(r: Users) { show(r.find()) }`,
    'typeorm#Repository instance<User>.find()',
  ],
  [
    `import { Pool } from 'pg'; interface Deps { db: Pool } function f({ db }: Deps) { show(db.query()) }`,
    'pg#Pool instance.query()',
  ],
  [
    `import { Pool } from 'pg'; interface Deps { db: Pool } function f(deps: Deps) { const { db } = deps; show(db.query()) }`,
    'pg#Pool instance.query()',
  ],
  [
    `import { db } from './db'; function f(d: typeof db) { show(d.query()) }`,
    'pg#Pool new().query()',
    { 'db.ts': `import { Pool } from 'pg'; export const db = new Pool()` },
  ],
  [
    `import { db } from './db'; function f(d: Awaited<ReturnType<typeof make>>) { show(d.query()) } async function make() { return db }`,
    'pg#Pool new().query()',
    { 'db.ts': `import { Pool } from 'pg'; export const db = new Pool()` },
  ],
]);

table('classes', [
  [
    `import { Db } from './db'; class A { constructor(private readonly db: Db) {} f() { show(this.db.user.find()) } }`,
    '@prisma/client#PrismaClient instance.user.find()',
    { 'db.ts': `import { PrismaClient } from '@prisma/client'; export class Db extends PrismaClient {}` },
  ],
  [
    `import { Repository } from 'typeorm'; class A { constructor(@InjectRepository(User) private r: Repository<User>) {} f() { show(this.r.find()) } }`,
    'typeorm#Repository instance<User>.find()',
  ],
  [
    `import { Pool } from 'pg'; class A { pool = new Pool(); f() { return () => { show(this.pool.query()) } } }`,
    'pg#Pool new().query()',
  ],
  [
    `import { Pool } from 'pg'; class A { constructor() { this.pool = new Pool() } f() { show(this.pool.query()) } }`,
    'pg#Pool new().query()',
  ],
  [
    `import { Pool } from 'pg'; class B { constructor(pool) { this.pool = pool } } class A extends B { constructor() { super(new Pool()) } f() { show(this.pool.query()) } }`,
    'pg#Pool new().query()',
  ],
  [
    `import { Model } from 'sequelize'; class User extends Model {} show(User.findAll({ a }))`,
    'class User.findAll({…})',
  ],
  [
    `import { Pool } from 'pg'; class A { get db() { return new Pool() } } show(new A().db.query())`,
    'pg#Pool new().query()',
  ],
  [
    `import { EntityRepository } from '@mikro-orm/core'; class R extends EntityRepository<User> { f() { show(this.find(1)) } }`,
    '@mikro-orm/core#EntityRepository instance<User>.find(1)',
  ],
]);

table('generic classes', [
  [
    `import { Repository } from 'typeorm'; class Base<T> { constructor(protected repo: Repository<T>) {} } class Users extends Base<User> { f() { show(this.repo.find()) } }`,
    'typeorm#Repository instance<User>.find()',
  ],
  [
    `import { Base } from './base'; import { User } from './user'; class Users extends Base<User> {} function f(u: Users) { show(u.find(1)) }`,
    'typeorm#Repository instance<User>.find(1)',
    {
      'base.ts': `import { Repository } from 'typeorm'; export class Base<E> extends Repository<E> {}`,
      'user.ts': 'export class User {}',
    },
  ],
]);

table('callbacks', [
  [
    `import { db } from 'x'; db.transaction(async (tx) => { show(tx.query()) })`,
    'x#db.transaction(() => …) callback0.0.query()',
  ],
  [
    `import { Pool } from 'pg'; const withDb = (id, fn) => fn(new Pool()); withDb(1, (db) => { show(db.query()) })`,
    'pg#Pool new().query()',
  ],
  [
    `import type { Pool } from 'pg'; type Run<R> = (db: Pool) => R; declare const other: any; function withDb<R>(id: number, run: Run<R> | undefined) { return other(run) } withDb(1, (db) => { show(db.query()) })`,
    'pg#Pool instance.query()',
  ],
  [
    `import type { Pool } from 'pg'; function withDb<R>(name: string, run: (db: Pool) => R): R; function withDb<R>(run: (db: Pool) => R): R; function withDb<R>(name: ((db: Pool) => R) | string, run?: ((db: Pool) => R) | { a: 1 }): R { return inner(name, run) } withDb('x', (db) => { show(db.query()) })`,
    'pg#Pool instance.query()',
  ],
  [
    `import { Pool } from 'pg'; const withDb = (fn) => fn(new Pool()); const named = (name, fn) => withDb(fn); named('x', (db) => { show(db.query()) })`,
    'pg#Pool new().query()',
  ],
  [`for (const p of pools) show(p.query())`, 'global pools item.query()'],
]);

table('across files', [
  [
    `import { db } from './index'; show(db.q())`,
    'knex#default().q()',
    { 'index.ts': `export * from './db'`, 'db.ts': `import k from 'knex'; export { conn as db }; const conn = k()` },
  ],
  [
    `import { db } from '@/db'; show(db.q())`,
    'knex#default().q()',
    {
      'tsconfig.json': `{ "compilerOptions": { "paths": { "@/*": ["./src/*"], } } } // x`,
      'src/db.ts': `import k from 'knex'; export const db = k()`,
    },
  ],
  [
    `import { db } from '@acme/db'; show(db.q())`,
    'knex#default().q()',
    {
      'packages/db/package.json': `{ "name": "@acme/db", "main": "dist/index.js" }`,
      'packages/db/src/index.ts': `import k from 'knex'; export const db = k()`,
    },
  ],
  [
    `const { db } = require('./db'); show(db.q())`,
    'knex#*().q()',
    { 'db.js': `const k = require('knex'); module.exports = { db: k() }` },
  ],
  [
    `import { db } from './b.js'; show(db.q())`,
    'unknown (db is not exported).q()',
    { 'b.ts': `export * from './c'`, 'c.ts': `export * from './b'` },
  ],
  [
    `import { PrismaClient } from '../generated/prisma'; show(new PrismaClient().a)`,
    '../generated/prisma#PrismaClient new().a',
  ],
  [`import m from './m'; show(m.f())`, 'x#y.f()', { 'm.ts': `import { y } from 'x'; export default y` }],
]);

describe('builders over statements', () => {
  for (const [code, chain] of [
    [
      `import k from 'knex'; function f() { let q = k('t'); if (x) q = q.where(1); q.andWhere(2); show(q) }`,
      "knex#default('t')?.where(1)!.andWhere(2)",
    ],
    [
      `import k from 'knex'; function f() { const q = k('t'); if (x) { q.where(1); return } if (y) q.where(2); show(q.first()) }`,
      "knex#default('t')?!.where(2).first()",
    ],
    [
      `import k from 'knex'; function f() { let q = k('t'); q = c ? q.where(1) : q; show(q) }`,
      "knex#default('t').where(1)",
    ],
    [
      `import k from 'knex'; function f() { let q = k('t').where(1); if (x) { q = q.where(2); show(q) } }`,
      "knex#default('t').where(1).where(2)",
    ],
    [
      `import k from 'knex'; const narrow = (q, id) => { q.where('t', id); if (id) q.limit(1); return q }; function f() { const q = k('t'); narrow(q, 1); show(q.first()) }`,
      "knex#default('t')!.where('t', id)?!.limit(1).first()",
    ],
    [
      `import k from 'knex'; const narrow = (q, id) => q.where('t', id); function f() { let q = k('t'); if (x) q = narrow(q, 1); show(q) }`,
      "knex#default('t')?.where('t', id)",
    ],
  ] as const) {
    it(code, async () => expect(await chainOf(code, {}, true)).toBe(chain));
  }
});

it('says for every file what it was read from, also when the answer was kept', async () => {
  const opened = await project({
    'a.ts': `import { db } from './db'; db.q()`,
    'b.ts': `import { db } from './db'; db.q()`,
    'db.ts': `import { make } from './make'; export const db = make()`,
    'make.ts': `import { Pool } from 'pg'; export const make = () => new Pool()`,
  });
  for (const path of ['a.ts', 'b.ts']) {
    opened.linker.project.takeReads();
    const flow = opened.flow(path);
    for (const site of opened.sites(path)) flow.call(site.value);
    const reads = [...opened.linker.project.takeReads()].sort();
    expect(reads).toEqual(['?db', '?exports db.ts', '?exports make.ts', '?make', 'db.ts', 'make.ts']);
  }
});

it('has read no more than the exports of a file that a name only leads through', async () => {
  const opened = await project({
    'a.ts': `import { db } from './all'; db.q()`,
    'all.ts': `export * from './other'; export * from './db'`,
    'other.ts': 'export const other = 1',
    'db.ts': `import { Pool } from 'pg'; export const db = new Pool()`,
  });
  for (const site of opened.sites('a.ts')) opened.flow('a.ts').call(site.value);
  const reads = [...opened.linker.project.takeReads()].filter((one) => !/^\?(?!exports )/.test(one)).sort();
  expect(reads).toEqual(['?exports all.ts', '?exports db.ts', '?exports other.ts', 'db.ts']);
});

it('resolves the type arguments of generic classes where they are written', async () => {
  const opened = await project({
    'a.ts': `import { Base } from './base'; import { User as U } from './user'; class Users extends Base<U> {} function f(u: Users) { show(u.find(1)) }`,
    'base.ts': `import { Repository } from 'typeorm'; export class Base<E> extends Repository<E> {}`,
    'user.ts': 'export class User {}',
  });
  const flow = opened.flow('a.ts');
  const [instance] = flow.chain(shown(opened, 'a.ts')).steps;
  if (instance?.kind !== 'instance') throw new Error('no instance');
  expect(flow.classOf(instance.types[0]!)?.class.name).toBe('User');
});

describe('the export that a chain begins with', () => {
  for (const [code, path] of [
    [`import { Pool } from 'pg'; show(new Pool().query())`, 'Pool'],
    [`import pg from 'pg'; show(new pg.Pool().query())`, 'Pool'],
    [`show(new (require('pg').Pool)().query())`, 'Pool'],
    [`import knex from 'knex'; show(knex(c)('t'))`, ''],
    [`const knex = require('knex').default; show(knex(c)('t'))`, ''],
    [`import { Prisma } from '@prisma/client'; show(Prisma.sql\`x\`)`, 'Prisma.sql'],
    [`import type { Knex } from 'knex'; function f(t: Knex.Transaction) { show(t('x')) }`, 'Knex.Transaction'],
  ] as const) {
    it(code, async () => {
      const opened = await project({ 'a.ts': code });
      expect(exportPath(opened.flow('a.ts').chain(shown(opened, 'a.ts')))?.path).toBe(path);
    });
  }
});

it('passes each thing once where methods give `this` back, however long the chain is', async () => {
  const opened = await project({
    'a.ts': `import { make } from './make'; show(make()${'.put(1)'.repeat(40)}.db.query())`,
    'make.ts': `import { Pool } from 'pg'; class Made { db = new Pool(); put(x) { return this } } export const make = () => new Made()`,
  });
  const flow = opened.flow('a.ts');
  const chain = flow.chain(shown(opened, 'a.ts'));
  expect(chain.root).toMatchObject({ kind: 'package', module: 'pg' });
  expect(chain.via.length).toBeLessThan(100);
});

it('follows values of a function type to what they return', async () => {
  expect(
    await chainOf(
      `import { Knex } from 'knex'; type Proxy<T> = () => T; class A { constructor(private db: Proxy<Knex>) {} f() { show(this.db()('t')) } }`,
    ),
  ).toBe("knex#Knex instance('t')");
});
