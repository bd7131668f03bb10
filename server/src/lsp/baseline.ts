/** A folder's baseline: made of what is found today; one that is there only shrinks. */
import { type BaselineEntry, baselineOf, compareWithBaseline, parseBaseline, printBaseline } from '../engine/baseline';
import { folderOf, pathFrom } from '../platform/paths';
import type { Baseline } from '../protocol';
import { allIn } from './scan';
import type { Session } from './session';
import { baselinePath } from './shown';
import { sameUri, uriOf } from './uris';

const nothing: Baseline = { uri: null, text: null, accepted: 0, mended: 0 };

/** The folder has been scanned. */
export async function baseline({ folders }: Session, uri: string): Promise<Baseline> {
  const folder = folders.find((one) => sameUri(one.uri) === sameUri(uri));
  const file = folder && baselinePath(folder);
  if (!folder?.analysis || file === undefined) return nothing;
  const findings = await allIn(folder);
  const text = await folder.analysis.text(file);
  const before = text === undefined ? undefined : parseBaseline(text);
  // What somebody wrote there and we cannot read is not ours to replace.
  if (text !== undefined && !before) return { ...nothing, uri: uriOf(file) };
  const home = folderOf(file);
  if (!before) {
    const entries = baselineOf(findings, (path) => pathFrom(home, path));
    return { uri: uriOf(file), text: printBaseline(entries), accepted: count(entries), mended: 0 };
  }
  const { stale, rest } = compareWithBaseline(findings, before);
  const isShorter = stale.length > 0;
  return {
    uri: uriOf(file),
    text: isShorter ? printBaseline(rest) : null,
    accepted: count(rest),
    mended: count(stale),
  };
}

const count = (entries: readonly BaselineEntry[]): number => entries.reduce((sum, one) => sum + one.count, 0);
