/** Finds and reads the files that a map names: what it extends, what it imports. Missing and foreign ones are problems. */
import { globMatcher, isGlob, splitGlob } from '../platform/globs';
import { folderOf, isAbsolute, isWithin, joinPath } from '../platform/paths';
import type { Platform } from '../platform/platform';
import type { SourceText } from './importer';
import type { MapProblem } from './model';
import { type Node, textOf } from './positioned/node';

export interface Sources {
  readonly platform: Platform;
  /** Workspace folder: nothing outside is read. */
  readonly root: string;
  readonly allowOutside: boolean;
  /** Every path that was asked for, also missing ones: their appearance changes the map too. */
  readonly asked: Set<string>;
  fault(problem: MapProblem): void;
}

/** The path that a node names, relative to the file that it stands in; undefined (and a problem) outside the workspace. */
export function pathOf(sources: Sources, node: Node): string | undefined {
  const written = textOf(node);
  if (written === undefined) return undefined;
  const path = joinPath(folderOf(node.at.file), written);
  if (sources.allowOutside || (isWithin(sources.root, path) && !leadsOut(sources, path))) return path;
  const why = isAbsolute(written) ? 'Give a path relative to this file.' : 'A map reads only files of its workspace.';
  const message = `\`${written}\` lies outside the workspace. ${why}`;
  sources.fault({ at: node.at, severity: 'error', code: 'outside-workspace', message });
  return undefined;
}

/** A link in the workspace may lead anywhere. */
function leadsOut({ platform, root }: Sources, path: string): boolean {
  const real = platform.realPath?.(isGlob(path) ? splitGlob(path).folder || '/' : path);
  return real !== undefined && !isWithin(platform.realPath?.(root) ?? root, real);
}

export async function readOne(sources: Sources, node: Node, path: string): Promise<SourceText | undefined> {
  sources.asked.add(path);
  const text = await sources.platform.readFile(path);
  if (text !== undefined) return { path, text };
  const exists = await sources.platform.exists(path);
  const what = exists ? 'cannot be read: it is a folder, binary, or too large' : 'does not exist';
  const message = `\`${textOf(node)}\` ${what}.`;
  sources.fault({ at: node.at, severity: 'error', code: exists ? 'unreadable' : 'missing-file', message });
  return undefined;
}

/** The files of a path or glob in the order in which numbered migrations apply. */
export async function readAll(sources: Sources, node: Node): Promise<readonly SourceText[]> {
  const path = pathOf(sources, node);
  if (path === undefined) return [];
  if (!isGlob(path)) {
    const file = await readOne(sources, node, path);
    return file ? [file] : [];
  }
  const { folder, rest } = splitGlob(path);
  const start = folder || '/';
  sources.asked.add(path);
  const fits = globMatcher([rest]);
  const listed = await sources.platform.listFiles(start, {
    include: [rest],
    within: sources.allowOutside ? '/' : sources.root,
  });
  const paths = listed
    .map((each) => joinPath(start, each))
    .filter((each) => fits(each.slice(start.length).replace(/^\//, '')))
    .sort(byNumbers);
  if (paths.length === 0) {
    const message = `No file matches \`${textOf(node)}\`.`;
    sources.fault({ at: node.at, severity: 'warning', code: 'missing-file', message });
  }
  const files: SourceText[] = [];
  for (const each of paths) {
    sources.asked.add(each);
    const text = await sources.platform.readFile(each);
    if (text !== undefined) files.push({ path: each, text });
  }
  return files;
}

const collator = new Intl.Collator('en', { numeric: true });

/** `2_b` before `10_a`; equal numbers by code units, so that the order is the same on every machine. */
const byNumbers = (a: string, b: string): number => collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
