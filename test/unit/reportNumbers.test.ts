/**
 * Every figure of the shard report, computed once more from what `queries --format json` prints. Nothing of the report's
 * own code is used: sums, shares and kinds of statements are made here from the public inventory alone.
 */
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MapSection, ShardReport, Tally } from '../../server/src/advice/shardReport/model';
import { localEngine } from '../../server/src/cli/localEngine';
import { repository } from '../harness/imports';
import { folderWith, shardlint } from '../harness/shell';

interface Item {
  readonly file: string;
  readonly line: number;
  readonly operation: string;
  readonly tables: readonly string[];
  readonly writes: readonly string[];
  readonly own: boolean;
  readonly class: string;
  readonly target: 'primary' | 'replica' | 'unknown';
  readonly sql: string;
  readonly route: {
    readonly reach: string;
    readonly crossShard: string | null;
    readonly refused: { readonly code: string } | null;
    readonly reasons: readonly { readonly code: string }[];
  };
}

const answers = async (folder: string): Promise<{ readonly report: ShardReport; readonly items: readonly Item[] }> => {
  const run = async (args: readonly string[]) => {
    const { out, err, status } = await shardlint(folder, args, localEngine());
    if (status !== 0) throw new Error(err);
    return JSON.parse(out);
  };
  return { report: await run(['report', '--format', 'json']), items: await run(['queries', '--format', 'json']) };
};

const written = ['insert', 'update', 'delete', 'upsert'];
const isWrite = (one: Item) => written.includes(one.operation);
const isOther = (one: Item) => one.operation === 'ddl' || (one.operation === 'other' && readsOf(one).length === 0);
const readsOf = (one: Item) => one.tables.filter((table) => table !== '$dynamic' && !one.writes.includes(table));

const tally = (items: readonly Item[]): Tally => {
  const of = (name: string) => items.filter((one) => one.class === name).length;
  return {
    total: items.length,
    single: of('single'),
    subset: of('subset'),
    scatter: of('scatter'),
    crossShard: of('cross-shard-join'),
    reference: of('reference'),
    unsharded: of('unsharded'),
    unknown: of('unknown-dynamic'),
    refused: items.filter(({ route }) => route.refused !== null).length,
  };
};

const percent = (part: number, whole: number) => Math.round((10_000 * part) / whole) / 100;

/** Single, multi, scatter-gather and cross-shard, in percent of the statements of sharded tables that are known. */
function shares(items: readonly Item[]) {
  const known = items.filter((one) => ['single', 'subset', 'scatter', 'cross-shard-join'].includes(one.class));
  const crossing = known.filter(({ route }) => route.crossShard !== null);
  const plain = known.filter(({ route }) => route.crossShard === null);
  const at = (reach: string) => plain.filter((one) => one.class === reach).length;
  const whole = known.length;
  if (whole === 0) return { known, shares: [undefined, undefined, undefined, undefined] };
  const wide = crossing.filter(({ route }) => route.reach === 'scatter').length;
  return {
    known,
    shares: [
      percent(at('single'), whole),
      percent(at('subset') + crossing.length - wide, whole),
      percent(at('scatter') + wide, whole),
      percent(crossing.length, whole),
    ],
  };
}

