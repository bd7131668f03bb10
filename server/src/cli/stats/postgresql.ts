/** PostgreSQL: what ANALYZE left in `pg_stats` and `pg_class`. No row of a table is read. */
import type { ColumnMeasurement } from '../../schema/statistics';
import type { Connection, Row } from '../database/connection';
import { amount, kept, type Measure, word } from './measured';
import { type ValueKind, withValues } from './values';

/** Partitions count as their table; -1 rows: nobody has analysed it. */
const tablesSql = `
SELECT n.nspname AS schema, c.relname AS name, c.relkind::text AS kind,
  CASE WHEN c.relkind = 'p'
    THEN (SELECT sum(CASE WHEN l.reltuples < 0 THEN NULL ELSE l.reltuples END)
          FROM pg_partition_tree(c.oid) t JOIN pg_class l ON l.oid = t.relid WHERE t.isleaf)
    ELSE c.reltuples END::text AS rows,
  CASE WHEN c.relkind = 'p'
    THEN (SELECT sum(pg_total_relation_size(t.relid)) FROM pg_partition_tree(c.oid) t WHERE t.isleaf)
    ELSE pg_total_relation_size(c.oid) END::text AS bytes
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('information_schema', 'pg_catalog', 'pg_toast', 'citus', 'columnar')
  AND n.nspname NOT LIKE 'pg\\_temp\\_%'
ORDER BY 1, 2`;

/** Types that no one shards by are left out: their values say nothing and fill the file. */
const columnsSql = `
SELECT s.schemaname AS schema, s.tablename AS table, s.attname AS name, t.typname::text AS type, t.typtype::text AS typtype,
  s.null_frac::text AS nulls, s.n_distinct::text AS distinct, s.correlation::text AS correlation,
  ((s.most_common_vals::text)::text[])[1:${kept}] AS values, (s.most_common_freqs)[1:${kept}]::text[] AS shares
FROM pg_stats s
JOIN pg_namespace n ON n.nspname = s.schemaname
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname
JOIN pg_type t ON t.oid = a.atttypid
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND s.inherited = (c.relkind = 'p')
  AND t.typcategory NOT IN ('A', 'G') AND t.typname NOT IN ('json', 'jsonb', 'bytea', 'xml', 'tsvector', 'hstore', 'vector')
  AND s.schemaname = ANY ($1)
ORDER BY 1, 2, 3`;

export const measurePostgresql: Measure = async (connection, wanted) => {
  wanted.progress('asking for the sizes of tables');
  const found = (await connection.query(tablesSql)).filter((row) => wanted.table(fullName(row)));
  const schemas = [...new Set(found.map((row) => word(row, 'schema')))];
  wanted.progress(`asking for the statistics of ${found.length} tables`);
  const byTable = new Map<string, Row[]>();
  for (const row of schemas.length === 0 ? [] : await connection.query(columnsSql, [schemas])) {
    const key = JSON.stringify([word(row, 'schema'), word(row, 'table')]);
    byTable.set(key, [...(byTable.get(key) ?? []), row]);
  }
  const bare: string[] = [];
  const tables = found.map((row) => {
    const name = nameOf(row);
    const rows = rowsOf(row);
    const bytes = amount(row, 'bytes');
    const stats = byTable.get(JSON.stringify(fullName(row))) ?? [];
    if (stats.length === 0 && rows !== 0) bare.push(name.join('.'));
    const columns = stats.map((one) => withValues(columnOf(one), kindOf(one), rows, wanted.values));
    return { name, ...(rows !== undefined && { rows }), ...(bytes !== undefined && { bytes }), columns };
  });
  return { tables, notes: await notesOn(connection, bare) };
};

async function notesOn(connection: Connection, bare: readonly string[]): Promise<readonly string[]> {
  const citus = await connection.query("SELECT 1 AS found FROM pg_extension WHERE extname = 'citus'");
  const some = `${bare.slice(0, 5).join(', ')}${bare.length > 5 ? ` and ${bare.length - 5} more` : ''}`;
  return [
    ...(bare.length === 0
      ? []
      : [`No column statistics of ${some}: run ANALYZE there, or ask as a user who may read the tables.`]),
    ...(citus.length === 0
      ? []
      : ['Citus keeps the statistics of distributed tables on its workers: those here are of what this node holds.']),
  ];
}

const fullName = (row: Row): readonly [string, string] => [
  word(row, 'schema'),
  word(row, 'table') || word(row, 'name'),
];

/** The default schema goes without saying. */
const nameOf = (row: Row): readonly string[] => {
  const [schema, table] = fullName(row);
  return schema === 'public' ? [table] : [schema, table];
};

const rowsOf = (row: Row): number | undefined => {
  const rows = amount(row, 'rows');
  return rows === undefined || rows < 0 ? undefined : Math.round(rows);
};

function columnOf(row: Row): ColumnMeasurement {
  const distinct = amount(row, 'distinct');
  const nullShare = amount(row, 'nulls');
  const correlation = amount(row, 'correlation');
  const shares = list(row.shares).map(Number);
  const said = (value: string): string => (word(row, 'type') === 'bool' ? String(value === 't') : value);
  const mostCommon = list(row.values).flatMap((value, i) => {
    const share = shares[i];
    return share === undefined || !Number.isFinite(share) ? [] : [{ value: said(value), share }];
  });
  return {
    name: word(row, 'name'),
    // 0: the server does not know.
    ...(distinct !== undefined && distinct !== 0 && { distinct }),
    ...(nullShare !== undefined && { nullShare }),
    ...(mostCommon.length > 0 && { mostCommon }),
    ...(correlation !== undefined && { correlation }),
  };
}

const list = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

function kindOf(row: Row): ValueKind {
  const type = word(row, 'type');
  if (word(row, 'typtype') === 'e' || type === 'bool') return 'choice';
  if (type === 'uuid') return 'id';
  if (/^(?:int[248]|numeric|oid|float[48]|money)$/.test(type)) return 'number';
  return /^(?:date|time|interval)/.test(type) ? 'time' : 'other';
}
