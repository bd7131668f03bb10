// The floor under any scan of a folder: walk, read, one regular expression a file, parse what is left, and nothing else.
// `node floor.mjs FOLDER`, in a process of its own; prints one line of JSON, times in milliseconds.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = process.argv[2] ?? '.';
const require = createRequire(path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'package.json'));
const candidate =
  /prisma|typeorm|sequelize|drizzle|knex|kysely|mikro-orm|objection|mongoose|mongodb|slonik|\bpg\b|mysql2|\bsql`|queryRaw|executeRaw|\bselect\s|insert\s+into|delete\s+from|\bupdate\s+\w+\s+set\b|\.(?:findMany|findOne|findAll|findBy|createQueryBuilder)\b/i;
const passed = new Set(['node_modules', '.git', 'dist', 'build', 'out', 'coverage', '.next']);
const source = /\.[cm]?[jt]sx?$/;

let at = performance.now();
const lap = () => {
  const before = at;
  at = performance.now();
  return Math.round(at - before);
};
const ts = require('typescript');
const load = lap();

const files = [];
const folders = [root];
for (let folder = folders.pop(); folder !== undefined; folder = folders.pop())
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory() && !passed.has(entry.name)) folders.push(file);
    else if (entry.isFile() && source.test(entry.name) && !entry.name.endsWith('.d.ts')) files.push(file);
  }
const kept = files.flatMap((file) => {
  const text = fs.readFileSync(file, 'utf8');
  return candidate.test(text) ? [{ file, text }] : [];
});
const read = lap();

const options = { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode: ts.JSDocParsingMode.ParseNone };
for (const { file, text } of kept)
  ts.createSourceFile(file, text, options, false, /[jx]s?x$/.test(file) ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
const parse = lap();
console.log(JSON.stringify({ files: files.length, kept: kept.length, loadMs: load, floorMs: read + parse }));