function expectDistributions(
  reads: readonly Item[],
  writes: readonly Item[],
  said: Pick<MapSection['traffic'], 'readDistribution' | 'writeDistribution'>,
) {
  const { readDistribution: read, writeDistribution: write } = said;
  const r = shares(reads);
  const w = shares(writes);
  const count = (items: readonly Item[], ...operations: readonly string[]) =>
    items.filter(({ operation }) => operations.includes(operation)).length;
  const { total, find, aggregate, count: counted, other } = read.sampleSize;
  expect([total, find, aggregate, counted]).toEqual([
    r.known.length,
    count(r.known, 'select'),
    count(r.known, 'aggregate'),
    count(r.known, 'count'),
  ]);
  expect(find + aggregate + counted + other).toBe(total);
  expect([
    read.percentageOfSingleShardReads,
    read.percentageOfMultiShardReads,
    read.percentageOfScatterGatherReads,
    read.percentageOfCrossShardReads,
  ]).toEqual(r.shares);
  const sizes = write.sampleSize;
  expect([sizes.total, sizes.insert, sizes.update, sizes.delete]).toEqual([
    w.known.length,
    ...['insert', 'update', 'delete'].map((one) => count(w.known, one)),
  ]);
  expect(sizes.insert + sizes.update + sizes.delete + sizes.upsert).toBe(sizes.total);
  expect([
    write.percentageOfSingleShardWrites,
    write.percentageOfMultiShardWrites,
    write.percentageOfScatterGatherWrites,
    write.percentageOfCrossShardWrites,
  ]).toEqual(w.shares);
  const updates = w.known.filter(isKeyUpdate).length;
  expect(write.percentageOfShardKeyUpdates).toBe(w.known.length === 0 ? undefined : percent(updates, w.known.length));
  // A write without its key goes everywhere, or leaves the key out of its rows.
  const keyless = w.known.filter(isKeyless).length;
  const together =
    (write.percentageOfSingleWritesWithoutShardKey ?? 0) + (write.percentageOfMultiWritesWithoutShardKey ?? 0);
  if (w.known.length > 0) expect(together).toBeCloseTo((100 * keyless) / w.known.length, 1);
}

const codes = ({ route }: Item) => route.reasons.map(({ code }) => code);
const isKeyUpdate = (one: Item) => one.route.refused?.code === 'key-update' || codes(one).includes('key-update');
const isKeyless = (one: Item) =>
  codes(one).includes('missing-key') ||
  (one.operation !== 'insert' &&
    one.route.refused === null &&
    one.route.reach === 'scatter' &&
    !codes(one).includes('subset'));

function expectNumbers(
  section: MapSection,
  items: readonly Item[],
  unique: Readonly<Record<string, RegExp>> = {},
): void {
  const own = items.filter((one) => one.own);
  const reads = own.filter((one) => !isWrite(one) && !isOther(one));
  const writes = own.filter(isWrite);
  const { traffic, coverage, tables, replicas } = section;
  expect(traffic.reads).toEqual(tally(reads));
  expect(traffic.writes).toEqual(tally(writes));
  expect(traffic.other).toEqual(tally(own.filter(isOther)));
  expectDistributions(reads, writes, traffic);

  const unknown = items.filter(({ route }) => route.reach === 'unknown');
  expect(coverage).toMatchObject({
    statements: items.length,
    understood: items.length - unknown.length,
    unknown: unknown.length,
    elsewhere: items.length - own.length,
  });
  const target = (some: readonly Item[]) =>
    Object.fromEntries(
      ['primary', 'replica', 'unknown'].map((name) => [name, some.filter((one) => one.target === name).length]),
    );
  expect(replicas.reads).toEqual(target(reads));
  expect(replicas.writes).toEqual(target(writes));

  const named = own.filter(({ operation }) => operation !== 'ddl');
  const names = new Set(named.flatMap((one) => [...readsOf(one), ...one.writes]));
  expect([...names].filter((name) => !tables.some(({ table }) => table === name))).toEqual([]);
  for (const one of tables) {
    const itsReads = named.filter((item) => readsOf(item).includes(one.table));
    const itsWrites = named.filter((item) => item.writes.includes(one.table));
    expect([one.table, one.traffic.reads]).toEqual([one.table, tally(itsReads)]);
    expect([one.table, one.traffic.writes]).toEqual([one.table, tally(itsWrites)]);
    const sharded = one.kind === 'sharded';
    expectDistributions(sharded ? itsReads : [], sharded ? itsWrites : [], one.traffic);
    expect(one.shardKeyUpdates).toBe(sharded ? itsWrites.filter(isKeyUpdate).length : 0);
    expect([one.table, one.writesWithoutShardKey]).toEqual([
      one.table,
      sharded ? itsWrites.filter(isKeyless).length : 0,
    ]);
    const byKey = unique[one.table];
    if (byKey) {
      const alone = itsWrites.filter((item) => isKeyless(item) && byKey.test(item.sql)).length;
      const { sampleSize, percentageOfSingleWritesWithoutShardKey: said } = one.traffic.writeDistribution;
      if (sampleSize.total > 0) expect([one.table, said]).toEqual([one.table, percent(alone, sampleSize.total)]);
    }
  }

  const bad = own.filter(
    (one) => ['scatter', 'subset', 'cross-shard-join'].includes(one.class) || one.route.refused !== null,
  );
  expect(section.worst).toHaveLength(Math.min(50, bad.length));
  const place = ({ file, line }: { readonly file: string; readonly line: number }) => `${file}:${line}`;
  const places = new Set(bad.map(place));
  expect(section.worst.filter((one) => !places.has(place(one)))).toEqual([]);
}

