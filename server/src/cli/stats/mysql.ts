/**
 * MySQL 8 and MariaDB: sizes from `information_schema`, values from histograms where someone made them, from index
 * statistics, and else from a bounded number of rows that are counted.
 */
import type { ColumnMeasurement } from '../../schema/statistics';
import { type Connection, DatabaseError, type Row } from '../database/connection';
import { type Histogram, readHistogram } from './histogram';
import { amount, type Measure, word } from './measured';
import { type Sampling, sampled, sampling } from './sample';
import { type ValueKind, withValues } from './values';

const tablesSql = `
SELECT TABLE_NAME AS name, TABLE_ROWS AS table_rows, DATA_LENGTH + INDEX_LENGTH AS bytes
FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' ORDER BY 1`;

const columnsSql = `
SELECT TABLE_NAME AS table_name, COLUMN_NAME AS name, DATA_TYPE AS type, COLUMN_TYPE AS full_type, COLUMN_KEY AS key_part,
  COALESCE(CHARACTER_MAXIMUM_LENGTH, 0) AS length
FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION`;

/** The first column of an index: its cardinality is that of the column. */
const indexesSql = `
SELECT TABLE_NAME AS table_name, COLUMN_NAME AS name, MAX(CARDINALITY) AS cardinality, COUNT(*) AS indexes
FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND SEQ_IN_INDEX = 1 AND SUB_PART IS NULL
GROUP BY TABLE_NAME, COLUMN_NAME`;

const histogramsSql = `
SELECT TABLE_NAME AS table_name, COLUMN_NAME AS name, CAST(HISTOGRAM AS CHAR) AS histogram
FROM information_schema.COLUMN_STATISTICS WHERE SCHEMA_NAME = DATABASE()`;

const mariadbSql = `
SELECT table_name, column_name AS name, nulls_ratio, avg_frequency, CAST(histogram AS CHAR) AS histogram
FROM mysql.column_stats WHERE db_name = DATABASE()`;

export const measureMysql: Measure = async (connection, wanted) => {
  wanted.progress('asking for the sizes of tables');
  const [chosen] = await connection.query('SELECT DATABASE() AS name');
  if (!chosen || word(chosen, 'name') === '')
    return { tables: [], notes: ['The URL names no database to be measured.'] };
  const found = (await connection.query(tablesSql)).filter((row) => wanted.table([word(row, 'name')]));
  const columns = grouped((await connection.query(columnsSql)).filter(isKeyLike));
  const indexed = byColumn(await connection.query(indexesSql));
  const { known, notes } = await histograms(connection);
  const tables = [];
  let looked = 0;
  for (const row of found) {
    const table = word(row, 'name');
    const rows = amount(row, 'table_rows');
    const bytes = amount(row, 'bytes');
    wanted.progress(`measuring ${table}`);
    const measured: ColumnMeasurement[] = [];
    let how: Sampling | undefined;
    for (const column of columns.get(table) ?? []) {
      const name = word(column, 'name');
      const facts = known.get(keyOf(table, name));
      const index = indexed.get(keyOf(table, name));
      const missing = facts?.mostCommon === undefined && wanted.sample > 0;
      if (missing) how ??= await sampling(connection, table, wanted.sample, rows, numericKey(columns.get(table) ?? []));
      const counted = missing && how ? await sampled(connection, how, name) : undefined;
      if (counted) looked++;
      const cardinality = index && amount(index, 'cardinality');
      const all = {
        ...counted,
        ...(cardinality !== undefined && cardinality > 0 && { distinct: cardinality }),
        ...facts,
      };
      if (Object.keys(all).length === 0) continue;
      measured.push(withValues({ name, ...all }, kindOf(column), rows, wanted.values));
    }
    tables.push({
      name: [table],
      ...(rows !== undefined && { rows }),
      ...(bytes !== undefined && { bytes }),
      columns: measured,
    });
  }
  const note = `Of ${looked} columns at most ${wanted.sample} rows each were counted: what is rare or new may be missing.`;
  return { tables, notes: [...notes, ...(looked > 0 ? [note] : [])] };
};

async function histograms(
  connection: Connection,
): Promise<{ readonly known: ReadonlyMap<string, Histogram>; readonly notes: readonly string[] }> {
  const maria = connection.kind === 'mariadb';
  try {
    const rows = await connection.query(maria ? mariadbSql : histogramsSql);
    return {
      known: new Map(rows.map((row) => [keyOf(word(row, 'table_name'), word(row, 'name')), histogramOf(row)])),
      notes: [],
    };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    const where = maria ? 'mysql.column_stats' : 'information_schema.COLUMN_STATISTICS';
    return { known: new Map(), notes: [`Histograms were not read: this user or this version has no ${where}.`] };
  }
}

/** MariaDB keeps the share of NULLs and the mean number of rows of one value beside its histogram. */
function histogramOf(row: Row): Histogram {
  const histogram = readHistogram(word(row, 'histogram'));
  const nulls = amount(row, 'nulls_ratio');
  return { ...histogram, ...(nulls !== undefined && { nullShare: nulls }) };
}

/** The primary key, if it is one number. */
function numericKey(columns: readonly Row[]): string | undefined {
  const [key, ...others] = columns.filter((row) => word(row, 'key_part') === 'PRI');
  return key && others.length === 0 && /int$/.test(word(key, 'type')) ? word(key, 'name') : undefined;
}

const keyOf = (table: string, column: string): string => JSON.stringify([table.toLowerCase(), column.toLowerCase()]);

const byColumn = (rows: readonly Row[]): ReadonlyMap<string, Row> =>
  new Map(rows.map((row) => [keyOf(word(row, 'table_name'), word(row, 'name')), row]));

function grouped(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(word(row, 'table_name'), [...(groups.get(word(row, 'table_name')) ?? []), row]);
  return groups;
}

/** Long texts, documents and shapes are no keys, and counting them would read far too much. */
const isKeyLike = (row: Row): boolean =>
  !/^(?:json|(?:tiny|medium|long)?(?:text|blob)|geometry|point|linestring|polygon|multi\w+|vector)$/.test(
    word(row, 'type'),
  ) && Number(row.length ?? 0) <= 255;

function kindOf(row: Row): ValueKind {
  const type = word(row, 'type');
  if (/^(?:enum|set|bit)$/.test(type) || word(row, 'full_type') === 'tinyint(1)') return 'choice';
  if (/int$|^(?:decimal|float|double)$/.test(type)) return 'number';
  if (type === 'uuid' || /^(?:char\(36\)|binary\(16\))$/.test(word(row, 'full_type'))) return 'id';
  return /^(?:date|time|year)/.test(type) ? 'time' : 'other';
}
