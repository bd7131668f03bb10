/** Which findings people see: those that are sure enough, and that no baseline accepts. */
import { type BaselineEntry, compareWithBaseline, parseBaseline } from '../engine/baseline';
import type { Finding } from '../engine/finding';
import { folderOf, joinPath, relativeTo } from '../platform/paths';
import type { Confidence } from '../routing/route';
import type { Folder } from './session';

const confidences: readonly Confidence[] = ['certain', 'likely', 'guess'];

/** Where the folder's baseline lies, whether or not it is there; undefined where none is wanted, or one outside of it. */
export function baselinePath({ path, settings }: Folder): string | undefined {
  const file = joinPath(path, settings.baseline);
  return settings.baseline === '' || relativeTo(path, file) === undefined ? undefined : file;
}

/** All findings of each file must be handed in together: a baseline counts equal ones. */
export async function shown(folder: Folder, findings: readonly Finding[]): Promise<readonly Finding[]> {
  const least = confidences.indexOf(folder.settings.minConfidence);
  const sure = findings.filter(({ confidence }) => confidences.indexOf(confidence) <= least);
  const file = sure.length === 0 ? undefined : baselinePath(folder);
  const text = file === undefined ? undefined : await folder.analysis?.text(file);
  if (file === undefined || text === undefined) return sure;
  const accepted = acceptedBy(text, folderOf(file));
  const fresh = [...byFile(sure, (one) => one.file)].flatMap(
    ([path, own]) => compareWithBaseline(own, accepted.get(path) ?? []).fresh,
  );
  const kept = new Set(fresh);
  return sure.filter((one) => kept.has(one));
}

type Accepted = ReadonlyMap<string, readonly BaselineEntry[]>;

let last: { readonly text: string; readonly home: string; readonly accepted: Accepted } | undefined;

/** What is no baseline accepts nothing. */
function acceptedBy(text: string, home: string): Accepted {
  if (last?.text !== text || last.home !== home)
    last = { text, home, accepted: byFile(parseBaseline(text) ?? [], ({ file }) => joinPath(home, file)) };
  return last.accepted;
}

function byFile<T>(all: readonly T[], fileOf: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(fileOf(one), [...(groups.get(fileOf(one)) ?? []), one]);
  return groups;
}
