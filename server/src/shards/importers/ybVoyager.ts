/** yb-voyager's `column_statistics.csv`: what `assess-migration` gathered from `pg_stats`. */
import type { MeasuredColumn, MeasuredTable } from '../../schema/statistics';
import { type CsvRow, csvParser } from '../../text/csv';
import type { Location } from '../../text/span';
import { defineImporter, type SourceText } from '../importer';
import type { MapProblem } from '../model';
import { nothing } from './declared';

const header = [
  'source_node',
  'schema_name',
  'table_name',
  'column_name',
  'null_frac',
  'effective_n_distinct',
  'most_common_freq',
  'most_common_val',
] as const;

export default defineImporter({
  id: 'yb-voyager',
  title: 'yb-voyager column statistics',
  page: {
    notRead:
      'Sizes of tables, which stand in other files of the assessment. Where several nodes were asked, the first row of a column counts.',
    sources: ['https://docs.yugabyte.com/stable/yugabyte-voyager/migrate/assess-migration/'],
  },
  evidence: true,
  files: ['**/column_statistics.csv'],
  accepts: ({ text }) => text.replace(/^\ufeff/, '').startsWith(header.slice(0, 4).join()),
  import(files) {
    const problems: MapProblem[] = [];
    const tables = new Map<string, { name: readonly string[]; columns: Map<string, MeasuredColumn>; at: Location }>();
    for (const file of files) {
      for (const { cells, at } of rowsOf(file, problems)) {
        const [, schema = '', table = '', column = '', nulls, distinct, share, value] = cells;
        const key = `${schema}.${table}`;
        const known = tables.get(key) ?? { name: schema === '' ? [table] : [schema, table], columns: new Map(), at };
        tables.set(key, known);
        if (known.columns.has(column)) continue;
        const fault = (what: string): undefined => {
          problems.push({
            at,
            severity: 'warning',
            code: 'bad-value',
            message: `${what} is no number here; it is left out.`,
          });
          return undefined;
        };
        const nullShare = number(nulls, '`null_frac`', fault);
        const values = number(distinct, '`effective_n_distinct`', fault);
        const most = number(share, '`most_common_freq`', fault);
        known.columns.set(column, {
          name: column,
          ...(values !== undefined && values !== 0 && { distinct: values }),
          ...(nullShare !== undefined && { nullShare }),
          ...(most !== undefined && most > 0 && { mostCommon: [{ ...(value ? { value } : {}), share: most }] }),
          at,
        });
      }
    }
    const statistics = [...tables.values()].map(
      ({ name, columns, at }): MeasuredTable => ({ name, columns: [...columns.values()], at }),
    );
    return { ...nothing, statistics, problems };
  },
});

interface Line {
  /** In the order of the header that is expected. */
  readonly cells: readonly (string | undefined)[];
  readonly at: Location;
}

/** The rows below a header that names all columns, in any order. */
function rowsOf({ path, text }: SourceText, problems: MapProblem[]): readonly Line[] {
  const parser = csvParser();
  const [first, ...rows] = [...parser.write(text), ...parser.end()];
  const place = (row: CsvRow | undefined): Location => ({
    file: path,
    span: { start: row?.[0]?.span.start ?? 0, end: row?.at(-1)?.span.end ?? 0 },
  });
  const names = first?.map((cell) => cell.text.trim().toLowerCase()) ?? [];
  const order = header.map((name) => names.indexOf(name));
  const missing = header.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    const message = `The first line names the columns; ${missing.map((name) => `\`${name}\``).join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`;
    problems.push({ at: place(first), severity: 'error', code: 'missing-key', message });
    return [];
  }
  return rows.map((row) => ({ cells: order.map((i) => row[i]?.text), at: place(row) }));
}

function number(text: string | undefined, what: string, fault: (what: string) => undefined): number | undefined {
  if (text === undefined || text.trim() === '' || /^null$/i.test(text.trim())) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : fault(what);
}
