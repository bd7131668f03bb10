import fs from 'node:fs';
import path from 'node:path';
import { type BaselineEntry, baselineOf, compareWithBaseline, parseBaseline, printBaseline } from '../engine/baseline';
import type { Finding } from '../engine/finding';
import { isFoundIn } from '../engine/slice';
import { slashed } from '../platform/node';
import { pathFrom } from '../platform/paths';
import { oneLine } from '../report/printable';
import { type Shell, UsageError } from './shell';
import type { Where } from './workspace';
import { writeFile } from './writeFile';

export interface BaselineOptions {
  readonly baseline?: string;
  readonly updateBaseline?: boolean;
}

/** Takes accepted findings away. A first `--update-baseline` accepts what is there; later ones only shorten the list. */
export function applyBaselineFile(
  shell: Shell,
  where: Where,
  findings: readonly Finding[],
  { baseline, updateBaseline }: BaselineOptions,
): { readonly findings: readonly Finding[]; readonly stale: boolean } {
  if (baseline === undefined) {
    if (updateBaseline) throw new UsageError('--update-baseline needs --baseline FILE');
    return { findings, stale: false };
  }
  const file = path.resolve(shell.cwd, baseline);
  // A baseline is committed: its paths are relative to its own folder, wherever the command is run.
  const nameOf = (name: string) => pathFrom(slashed(path.dirname(file)), slashed(name));
  if (!fs.existsSync(file)) {
    if (!updateBaseline) throw new UsageError(`${oneLine(baseline)} does not exist; --update-baseline writes it`);
    writeFile(file, printBaseline(baselineOf(findings, nameOf)));
    shell.err(
      `${findings.length} ${findings.length === 1 ? 'problem' : 'problems'} accepted in ${oneLine(baseline)}\n`,
    );
    return { findings: [], stale: false };
  }
  const accepted = parseBaseline(fs.readFileSync(file, 'utf8'));
  if (!accepted) throw new UsageError(`${oneLine(baseline)} is not a baseline of this version`);
  const isLooked = (entry: BaselineEntry) =>
    wasChecked(where, path.resolve(path.dirname(file), entry.file), entry.rule);
  const looked = accepted.filter((entry) => isLooked(entry) !== false);
  const compared = compareWithBaseline(findings, looked);
  const { fresh } = compared;
  // What another part may have found is not mended.
  const stale = compared.stale.filter((entry) => isLooked(entry) === true);
  const rest = compared.rest.filter((entry) => isLooked(entry) === true);
  const kept = accepted.filter((entry) => isLooked(entry) !== true);
  if (stale.length === 0) return { findings: fresh, stale: false };
  if (updateBaseline) {
    writeFile(file, printBaseline([...kept, ...rest]));
    shell.err(`${total(stale)} mended, taken out of ${oneLine(baseline)}\n`);
    return { findings: fresh, stale: false };
  }
  for (const entry of stale) shell.err(`mended: ${oneLine(`${entry.file} ${entry.rule}`)}\n`);
  shell.err(`baseline is stale (${total(stale)} no longer found), run with --update-baseline\n`);
  return { findings: fresh, stale: true };
}

/** Where only some paths were checked, nothing is known of the others; undefined where another part may have found it. */
function wasChecked({ root, paths, slice }: Where, name: string, rule: string): boolean | undefined {
  const file = name.replaceAll('\\', '/');
  if (paths.length > 0 && !paths.some((asked) => file === asked || file.startsWith(`${asked}/`))) return false;
  return slice === undefined ? true : isFoundIn(slice, root, file, rule);
}

const total = (entries: readonly BaselineEntry[]): number => entries.reduce((sum, { count }) => sum + count, 0);
