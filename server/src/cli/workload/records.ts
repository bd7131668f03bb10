/** Sums that a server keeps (`pg_stat_statements` as CSV or JSON) and JSON lines of any origin: a record a statement. */
import { csvParser } from '../../text/csv';
import { type Item, isRecord, numberOf, timeOf, unread } from './entry';
import { linesOf } from './lines';

type Record_ = Readonly<Record<string, unknown>>;

const firstOf = (record: Record_, keys: readonly string[]): unknown =>
  keys.map((key) => record[key]).find((value) => value !== undefined && value !== null && value !== '');

/** Names of columns and keys as PostgreSQL's versions, Query Insights, vt and people write them. */
const sqlKeys = ['query', 'sql', 'statement', 'normalized_query', 'digest_text', 'DIGEST_TEXT', 'SQL', 'Query'];
const callKeys = ['calls', 'count', 'executions', 'count_star', 'COUNT_STAR', 'usage-count', 'Calls'];
const totalKeys = ['total_exec_time', 'total_time', 'ms', 'milliseconds', 'total_ms', 'duration_ms'];

function itemOf(record: Record_, line: number): Item | undefined {
  const sql = firstOf(record, sqlKeys);
  if (typeof sql !== 'string') return unread(line, 'no text of a statement');
  if (sql === '<insufficient privilege>') return unread(line, 'the user who exported it may not see this statement');
  const calls = numberOf(firstOf(record, callKeys) ?? 1);
  if (calls === undefined) return unread(line, 'the number of calls is no number');
  // Statements inside functions are counted with the function as well.
  if (record.toplevel === false || record.toplevel === 'f' || record.toplevel === 'false') return undefined;
  const milliseconds = numberOf(firstOf(record, totalKeys));
  const since = typeof record.stats_since === 'string' ? timeOf(record.stats_since) : undefined;
  const at = typeof record.time === 'string' ? timeOf(record.time) : undefined;
  return {
    entry: {
      sql,
      calls,
      line,
      ...(milliseconds !== undefined && { milliseconds }),
      ...(since !== undefined && { since }),
      ...(at !== undefined && { at }),
    },
  };
}

export async function* readCsv(chunks: AsyncIterable<string>): AsyncGenerator<Item> {
  const parser = csvParser();
  let names: readonly string[] | undefined;
  let row = 0;
  const items = function* (rows: ReturnType<typeof parser.write>): Generator<Item> {
    for (const cells of rows) {
      row++;
      if (!names) {
        names = cells.map(({ text }) => text.trim());
        continue;
      }
      const record = Object.fromEntries(names.map((name, i) => [name, cells[i]?.text]));
      const item = itemOf(record, row);
      if (item) yield item;
    }
  };
  for await (const chunk of chunks) yield* items(parser.write(chunk));
  yield* items(parser.end());
}

/** A list is read as a whole: larger exports come as CSV or as a line a statement. */
const largest = 64 * 1024 * 1024;

export async function* readJsonList(chunks: AsyncIterable<string>): AsyncGenerator<Item> {
  let text = '';
  for await (const chunk of chunks) {
    text += chunk;
    if (text.length <= largest) continue;
    yield unread(1, 'a JSON list of more than 64 MB; export CSV or JSON lines instead');
    return;
  }
  const data = parsed(text);
  const list = Array.isArray(data) ? data : isRecord(data) ? (Object.values(data).find(Array.isArray) ?? [data]) : [];
  if (list.length === 0) yield unread(1, 'no JSON list of statements');
  for (const [i, each] of (list as readonly unknown[]).entries()) {
    const item = isRecord(each) ? itemOf(each, i + 1) : unread(i + 1, 'no JSON object');
    if (item) yield item;
  }
}

export async function* readJsonLines(chunks: AsyncIterable<string>): AsyncGenerator<Item> {
  for await (const { number, text, cut } of linesOf(chunks)) {
    if (text.trim() === '') continue;
    const data = cut ? undefined : parsed(text);
    // The first line of our own files says what they are.
    if (isRecord(data) && data.shardlint === 'workload') continue;
    const item = isRecord(data)
      ? itemOf(data, number)
      : unread(number, cut ? 'the line is too long' : 'no JSON object');
    if (item) yield item;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}
