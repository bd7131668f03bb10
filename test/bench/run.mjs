// `node test/bench/run.mjs NAME …`: bundles a benchmark as the product is bundled, and runs it. A development runner would
// measure its own wrappers.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const folder = path.dirname(fileURLToPath(import.meta.url));
const [name, ...args] = process.argv.slice(2);
const outfile = path.join(folder, '..', '..', 'dist', `bench-${name}.mjs`);
await esbuild.build({
  entryPoints: [path.join(folder, `${name}.mts`)],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  minify: true,
  mainFields: ['module', 'main'],
  banner: {
    js: "import{createRequire as benchRequire}from'node:module';import{fileURLToPath as benchPath}from'node:url';import{dirname as benchFolder}from'node:path';const require=benchRequire(import.meta.url);const __filename=benchPath(import.meta.url);const __dirname=benchFolder(__filename);",
  },
  logLevel: 'warning',
});
process.exitCode = spawnSync(process.execPath, [outfile, ...args], { stdio: 'inherit' }).status ?? 1;
// What lies there is packed.
fs.rmSync(outfile);
