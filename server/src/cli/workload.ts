/** `workload`: query logs as statements with their calls, without the values that they were called with. */
import fs from 'node:fs';
import path from 'node:path';
import { findDialect } from '../dialects';
import { mysql } from '../dialects/mysql';
import { postgresql } from '../dialects/postgresql';
import { oneLine } from '../report/printable';
import type { Lexical } from '../sql/lexical';
import { plural } from '../text/english';
import { type Shell, type Status, status, UsageError } from './shell';
import { type Collected, collector } from './workload/collect';
import { type LogFormat, type LogReader, readerFor } from './workload/format';
import { chunksOf, peeked } from './workload/lines';
import { writeFile } from './writeFile';

export interface WorkloadOptions {
  readonly format: LogFormat;
  /** `-` prints it. */
  readonly out: string;
  /** Of logs that do not say it themselves. */
  readonly dialect?: string;
  /** Seconds that the logs cover, where they do not say it or say it wrongly. */
  readonly period?: number;
}

export async function workload(shell: Shell, files: readonly string[], options: WorkloadOptions): Promise<Status> {
  const given = options.dialect === undefined ? undefined : findDialect(options.dialect);
  if (options.dialect !== undefined && !given)
    throw new UsageError(`the dialect ${oneLine(options.dialect)} is not known`);
  const collected = collector();
  const formats = new Set<string>();
  for (const name of files) {
    const file = path.resolve(shell.cwd, name);
    if (!fs.existsSync(file) || fs.statSync(file).isDirectory()) throw new UsageError(`no such file: ${oneLine(name)}`);
    try {
      const { head, all } = await peeked(chunksOf(file));
      const reader = readerFor(options.format, head);
      if (!reader)
        throw new UsageError(
          `what kind of log ${oneLine(name)} is cannot be told from its beginning: say it with --format`,
        );
      formats.add(reader.format);
      await read(shell, name, all, reader, given?.lexical ?? lexicalOf(reader), collected.add);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError(
        `${oneLine(name)} cannot be read: ${oneLine(error instanceof Error ? error.message : String(error))}`,
      );
    }
  }
  shell.progress('');
  const result = collected.result();
  const seconds = options.period ?? result.seconds;
  const text = workloadText(result, [...formats], seconds);
  if (options.out === '-') shell.out(text);
  else writeFile(path.resolve(shell.cwd, options.out), text);
  shell.err(summary(result, options.out, seconds, formats.has('mysql-slow')));
  return result.statements.length > 0 ? status.clean : status.findings;
}

const counted = (count: number, word: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? word : plural(word)}`;

async function read(
  shell: Shell,
  name: string,
  chunks: AsyncIterable<string>,
  reader: LogReader,
  lexical: Lexical,
  add: ReturnType<typeof collector>['add'],
): Promise<void> {
  let entries = 0;
  for await (const item of reader.read(chunks)) {
    add(item, name, lexical);
    if (++entries % 10_000 === 0) shell.progress(`${entries} entries of ${oneLine(name)}`);
  }
}

const lexicalOf = ({ dialect }: LogReader): Lexical => (dialect === 'mysql' ? mysql : postgresql).lexical;

/** JSON lines: one that says what this is, then one a statement, the most called first. */
function workloadText(
  { statements, others, beyond }: Collected,
  from: readonly string[],
  seconds: number | undefined,
): string {
  const head = {
    shardlint: 'workload',
    version: 1,
    from,
    ...(seconds !== undefined && { seconds }),
    ...(others > 0 && { otherCalls: others }),
    ...(beyond > 0 && { callsBeyond: beyond }),
  };
  const lines = statements.map(({ sql, calls, milliseconds }) => ({
    sql,
    calls,
    ...(milliseconds !== undefined && { ms: milliseconds }),
  }));
  return [head, ...lines].map((one) => `${JSON.stringify(one)}\n`).join('');
}

function summary(
  { statements, others, beyond, unread, examples }: Collected,
  out: string,
  seconds: number | undefined,
  slow: boolean,
): string {
  const calls = statements.reduce((sum, one) => sum + one.calls, 0);
  const lines = [
    `${counted(statements.length, 'statement')} with ${counted(calls, 'call')}${seconds === undefined ? '' : ` in ${counted(seconds, 'second')}`}${out === '-' ? '' : ` written to ${oneLine(out)}`}.`,
    ...(others > 0 ? [`${counted(others, 'call')} of others (SET, COMMIT, SHOW …) left out.`] : []),
    ...(beyond > 0
      ? [`${counted(beyond, 'call')} of rare statements left out: there are too many different ones.`]
      : []),
    ...(seconds === undefined ? ['How long that was nobody says: --period 7d gives calls a second.'] : []),
    ...(slow ? ['A slow log counts what was slow, unless long_query_time was 0.'] : []),
    ...(unread > 0 ? [`${counted(unread, 'entry')} could not be read:`] : []),
    ...examples.map(({ file, line, why }) => `  ${oneLine(file)}:${line}: ${why}`),
    ...(unread > examples.length ? [`  and ${unread - examples.length} more`] : []),
    ...(out === '-' || statements.length === 0
      ? []
      : [`A map names it: \`workload: [${oneLine(path.basename(out))}]\`.`]),
  ];
  return `${lines.join('\n')}\n`;
}
