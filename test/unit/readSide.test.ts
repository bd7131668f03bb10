/** What the advice on reads writes, executed on PostgreSQL: it must answer as the statements that it stands for. */
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import ts from 'typescript';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { denormaliseSql } from '../../server/src/advice/readSide/denormaliseSql';
import { projectorText } from '../../server/src/advice/readSide/projectorText';
import { readModelSql } from '../../server/src/advice/readSide/readModelSql';
import { type ReadSideStep, readSideAdvice } from '../../server/src/advice/readSide/readSideAdvice';
import { viewSql } from '../../server/src/advice/readSide/viewSql';
import { Workspace } from '../../server/src/engine/workspace';
import { memoryPlatform } from '../../server/src/platform/memory';
import { nodePlatform } from '../../server/src/platform/node';
import { repository } from '../harness/imports';

vi.setConfig({ testTimeout: 120_000 });
const outside = nodePlatform({ assets: path.join(repository, 'node_modules/libpg-query/wasm') });

const ddl = `
CREATE TABLE users (id bigint PRIMARY KEY, name varchar(40) NOT NULL, bio text);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users (id), status text, placed_at timestamptz NOT NULL);
CREATE TABLE items (id bigint PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders (id), sku text, price numeric(10, 2) NOT NULL, qty int NOT NULL);
`;

const map = (router = 'generic', dialect = 'postgresql') => `version: 1
dialect: ${dialect}
router: ${router}
import: [{ ddl: migrations/*.sql }]
tables:
  users: { shardKey: id, shards: 8 }
  orders: { shardKey: id, shards: 16 }
  items: { shardKey: sku, shards: 32 }
`;

const queries = {
  perOrder: `SELECT o.id, u.name, SUM(i.price * i.qty) AS total, COUNT(*) AS lines
    FROM orders o JOIN users u ON u.id = o.user_id JOIN items i ON i.order_id = o.id GROUP BY o.id, u.name`,
  perOrderOfUser: `SELECT o.id, MAX(i.price) AS dearest
    FROM orders o JOIN users u ON u.id = o.user_id JOIN items i ON i.order_id = o.id WHERE o.user_id = $1 GROUP BY o.id`,
  withName: 'SELECT o.id, o.status, u.name FROM orders o JOIN users u ON u.id = o.user_id WHERE o.id = $1',
  ofUser: `SELECT i.id, i.sku, i.qty, o.placed_at, u.name, u.bio FROM items i JOIN orders o ON o.id = i.order_id JOIN users u ON u.id = o.user_id WHERE o.user_id = $1 ORDER BY i.id`,
  recent: `SELECT i.id, i.price, o.status, u.name, u.bio FROM items i JOIN orders o ON o.id = i.order_id JOIN users u ON u.id = o.user_id WHERE o.placed_at > $1 ORDER BY i.id`,
  ofSku: `SELECT i.id, o.id, o.status, u.id, u.name, u.bio FROM items i JOIN orders o ON o.id = i.order_id JOIN users u ON u.id = o.user_id WHERE i.sku LIKE $1 ORDER BY i.id`,
};

const survey = async (texts: readonly string[], shardlint = map(), schema = ddl) => {
  const calls = texts.map(
    (text, i) => `export const q${i} = (...values: unknown[]) => pool.query(\`${text}\`, values);`,
  );
  const files = new Map([
    ['/shop/shardlint.yaml', shardlint],
    ['/shop/migrations/1.sql', schema],
    ['/shop/src/q.ts', `import { Pool } from 'pg';\nconst pool = new Pool();\n${calls.join('\n')}\n`],
  ]);
  const workspace = new Workspace(memoryPlatform(files, { wasm: outside.wasm, log: () => {} }), '/shop');
  const checked = await workspace.check();
  expect(checked.problems.map(({ message }) => message)).toEqual([]);
  const [found] = workspace.surveys();
  if (!found) throw new Error('no survey');
  return found;
};

const stepsFor = async (...args: Parameters<typeof survey>): Promise<readonly ReadSideStep[]> =>
  readSideAdvice(await survey(...args));

