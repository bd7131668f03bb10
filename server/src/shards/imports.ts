/** Runs the importers that a map names. Unchanged texts are not imported twice. */
import type { Platform } from '../platform/platform';
import type { Schema } from '../schema/model';
import type { ImportContext, Imported, Importer, SourceText } from './importer';
import { importers } from './importers';
import { child, entriesOf, itemsOf, type MapNode, type Node, textOf } from './positioned/node';
import { readAll, type Sources } from './sources';

/** What importers are given beside the files; the engine has it. */
export interface Readers {
  /** A dialect's parser. */
  readonly parserFor?: (dialect: string) => Promise<ImportContext['dialect']>;
  /** See `Importer.sends`. */
  readonly sentBy?: (files: readonly SourceText[], about: RegExp) => Promise<ImportContext['sent']>;
}

export interface Import {
  readonly importer: Importer;
  readonly imported: Imported;
}

/** Keys of a map that name what our own commands wrote, and who reads it. */
const evidence = [
  ['statistics', 'shardlint-stats'],
  ['workload', 'shardlint-workload'],
] as const;

/** The imports of one layer of a map, in order. */
export async function runImports(
  sources: Sources,
  layer: MapNode,
  readers: Readers,
  mapDialect: string,
): Promise<readonly Import[]> {
  const found: Import[] = [];
  const run = async (id: string, value: Node, database?: string): Promise<void> => {
    const importer = importers.find((each) => each.id === id);
    const files = importer ? await filesOf(sources, value) : [];
    if (!importer || files.length === 0) return;
    const imported = await runImporter(sources.platform, importer, files, database, readers, mapDialect);
    imported.problems.forEach(sources.fault);
    found.push({ importer, imported });
  };
  for (const item of itemsOf(child(layer, 'import'))) {
    const database = textOf(child(item, 'database'));
    for (const { key, value } of entriesOf(item)) await run(key, value, database);
  }
  for (const [key, id] of evidence) {
    const files = child(layer, key);
    if (files) await run(id, files);
  }
  return found;
}

async function filesOf(sources: Sources, value: Node): Promise<readonly SourceText[]> {
  const files = new Map<string, SourceText>();
  for (const pattern of itemsOf(value)) for (const file of await readAll(sources, pattern)) files.set(file.path, file);
  return [...files.values()];
}

interface Remembered {
  readonly files: readonly SourceText[];
  readonly imported: Imported;
}

const remembered = new WeakMap<Platform, Map<string, Remembered>>();
const mostRemembered = 64;

/** An importer's answer; the very same object as long as its files have not changed. */
export async function runImporter(
  platform: Platform,
  importer: Importer,
  files: readonly SourceText[],
  database: string | undefined,
  readers: Readers,
  mapDialect: string,
): Promise<Imported> {
  const cache = remembered.get(platform) ?? new Map<string, Remembered>();
  remembered.set(platform, cache);
  const wanted = typeof importer.parses === 'function' ? importer.parses(files, mapDialect) : importer.parses;
  const dialect = wanted === undefined ? undefined : await readers.parserFor?.(wanted);
  const key = JSON.stringify([importer.id, database, dialect?.dialect.id, files.map(({ path }) => path)]);
  const known = cache.get(key);
  if (known?.files.every(({ text }, i) => text === files[i]?.text)) return known.imported;
  const sent = importer.sends && (await readers.sentBy?.(files, importer.sends));
  const imported = importer.import(files, {
    ...(dialect && { dialect }),
    ...(database !== undefined && { database }),
    ...(sent && { sent }),
  });
  if (cache.size >= mostRemembered) cache.clear();
  cache.set(key, { files, imported });
  return imported;
}

/** Several answers as one; what comes later wins, table by table. */
export function mergeImports(imports: readonly Import[]): Imported {
  const all = imports.map(({ imported }) => imported);
  const only = all.length === 1 ? all[0] : undefined;
  if (only) return only;
  const router = all.findLast((each) => each.router)?.router;
  const defaultShardKeys = all.findLast((each) => each.defaultShardKeys)?.defaultShardKeys;
  const schema = mergeSchemas(all.flatMap((each) => each.schema ?? []));
  return {
    tables: [
      ...new Map(all.flatMap(({ tables }) => tables.map((table) => [table.name.join('.'), table] as const))).values(),
    ],
    databases: [
      ...new Map(all.flatMap(({ databases }) => databases.map((each) => [each.name, each] as const))).values(),
    ],
    routingRules: all.flatMap(({ routingRules }) => routingRules),
    ...(router && { router }),
    ...(schema && { schema }),
    statistics: all.flatMap(({ statistics }) => statistics ?? []),
    workload: all.flatMap(({ workload }) => workload ?? []),
    ...(defaultShardKeys && { defaultShardKeys }),
    candidates: all.flatMap(({ candidates }) => candidates ?? []),
    problems: [],
  };
}

function mergeSchemas(schemas: readonly Schema[]): Schema | undefined {
  if (schemas.length < 2) return schemas[0];
  return {
    tables: new Map(schemas.flatMap(({ tables }) => [...tables])),
    enums: new Map(schemas.flatMap(({ enums }) => [...enums])),
  };
}
