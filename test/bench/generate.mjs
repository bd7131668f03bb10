// A TypeScript application of any size, the same for the same seed: services with Prisma and SQL, helpers that they share,
// and the components, types and tests around them that send nothing, in the shares that real applications have.
import fs from 'node:fs';
import path from 'node:path';

/** Small, seeded, good enough to choose by (mulberry32). */
const random = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};

const models = ['Order', 'OrderItem', 'Payment', 'Invoice', 'Customer', 'Event', 'Message', 'Session'];
const lower = (name) => name[0].toLowerCase() + name.slice(1);

export function generate(root, count, seed = 1) {
  const next = random(seed);
  const below = (most) => Math.floor(next() * most);
  const pick = (list) => list[below(list.length)];
  const write = (name, text) => {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), text);
  };
  const table = (name) => `  ${name}: { shardKey: tenantId, shards: 32, group: tenant }\n`;
  write(
    'shardlint.yaml',
    `version: 1\ndialect: postgresql\nrouter: citus\ntables:\n${models.map(table).join('')}  Country: { kind: reference }\n`,
  );
  write('package.json', JSON.stringify({ name: 'generated', dependencies: { '@prisma/client': '*', pg: '*' } }));
  const fields = 'id String @id\n  tenantId String\n  status String\n  total Int';
  write(
    'prisma/schema.prisma',
    `datasource db {\n  provider = "postgresql"\n}\n${models.map((name) => `model ${name} {\n  ${fields}\n}\n`).join('')}`,
  );
  write(
    'src/db.ts',
    "import { PrismaClient } from '@prisma/client';\nimport { Pool } from 'pg';\nexport const prisma = new PrismaClient();\nexport const pool = new Pool();\n",
  );

  const filler = (lines) =>
    Array.from({ length: lines }, (_, i) =>
      pick([
        `  const part${i} = compute(${below(99)}, { weight: ${below(9)}, label: \`item \${${i}} of ${below(9)}\` });`,
        `  if (input > ${below(99)}) console.log('step ${i}', input);`,
        `  const names${i} = ['a', 'b', 'c'].map((name) => name.toUpperCase() + ${i});`,
        `  // What was counted before counts half from here on: ${below(9999)}.`,
      ]),
    ).join('\n');
  const query = () => {
    const model = pick(models);
    return pick([
      `  return prisma.${lower(model)}.findMany({ where: { tenantId, status: 'open' }, take: ${below(50)} });`,
      `  return prisma.${lower(model)}.update({ where: { id: String(input) }, data: { status: 'done' } });`,
      `  const where = { ...scope(tenantId), total: { gt: ${below(99)} } };\n  return prisma.${lower(model)}.count({ where });`,
      `  return pool.query('SELECT id, total FROM "${model}" WHERE "tenantId" = $1 AND total > ${below(99)}', [tenantId]);`,
      `  return pool.query(\`SELECT a.id FROM "${model}" a JOIN "${pick(models)}" b ON b.id = a.id WHERE a.status = \${input}\`);`,
    ]);
  };
  const compute =
    '\nconst compute = (a: number, b: { weight: number; label: string }): number => a * b.weight + b.label.length;\n';
  const service = () =>
    `import { pool, prisma } from '../db';\nimport { scope } from '../helpers/h${below(Math.max(1, count / 20))}';\n${Array.from(
      { length: 2 + below(4) },
      (_, i) =>
        `export async function run${i}(tenantId: string, input: number) {\n${filler(below(25))}\n${query()}\n}\n`,
    ).join('')}${compute}`;
  const component = (i) =>
    `import { useState } from 'react';\n\nexport function View${i}({ input }: { input: number }) {\n  const [open, setOpen] = useState(false);\n${filler(8 + below(60))}\n  return (\n    <section onClick={() => setOpen(!open)}>\n      <h2>{input} of ${i}</h2>\n      {open && <p>{compute(input, { weight: 1, label: 'x' })}</p>}\n    </section>\n  );\n}\n${compute}`;
  const helper = () =>
    `export const scope = (tenantId: string) => ({ tenantId, status: '${pick(['open', 'done', 'new'])}' });\n`;

  for (let i = 0; i < Math.max(1, count / 20); i++) write(`src/helpers/h${i}.ts`, helper());
  for (let i = 0; i < count; i++) {
    const folder = `part${Math.floor(i / 50)}`;
    if (i % 5 === 0) write(`src/services/s${i}.ts`, service());
    else write(`src/views/${folder}/v${i}.tsx`, component(i));
  }
}
