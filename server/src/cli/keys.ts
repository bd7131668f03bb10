import { adviseKeys } from '../advice/keyAdvisor/keyAdvice';
import { keysJson, keysPage } from '../advice/keyAdvisor/keysPage';
import { mapText } from '../advice/keyAdvisor/mapText';
import { changesIn } from '../advice/keyAdvisor/whatIf';
import { whatIfPage } from '../advice/keyAdvisor/whatIfPage';
import { largest } from '../engine/whatIf';
import { oneLine } from '../report/printable';
import { places } from '../report/report';
import type { Span } from '../text/span';
import { type Shell, type Status, status, UsageError } from './shell';
import { printPage, surveyWhere, type Where, whereOf } from './workspace';

export interface KeysOptions {
  readonly config?: string;
  readonly format: 'pretty' | 'json' | 'md';
  readonly table?: string;
  readonly map?: boolean;
  readonly whatIf?: string;
}

/** Candidate shard keys, ranked over the workspace's own statements; works without a map. */
export async function keys(shell: Shell, args: readonly string[], options: KeysOptions): Promise<Status> {
  const where = whereOf(shell, args, options.config);
  if (options.whatIf !== undefined) return preview(shell, where, options.whatIf, options.format);
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

/** What a proposed key would change: statements that would run elsewhere, findings that would come and go. */
async function preview(shell: Shell, where: Where, text: string, format: KeysOptions['format']): Promise<Status> {
  const changes = changesIn(text);
  if (!changes)
    throw new UsageError('--what-if TABLE=COLUMN, or TABLE=reference, or TABLE=unsharded; several with commas');
  const engine = await shell.engine();
  const { root, configFile } = where;
  const found = await engine.whatIf({
    platform: shell.platform,
    root,
    changes,
    ...(configFile === undefined ? {} : { configFile }),
    progress: (done, of) => shell.progress(`reading ${done} of ${of} files`),
  });
  shell.progress('');
  if ('why' in found) throw new UsageError(oneLine(found.why));
  const { answer, added, gone } = found;
  if (format === 'json') {
    const { path, range } = places(found, where.scanned);
    const at = (file: string, span: Span) => ({ file: path(file), line: range(file, span).start.line });
    const findings = (all: typeof added) =>
      all.map(({ rule, message, file, span }) => ({ rule, message, ...at(file, span) }));
    const { changes: asked, before, after, moved } = answer;
    const statements = moved.map(({ statement: { file, name, sql }, from, to }) => ({
      ...at(file, name),
      from,
      to,
      sql,
    }));
    shell.out(
      `${JSON.stringify({ changes: asked, before, after, moved: statements, added: findings(added), gone: findings(gone) }, null, 2)}\n`,
    );
  } else {
    const said = (all: typeof added) =>
      all.map(({ rule, message, file, span }) => ({ rule, message, at: { file, span } }));
    printPage(shell, whatIfPage(answer, said(added), said(gone)), found, where, format);
  }
  return status.clean;
}
