/** From a map file (or an inline map) to what all else works with: the shard map, the schema, and what is wrong. */
import { globMatcher } from '../platform/globs';
import { folderOf, relativeTo } from '../platform/paths';
import type { Platform } from '../platform/platform';
import type { Schema } from '../schema/model';
import { type Assembled, assemble, needsParser } from './assemble';
import type { ImportContext, SourceText } from './importer';
import { importers } from './importers';
import { type Import, type Readers, runImporter, runImports } from './imports';
import type { MapProblem, ShardMap } from './model';
import { dialectSaid } from './native/dialect';
import { readWithBases, withBases } from './native/extend';
import { ownRouters } from './native/known';
import { checkNative } from './native/read';
import { child, emptyMap, itemsOf, type MapNode, textsOf } from './positioned/node';
import { objectNode } from './positioned/object';
import type { Sources } from './sources';

export interface LoadOptions {
  /** The workspace folder; a map may only name files below it. */
  readonly root: string;
  /** Asked only when the map has views or imports. */
  readonly readers?: Readers;
  readonly allowOutside?: boolean;
  /** Routers that have a module; those of this version by default. */
  readonly routers?: readonly string[];
}

export interface Effective {
  readonly map: ShardMap;
  readonly schema: Schema;
}

export interface LoadedMap extends Effective {
  readonly file: string;
  readonly problems: readonly MapProblem[];
  /** Every path and glob that the map depends on, also missing ones: a change of any of them changes the map. */
  readonly readFiles: readonly string[];
  /** What holds for one file: the map with the overrides that name it. The same object for the same overrides. */
  forFile(path: string): Written;
  /** Each override by itself over the map, in the order in which they are written. */
  readonly overrides: readonly Written[];
}

/** With what was written in maps, as a tree in which every value knows its place. */
export interface Written extends Effective {
  readonly node: MapNode;
}

/** Reads a map from its file. A missing or broken file is a map with problems, never an error. */
export async function loadShardMap(platform: Platform, file: string, options: LoadOptions): Promise<LoadedMap> {
  const { sources, problems } = opened(platform, options);
  sources.asked.add(file);
  const text = await platform.readFile(file);
  if (text === undefined) {
    const message = 'The shard map cannot be read.';
    problems.push({ at: { file, span: { start: 0, end: 0 } }, severity: 'error', code: 'missing-file', message });
  }
  const node = text === undefined ? emptyMap(file) : await readWithBases(sources, { path: file, text });
  return finish(sources, problems, file, await layersOf(sources, node, options.readers), options);
}

/** A declaration that stands alone as the map: a workspace with one VSchema and no shardlint file. */
export async function loadDeclaration(
  platform: Platform,
  importerId: string,
  file: SourceText,
  options: LoadOptions,
): Promise<LoadedMap> {
  const { sources, problems } = opened(platform, options);
  sources.asked.add(file.path);
  const importer = importers.find(({ id }) => id === importerId);
  const layer: Layer = { node: emptyMap(file.path), imports: [], applies: () => true };
  if (!importer) return finish(sources, problems, file.path, [layer], options);
  const spoken = importer.implies?.dialect ?? 'postgresql';
  const imported = await runImporter(platform, importer, [file], undefined, options.readers ?? {}, spoken);
  problems.push(...imported.problems);
  return finish(sources, problems, file.path, [{ ...layer, imports: [{ importer, imported }] }], options);
}

interface KnownInline {
  readonly imports: readonly unknown[];
  readonly loaded: LoadedMap;
}

const inlineMaps = new WeakMap<Platform, Map<string, KnownInline>>();
const mostInline = 256;

