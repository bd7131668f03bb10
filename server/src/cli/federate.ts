import { federate as federationFor } from '../advice/federation/federation';
import { federationJson, federationPage, servicesText } from '../advice/federation/federationPage';
import { largest } from '../engine/whatIf';
import { places } from '../report/report';
import { type Shell, type Status, status, UsageError } from './shell';
import { printPage, surveyWhere, whereOf } from './workspace';

export interface FederateOptions {
  readonly config?: string;
  readonly format: 'pretty' | 'json' | 'md';
  readonly map?: boolean;
}

/** Which tables could have a database of their own, and what each cut would break; works without a map. */
export async function federate(shell: Shell, args: readonly string[], options: FederateOptions): Promise<Status> {
  const where = whereOf(shell, args, options.config);
  const result = await surveyWhere(shell, await shell.engine(), where, true);
  const survey = largest(result.surveys);
  if (!survey) throw new UsageError('no statements here');
  const federation = federationFor(survey);
  if (options.map) shell.out(servicesText(federation));
  else if (options.format === 'json') {
    const { path, range } = places(result, where.scanned);
    const at = ({ file, span }: { file: string; span: { start: number; end: number } }) => ({
      file: path(file),
      line: range(file, span).start.line,
    });
    shell.out(`${JSON.stringify(federationJson(federation, at), null, 2)}\n`);
  } else printPage(shell, federationPage(federation), result, where, options.format);
  return status.clean;
}
