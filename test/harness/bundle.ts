/** Programs as `npm run build` makes them, in a folder of their own. */
import fs from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { folderWith } from './shell';

/** Bundles entry files, each under its own name; the TypeScript parser and the grammar are read from the packages. */
export async function bundleOf(...entryPoints: readonly string[]): Promise<string> {
  const folder = folderWith({});
  const typescript = path.resolve('node_modules/typescript/lib/typescript.js');
  await esbuild.build({
    entryPoints: [...entryPoints],
    outdir: folder,
    entryNames: '[name]',
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js', typescript },
    external: [typescript, 'pg', 'mysql2'],
  });
  fs.copyFileSync('node_modules/libpg-query/wasm/libpg-query.wasm', path.join(folder, 'libpg-query.wasm'));
  return folder;
}
