/**
 * Statements a second through text → model → route, and what that costs above the grammar alone, side by side in one
 * run: `npm run bench:core`. Ratios are what counts; the machine is named by its cores alone.
 *
 * Targets: lexer + model + route at most 0.3 × the grammar's own time; at least 20,000 statements a second, warm.
 */
import fs from 'node:fs';
import os from 'node:os';
import { findDialect } from '../../server/src/dialects';
import { loadLibpgQuery } from '../../server/src/dialects/engines/libpgQuery';
import { readStatement } from '../../server/src/dialects/readStatement';
import { memoryPlatform } from '../../server/src/platform/memory';
import type { Query } from '../../server/src/query/model';
import { routeStatement } from '../../server/src/routing/routeStatement';
import { loadInlineMap } from '../../server/src/shards/load';
import { splitStatements } from '../../server/src/sql/statements';

const count = Number(process.argv[2] ?? 2000);
const tables = ['orders', 'order_items', 'payments', 'events', 'users'];

/** Statements as applications send them: mostly by key, some joins, some writes; every one has another text. */
function statement(i: number): string {
  const table = tables[i % tables.length];
  const other = tables[(i + 1) % tables.length];
  switch (i % 7) {
    case 0:
      return `SELECT id, status, total_${i} FROM ${table} WHERE tenant_id = $1 AND id = $2`;
    case 1:
      return `SELECT a.id, b.name FROM ${table} a JOIN ${other} b ON b.tenant_id = a.tenant_id AND b.id = a.ref_${i} WHERE a.tenant_id = $1 ORDER BY a.id LIMIT 20`;
    case 2:
      return `INSERT INTO ${table} (tenant_id, id, c_${i}, created_at) VALUES ($1, $2, $3, now()) RETURNING id`;
    case 3:
      return `UPDATE ${table} SET status = $1, c_${i} = c_${i} + 1 WHERE tenant_id = $2 AND id IN (1, 2, 3)`;
    case 4:
      return `SELECT status, count(*) FROM ${table} WHERE created_at > now() - interval '1 day' AND c_${i} IS NOT NULL GROUP BY status`;
    case 5:
      return `DELETE FROM ${table} WHERE tenant_id = $1 AND c_${i} < $2`;
    default:
      return `SELECT * FROM ${table} WHERE tenant_id = $1 AND EXISTS (SELECT 1 FROM ${other} o WHERE o.tenant_id = ${table}.tenant_id AND o.ref_${i} = ${table}.id)`;
  }
}

const texts = Array.from({ length: count }, (_, i) => statement(i));
const bytes = new Uint8Array(fs.readFileSync('node_modules/libpg-query/wasm/libpg-query.wasm'));
const dialect = findDialect('postgresql');
if (!dialect) throw new Error('no dialect');

const map = await loadInlineMap(
  memoryPlatform(new Map()),
  {
    version: 1,
    dialect: 'postgresql',
    router: 'citus',
    tables: Object.fromEntries(tables.map((name) => [name, { shardKey: 'tenant_id', shards: 32, group: 't' }])),
  },
  { root: '/' },
);

const milliseconds = (work: () => void): number => {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e6;
};

const started = process.hrtime.bigint();
const parser = await dialect.load({ ...memoryPlatform(new Map()), wasm: async () => bytes });
const loading = Number(process.hrtime.bigint() - started) / 1e6;
const engine = await loadLibpgQuery(bytes);

const read = (text: string): Query | undefined => {
  const [one] = splitStatements(text, dialect.lexical).statements;
  const parsed = one && readStatement(parser, dialect.lexical, text, one);
  return parsed?.ok ? parsed.query : undefined;
};
const all = (text: string): void => {
  const query = read(text);
  if (!query) throw new Error(`not read: ${text}`);
  routeStatement(query, { map: map.map, schema: map.schema, pins: [], hints: [], fixed: true, shallow: false });
};

const cold = milliseconds(() => texts.forEach(all));
// The best of interleaved rounds: other load on the machine only ever adds.
const rounds = Array.from({ length: 9 }, () => ({
  grammar: milliseconds(() => texts.forEach((text) => void engine.parse(text))),
  read: milliseconds(() => texts.forEach((text) => void read(text))),
  all: milliseconds(() => texts.forEach(all)),
}));
const best = (pick: (round: (typeof rounds)[number]) => number): number => Math.min(...rounds.map(pick));
const [grammar, reading, whole] = [best((r) => r.grammar), best((r) => r.read), best((r) => r.all)];
const each = (ms: number): string => `${((ms * 1000) / count).toFixed(1)} µs`;
const ratio = (whole - grammar) / grammar;
const perSecond = (count * 1000) / whole;

console.log(`${count} statements, ${os.cpus().length} cores, grammar loaded in ${loading.toFixed(0)} ms`);
console.log(`cold                        ${each(cold)} a statement`);
console.log(`grammar alone               ${each(grammar)}`);
console.log(`lexer, grammar, model       ${each(reading)}`);
console.log(`… and route                 ${each(whole)}`);
console.log(`statements a second, warm   ${perSecond.toFixed(0)} (target 20000)`);
console.log(`above the grammar           ${ratio.toFixed(2)} × its time (target 0.30)`);
