/** A whole check: every file that was asked for, recalled or analysed, and what the workspace adds to them. */
import { isWithin } from '../platform/paths';
import type { MapProblem } from '../shards/model';
import { type Contribution, evidenceIn } from './contribution';
import type { Checked } from './finding';
import { recall, recallFiles, remember, scopeOf } from './recall';
import { isInSlice, judgesWhole, type Slice } from './slice';
import { summary } from './summary';
import type { Workspace } from './workspace';

export interface ScanOptions {
  readonly paths?: readonly string[];
  readonly slice?: Slice;
  readonly progress?: (done: number, of: number) => void;
  readonly cancelled?: () => boolean;
  /** Nothing is read where a map cannot be used: the answer has its problems alone. */
  readonly unlessBroken?: boolean;
}

export type CheckedWorkspace = Checked & {
  readonly problems: readonly MapProblem[];
  readonly cancelled: boolean;
};

export async function check(
  workspace: Workspace,
  { paths = [], slice, progress, cancelled, unlessBroken }: ScanOptions,
): Promise<CheckedWorkspace> {
  const { files, options, root } = workspace;
  const text = (file: string): string | undefined => files.known(file);
  if (unlessBroken) {
    await workspace.open();
    const { problems } = workspace;
    if (problems.some(({ severity }) => severity === 'error'))
      return { ...summary([], []), problems, cancelled: false, text };
  }
  const listed = await workspace.sources(cancelled);
  const asked =
    paths.length === 0 ? listed : listed.filter((file) => paths.some((path) => file === path || isWithin(path, file)));
  const isOurs = (file: string): boolean => slice === undefined || isInSlice(slice, root, file);
  const whole = judgesWhole(slice);
  const chosen = whole ? asked : asked.filter(isOurs);
  const memory = workspace.loadedMaps.length > 0 ? options.memory : undefined;
  const question = [root, options.configFile ?? '', ...(options.exclude ?? []), '', ...paths, '', ...sliceName(slice)];
  const scope = memory && (await scopeOf(memory, workspace, question));
  const kept = scope && (await recall(scope));
  if (kept) return { ...kept, problems: workspace.problems, cancelled: false, text };
  const recalled = scope && (await recallFiles(scope));
  if (scope && recalled) await workspace.recall(recalled, scope.digest);

  const contributions: Contribution[] = [];
  let stopped = false;
  for (const [done, path] of chosen.entries()) {
    if (cancelled?.()) {
      stopped = true;
      break;
    }
    const one = await workspace.contribution(path);
    if (one) contributions.push(one);
    if (whole) workspace.prepareUnits(path);
    if (done % 50 === 0) progress?.(done, chosen.length);
    await options.pause?.();
  }
  progress?.(chosen.length, chosen.length);
  // A folder without code has models too.
  if (chosen.length === 0 && workspace.loadedMaps.length > 0) await workspace.currentModels();
  const evidence = whole ? contributions.map(evidenceIn) : [];
  const ours = contributions.filter(({ file }) => isOurs(file));
  const findings = [
    ...ours.flatMap((one) => one.findings),
    ...(whole ? await workspace.unitFindings(evidence) : []),
    ...(whole ? workspace.mapFindings(evidence, paths) : []),
  ];
  const checked = summary(ours, findings);
  if (scope && !stopped) remember(scope, workspace, chosen, checked);
  return { ...checked, problems: workspace.problems, cancelled: stopped, text };
}

const sliceName = (slice: Slice | undefined): readonly string[] => (slice ? [`${slice.part}/${slice.of}`] : []);
