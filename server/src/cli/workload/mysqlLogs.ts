/** MySQL's and MariaDB's slow log and general log. */
import { type Item, timeOf, unread } from './entry';
import { linesOf } from './lines';

/** Lines that the server writes at each start. */
const banner = /^(?:\S*(?:mysqld|mariadbd)\S*, Version: |Tcp port: |Time\s+Id Command\s+Argument)/;
const longest = 1_000_000;

interface Slow {
  line: number;
  at: number | undefined;
  milliseconds: number | undefined;
  body: string[];
}

export async function* readSlowLog(chunks: AsyncIterable<string>): AsyncGenerator<Item> {
  let time: number | undefined;
  let current: Slow | undefined;
  for await (const { number, text } of linesOf(chunks)) {
    if (banner.test(text)) continue;
    if (/^# (?:Time|User@Host|Query_time|administrator command):?/.test(text)) {
      if (current && current.body.length > 0) {
        yield* finished(current);
        current = undefined;
      }
      const stamp = /^# Time: (.*)$/.exec(text)?.[1];
      if (stamp !== undefined) time = timeOf(stamp) ?? shortTime(stamp);
      const seconds = /Query_time: ([\d.]+)/.exec(text)?.[1];
      current ??= { line: number, at: time, milliseconds: undefined, body: [] };
      if (seconds !== undefined) current.milliseconds = Number(seconds) * 1000;
    } else if (/^# /.test(text) && current?.body.length === 0) continue;
    else if (current) {
      const stamp = current.body.length === 0 ? /^SET timestamp=(\d+)/i.exec(text)?.[1] : undefined;
      if (stamp !== undefined) current.at = Number(stamp) * 1000;
      else if (current.body.length > 0 || !/^use \S+;$/i.test(text)) current.body.push(text);
      if (current.body.length > 100_000) current.body.length = 100_000;
    } else if (text.trim() !== '') yield unread(number, 'text before the first entry');
  }
  if (current) yield* finished(current);
}

function* finished({ line, at, milliseconds, body }: Slow): Generator<Item> {
  const sql = body.join('\n').trim();
  if (sql === '') return;
  if (sql.length > longest) yield unread(line, 'the statement is too long');
  else {
    const time = { ...(milliseconds !== undefined && { milliseconds }), ...(at !== undefined && { at }) };
    yield { entry: { sql, calls: 1, line, ...time } };
  }
}

const entryLine =
  /^(?:(\d{4}-\d\d-\d\dT\S+|\d{6}\s+\d{1,2}:\d\d:\d\d))?\s+(\d+)\s(Query|Execute|Prepare|Connect|Quit|Init DB|Field List|Close stmt|Reset stmt|Statistics|Ping|Change user|Long Data|Fetch|Set option|Processlist|Refresh|Shutdown|Kill|Binlog Dump|Reset connection|Daemon|Sleep|Time|Delayed insert|Debug|Create DB|Drop DB|Table Dump|Connect Out|Register Slave|Register Replica)(?:\t|$)(.*)$/;

export async function* readGeneralLog(chunks: AsyncIterable<string>): AsyncGenerator<Item> {
  let time: number | undefined;
  let current: { line: number; at: number | undefined; body: string } | undefined;
  const finish = function* (): Generator<Item> {
    if (!current) return;
    const { line, at, body } = current;
    current = undefined;
    if (body.length > longest) yield unread(line, 'the statement is too long');
    else if (body.trim() !== '') yield { entry: { sql: body, calls: 1, line, ...(at !== undefined && { at }) } };
  };
  for await (const { number, text } of linesOf(chunks)) {
    if (banner.test(text)) continue;
    const [matched, stamp, , command, argument = ''] = entryLine.exec(text) ?? [];
    if (matched === undefined) {
      if (current) current.body += current.body.length > longest ? '' : `\n${text}`;
      else if (text.trim() !== '' && number === 1) yield unread(number, 'no entry of a general log');
      continue;
    }
    yield* finish();
    if (stamp !== undefined) time = timeOf(stamp) ?? shortTime(stamp);
    // What is prepared is executed later, and logged then with its values.
    if (command === 'Query' || command === 'Execute') current = { line: number, at: time, body: argument };
  }
  yield* finish();
}

/** `261122  8:00:05`: MariaDB and old servers, in the server's zone, which the log does not say. */
function shortTime(text: string): number | undefined {
  const [, year, month, day, hour = '', rest] = /^(\d\d)(\d\d)(\d\d)\s+(\d{1,2})(:\d\d:\d\d)/.exec(text.trim()) ?? [];
  return year === undefined ? undefined : timeOf(`20${year}-${month}-${day}T${hour.padStart(2, '0')}${rest}`);
}