const leaving = (items: readonly Item[]) => ({
  scatter: items.filter((one) => one.class === 'scatter').length,
  crossShard: items.filter((one) => one.class === 'cross-shard-join').length,
});

/** a.ts is everybody's, b.ts is `@one`'s and `@two`'s. */
function expectOwners({ owners }: MapSection, items: readonly Item[]): void {
  const bad = items.filter((one) => one.own && ['scatter', 'cross-shard-join'].includes(one.class));
  const files: Readonly<Record<string, string>> = { '@all': 'src/a.ts', '@one': 'src/b.ts', '@two': 'src/b.ts' };
  for (const [owner, file] of Object.entries(files)) {
    const its = bad.filter((one) => one.file === file);
    const said = owners.find((one) => one.owner === owner);
    expect([owner, said?.scatter ?? 0, said?.crossShard ?? 0]).toEqual([owner, ...Object.values(leaving(its))]);
    expect(said?.worst.every((one) => its.some(({ line }) => line === one.line)) ?? true).toBe(true);
  }
}

function expectServices({ services, budgets }: MapSection, items: readonly Item[]): void {
  const foreign: Readonly<Record<string, string>> = { one: 'items', two: 'orders' };
  for (const { service, reads, writes, foreignReads, foreignWrites } of services) {
    const own = items.filter((one) => one.file === (service === 'one' ? 'src/a.ts' : 'src/b.ts'));
    expect(reads).toEqual(tally(own.filter((one) => !isWrite(one) && !isOther(one))));
    expect(writes).toEqual(tally(own.filter(isWrite)));
    const other = foreign[service] ?? '';
    expect([service, foreignReads, foreignWrites]).toEqual([
      service,
      own.filter((one) => readsOf(one).includes(other)).length,
      own.filter((one) => one.writes.includes(other)).length,
    ]);
  }
  const { scatter, crossShard } = leaving(items.filter(({ file }) => file === 'src/a.ts'));
  expect(budgets).toEqual([
    { service: 'one', maxScatter: 2, scatter: scatter + crossShard, kept: scatter + crossShard <= 2 },
  ]);
}

function expectWeights(
  { byWeight }: MapSection,
  items: readonly Item[],
  rateOf: (one: Item) => number | undefined,
): void {
  const own = items.filter((one) => one.own && one.operation !== 'ddl');
  const sum = (some: readonly Item[]) => some.reduce((all, one) => all + (rateOf(one) ?? 0), 0);
  const reads = own.filter((one) => !isWrite(one) && !isOther(one));
  const of = (some: readonly Item[], name: string) => sum(some.filter((one) => one.class === name));
  for (const [said, some] of [
    [byWeight?.reads, reads],
    [byWeight?.writes, own.filter(isWrite)],
  ] as const) {
    expect(said?.total ?? 0).toBeCloseTo(sum(some), 6);
    expect(said?.single ?? 0).toBeCloseTo(of(some, 'single'), 6);
    expect(said?.scatter ?? 0).toBeCloseTo(of(some, 'scatter'), 6);
    expect(said?.crossShard ?? 0).toBeCloseTo(of(some, 'cross-shard-join'), 6);
  }
}

describe.each(['citus', 'own-sharding', 'vitess'])('the report of samples/%s', (sample) => {
  it('has the numbers of the inventory', async () => {
    const { report, items } = await answers(path.join(repository, 'samples', sample));
    expect(report.maps).toHaveLength(1);
    expectNumbers(report.maps[0]!, items);
  });
});

