// What the shard report costs after the scan: `npm run bench:report`, with `-- --files 5000 --seed 1` for another
// application. Exits 1 where it takes longer than two seconds, at
// best of three rounds: other load on the machine only ever adds.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { localAnalysis } from '../../server/src/engine/localAnalysis.ts';
import { nodePlatform } from '../../server/src/platform/node.ts';
import { shardReportPage } from '../../server/src/report/shardReport/page.ts';
import { generate } from './generate.mjs';

const option = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const most = 2000;
const files = option('files', 5000);
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'shardlint-report-'));
process.on('exit', () => fs.rmSync(root, { recursive: true, force: true }));
generate(root, files, option('seed', 1));

const assets = path.join(import.meta.dirname, '../../node_modules/libpg-query/wasm');
const analysis = localAnalysis(nodePlatform({ assets }), root, {});
const started = performance.now();
for (const file of await analysis.sources()) await analysis.file(file);
// The scan's own last part: findings of functions and maps.
await analysis.totals();
const scanned = performance.now();
const rounds: { readonly reportMs: number; readonly pageMs: number; readonly pageBytes: number }[] = [];
let statements = 0;
for (let round = 0; round < 3; round += 1) {
  const asked = performance.now();
  const report = await analysis.shardReport({});
  const made = performance.now();
  const pageBytes = shardReportPage(report).length;
  rounds.push({ reportMs: Math.round(made - asked), pageMs: Math.round(performance.now() - made), pageBytes });
  statements = report.maps[0]?.coverage.statements ?? 0;
}
const best = Math.min(...rounds.map(({ reportMs, pageMs }) => reportMs + pageMs));
console.log(JSON.stringify({ files, statements, scanMs: Math.round(scanned - started), best, rounds }));
if (best > most) {
  console.error(`The report took ${best} ms; ${most} are allowed.`);
  process.exit(1);
}