/** A whole map as an object (`explain --batch`): no places, absolute paths allowed; equal maps are the same object. */
export async function loadInlineMap(platform: Platform, config: unknown, options: LoadOptions): Promise<LoadedMap> {
  const { sources, problems } = opened(platform, { ...options, allowOutside: true });
  const file = `${options.root}/inline`;
  const known = inlineMaps.get(platform) ?? new Map<string, KnownInline>();
  inlineMaps.set(platform, known);
  const key = JSON.stringify(config, (_, value) => (typeof value === 'bigint' ? `${value}n` : value)) ?? '';
  const node = await withBases(sources, checkNative(objectNode(config, file), file), [file]);
  const layers = await layersOf(sources, node, options.readers);
  const imports = layers.flatMap((layer) => layer.imports.map(({ imported }) => imported));
  const before = known.get(key);
  const current = before?.imports.length === imports.length && before.imports.every((each, i) => each === imports[i]);
  if (before && current) return before.loaded;
  const loaded = await finish(sources, problems, file, layers, options);
  if (known.size >= mostInline) known.clear();
  known.set(key, { imports, loaded });
  return loaded;
}

/** The map itself, or one of its overrides, with what it imports. */
export interface Layer {
  readonly node: MapNode;
  readonly imports: readonly Import[];
  applies(path: string): boolean;
}

function opened(platform: Platform, { root, allowOutside }: LoadOptions): { sources: Sources; problems: MapProblem[] } {
  const problems: MapProblem[] = [];
  const fault = (problem: MapProblem): void => {
    problems.push(problem);
  };
  return { sources: { platform, root, allowOutside: allowOutside ?? false, asked: new Set(), fault }, problems };
}

async function layersOf(sources: Sources, node: MapNode, readers: Readers = {}): Promise<readonly Layer[]> {
  const dialect = dialectSaid(node);
  const layers: Layer[] = [{ node, imports: await runImports(sources, node, readers, dialect), applies: () => true }];
  for (const item of itemsOf(child(node, 'overrides'))) {
    if (item.kind !== 'map') continue;
    const folder = folderOf(item.at.file);
    const fits = globMatcher(textsOf(child(item, 'files')));
    const applies = (path: string): boolean => {
      const relative = relativeTo(folder, path);
      return relative !== undefined && fits(relative);
    };
    const settings = { ...item, entries: item.entries.filter(({ key }) => key !== 'files') };
    const imports = await runImports(sources, item, readers, dialectSaid(item, dialect));
    layers.push({ node: settings, imports, applies });
  }
  return layers;
}

async function finish(
  sources: Sources,
  problems: MapProblem[],
  file: string,
  layers: readonly Layer[],
  options: LoadOptions,
): Promise<LoadedMap> {
  const parsers = new Map<string, ImportContext['dialect']>();
  for (const dialect of needsParser(layers)) parsers.set(dialect, await options.readers?.parserFor?.(dialect));
  const context = { file, parsers, routers: options.routers ?? ownRouters };
  const known = new Map<string, Assembled>();
  const assembled = (chosen: readonly boolean[]): Assembled => {
    const key = chosen.join();
    const before = known.get(key);
    if (before) return before;
    const made = assemble(
      layers.filter((_, i) => chosen[i]),
      context,
    );
    known.set(key, made);
    return made;
  };
  const effective = (path: string): Assembled => assembled(layers.map((layer, i) => i === 0 || layer.applies(path)));
  const base = assembled(layers.map((_, i) => i === 0));
  // Each override alone, so that its mistakes are named even where no file has asked for it yet.
  const overrides = layers.slice(1).map((own) => assembled(layers.map((layer, i) => i === 0 || layer === own)));
  const said = new Map(
    [base, ...overrides].flatMap((each) => each.problems.map((problem) => [problem.at, problem] as const)),
  );
  problems.push(...said.values());
  const ordered = [...problems].sort((a, b) =>
    a.at.file < b.at.file ? -1 : a.at.file > b.at.file ? 1 : a.at.span.start - b.at.span.start,
  );
  const { map, schema } = base;
  return { file, map, schema, problems: ordered, readFiles: [...sources.asked], forFile: effective, overrides };
}