describe('the report of a generated workspace', () => {
  const column = fc.constantFrom('tenant_id', 'id', 'status', 'total');
  const where = fc
    .uniqueArray(column, { maxLength: 3 })
    .map((columns) =>
      columns.length === 0 ? '' : ` WHERE ${columns.map((one, i) => `${one} = $${i + 1}`).join(' AND ')}`,
    );
  const table = fc.constantFrom('orders', 'items', 'plans', 'settings');
  const statement = fc.oneof(
    fc
      .tuple(fc.constantFrom('*', 'count(*)', 'sum(total)'), table, where)
      .map(([what, name, cond]) => `SELECT ${what} FROM ${name}${cond}`),
    fc.tuple(table, where).map(([name, cond]) => `UPDATE ${name} SET status = 'x'${cond}`),
    fc.tuple(table, where).map(([name, cond]) => `DELETE FROM ${name}${cond}`),
    table.map((name) => `INSERT INTO ${name} (tenant_id, id, status) VALUES ($1, $2, $3)`),
    table.map((name) => `INSERT INTO ${name} (tenant_id, id) VALUES ($1, $2), ($3, $4)`),
    fc.constantFrom(
      'SELECT * FROM orders WHERE tenant_id IN (1, 2)',
      'SELECT o.id FROM orders o JOIN items i ON i.id = o.id',
      'SELECT o.id FROM orders o JOIN items i ON i.tenant_id = o.tenant_id WHERE o.tenant_id = $1',
      'UPDATE orders SET tenant_id = $1 WHERE tenant_id = $2 AND id = $3',
      'INSERT INTO items (tenant_id, id) SELECT tenant_id, id FROM orders WHERE tenant_id = $1',
      'SELECT 1',
    ),
  );
  const ddl = ['orders', 'items', 'plans', 'settings']
    .map((name) => `CREATE TABLE ${name} (tenant_id bigint, id bigint PRIMARY KEY, status text, total int);`)
    .join('\n');
  const map =
    'version: 1\ndialect: postgresql\nrouter: generic\nimport: [{ ddl: migrations/*.sql }]\ntables:\n  orders: { shardKey: tenant_id, shards: 8, group: t }\n  items: { shardKey: tenant_id, shards: 8, group: t }\n  plans: { kind: reference }\n  settings: { kind: unsharded }\nservices:\n  one: { files: [src/a.ts], owns: [orders] }\n  two: { files: [src/b.ts], owns: [items] }\nbudgets: { one: { max-scatter: 2 } }\n';
  const owners = 'src/* @all\nsrc/b.ts @one @two\n';
  /** Every third function is called so often. */
  const rates = (count: number) => Array.from({ length: count }, (_, i) => i).filter((i) => i % 3 === 0);
  const rateOf = ({ file, line }: Item) => {
    const index = (line - 3) * 2 + (file === 'src/b.ts' ? 1 : 0);
    return index % 3 === 0 ? index + 1 : undefined;
  };

  it('has the numbers of its inventory, whatever it sends', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(statement, { minLength: 1, maxLength: 30 }),
        fc.array(statement, { maxLength: 5 }),
        async (app, tests) => {
          const code = (statements: readonly string[]) =>
            `import { Pool } from 'pg';\nconst pool = new Pool();\n${statements.map((sql, i) => `export const q${i} = (...v: unknown[]) => pool.query(\`${sql}\`, v);`).join('\n')}\n`;
          // Statement 2i stands in a.ts and 2i + 1 in b.ts, each in a function of its own.
          const half = (odd: number) => app.filter((_, i) => i % 2 === odd);
          const traffic = rates(app.length).map(
            (i) => `  "src/${i % 2 === 0 ? 'a' : 'b'}.ts#q${Math.floor(i / 2)}": ${i + 1}/s\n`,
          );
          const folder = folderWith({
            'shardlint.yaml': `${map}traffic:\n${traffic.join('')}`,
            CODEOWNERS: owners,
            'package.json': '{ "dependencies": { "pg": "8" } }',
            'migrations/1.sql': ddl,
            'src/a.ts': code(half(0)),
            'src/b.ts': code(half(1)),
            'test/app.test.ts': code(tests),
          });
          const { report, items } = await answers(folder);
          expect(items.filter(({ operation }) => operation !== 'ddl')).toHaveLength(app.length + tests.length);
          const byId = /WHERE (?:.* AND )?id = /;
          const [section] = report.maps;
          expectNumbers(section!, items, { orders: byId, items: byId });
          expectOwners(section!, items);
          expectServices(section!, items);
          expectWeights(section!, items, rateOf);
        },
      ),
      { numRuns: 12, seed: 7 },
    );
  }, 120_000);
});
