/** Which kind of log a file is. */
import type { Item } from './entry';
import { readGeneralLog, readSlowLog } from './mysqlLogs';
import { readCsv, readJsonLines, readJsonList } from './records';
import { readVtgateLog } from './vtgateLog';

export const logFormats = ['auto', 'pg_stat_statements', 'mysql-slow', 'mysql-general', 'vtgate', 'jsonl'] as const;
export type LogFormat = (typeof logFormats)[number];

export interface LogReader {
  readonly format: Exclude<LogFormat, 'auto'>;
  readonly dialect?: 'postgresql' | 'mysql';
  read(chunks: AsyncIterable<string>): AsyncGenerator<Item>;
}

const readers: Readonly<Record<Exclude<LogFormat, 'auto'>, LogReader>> = {
  pg_stat_statements: { format: 'pg_stat_statements', dialect: 'postgresql', read: readCsv },
  'mysql-slow': { format: 'mysql-slow', dialect: 'mysql', read: readSlowLog },
  'mysql-general': { format: 'mysql-general', dialect: 'mysql', read: readGeneralLog },
  vtgate: { format: 'vtgate', dialect: 'mysql', read: readVtgateLog },
  jsonl: { format: 'jsonl', read: readJsonLines },
};

/** `head`: the beginning of the file. Undefined where it is nothing that we know. */
export function readerFor(format: LogFormat, head: string): LogReader | undefined {
  const chosen = format === 'auto' ? formatOf(head) : format;
  if (chosen === undefined) return undefined;
  const reader = readers[chosen];
  if (chosen !== 'pg_stat_statements') return reader;
  const start = head.replace(/^\ufeff/, '').trimStart();
  if (start.startsWith('[')) return { ...reader, read: readJsonList };
  if (!start.startsWith('{')) return reader;
  return { ...reader, read: isLines(start) ? readJsonLines : readJsonList };
}

function formatOf(head: string): Exclude<LogFormat, 'auto'> | undefined {
  const start = head.replace(/^\ufeff/, '').trimStart();
  const [first = ''] = start.split(/\r?\n/, 1);
  if (start.startsWith('[')) return 'pg_stat_statements';
  if (start.startsWith('{')) {
    if (/"SQL"\s*:/.test(first) && /"(?:StmtType|TotalTime)"\s*:/.test(first)) return 'vtgate';
    return isLines(start) ? 'jsonl' : 'pg_stat_statements';
  }
  if (/^# (?:Time|User@Host): /m.test(head)) return 'mysql-slow';
  if (
    /^(?:\d{4}-\d\d-\d\dT\S+|\d{6}\s+[\d:]+)?\s+\d+ (?:Connect|Query|Execute|Prepare|Quit|Init DB)(?:\t|$)/m.test(head)
  )
    return 'mysql-general';
  if (first.split('\t').length >= 13) return 'vtgate';
  const columns = first.split(',').map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
  return columns.includes('query') && columns.includes('calls') ? 'pg_stat_statements' : undefined;
}

/** A line is a whole object. */
function isLines(start: string): boolean {
  const [first = ''] = start.split(/\r?\n/, 1);
  const list = /^\{\s*"[^"]*"\s*:\s*\[/.test(start);
  return !list && (first.trimEnd().endsWith('}') || !start.includes('\n'));
}
