/** `PARTITION BY KEY (uid) PARTITIONS 8`, `DBPARTITION BY HASH(uid)`, `PARTITION BY CONSISTENT HASH (id)`. */
import type { Strategy } from '../../model';
import { wholeNumber } from '../tableDdl';
import { closing, commaParts, find, nameAt, type Word } from '../words';

export interface PartitionBy {
  readonly strategy: Strategy;
  /** Empty where a part is an expression of several columns, or where the columns are another table's. */
  readonly columns: readonly string[];
  readonly method: string;
  /** Each of `columns` leads to the row by itself. */
  readonly alternatives?: true;
  readonly count?: number;
  readonly start: number;
  readonly end: number;
}

const strategies: Readonly<Record<string, Strategy>> = {
  HASH: 'hash',
  KEY: 'hash',
  RANGE: 'range',
  LIST: 'list',
  DIRECTORY: 'directory',
  REFERENCE: 'hash',
  UNI_HASH: 'hash',
  CO_HASH: 'hash',
  RANGE_HASH: 'hash',
  RIGHT_SHIFT: 'hash',
  STR_HASH: 'hash',
};

/** PolarDB-X: a row's columns have one ending in common, so that each of them finds it. */
const eitherOf = new Set(['CO_HASH', 'RANGE_HASH']);
/** What stands behind their columns are numbers: how much of the value counts. */
const counted: Readonly<Record<string, number>> = { RANGE_HASH: 2, RIGHT_SHIFT: 1, STR_HASH: 1 };

const dateParts = /^(?:YYYYMM|YYYYWEEK|YYYYDD|YYYYMM_OPT|MM|DD|WEEK|MMDD)$/;

export function partitionBy(
  words: readonly Word[],
  phrase = 'PARTITION BY',
  counts = 'PARTITIONS',
): PartitionBy | undefined {
  const at = find(words, phrase);
  const first = words[at];
  if (at < 0 || !first) return undefined;
  const open = words.findIndex(({ text }, i) => i > at && text === '(');
  if (open < 0 || open - at > 6) return undefined;
  const kinds = words.slice(at + 2, open).map(({ keyword }) => keyword);
  const method = kinds.findLast((kind) => kind in strategies || dateParts.test(kind));
  if (method === undefined) return undefined;
  const close = closing(words, open);
  const columns = commaParts(words.slice(open + 1, close))
    .slice(0, counted[method])
    .map(columnIn);
  const whole = columns.every((column) => column !== undefined) && method !== 'REFERENCE';
  const strategy = strategies[method] ?? 'time';
  const written = strategy === 'hash' && phrase === 'PARTITION BY' ? writtenIn(words.slice(close + 1)) : undefined;
  const count = countAt(words, find(words, counts, close)) ?? written;
  const last = words[close] ?? first;
  return {
    strategy,
    columns: whole ? columns.filter((column) => column !== undefined) : [],
    method,
    ...(eitherOf.has(method) && { alternatives: true }),
    ...(count !== undefined && { count }),
    start: first.start,
    end: last.end,
  };
}

/** `(PARTITION p0, PARTITION p1)`: how many there are. */
function writtenIn(words: readonly Word[]): number | undefined {
  const open = words.findIndex(({ text }, i) => text === '(' && words[i + 1]?.keyword === 'PARTITION');
  if (open < 0) return undefined;
  const parts = commaParts(words.slice(open + 1, closing(words, open)));
  return parts.filter(([first]) => first?.keyword === 'PARTITION').length;
}

const countAt = (words: readonly Word[], at: number): number | undefined =>
  at < 0 ? undefined : wholeNumber(words[at + 1]?.text === '=' ? words[at + 2] : words[at + 1]);

/** A column, or a function of one: `to_days(created)`. */
function columnIn(words: readonly Word[]): string | undefined {
  const name = nameAt(words, 0);
  if (!name) return undefined;
  if (words[name.next]?.text !== '(') return name.next === words.length ? name.name.at(-1) : undefined;
  const names = words.slice(name.next + 1).filter(({ kind }) => kind === 'word' || kind === 'quoted');
  return names.length === 1 ? names[0]?.text : undefined;
}
