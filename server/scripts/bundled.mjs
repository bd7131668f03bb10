// Which packages are in what we ship: asked of the bundler, so that nothing is forgotten and nothing is listed in vain.
import fs from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';

const entries = [
  'client/src/extension.ts',
  'client/src/browser.ts',
  'server/src/main.ts',
  'server/src/browser.ts',
  'server/src/cli/main.ts',
];

/** @typedef {{ name: string, version: string, license: string, author: string, text: string }} Bundled */

/**
 * Packages of all bundles, by name. Throws where one does not say its licence.
 * @param {string} root The repository.
 * @returns {Promise<readonly Bundled[]>}
 */
export async function bundledPackages(root) {
  const folders = new Set();
  for (const [platform, mainFields] of [
    ['node', ['main', 'module']],
    ['browser', ['browser', 'module', 'main']],
  ]) {
    const own = entries.filter((file) => /browser/.test(file) === (platform === 'browser'));
    const { metafile } = await esbuild.build({
      entryPoints: own.map((file) => path.join(root, file)).filter((file) => fs.existsSync(file)),
      absWorkingDir: root,
      bundle: true,
      write: false,
      metafile: true,
      platform,
      mainFields,
      outdir: path.join(root, 'dist'),
      external: ['vscode', 'pg-native', 'cloudflare:sockets', 'node:*'],
      alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
      logLevel: 'error',
    });
    for (const input of Object.keys(metafile.inputs)) {
      const [folder] = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input.replaceAll('\\', '/')) ?? [];
      if (folder) folders.add(folder);
    }
  }
  return [...folders]
    .map((folder) => describe(path.resolve(root, folder)))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1));
}

/** @returns {Bundled} */
function describe(folder) {
  const { name, version, license, author } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  if (typeof license !== 'string') throw new Error(`${name} does not say its licence`);
  const file = fs.readdirSync(folder).find((one) => /^(?:licen[cs]e|copying)(?:[.-]|$)/i.test(one));
  const text =
    file === undefined ? '' : fs.readFileSync(path.join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim();
  return { name, version, license, author: typeof author === 'string' ? author : (author?.name ?? ''), text };
}

/** What may be shipped without asking anybody. */
export const permissive =
  /^(?:MIT|ISC|BSD-2-Clause|BSD-3-Clause|0BSD|Apache-2\.0|BlueOak-1\.0\.0|Unlicense|CC0-1\.0|PostgreSQL)$/;

/**
 * The page with every licence.
 * @param {readonly Bundled[]} packages
 */
export function thirdPartyPage(packages) {
  const cell = (text) => text.replaceAll('|', '\\|');
  const rows = packages.map(({ name, version, license }) => `| ${cell(name)} | ${version} | ${cell(license)} |`);
  const texts = packages.map(({ name, version, license, author, text }) => {
    const said = text || `${license}${author ? `, ${author}` : ''}; the package holds no text of its own.`;
    return `## ${name} ${version}\n\n\`\`\`text\n${said.replaceAll('```', "'''")}\n\`\`\`\n`;
  });
  return [
    '# Third-party software',
    '',
    'These packages are bundled with Shardlint. `libpg-query` holds parts of PostgreSQL, which are under the PostgreSQL licence',
    '(Copyright © 1996-2026, The PostgreSQL Global Development Group; Copyright © 1994, The Regents of the University of California).',
    '',
    '| package | version | licence |',
    '| --- | --- | --- |',
    ...rows,
    '',
    ...texts,
  ].join('\n');
}