const one = <K extends ReadSideStep['kind']>(
  steps: readonly ReadSideStep[],
  kind: K,
): Extract<ReadSideStep, { kind: K }> => {
  const found = steps.filter((step) => step.kind === kind);
  expect(found, JSON.stringify(steps.map(({ kind: each, why }) => [each, why]))).toHaveLength(1);
  return found[0] as Extract<ReadSideStep, { kind: K }>;
};

/** A small generator: the same rows in every run. */
const random = (seed: number) => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};

const next = random(7);
const upTo = (n: number) => Math.floor(next() * n) + 1;
const many = (n: number, row: (id: number) => readonly (string | number | null)[]): string =>
  Array.from(
    { length: n },
    (_, i) =>
      `(${row(i + 1)
        .map((one) => (one === null ? 'NULL' : typeof one === 'number' ? one : `'${one.replaceAll("'", "''")}'`))
        .join(', ')})`,
  ).join(', ');
const data = [
  `INSERT INTO users VALUES ${many(20, (id) => [id, `u'${id}`, id % 3 ? 'x' : null])}`,
  `INSERT INTO orders VALUES ${many(60, (id) => [id, upTo(20), ['open', 'paid', null][upTo(3) - 1] ?? null, `2026-01-${String(upTo(28)).padStart(2, '0')}`])}`,
  `INSERT INTO items VALUES ${many(200, (id) => [id, upTo(60), `s${upTo(9)}`, upTo(900) / 10, upTo(5)])}`,
].join(';');

/** Databases are slow to make: each is emptied for the next who asks. */
const databases: PGlite[] = [];
const filled = async (at = 0, withRows = true): Promise<PGlite> => {
  const db = databases[at] ?? (await PGlite.create());
  databases[at] = db;
  await db.exec(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${withRows ? `${ddl}${data}` : ''}`);
  return db;
};
afterAll(async () => {
  for (const one of databases) await one.close();
});

const run = async (db: PGlite, statements: readonly string[]): Promise<void> => {
  for (const text of statements) await db.exec(text);
};

const rows = async (db: PGlite, text: string, values: unknown[] = []): Promise<unknown[]> => {
  const found = await db.query<Record<string, unknown>>(text, values, { rowMode: 'array' });
  return (found.rows as unknown as unknown[][]).map((row) => JSON.stringify(row)).sort();
};

describe('a copied column', () => {
  it('is filled by the migration, and the join with it is gone', async () => {
    const step = one(await stepsFor([queries.withName]), 'denormalise');
    expect(step.why).toBe('the join leaves its shard only to read `users.name`');
    const sql = denormaliseSql(step.copy, { dialect: 'postgresql', router: 'generic', place: ({ file }) => file });
    if (!sql) throw new Error('no migration');
    const db = await filled();
    const before = await rows(db, 'SELECT o.id, o.status, u.name FROM orders o JOIN users u ON u.id = o.user_id');
    await run(db, sql.up);
    expect(await rows(db, 'SELECT id, status, user_name FROM orders')).toEqual(before);
    await run(db, sql.up.slice(-2)); // once more changes nothing
    expect(await rows(db, 'SELECT id, status, user_name FROM orders')).toEqual(before);
    await run(db, sql.down);
    expect(await rows(db, 'SELECT * FROM orders LIMIT 1')).toHaveLength(1);
  });

  it('is none where the column is large, changes in several places, or is one of many', async () => {
    const kinds = async (...texts: string[]) => (await stepsFor(texts)).map(({ kind }) => kind);
    expect(await kinds(queries.withName)).toEqual(['denormalise']);
    expect(await kinds(queries.withName, 'UPDATE users SET name = $1 WHERE id = $2')).toEqual(['denormalise']);
    expect(
      await kinds(
        queries.withName,
        'UPDATE users SET name = $1 WHERE id = $2',
        'UPDATE users SET name = upper(name) WHERE id = $1',
      ),
    ).toEqual([]);
    expect(
      await kinds('SELECT o.id, u.name, u.id FROM orders o JOIN users u ON u.id = o.user_id WHERE o.id = $1'),
    ).toEqual(['denormalise']);
    expect(await kinds('SELECT o.id, u.* FROM orders o JOIN users u ON u.id = o.user_id WHERE o.id = $1')).toEqual([]);
    expect(await kinds('SELECT * FROM orders o JOIN users u ON u.id = o.user_id WHERE o.id = $1')).toEqual([]);
    // Not by a key of the parent: there is no one value to copy.
    expect(await kinds('SELECT o.id, u.name FROM orders o JOIN users u ON u.name = o.status WHERE o.id = $1')).toEqual(
      [],
    );
    // With the other join it crosses all the same.
    expect(
      await kinds(
        'SELECT o.id, u.name, i.price, i.qty, i.sku FROM orders o JOIN users u ON u.id = o.user_id JOIN items i ON i.order_id = o.id WHERE o.id = $1',
      ),
    ).toEqual([]);
  });
});

