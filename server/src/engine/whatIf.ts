/** A check of the workspace as it is, and of the same workspace under a map that a person proposes. */

import { type Change, type WhatIf, whatIf } from '../advice/keyAdvisor/whatIf';
import type { Survey } from '../advice/survey';
import type { Platform } from '../platform/platform';
import type { Effective } from '../shards/load';
import type { ShardMap } from '../shards/model';
import type { Checked, Finding } from './finding';
import { Workspace, type WorkspaceOptions } from './workspace';

export interface WhatIfChecked {
  readonly answer: WhatIf;
  readonly planned: boolean;
  /** Findings that there would be, and that there would be no more; those that stay are left out. */
  readonly added: readonly Finding[];
  readonly gone: readonly Finding[];
  text: Checked['text'];
}

export async function checkWhatIf(
  platform: Platform,
  root: string,
  changes: readonly Change[],
  options: WorkspaceOptions & { readonly progress?: (done: number, of: number) => void },
): Promise<WhatIfChecked | { readonly why: string }> {
  const { progress, ...rest } = options;
  let apply: ((effective: Effective) => ShardMap) | undefined;
  const workspace = new Workspace(platform, root, {
    ...rest,
    plan: true,
    amend: (effective) => (apply ? { ...effective, map: apply(effective) } : effective),
  });
  const scan = { unlessBroken: true, ...(progress && { progress }) };
  const before = await workspace.check(scan);
  const broken = before.problems.find(({ severity }) => severity === 'error');
  if (broken) return { why: `the shard map cannot be used: ${broken.message}` };
  const survey = largest(workspace.surveys());
  if (!survey) return { why: 'no statements here' };
  const answer = whatIf(survey, changes);
  if ('why' in answer) return answer;
  ({ apply } = answer);
  await workspace.reopen();
  const after = await workspace.check(scan);
  // Without a map nothing is declared that findings on it could be about.
  const own = (all: readonly Finding[]): readonly Finding[] =>
    survey.planned ? all.filter(({ file, rule }) => file !== survey.map.file && rule !== 'undeclared-table') : all;
  return {
    answer,
    planned: survey.planned,
    added: missingFrom(own(before.findings), own(after.findings)),
    gone: missingFrom(own(after.findings), own(before.findings)),
    text: (file) => after.text(file) ?? before.text(file),
  };
}

/** Of several maps the one that governs most statements. */
export const largest = (surveys: readonly Survey[]): Survey | undefined =>
  surveys.reduce<Survey | undefined>((a, b) => (a && a.statements.length >= b.statements.length ? a : b), undefined);

function missingFrom(some: readonly Finding[], all: readonly Finding[]): readonly Finding[] {
  const id = ({ rule, file, span }: Finding): string => `${rule} ${file} ${span.start}`;
  const known = new Set(some.map(id));
  return all.filter((one) => !known.has(id(one)));
}
