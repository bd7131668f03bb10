/** Executes a library's shapes in one version, reads what was sent and what the source says, and holds one against the other. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { Workspace } from '../../../server/src/engine/workspace';
import { memoryPlatform } from '../../../server/src/platform/memory';
import { inventoryJson } from '../../../server/src/report/inventory';
import { repository } from '../../harness/imports';
import { libraries, type ServerKind } from '../libraries';
import { inMysql } from '../mysql';
import { generatePrismaClient } from './prismaClient';
import type { Recorded } from './sent';

export const folder = path.join(repository, 'test', 'orms-real');

/** The two sets of versions; each is an npm workspace of its own. */
export const versions = ['earlier', 'current'] as const;
export type Version = (typeof versions)[number];

/** Who executes, with which map, and how what was sent is written to be read again. */
const servers: Readonly<Record<ServerKind, { readonly runner: string; readonly map: string; readonly sent: string }>> =
  {
    postgresql: { runner: 'run.ts', map: 'shardlint.yaml', sent: 'sql' },
    mysql: { runner: 'runMysql.ts', map: 'shardlint.yaml', sent: 'sql' },
    // A command is printed as the call that would send it.
    mongodb: { runner: 'runMongo.ts', map: 'shardlint.mongodb.yaml', sent: 'ts' },
  };

/** A statement as the inventory has it, or one that was sent as our own SQL path reads it. */
export interface Item {
  readonly file: string;
  readonly line: number;
  readonly orm: string;
  readonly operation: string;
  readonly tables: readonly string[];
  readonly class: string;
  readonly alternatives: readonly string[];
  readonly target: string;
  readonly transaction: string | null;
  readonly sql: string;
}

/** A file of shapes as it is executed and read; `inner`: its path in the workspace that is read. */
interface ShapesFile {
  readonly file: string;
  readonly inner: string;
  readonly text: string;
}

/** `mysql`: what this dialect has beside or instead of the shapes; `raw`: the ways to send SQL text over the same models. */
export type Beside = 'mysql' | 'raw';

/** The files of a subject, the one that is executed last. */
function filesOf(shapes: string, beside: Beside | undefined): readonly [...ShapesFile[], ShapesFile] {
  const name = path.basename(shapes);
  const text = fs.readFileSync(shapes, 'utf8');
  if (beside === undefined) return [{ file: shapes, inner: name, text }];
  const own = path.join(path.dirname(shapes), beside, name);
  return [
    { file: shapes, inner: name, text: beside === 'mysql' ? inMysql(path.basename(name, '.ts'), text) : text },
    { file: own, inner: `${beside}/${name}`, text: fs.readFileSync(own, 'utf8') },
  ];
}

/** Bundles the shapes, but for packages, into the version's own folder: imports are then resolved from there. */
export async function execute(
  shapes: string,
  version: Version,
  server: ServerKind = 'postgresql',
  beside?: Beside,
  environment: Readonly<Record<string, string>> = {},
): Promise<readonly Recorded[]> {
  const files = filesOf(shapes, beside);
  const id = path.basename(shapes, '.ts');
  const home = homeOf(id, version);
  const schema = besideShapes(shapes).find((file) => file.endsWith('.prisma'));
  if (schema !== undefined) generatePrismaClient(schemaText(schema, server), home);
  const out = path.join(home, 'node_modules', '.shapes');
  const texts: Plugin = {
    name: 'texts',
    setup: (bundler) => {
      for (const { file, text } of files)
        bundler.onLoad({ filter: /\.ts$/ }, (asked) =>
          asked.path === file ? { contents: text, loader: 'ts' } : undefined,
        );
    },
  };
  await build({
    entryPoints: {
      [id]: files.at(-1)?.file ?? shapes,
      run: path.join(folder, 'harness', servers[server].runner),
    },
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    keepNames: true,
    logLevel: 'error',
    plugins: [texts],
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: false } },
  });
  const bundle = path.join(out, `${id}.mjs`);
  const { status, stderr, stdout } = spawnSync(process.execPath, [path.join(out, 'run.mjs'), bundle, folder, version], {
    cwd: home,
    encoding: 'utf8',
    timeout: 120_000,
    env: { ...process.env, ...environment },
  });
  if (status !== 0) throw new Error(`${path.basename(shapes)} with ${version} versions: ${stderr || stdout}`);
  return JSON.parse(fs.readFileSync(`${bundle}.json`, 'utf8'));
}

