/** The text of `shardlint.stats.yaml`: one line a column, in the order of names, rounded, so that a diff shows what has changed. */
import type { ColumnMeasurement, TableMeasurement } from '../schema/statistics';
import { printable } from './printable';

export interface StatisticsHead {
  /** "postgresql 17.2". */
  readonly source: string;
  /** Day, ISO 8601. */
  readonly taken: string;
  /** What was left out and why; one comment line each. */
  readonly notes: readonly string[];
}

export function statisticsText({ source, taken, notes }: StatisticsHead, tables: readonly TableMeasurement[]): string {
  const sorted = [...tables].sort((a, b) => byName(nameOf(a), nameOf(b)));
  return [
    '# Written by `shardlint stats`; estimates of the database, numbers rounded to three digits.',
    ...notes.map((note) => `# ${printable(note)}`),
    'version: 1',
    `source: ${text(source)}`,
    `taken: ${taken}`,
    ...(sorted.length === 0 ? ['tables: {}'] : ['tables:', ...sorted.flatMap(tableLines)]),
    '',
  ].join('\n');
}

const nameOf = ({ name }: TableMeasurement): string => name.join('.');

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function tableLines(table: TableMeasurement): readonly string[] {
  const columns = [...table.columns].sort((a, b) => byName(a.name, b.name)).map(columnLine);
  const lines = [
    ...(table.rows === undefined ? [] : [`    rows: ${rounded(table.rows)}`]),
    ...(table.bytes === undefined ? [] : [`    bytes: ${rounded(table.bytes)}`]),
    ...(columns.length === 0 ? [] : ['    columns:', ...columns]),
  ];
  return lines.length === 0 ? [`  ${text(nameOf(table))}: {}`] : [`  ${text(nameOf(table))}:`, ...lines];
}

function columnLine({ name, distinct, nullShare, mostCommon, correlation }: ColumnMeasurement): string {
  const common = mostCommon?.map(({ value, share }) =>
    value === undefined ? `{ share: ${shareOf(share)} }` : `{ value: ${quoted(value)}, share: ${shareOf(share)} }`,
  );
  const facts = [
    ...(distinct === undefined ? [] : [`distinct: ${rounded(distinct)}`]),
    ...(nullShare === undefined ? [] : [`nullShare: ${shareOf(nullShare)}`]),
    ...(common && common.length > 0 ? [`mostCommon: [${common.join(', ')}]`] : []),
    ...(correlation === undefined ? [] : [`correlation: ${Math.round(correlation * 100) / 100 || 0}`]),
  ];
  return `      ${text(name)}: ${facts.length === 0 ? '{}' : `{ ${facts.join(', ')} }`}`;
}

/** Three digits: what an estimate is good for. Shares of rows (negative) likewise. */
const rounded = (value: number): number =>
  Math.abs(value) < 1000 && Number.isInteger(value) ? value : Number(value.toPrecision(3));

const shareOf = (share: number): number => Number(Math.min(1, Math.max(0, share)).toFixed(4));

const plain = /^[A-Za-z_][\w.-]*$/;
const reserved = /^(?:true|false|yes|no|on|off|y|n|null|~)$/i;

const text = (value: string): string => (plain.test(value) && !reserved.test(value) ? value : quoted(value));

/** As JSON, which YAML reads in the same way; what a terminal would obey is escaped too. */
const quoted = (value: string): string =>
  JSON.stringify(value).replace(
    /[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
