/** What was measured in a live database, laid over what is declared. */
import type { Location } from '../text/span';
import { emptyTable } from './emptyTable';
import {
  type ColumnFacts,
  type ColumnStatistics,
  findTable,
  type Schema,
  type Table,
  type TableStatistics,
  tableKey,
} from './model';

/** What a database knows of one of its tables. */
export interface TableMeasurement extends TableStatistics {
  readonly name: readonly string[];
  readonly columns: readonly ColumnMeasurement[];
}

export interface ColumnMeasurement extends Omit<ColumnStatistics, 'rows'> {
  readonly name: string;
}

/** The same where it stands in a file. */
export interface MeasuredTable extends TableMeasurement {
  readonly columns: readonly MeasuredColumn[];
  readonly at: Location;
}

export interface MeasuredColumn extends ColumnMeasurement {
  readonly at: Location;
}

/**
 * The schema with all that was measured. Tables that nothing declares are added with the columns that were measured;
 * views and columns that nobody declares stay as they are. The same object where there is nothing to add.
 */
export function withStatistics(
  schema: Schema,
  measured: readonly MeasuredTable[],
  searchPath: readonly string[],
): Schema {
  if (measured.length === 0) return schema;
  const path = searchPath.length > 0 ? searchPath : undefined;
  const declared = withoutMeasured(schema);
  const tables = new Map(declared.tables);
  for (const one of measured) {
    const known = { tables, enums: schema.enums };
    const table = findTable(known, one.name, path) ?? onlyOneCalled(known, one.name) ?? blank(one);
    if (table.kind !== 'view') tables.set(tableKey(table.name), measuredTable(table, one));
  }
  return { ...schema, tables };
}

/** A server has a database where a declaration has a keyspace, or nothing at all: the last part alone, where it is clear. */
function onlyOneCalled({ tables }: Schema, name: readonly string[]): Table | undefined {
  const last = name.at(-1)?.toLowerCase();
  const [found, ...others] = [...tables.values()].filter(
    (table) => table.name.at(-1)?.toLowerCase() === last && (table.name.length === 1 || name.length === 1),
  );
  return others.length === 0 ? found : undefined;
}

/** What is declared, without the tables that only statistics know. */
export function withoutMeasured(schema: Schema): Schema {
  const tables = new Map([...schema.tables].filter(([, table]) => table.measured !== true));
  return tables.size === schema.tables.size ? schema : { ...schema, tables };
}

function measuredTable(table: Table, one: MeasuredTable): Table {
  const rows = one.rows ?? table.statistics?.rows;
  const bytes = one.bytes ?? table.statistics?.bytes;
  const size = { ...(rows !== undefined && { rows }), ...(bytes !== undefined && { bytes }) };
  const byName = new Map(one.columns.map((column) => [column.name.toLowerCase(), column]));
  const columns = new Map(
    [...table.columns].map(([key, facts]) => {
      const found = one.columns.find(({ name }) => name === facts.name) ?? byName.get(facts.name.toLowerCase());
      const statistics = statisticsOf(facts.statistics, found, rows);
      return [key, statistics ? { ...facts, statistics } : facts];
    }),
  );
  if (table.measured) {
    for (const column of one.columns) {
      if (!columns.has(column.name)) columns.set(column.name, blankColumn(column, rows));
    }
  }
  return { ...table, columns, statistics: size };
}

/** Measured twice: what the later file says stands. The number of rows is kept for columns that were not measured too. */
function statisticsOf(
  before: ColumnStatistics | undefined,
  column: MeasuredColumn | undefined,
  rows: number | undefined,
): ColumnStatistics | undefined {
  if (!before && !column && rows === undefined) return undefined;
  const { name: _, at: __, ...own } = column ?? {};
  return { ...before, ...own, ...(rows !== undefined && { rows }) };
}

const blank = ({ name, at }: MeasuredTable): Table => ({ ...emptyTable(name, 'table', at), measured: true });

function blankColumn(column: MeasuredColumn, rows: number | undefined): ColumnFacts {
  const { name, at, nullShare } = column;
  const statistics = statisticsOf(undefined, column, rows);
  // Whether it may be NULL nobody declares; that it is, in some rows, was seen.
  const nullable = (nullShare ?? 0) > 0;
  return { name, type: '', modifiers: [], nullable, ...(statistics && { statistics }), at };
}
