/** Executes a library's shapes in one version, reads what was sent and what the source says, and holds one against the other. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { Workspace } from '../../../server/src/engine/workspace';
import { memoryPlatform } from '../../../server/src/platform/memory';
import { inventoryJson } from '../../../server/src/report/inventory';
import { repository } from '../../harness/imports';
import type { ServerKind } from '../libraries';
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

/** Bundles the shapes, but for packages, into the version's own folder: imports are then resolved from there. */
export async function execute(
  shapes: string,
  version: Version,
  server: ServerKind = 'postgresql',
): Promise<readonly Recorded[]> {
  const home = path.join(folder, 'versions', version);
  const schema = besideShapes(shapes).find((file) => file.endsWith('.prisma'));
  if (schema !== undefined) generatePrismaClient(schema, home);
  const out = path.join(home, 'node_modules', '.shapes');
  await build({
    entryPoints: { [path.basename(shapes, '.ts')]: shapes, run: path.join(folder, 'harness', servers[server].runner) },
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    keepNames: true,
    logLevel: 'error',
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: false } },
  });
  const bundle = path.join(out, `${path.basename(shapes, '.ts')}.mjs`);
  const { status, stderr, stdout } = spawnSync(process.execPath, [path.join(out, 'run.mjs'), bundle, folder, version], {
    cwd: home,
    encoding: 'utf8',
    timeout: 120_000,
  });
  if (status !== 0) throw new Error(`${path.basename(shapes)} with ${version} versions: ${stderr || stdout}`);
  return JSON.parse(fs.readFileSync(`${bundle}.json`, 'utf8'));
}

/** What the library has besides code, in a folder of its name. */
function besideShapes(shapes: string): readonly string[] {
  const beside = shapes.replace(/\.ts$/, '');
  return fs.existsSync(beside) ? fs.readdirSync(beside).map((name) => path.join(beside, name)) : [];
}

export function versionOf(name: string, version: Version): string {
  const file = path.join(folder, 'versions', version, 'package.json');
  const { dependencies }: { readonly dependencies: Readonly<Record<string, string>> } = JSON.parse(
    fs.readFileSync(file, 'utf8'),
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
  server: ServerKind = 'postgresql',
): Promise<ReadBoth> {
  const name = path.basename(shapes);
  const text = fs.readFileSync(shapes, 'utf8');
  const texts = [...new Set(recorded.flatMap(({ runs }) => runs.flatMap(({ sent }) => sent.map(({ sql }) => sql))))];
  const files = new Map([
    [`${root}/shardlint.yaml`, fs.readFileSync(path.join(folder, servers[server].map), 'utf8')],
    [`${root}/${name}`, text],
    ...besideShapes(shapes).map((file): [string, string] => [
      `${root}/${path.basename(file)}`,
      fs.readFileSync(file, 'utf8'),
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
  const starts = [...text.matchAll(/^export async function (\w+)/gm)].map((found) => ({
    shape: found[1] ?? '',
    line: text.slice(0, found.index).split('\n').length,
  }));
  const source = new Map<string, Item[]>(starts.map(({ shape }) => [shape, []]));
  for (const item of items.filter(({ file }) => file === name)) {
    const within = starts.findLast(({ line }) => line <= item.line);
    source.get(within?.shape ?? '')?.push(item);
  }
  const bySql = new Map(
    texts.map((sql, i) => [sql, items.filter(({ file }) => file === `sent/${i}.${servers[server].sent}`)] as const),
  );
  return { source, sent: (sql) => bySql.get(sql) ?? [] };
}
