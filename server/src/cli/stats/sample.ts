/** A bounded look at the rows themselves, for databases that keep no statistics of a column. */
import type { ColumnMeasurement } from '../../schema/statistics';
import { type Connection, DatabaseError, type Row } from '../database/connection';
import { amount, kept, word } from './measured';

export interface Sampling {
  readonly table: string;
  /** At most so many rows are read. */
  readonly limit: number;
  /** Of the table, as estimated. */
  readonly rows: number | undefined;
  /** Stretches of the primary key, from inclusive to exclusive; none: from the beginning of the table. */
  readonly windows: readonly { readonly key: string; readonly from: string; readonly to: string }[];
}

const stretches = 20;

/**
 * Where to look. The rows at the beginning are the oldest ones, and those at the beginning of an index are all alike:
 * so rows are taken in stretches all over a numeric primary key.
 */
export async function sampling(
  connection: Connection,
  table: string,
  limit: number,
  rows: number | undefined,
  key: string | undefined,
): Promise<Sampling> {
  const plain: Sampling = { table, limit, rows, windows: [] };
  if (key === undefined || limit < stretches || (rows !== undefined && rows <= limit)) return plain;
  const name = quoted(key);
  const ends = await endsOf(connection, `SELECT MIN(${name}) AS low, MAX(${name}) AS high FROM ${quoted(table)}`);
  const [low, high] = [ends && amount(ends, 'low'), ends && amount(ends, 'high')];
  if (low === undefined || high === undefined || high - low < limit) return plain;
  const edge = (i: number): string => BigInt(Math.floor(low + ((high - low) * i) / stretches)).toString();
  const windows = Array.from({ length: stretches }, (_, i) => ({ key, from: edge(i), to: edge(i + 1) }));
  return { ...plain, windows };
}

async function endsOf(connection: Connection, sql: string): Promise<Row | undefined> {
  try {
    return (await connection.query(sql))[0];
  } catch (error) {
    if (error instanceof DatabaseError) return undefined;
    throw error;
  }
}

function rowsOf({ table, limit, windows }: Sampling, column: string): string {
  // Without this an index that holds the column would be read, in its order.
  if (windows.length === 0) return `SELECT ${column} AS v FROM ${quoted(table)} USE INDEX () LIMIT ${limit}`;
  const each = Math.floor(limit / windows.length);
  return windows
    .map(({ key, from, to }) => {
      const name = quoted(key);
      return `(SELECT ${column} AS v FROM ${quoted(table)} FORCE INDEX (PRIMARY) WHERE ${name} >= ${from} AND ${name} < ${to} ORDER BY ${name} LIMIT ${each})`;
    })
    .join(' UNION ALL ');
}

/** Undefined where the column cannot be read, or there is no row. */
export async function sampled(
  connection: Connection,
  how: Sampling,
  column: string,
): Promise<Omit<ColumnMeasurement, 'name'> | undefined> {
  const some = rowsOf(how, quoted(column));
  const groups = `SELECT v, COUNT(*) AS k FROM (${some}) s WHERE v IS NOT NULL GROUP BY v`;
  try {
    const [counts] = await connection.query(
      `SELECT COUNT(*) AS d, COALESCE(SUM(k), 0) AS n, COALESCE(SUM(k = 1), 0) AS once FROM (${groups}) g`,
    );
    const [all] = await connection.query(`SELECT COUNT(*) AS n FROM (${some}) s`);
    const seen = all && amount(all, 'n');
    if (!counts || seen === undefined || seen === 0) return undefined;
    const top = await connection.query(
      `SELECT CAST(v AS CHAR) AS v, k FROM (${groups}) g WHERE k > 1 ORDER BY k DESC, 1 LIMIT ${kept}`,
    );
    const filled = amount(counts, 'n') ?? 0;
    const distinct = estimate({
      distinct: amount(counts, 'd') ?? 0,
      once: amount(counts, 'once') ?? 0,
      sample: filled,
      // A table that was read to its end is known exactly, whatever its estimate says.
      rows: seen < how.limit && how.windows.length === 0 ? filled : Math.max(how.rows ?? 0, filled),
    });
    return {
      ...(distinct > 0 && { distinct }),
      nullShare: (seen - filled) / seen,
      ...(top.length > 0 && {
        mostCommon: top.map((row: Row) => ({ value: word(row, 'v'), share: (amount(row, 'k') ?? 0) / seen })),
      }),
    };
  } catch (error) {
    if (error instanceof DatabaseError) return undefined;
    throw error;
  }
}

export interface Sample {
  /** Different values in the sample, and those of them that it has once. */
  readonly distinct: number;
  readonly once: number;
  readonly sample: number;
  readonly rows: number;
}

/** Haas and Stokes' estimate, as PostgreSQL's ANALYZE makes it: values that were met once stand for others that were not. */
export function estimate({ distinct, once, sample, rows }: Sample): number {
  if (sample === 0 || rows <= sample) return distinct;
  if (once === sample) return -1;
  const denominator = sample - once + (once * sample) / rows;
  return Math.min(rows, Math.max(distinct, Math.round((sample * distinct) / denominator)));
}

const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