describe('a materialized view', () => {
  it('answers as the statements do, and again after it is refreshed', async () => {
    const step = one(await stepsFor([queries.perOrder, queries.perOrderOfUser]), 'materialized-view');
    expect(step.statements).toHaveLength(2);
    const { view } = step;
    const sql = view && viewSql(view, { dialect: 'postgresql', router: 'generic' });
    if (!sql) throw new Error('no migration');
    const db = await filled();
    await run(db, sql.up);
    const same = async (): Promise<void> => {
      expect(await rows(db, `SELECT order_id, name, total, lines FROM ${view.name}`)).toEqual(
        await rows(db, queries.perOrder),
      );
      expect(await rows(db, `SELECT order_id, dearest FROM ${view.name} WHERE user_id = $1`, [3])).toEqual(
        await rows(db, queries.perOrderOfUser, [3]),
      );
    };
    await same();
    await db.exec(
      "UPDATE items SET price = price + 1 WHERE id % 3 = 0; DELETE FROM items WHERE order_id = 7; UPDATE users SET name = 'new' WHERE id = 3",
    );
    await db.exec(sql.refresh);
    await same();
    await run(db, sql.down);
  });

  it('is none for one place, for values in ranges, or where nothing crosses', async () => {
    const kinds = async (...texts: string[]) => (await stepsFor(texts)).map(({ kind }) => kind);
    expect(await kinds(queries.perOrder)).toEqual([]);
    const since = `${queries.perOrder.replace('GROUP BY', 'WHERE o.placed_at > $1 GROUP BY')}`;
    expect(await kinds(since, since)).toEqual([]);
    const inOne = 'SELECT id, COUNT(*) FROM orders WHERE id = $1 GROUP BY id';
    expect(await kinds(inOne, inOne)).toEqual([]);
    const counted = 'SELECT COUNT(*) FROM orders o JOIN users u ON u.id = o.user_id WHERE o.status = $1';
    expect(await kinds(counted, counted)).toEqual([]);
    const often = `${map()}traffic: { "src/q.ts#q0": 90/s }\n`;
    expect((await stepsFor([queries.perOrder], often)).map(({ kind }) => kind)).toEqual(['materialized-view']);
  });

  it('of Citus is a distributed table that a function fills', async () => {
    const step = one(await stepsFor([queries.perOrder, queries.perOrderOfUser], map('citus')), 'materialized-view');
    const sql = step.view && viewSql(step.view, { dialect: 'postgresql', router: 'citus' });
    if (!sql) throw new Error('no migration');
    expect(sql.up.join('\n')).toContain(
      "create_distributed_table('order_totals', 'order_id', colocate_with => 'orders')",
    );
    const db = await filled();
    await db.exec(
      "CREATE FUNCTION create_distributed_table(a text, b text, colocate_with text DEFAULT '') RETURNS void LANGUAGE sql AS ''",
    );
    await run(db, sql.up);
    const same = async (): Promise<void> =>
      expect(await rows(db, 'SELECT order_id, name, total, lines FROM order_totals')).toEqual(
        await rows(db, queries.perOrder),
      );
    await same();
    await db.exec('UPDATE items SET qty = qty + 1 WHERE id % 3 = 0; DELETE FROM items WHERE order_id = 7');
    await db.exec(sql.refresh);
    await same();
    await run(db, sql.down);
  });
});

