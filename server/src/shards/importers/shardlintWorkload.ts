/** What `shardlint workload` wrote: `workload` in a map reads it with this. */
import { defineImporter, type SourceText } from '../importer';
import type { LoggedStatement, MapProblem } from '../model';
import { nothing } from './declared';

export default defineImporter({
  id: 'shardlint-workload',
  title: 'Query logs that `shardlint workload` read',
  page: {
    notRead: 'Nothing is left out. The file says nothing about shards.',
    sources: ['../evidence.md'],
  },
  evidence: true,
  files: ['**/*shardlint.workload.jsonl'],
  accepts: ({ text }) => text.startsWith('{"shardlint":"workload"'),
  import(files) {
    const problems: MapProblem[] = [];
    return { ...nothing, workload: files.flatMap((file) => linesOf(file, problems)), problems };
  },
});

function linesOf({ path, text }: SourceText, problems: MapProblem[]): readonly LoggedStatement[] {
  const statements: LoggedStatement[] = [];
  let seconds: number | undefined;
  let start = 0;
  for (const line of text.split('\n')) {
    const at = { file: path, span: { start, end: start + line.trimEnd().length } };
    start += line.length + 1;
    if (line.trim() === '') continue;
    const data = parsed(line);
    if (data?.shardlint === 'workload') {
      seconds = amount(data.seconds);
      continue;
    }
    const calls = amount(data?.calls);
    const milliseconds = amount(data?.ms);
    if (typeof data?.sql !== 'string' || calls === undefined) {
      const message = 'A line holds one statement: `{"sql":"…","calls":12}`, with `ms` where it is known.';
      problems.push({ at, severity: 'error', code: 'bad-value', message });
      continue;
    }
    statements.push({
      sql: data.sql,
      calls,
      ...(milliseconds !== undefined && { milliseconds }),
      ...(seconds !== undefined && { rate: calls / seconds }),
      at,
    });
  }
  return statements;
}

const amount = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const data: unknown = JSON.parse(line);
    return typeof data === 'object' && data !== null && !Array.isArray(data)
      ? (data as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
