import fs from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ImportEdge, importsOf, repository, sourceFiles } from './harness/imports';

/** Each folder of server/src may import itself and the folders before it. */
const order = [
  'text',
  'platform',
  'sql',
  'query',
  'dialects',
  'schema',
  'hosts',
  'flow',
  'orms',
  'shards',
  'routing',
  'advice',
  'rules',
  'engine',
  'report',
  'lsp',
  'cli',
];

/** Where less is allowed than the order says. */
const narrower: Readonly<Record<string, readonly string[]>> = {
  hosts: ['text', 'platform', 'sql', 'query'],
  shards: ['text', 'platform', 'sql', 'query', 'dialects', 'schema'],
  routing: ['text', 'sql', 'query', 'schema', 'shards'],
  advice: ['text', 'query', 'schema', 'shards', 'routing'],
  rules: ['text', 'query', 'schema', 'shards', 'routing', 'advice'],
};

/** Packages, Node built-ins and the Node platform → the paths that may import them; `types`: where a type import passes. */
const homes: readonly { readonly what: RegExp; readonly where: RegExp; readonly types?: RegExp }[] = [
  { what: /^vscode(?:-languageclient)?$/, where: /^client\// },
  {
    what: /^vscode-(?:languageserver|jsonrpc)/,
    where: /^server\/src\/(?:lsp\/|main$|browser$)/,
    types: /^(?:server\/src\/protocol$|client\/)/,
  },
  {
    what: /^(?:libpg-query|pgsql-\w+|node-sql-parser)$/,
    where: /^server\/src\/dialects\/engines\//,
  },
  { what: /^(?:typescript|web-tree-sitter)$/, where: /^server\/src\/hosts\// },
  { what: /^(?:pg|mysql2)(?:\/|$)/, where: /^server\/src\/cli\/database\// },
  { what: /^commander$/, where: /^server\/src\/cli\// },
  { what: /^picocolors$/, where: /^server\/(?:src\/(?:cli|report)|scripts)\// },
  {
    what: new RegExp(`^(?:node:.*|server/src/platform/node|${builtinModules.join('|')})$`),
    where:
      /^(?:server\/(?:src\/(?:platform\/node|cli\/.*|lsp\/main|main|heartbeat|watchdog)$|scripts\/)|client\/src\/(?!browser))/,
  },
  {
    what: /^(?:esbuild|vitest|fast-check|tsx|ajv|ajv-formats|playwright-core|@electric-sql\/pglite|@vscode\/vsce)$/,
    where: /^server\/scripts\//,
  },
];

const files = [...sourceFiles('server/src'), ...sourceFiles('server/scripts'), ...sourceFiles('client/src')];
const edges = files.flatMap(importsOf);
const stem = (file: string): string => file.replace(/\.m?ts$/, '');
const say = (edge: ImportEdge): string => `${edge.from}:${edge.line} imports ${edge.to}`;
const folderOf = (file: string): string | undefined => /^server\/src\/([^/]+)\//.exec(file)?.[1];

describe('imports', () => {
  test('every folder of server/src has its place in the order', () => {
    const folders = new Set(files.map(folderOf).filter((name) => name !== undefined));
    expect([...folders].filter((name) => !order.includes(name))).toEqual([]);
  });

  test('go to folders above only', () => {
    const wrong = edges.filter((edge) => {
      const from = folderOf(edge.from);
      const to = folderOf(`${edge.to}/`);
      if (!from || !to || from === to || !order.includes(to)) return false;
      const allowed = narrower[from] ?? order.slice(0, order.indexOf(from));
      return !allowed.includes(to);
    });
    expect(wrong.map(say)).toEqual([]);
  });

  test('of the process entries and the protocol stay where they belong', () => {
    const wrong = edges.filter(
      (edge) =>
        (edge.to === 'server/src/main' && edge.from.startsWith('server/src/')) ||
        (edge.to === 'server/src/protocol' &&
          !/^(?:client|server\/src\/lsp)\/|^server\/src\/(?:main|browser)$/.test(stem(edge.from))),
    );
    expect(wrong.map(say)).toEqual([]);
  });

  test('of the client reach the server through the types of its protocol only', () => {
    const wrong = edges.filter(
      (edge) =>
        edge.from.startsWith('client/') &&
        edge.to.startsWith('server/') &&
        !(edge.to === 'server/src/protocol' && edge.typeOnly),
    );
    expect(wrong.map(say)).toEqual([]);
  });

  test('of packages and Node built-ins stand only where they belong', () => {
    const wrong = edges.filter((edge) => {
      const home = homes.find(({ what }) => what.test(edge.to));
      const from = stem(edge.from);
      return home && !home.where.test(from) && !(edge.typeOnly && home.types?.test(from));
    });
    expect(wrong.map(say)).toEqual([]);
  });

  test('of a rule are its shape, and types or small pure functions of the model', () => {
    const wrong = edges.filter((edge) => {
      if (!/^server\/src\/rules\/[^/]+\.ts$/.test(edge.from) || /\/(?:rule|unit|index)\.ts$/.test(edge.from))
        return false;
      if (/^server\/src\/rules\/(?:rule|unit)$/.test(edge.to)) return false;
      return !(
        /^server\/src\/(?:text|query|schema|shards|routing|advice)\//.test(edge.to) &&
        (edge.typeOnly ||
          /^server\/src\/(?:(?:text|query|routing|advice)\/|shards\/services$|schema\/model$)/.test(edge.to))
      );
    });
    expect(wrong.map(say)).toEqual([]);
  });
});

describe('file sizes', () => {
  /** At most three: each is one thing that falls apart when it is cut. */
  const exceptions: readonly string[] = [
    'server/src/query/model.ts', // one model, read from top to bottom
  ];
  const sizes = [...sourceFiles('server/src'), ...sourceFiles('client/src')]
    .filter((file) => !isGenerated(file))
    .map((file) => ({ file, lines: read(file).split('\n').length - 1 }));

  test('stop at 400 lines, with at most three exceptions', () => {
    expect(exceptions.length).toBeLessThanOrEqual(3);
    const tooLong = sizes.filter(({ file, lines }) => lines > 400 && !exceptions.includes(file));
    expect(tooLong.map(({ file, lines }) => `${file}: ${lines}`)).toEqual([]);
  });

  test('have a small median and few files above 220', () => {
    const sorted = sizes.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(110);
    expect(sorted.filter((lines) => lines > 220).length / sorted.length).toBeLessThanOrEqual(0.15);
  });
});

function read(file: string): string {
  return fs.readFileSync(path.join(repository, file), 'utf8');
}

function isGenerated(file: string): boolean {
  return /^\/\/ Generated\b/.test(read(file));
}
