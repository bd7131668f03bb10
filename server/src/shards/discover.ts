/** Which map governs a file, and what a workspace without a map declares. Editor and CLI ask the same functions. */
import { globMatcher } from '../platform/globs';
import { baseName, folderOf, isWithin, relativeTo } from '../platform/paths';
import type { Platform } from '../platform/platform';
import { noSpan } from '../text/span';
import type { Importer } from './importer';
import { importers } from './importers';
import type { MapProblem } from './model';
import { mapFileNames } from './native/read';

/** What a workspace folder holds. */
export interface Discovered {
  readonly root: string;
  /** Map files, one a folder. */
  readonly maps: readonly string[];
  /** Without any map: declarations that could stand in for one, best first. */
  readonly declarations: readonly Declaration[];
  /** Without any map: the one declaration that is used as it stands. */
  readonly implicit?: Declaration;
  readonly problems: readonly MapProblem[];
}

/** Files that belong to one declaration of one sharding system. */
export interface Declaration {
  /** Importer id. */
  readonly importer: string;
  readonly title: string;
  readonly files: readonly string[];
  /** Path or glob relative to the root, for an `import` entry. */
  readonly pattern: string;
}

const isMap = (path: string): boolean => (mapFileNames as readonly string[]).includes(baseName(path));

/** Looks through a workspace folder. Files are only read where there is no map, and only those that could be one. */
export async function discover(platform: Platform, root: string, cancelled?: () => boolean): Promise<Discovered> {
  const stop = cancelled && { cancelled };
  const found = await platform.listFiles(root, { include: mapFileNames.map((name) => `**/${name}`), ...stop });
  const { maps, problems } = onePerFolder(found.filter(isMap));
  if (maps.length > 0) return { root, maps, declarations: [], problems };
  const alone = importers.filter(({ standsAlone }) => standsAlone);
  const declarations = await declarationsIn(platform, root, alone, cancelled);
  const implicit = declarations.length === 1 ? declarations[0] : undefined;
  return { root, maps, declarations, problems, ...(implicit && { implicit }) };
}

/** `shardlint.yaml` before `.yml` before `.json`; a second map in one folder is not read, and says so. */
function onePerFolder(found: readonly string[]): { maps: readonly string[]; problems: readonly MapProblem[] } {
  const rank = (path: string): number => (mapFileNames as readonly string[]).indexOf(baseName(path));
  const chosen = new Map<string, string>();
  const problems: MapProblem[] = [];
  for (const path of [...found].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))) {
    const first = chosen.get(folderOf(path));
    if (first === undefined) {
      chosen.set(folderOf(path), path);
      continue;
    }
    const message = `This folder has two shard maps: \`${baseName(first)}\` is used, this one is not read.`;
    problems.push({ at: { file: path, span: noSpan }, severity: 'error', code: 'two-maps', message });
  }
  return { maps: [...chosen.values()].sort(), problems };
}

/** The nearest map from a file upward to the root. */
export function mapFor(maps: readonly string[], file: string): string | undefined {
  let nearest: string | undefined;
  for (const map of maps) {
    const folder = folderOf(map);
    if (!isWithin(folder, file)) continue;
    if (nearest === undefined || folder.length > folderOf(nearest).length) nearest = map;
  }
  return nearest;
}

/** The nearest map upward by asking for each name: where a whole workspace is not to be listed. */
export async function findMapUpward(platform: Platform, file: string, root: string): Promise<string | undefined> {
  for (let folder = folderOf(file); isWithin(root, folder); folder = folderOf(folder)) {
    for (const name of mapFileNames) {
      const path = `${folder.replace(/\/$/, '')}/${name}`;
      if (await platform.exists(path)) return path;
    }
    if (folder === root || folder === folderOf(folder)) break;
  }
  return undefined;
}

/** Everything in a folder that these importers know, read far enough to be sure: each file once. */
export async function declarationsIn(
  platform: Platform,
  root: string,
  among: readonly Importer[] = importers,
  cancelled?: () => boolean,
): Promise<readonly Declaration[]> {
  const include = [...new Set(among.flatMap(({ files }) => files))];
  const readers = among.map((importer) => ({ importer, fits: globMatcher(importer.files), accepted: [] as string[] }));
  for (const path of await platform.listFiles(root, { include, ...(cancelled && { cancelled }) })) {
    if (cancelled?.()) return [];
    const relative = relativeTo(root, path);
    const fitting = readers.filter(({ fits }) => relative !== undefined && fits(relative));
    const text = fitting.length > 0 ? await platform.readFile(path) : undefined;
    if (text === undefined) continue;
    for (const { importer, accepted } of fitting) if (importer.accepts({ path, text })) accepted.push(path);
  }
  const found: Declaration[] = [];
  for (const { importer, accepted } of readers) {
    const { id, title, standsAlone } = importer;
    const groups = standsAlone ? accepted.map((path) => [path]) : byHome(accepted);
    for (const files of groups) {
      found.push({ importer: id, title, files, pattern: patternOf(root, files, standsAlone ?? false) });
    }
  }
  return found.sort((a, b) => b.files.length - a.files.length);
}

const migrations = /^(.*\/(?:migrations?|migrate|versions|changelogs?))\//i;

/** Migrations lie in a folder of their own, or in one folder each below it. */
const homeOf = (path: string): string => migrations.exec(path)?.[1] ?? folderOf(path);

function byHome(paths: readonly string[]): readonly (readonly string[])[] {
  const groups = new Map<string, string[]>();
  for (const path of paths) groups.set(homeOf(path), [...(groups.get(homeOf(path)) ?? []), path]);
  return [...groups.values()];
}

/** One file by its path; migrations as the whole folder, since what comes between belongs to the history. */
function patternOf(root: string, files: readonly string[], alone: boolean): string {
  const [first = root] = files;
  if (alone || (files.length === 1 && !migrations.test(first))) return relativeTo(root, first) ?? first;
  const ending = /\.[^./]+$/.exec(first)?.[0] ?? '';
  return [relativeTo(root, homeOf(first)), '**', `*${ending}`].filter(Boolean).join('/');
}
