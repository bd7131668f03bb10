import { adviseKeys } from '../advice/keyAdvisor/keyAdvice';
import { mapText } from '../advice/keyAdvisor/mapText';
import type { Survey } from '../advice/survey';
import { keysJson, keysPage } from '../report/keysPage';
import { oneLine } from '../report/printable';
import { type Shell, type Status, status, UsageError } from './shell';
import { printPage, surveyWhere, whereOf } from './workspace';

export interface KeysOptions {
  readonly config?: string;
  readonly format: 'pretty' | 'json' | 'md';
  readonly table?: string;
  readonly map?: boolean;
}

/** Candidate shard keys, ranked over the workspace's own statements; works without a map. */
export async function keys(shell: Shell, args: readonly string[], options: KeysOptions): Promise<Status> {
  const where = whereOf(shell, args, options.config);
  const result = await surveyWhere(shell, await shell.engine(), where, true);
  const survey = largest(result.surveys);
  if (!survey) throw new UsageError('no statements here');
  const advice = adviseKeys(survey, options.table);
  if (options.table !== undefined && !advice.table) {
    const names = advice.known.all.map(({ name }) => name).slice(0, 20);
    throw new UsageError(`no table ${oneLine(options.table)}; the tables are ${names.map(oneLine).join(', ')}`);
  }
  if (options.map) {
    const [best] = advice.designs;
    if (!best || best.score === 0) throw new UsageError('no column is asked by often enough to be a shard key');
    shell.out(mapText(best, survey.map, survey.imports ?? []));
    return status.clean;
  }
  if (options.format === 'json') shell.out(`${JSON.stringify(keysJson(advice), null, 2)}\n`);
  else printPage(shell, keysPage(advice), result, where, options.format);
  return status.clean;
}

/** Of several maps the one that governs most statements. */
export const largest = (surveys: readonly Survey[]): Survey | undefined =>
  surveys.reduce<Survey | undefined>((a, b) => (a && a.statements.length >= b.statements.length ? a : b), undefined);
