/** vtgate's query log (`--log_queries_to_file`), text or JSON. */
import { type Item, isRecord, numberOf, timeOf, unread } from './entry';
import { linesOf } from './lines';

/** Method, RemoteAddr, Username, ImmediateCaller, EffectiveCaller, Start, End, TotalTime, PlanTime, ExecuteTime, CommitTime, StmtType, SQL, … */
const columns = { start: 5, total: 7, sql: 12 } as const;

export async function* readVtgateLog(chunks: AsyncIterable<string>): AsyncGenerator<Item> {
  for await (const { number, text, cut } of linesOf(chunks)) {
    if (text.trim() === '') continue;
    if (cut) yield unread(number, 'the line is too long');
    else yield text.startsWith('{') ? fromJson(text, number) : fromText(text, number);
  }
}

function fromJson(text: string, line: number): Item {
  const data = parsed(text);
  if (!isRecord(data) || typeof data.SQL !== 'string') return unread(line, 'no object with `SQL`');
  return itemOf(data.SQL, data.TotalTime, typeof data.Start === 'string' ? data.Start : '', line);
}

function fromText(text: string, line: number): Item {
  const fields = text.split('\t');
  const sql = unquoted(fields[columns.sql]);
  if (sql === undefined) return unread(line, 'no line of a vtgate query log');
  return itemOf(sql, fields[columns.total], unquoted(fields[columns.start]) ?? '', line);
}

function itemOf(sql: string, seconds: unknown, start: string, line: number): Item {
  const total = numberOf(seconds);
  const at = timeOf(start);
  return {
    entry: {
      sql,
      calls: 1,
      line,
      ...(total !== undefined && { milliseconds: total * 1000 }),
      ...(at !== undefined && { at }),
    },
  };
}

/** Go quotes the text (`%q`); some fields are bare. */
function unquoted(field: string | undefined): string | undefined {
  if (field === undefined || field === '') return undefined;
  if (!field.startsWith('"')) return field;
  const json = field.replace(/\\([^"\\/bfnrtu])/g, (_, char: string) =>
    char === 'x' ? '\\u00' : char === "'" ? "'" : '\\\\',
  );
  const value = parsed(json);
  return typeof value === 'string' ? value : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
