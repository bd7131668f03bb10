// 300 SQL files with 9,000 statements: `check` against two linters that only parse, side by side in one run. They are
// installed for this in a folder of their own; without a network the figures are left out.
import fs from 'node:fs';
import path from 'node:path';
import { check, option, report, repository, run, workFolder } from './process.mjs';

const work = workFolder('sql');
const app = path.join(work, 'app');
const rounds = Number(option('rounds', 3));
const kinds = [
  (i, j) => `SELECT id, total FROM orders WHERE tenant_id = ${i} AND id > ${j};`,
  (i, j) => `SELECT o.id, i.id FROM orders o JOIN order_items i ON i.order_id = o.id WHERE o.total > ${i * j};`,
  (i, j) => `UPDATE orders SET total = total + ${j} WHERE tenant_id = 5 AND id = ${i};`,
  (i, j) => `INSERT INTO order_items (id, order_id, tenant_id) VALUES (${i}, ${j}, 3);`,
  (i, j) => `SELECT status, count(*) FROM orders WHERE status = 's${i}' AND total > ${j} GROUP BY status;`,
  (i, j) =>
    `DELETE FROM orders WHERE tenant_id = ${i} AND id IN (SELECT order_id FROM order_items WHERE tenant_id = ${j});`,
];
fs.mkdirSync(app, { recursive: true });
fs.writeFileSync(
  path.join(app, 'shardlint.yaml'),
  'version: 1\ndialect: postgresql\nrouter: citus\ntables:\n  orders: { shardKey: tenant_id, shards: 32 }\n  order_items: { shardKey: tenant_id, shards: 32 }\n',
);
const files = Array.from({ length: 300 }, (_, i) => {
  const file = path.join(app, `q${i}.sql`);
  const text = Array.from({ length: 30 }, (__, j) => kinds[(i + j) % kinds.length](i, j)).join('\n');
  fs.writeFileSync(file, `${text}\n`);
  return file;
});

const tools = option('tools') ?? installed();
const others = [
  ['postgres-language-server', 1.2, ['check', app]],
  ['squawk', 4, files],
];
const best = (make) => Math.min(...Array.from({ length: rounds }, make));
const rows = [];
const own = best(() => check(app, ['--no-cache']).ms);
for (const [name, target, args] of others) {
  const title = `SQL, 9,000 statements, × ${name}`;
  const program = tools && path.join(tools, 'node_modules', '.bin', name);
  if (!program || !fs.existsSync(program))
    rows.push({ name: title, target, unit: '×', skipped: 'skipped: it could not be installed' });
  else {
    const theirs = best(() => {
      const { ms, status, err } = run(program, args);
      // A linter that finds something says so by its status; one that was not understood has measured nothing.
      if (status === null || /not expected|unexpected argument/.test(err)) throw new Error(`${name}: ${err}`);
      return ms;
    });
    rows.push({
      name: title,
      value: own / theirs,
      unit: '×',
      target,
      note: `${own.toFixed(0)} of ${theirs.toFixed(0)} ms`,
    });
  }
}
report(rows);

function installed() {
  const folder = path.join(work, 'tools');
  fs.cpSync(path.join(repository, 'test', 'bench', 'tools'), folder, { recursive: true });
  const done = run('npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund']);
  return done.status === 0 ? folder : undefined;
}
