// From a keystroke to its diagnostics: `node test/bench/keystroke.mjs [typescript|sql|scan …] [--keystrokes N]`, by default all.
// The wait before an editor asks (debounce) is not part of it. Server time is what its thread has worked, as the kernel
// counts it: other processes do not slow it down. While a scan runs it is the round trip, since the thread works on both.
import fs from 'node:fs';
import path from 'node:path';
import { openDocument, share, startServer } from './client.mjs';
import { generate } from './generate.mjs';
import { option, report, workFolder } from './process.mjs';

const keystrokes = Number(option('keystrokes', 400));
const warmUp = Math.min(40, keystrokes);

/** What code between queries looks like: some of it dense, some of it comments. */
const code = [
  (_, j) => `  // Step ${j}: what was ordered before counts half.`,
  (_, j) => `  const part${j} = input * ${j} + sum;`,
  (_, j) => `  if (part${j - 1} > ${j}) sum -= 1;`,
  (_, j) => `  sum += compute(${j}, { weight: input * ${j}, label: \`item \${sum} of ${j}\` });`,
  () => '',
  (_, j) => `  const names${j} = ['a', 'b', 'c'].map((name) => name.toUpperCase());`,
  (i, j) => `  console.log('query ${i}, step ${j}', names${j - 1}.length);`,
];

const queries = [
  (i) =>
    `  const { rows } = await pool.query('SELECT id, total FROM orders WHERE tenant_id = $1 AND id > ${i}', [input]);`,
  (i) =>
    `  const { rows } = await pool.query(\`SELECT o.id, i.id AS item\n    FROM orders o\n    JOIN order_items i ON i.order_id = o.id\n   WHERE o.status = 'open' AND o.total > ${i}\`);`,
  (i) =>
    `  const where = input > ${i} ? 'tenant_id = $1' : 'status = $1';\n  const { rows } = await pool.query('UPDATE orders SET total = total + 1 WHERE ' + where, [input]);`,
];

/** 120 KB with 90 statements of several kinds among ordinary code. */
function typescript() {
  const statements = 90;
  const perFunction = 25;
  const parts = ["import { pool } from './pool';", ''];
  for (let i = 0; i < statements; i++) {
    parts.push(`export async function query${i}(input: number): Promise<number> {`, '  let sum = 0;');
    parts.push(queries[i % queries.length](i));
    for (let j = 0; j < perFunction; j++) parts.push(code[j % code.length](i, j));
    parts.push('  return sum + rows.length;', '}');
  }
  parts.push(
    'const compute = (a: number, b: { weight: number; label: string }): number => a * b.weight + b.label.length;',
  );
  return `${parts.join('\n')}\n`;
}

const kinds = [
  (i) => `SELECT id, total FROM orders WHERE tenant_id = ${i} AND id > 7;`,
  (i) => `SELECT o.id, i.id FROM orders o JOIN order_items i ON i.order_id = o.id WHERE o.total > ${i};`,
  (i) => `UPDATE orders SET total = total + 1 WHERE tenant_id = 5 AND id = ${i};`,
  (i) => `INSERT INTO order_items (id, order_id, tenant_id) VALUES (${i}, 2, 3);`,
  (i) => `-- What was ordered first.\nSELECT status, count(*) FROM orders WHERE status = 's${i}' GROUP BY status;`,
];
const sql = () => `${Array.from({ length: 5000 }, (_, i) => kinds[i % kinds.length](i)).join('\n')}\n`;

const map = `version: 1
dialect: postgresql
router: citus
tables:
  orders: { shardKey: tenant_id, shards: 32, columns: { id: bigint, tenant_id: bigint, status: text, total: numeric } }
  order_items: { shardKey: tenant_id, shards: 32, columns: { id: bigint, order_id: bigint, tenant_id: bigint } }
`;

const scenarios = {
  typescript: {
    title: 'keystroke, TypeScript file of 120 KB',
    write: (write) => {
      write('shardlint.yaml', map);
      write('src/pool.ts', "import { Pool } from 'pg';\n\nexport const pool = new Pool();\n");
      return ['src/orders.ts', 'typescript', write('src/orders.ts', typescript())];
    },
    /** Where somebody types: in SQL, in code, a new line at the top, which moves all that follows. */
    places: ['total > ', 'sum += compute(', "'./pool';\n", 'order_items i', 'tenant_id = $1 AND'],
    by: 'worked',
    limits: { p95: 15, p99: 40 },
  },
  sql: {
    title: 'keystroke, SQL file of 5,000 statements',
    write: (write) => {
      write('shardlint.yaml', map);
      return ['src/queries.sql', 'sql', write('src/queries.sql', sql())];
    },
    places: ['total > ', 'tenant_id = ', 'VALUES (', '-- What was ', 'GROUP BY status;\n'],
    by: 'worked',
    limits: { p95: 20 },
  },
  scan: {
    title: 'keystroke while a scan runs',
    write: (_, root) => {
      generate(root, 4000, 1);
      const name = 'src/services/s0.ts';
      return [name, 'typescript', fs.readFileSync(path.join(root, name), 'utf8')];
    },
    places: ['tenantId', 'return ', 'input'],
    by: 'trip',
    limits: { p95: 50 },
    scans: true,
  },
};

async function measure({ write: fill, places, by, scans }) {
  const root = workFolder('keystroke');
  const write = (name, text) => {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), text);
    return text;
  };
  const [name, language, source] = fill(write, root);
  const file = path.join(root, name);
  const server = startServer(root);
  await server.initialize();
  const document = openDocument(server, file, language, source);
  const first = await server.diagnostics(file);
  if (first.items.length === 0 && !scans) throw new Error('the file has no findings: nothing is measured');
  const typed = ['7', ' ', '\n', 'x', '('];
  const times = [];
  const count = scans ? 100 : keystrokes;
  let scanning = scans === true;
  if (scans)
    server.request('shardlint/scan', { workDoneToken: null, folders: null }).then(
      () => (scanning = false),
      () => (scanning = false),
    );
  let at = 0;
  for (let i = 0; i < count + (scans ? 0 : warmUp); i++) {
    const step = Math.floor(i / 2);
    const undo = i % 2 === 1;
    if (!undo) {
      const marker = places[step % places.length];
      const text = document.text();
      const nth = text.indexOf(marker, (step * 7919) % text.length);
      at = (nth < 0 ? text.indexOf(marker) : nth) + marker.length;
    }
    const insert = undo ? '' : typed[step % typed.length];
    const { [by]: time } = await document.edit(at, undo ? at + 1 : at, insert);
    // The scan may be over first.
    if (scans ? scanning || i < 10 : i >= warmUp) times.push(time);
  }
  await server.stop();
  return { findings: first.items.length, p50: share(times, 0.5), p95: share(times, 0.95), p99: share(times, 0.99) };
}

const chosen = process.argv.slice(2).filter((one) => one in scenarios);
const rows = [];
for (const name of chosen.length > 0 ? chosen : Object.keys(scenarios)) {
  const scenario = scenarios[name];
  const { findings, ...figures } = await measure(scenario);
  const note = `p50 ${figures.p50} ms, ${findings} findings`;
  for (const [part, target] of Object.entries(scenario.limits))
    rows.push({ name: `${scenario.title}, ${part}`, value: figures[part], unit: 'ms', target, note });
}
report(rows);