/** The projector as it is written, compiled without leniency and run. */
interface Queryable {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}
interface Database extends Queryable {
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
}
interface Projector {
  recordChange(tx: Queryable, source: string, change: Readonly<Record<string, unknown>>): Promise<void>;
  apply(origin: Queryable, read: Database, source: string, change: Readonly<Record<string, unknown>>): Promise<void>;
  project(outboxes: readonly Queryable[], origin: Queryable, read: Database): Promise<number>;
  backfill(origin: Queryable, read: Database, after?: readonly unknown[]): Promise<void>;
  lag(outboxes: readonly Queryable[]): Promise<{ readonly waiting: number; readonly oldest: Date | undefined }>;
}

const strictErrors = (text: string): readonly string[] => {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noPropertyAccessFromIndexSignature: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    types: ['node'],
    skipLibCheck: true,
  };
  const name = path.join(repository, 'test/unit/projector.generated.ts');
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (file, ...rest) =>
    file === name ? ts.createSourceFile(file, text, ts.ScriptTarget.ES2022) : getSourceFile.call(host, file, ...rest);
  host.fileExists = (file) => file === name || fileExists.call(host, file);
  host.readFile = (file) => (file === name ? text : readFile.call(host, file));
  return ts
    .getPreEmitDiagnostics(ts.createProgram([name], options, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
};

const compiled = (text: string): Projector => {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const exported = {};
  new Function('exports', 'require', outputText)(exported, () => ({ randomUUID: () => crypto.randomUUID() }));
  return exported as Projector;
};

const reads = [queries.ofUser, queries.recent, queries.ofSku];
const often = [...reads, ...reads, ...reads, ...reads];
const write = 'UPDATE orders SET status = $1 WHERE id = $2';

describe('a read model', () => {
  const planned = async (shardlint?: string) => {
    const step = one(await stepsFor([...often, write], shardlint), 'read-model');
    if (!step.model) throw new Error('no plan');
    return { step, model: step.model };
  };

  it('comes last, and only for several ways with more than ten reads to a write', async () => {
    const kinds = async (...texts: string[]) => (await stepsFor(texts)).map(({ kind }) => kind);
    expect(await kinds(...often, write)).toEqual(['read-model']);
    expect(await kinds(...reads, write)).toEqual([]);
    expect(await kinds(...often)).toEqual([]); // nobody is known to write
    expect(await kinds(...Array.from({ length: 12 }, () => queries.ofUser), write)).toEqual([]); // one way
    const { step } = await planned();
    expect(step.why).toBe(
      '`items`, `orders` and `users` are joined over shards in 3 ways, with 12 reads to 1 write in the code',
    );
    expect(step.before.map(({ kind }) => kind)).toEqual(['replica', 'denormalise', 'materialized-view']);
  });

  it('answers as the joins do: after the backfill, changes, replays, duplicates, another order and crashes', async () => {
    const { model } = await planned();
    const around = { dialect: 'postgresql', router: 'generic', place: () => 'src/q.ts' };
    const sql = readModelSql(model, around);
    if (!sql) throw new Error('no migration');
    const text = projectorText(model, around);
    expect(strictErrors(text)).toEqual([]);
    const { recordChange, apply, project, backfill, lag } = compiled(text);
    const origin = (await filled(0)) as unknown as PGlite & Database;
    const read = (await filled(1, false)) as unknown as PGlite & Database;
    await run(origin, sql.up);
    await run(read, sql.up);

    const expectSame = async (): Promise<void> => {
      const { name } = model;
      for (const user of [1, 2, 3, 4, 19])
        expect(
          await rows(
            read,
            `SELECT id, sku, qty, order_placed_at, user_name, user_bio FROM ${name} WHERE order_user_id = $1`,
            [user],
          ),
        ).toEqual(await rows(origin, queries.ofUser, [user]));
      expect(
        await rows(
          read,
          `SELECT id, price, order_status, user_name, user_bio FROM ${name} WHERE order_placed_at > '2026-01-10'`,
        ),
      ).toEqual(await rows(origin, queries.recent, ['2026-01-10']));
      expect(
        await rows(
          read,
          `SELECT id, order_id, order_status, order_user_id, user_name, user_bio FROM ${name} WHERE sku LIKE 's1%'`,
        ),
      ).toEqual(await rows(origin, queries.ofSku, ['s1%']));
    };
    await backfill(origin, read);
    await expectSame();
    await backfill(origin, read); // once more
    await expectSame();

    // Writers: the change and its record in one transaction; what rolls back leaves no record.
    const seen: [string, Record<string, unknown>][] = [];
    const writing = async (
      texts: readonly string[],
      changes: readonly [string, Record<string, unknown>][],
      fail = false,
    ): Promise<void> => {
      seen.push(...(fail ? [] : changes));
      await origin
        .transaction(async (tx) => {
          for (const one of texts) await tx.query(one);
          for (const [source, change] of changes) await recordChange(tx, source, change);
          if (fail) throw new Error('rolled back');
        })
        .catch((error: Error) => expect(error.message).toBe('rolled back'));
    };
    const item = (id: number, sku: string) => ['items', { id, sku }] as [string, Record<string, unknown>];
    const order = (id: number) => ['orders', { id }] as [string, Record<string, unknown>];
    const user = (id: number) => ['users', { id }] as [string, Record<string, unknown>];
    const change = async (round: number): Promise<void> => {
      await writing([`INSERT INTO orders VALUES (${1000 + round}, 3, 'new', '2026-01-20')`], [order(1000 + round)]);
      await writing(
        [`INSERT INTO items VALUES (${1000 + round}, ${1000 + round}, 's1', 5, 1)`],
        [item(1000 + round, 's1')],
      );
      await writing(
        [`UPDATE users SET name = 'n${round}', bio = NULL WHERE id = ${(round % 4) + 1}`],
        [user((round % 4) + 1)],
      );
      await writing([`UPDATE orders SET user_id = 19 WHERE id = ${round + 1}`], [order(round + 1)]); // moves to another user
      await writing([`DELETE FROM items WHERE id = ${round + 20}`], [item(round + 20, 's1')]);
      await writing(
        [`DELETE FROM items WHERE order_id = ${round + 30}`, `DELETE FROM orders WHERE id = ${round + 30}`],
        [order(round + 30)],
      );
      await writing([`UPDATE orders SET status = 'lost'`], [order(1)], true);
    };
    await change(0);
    expect((await lag([origin])).waiting).toBe(6);
    expect((await lag([origin])).oldest).toBeInstanceOf(Date);
    expect(await project([origin], origin, read)).toBe(6);
    expect(await project([origin], origin, read)).toBe(0);
    expect(await lag([origin])).toEqual({ waiting: 0, oldest: undefined });
    await expectSame();

    // A crash after a change is applied and before it is ticked off: it comes once more.
    await change(1);
    let left = 3;
    const breaking: Queryable = {
      query: (one, values) =>
        /^UPDATE/.test(one) && left-- === 0 ? Promise.reject(new Error('crash')) : origin.query(one, values),
    };
    await expect(project([breaking], origin, read)).rejects.toThrow('crash');
    expect((await lag([origin])).waiting).toBeGreaterThan(0);
    // A crash in the middle of one row: its transaction leaves the old row.
    await change(2);
    const torn: Database = {
      query: (one, values) => read.query(one, values),
      transaction: (work) =>
        read.transaction((tx) =>
          work({
            query: (one, values) =>
              one.startsWith('INSERT') ? Promise.reject(new Error('torn')) : tx.query(one, values),
          }),
        ),
    };
    await expect(project([origin], origin, torn)).rejects.toThrow('torn');
    while ((await project([origin], origin, read)) > 0);
    await expectSame();

    // A broker that delivers twice and in any order, with two projectors at once.
    await change(3);
    await change(4);
    const shuffled = [...seen, ...seen].map((one) => ({ one, at: next() })).sort((a, b) => a.at - b.at);
    await Promise.all(
      [0, 1].map(async (who) => {
        for (const [i, { one }] of shuffled.entries()) if (i % 2 === who) await apply(origin, read, one[0], one[1]);
      }),
    );
    await expectSame();
    while ((await project([origin], origin, read)) > 0);
    await expectSame();
    await run(origin, sql.down);
  });
});