/** What the library has besides code, in a folder of its name. */
function besideShapes(shapes: string): readonly string[] {
  const beside = shapes.replace(/\.ts$/, '');
  return fs.existsSync(beside) ? fs.readdirSync(beside).map((name) => path.join(beside, name)) : [];
}

/** PostgreSQL's own types are left out elsewhere. */
const schemaText = (file: string, server: ServerKind): string => {
  const text = fs.readFileSync(file, 'utf8');
  return server === 'mysql'
    ? text.replace('provider = "postgresql"', 'provider = "mysql"').replaceAll(' @db.Timestamptz', '')
    : text;
};

/** The folder of a version, whose packages the library is one of. */
const homeOf = (id: string, version: Version): string =>
  path.join(folder, 'versions', ...(libraries.find((one) => one.id === id)?.apart ? [id] : []), version);

const manifestOf = (id: string, version: Version): string => path.join(homeOf(id, version), 'package.json');

export function versionOf(id: string, name: string, version: Version): string {
  const { dependencies }: { readonly dependencies: Readonly<Record<string, string>> } = JSON.parse(
    fs.readFileSync(manifestOf(id, version), 'utf8'),
  );
  return dependencies[name] ?? '';
}

const root = '/shop';

export interface ReadBoth {
  /** What the source says, by the exported function that it stands in. */
  readonly source: ReadonlyMap<string, readonly Item[]>;
  /** Our own reading of a statement that was sent; several where one text holds several. */
  readonly sent: (sql: string) => readonly Item[];
}

/** Reads the shapes as a workspace's file, and each distinct statement as a `.sql` file beside it. */
export async function readBoth(
  shapes: string,
  recorded: readonly Recorded[],
  version: Version,
  server: ServerKind = 'postgresql',
  beside?: Beside,
): Promise<ReadBoth> {
  const read = filesOf(shapes, beside);
  const texts = [...new Set(recorded.flatMap(({ runs }) => runs.flatMap(({ sent }) => sent.map(({ sql }) => sql))))];
  const files = new Map([
    [
      `${root}/shardlint.yaml`,
      fs.readFileSync(path.join(folder, servers[server].map), 'utf8').replace('postgresql', server),
    ],
    [`${root}/package.json`, fs.readFileSync(manifestOf(path.basename(shapes, '.ts'), version), 'utf8')],
    ...read.map(({ inner, text }): [string, string] => [`${root}/${inner}`, text]),
    ...besideShapes(shapes).map((file): [string, string] => [
      `${root}/${path.basename(file)}`,
      schemaText(file, server),
    ]),
    ...texts.map((sql, i): [string, string] => [`${root}/sent/${i}.${servers[server].sent}`, `${sql}\n`]),
  ]);
  const platform = memoryPlatform(files, {
    wasm: async (file) =>
      new Uint8Array(fs.readFileSync(path.join(repository, 'node_modules', 'libpg-query', 'wasm', file))),
    log: () => {},
  });
  const workspace = new Workspace(platform, root);
  const checked = await workspace.check();
  for (const problem of workspace.problems) throw new Error(problem.message);
  const items: readonly Item[] = JSON.parse(inventoryJson(checked, root, false));
  const source = new Map<string, readonly Item[]>();
  for (const { inner, text } of read)
    for (const [shape, said] of byShape(
      text,
      items.filter(({ file }) => file === inner),
    ))
      source.set(shape, said);
  const bySql = new Map(
    texts.map((sql, i) => [sql, items.filter(({ file }) => file === `sent/${i}.${servers[server].sent}`)] as const),
  );
  return { source, sent: (sql) => bySql.get(sql) ?? [] };
}

/** By the exported function that a statement stands in. */
function byShape(text: string, items: readonly Item[]): ReadonlyMap<string, readonly Item[]> {
  const starts = [...text.matchAll(/^export async function (\w+)/gm)].map((found) => ({
    shape: found[1] ?? '',
    line: text.slice(0, found.index).split('\n').length,
  }));
  return new Map(
    starts.map(({ shape, line }, i) => {
      const end = starts[i + 1]?.line ?? Number.POSITIVE_INFINITY;
      return [shape, items.filter((item) => item.line >= line && item.line < end)];
    }),
  );
}
