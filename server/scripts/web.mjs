// The bundles for a browser: the extension, and the language server as a web worker.
import path from 'node:path';

/**
 * The parser of TypeScript is the same file that the desktop loads, taken in when the first file needs it: it is
 * CommonJS, for which the worker's global scope plays the module. Where it lies says the client (see `browser.ts`).
 * @type {import('esbuild').Plugin}
 */
const typescriptBeside = {
  name: 'typescript-beside',
  setup(build) {
    build.onResolve({ filter: /^typescript$/ }, () => ({ path: 'typescript', namespace: 'beside' }));
    build.onLoad({ filter: /.*/, namespace: 'beside' }, () => ({
      contents: `
        const scope = globalThis;
        const made = { exports: {} };
        scope.module = made;
        scope.exports = made.exports;
        scope.require = () => ({});
        scope.importScripts(scope.shardlintTypeScript);
        delete scope.module; delete scope.exports; delete scope.require;
        module.exports = made.exports;`,
    }));
  },
};

/**
 * The grammar's loader, made for Node and browsers alike, asks for these in Node only. Any other built-in is a mistake,
 * and the bundler says so.
 * @type {import('esbuild').Plugin}
 */
const nothingOfNode = {
  name: 'nothing-of-node',
  setup(build) {
    build.onResolve({ filter: /^node:(?:fs|crypto)$/ }, ({ path: name, importer }) =>
      /libpg-query/.test(importer) ? { path: name, namespace: 'absent' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/**
 * @param {string} root The repository.
 * @param {import('esbuild').BuildOptions} common
 * @returns {readonly import('esbuild').BuildOptions[]}
 */
export const webBuilds = (root, common) => {
  const web = {
    ...common,
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    // Its CommonJS build requires files by computed names, which no bundler follows.
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  };
  const out = (name) => path.join(root, 'dist', name);
  return [
    {
      ...web,
      format: 'cjs',
      entryPoints: [path.join(root, 'client/src/browser.ts')],
      outfile: out('browser.js'),
      external: ['vscode'],
    },
    {
      ...web,
      format: 'iife',
      entryPoints: [path.join(root, 'server/src/browser.ts')],
      outfile: out('serverWeb.js'),
      plugins: [typescriptBeside, nothingOfNode],
    },
  ];
};
