/** `shardlint.stats.yaml`: what `shardlint stats` writes, described as the map's own keys are. */
import type { MeasuredColumn, MeasuredTable } from '../../schema/statistics';
import type { SourceText } from '../importer';
import type { MapProblem } from '../model';
import { readJson } from '../positioned/json';
import { child, type Entry, entriesOf, itemsOf, type Node, numberOf, textOf } from '../positioned/node';
import { readYaml } from '../positioned/yaml';
import { type Amount, anything, dictionary, type Fields, fields, list, text } from './spec';
import { validate } from './validate';

const amount: Amount = { is: 'number', min: 0 };
const share: Amount = { is: 'number', min: 0, max: 1 };

const common = fields(
  'a common value',
  {
    value: { type: anything, doc: 'The value; left out where it is nobody’s business.' },
    share: { type: share, doc: 'The share of the rows that have it, 0 to 1.' },
  },
  { required: ['share'] },
);

const column = fields('a column', {
  distinct: {
    type: { is: 'number', min: -1 },
    doc: 'Different values; negative: that share of the rows, as in `pg_stats`.',
  },
  nullShare: { type: share, doc: 'The share of the rows without a value, 0 to 1.' },
  mostCommon: { type: list(common, 'common values'), doc: 'The most common values, the most frequent one first.' },
  correlation: {
    type: { is: 'number', min: -1, max: 1 },
    doc: 'Between the order of the values and the order of the rows on disk.',
  },
});

const table = fields('a measured table', {
  rows: { type: amount, doc: 'Rows, as the database estimates them.' },
  bytes: { type: amount, doc: 'Bytes on disk, with indexes and all partitions.' },
  columns: { type: dictionary(column, 'columns', 'column'), doc: 'What is known of its columns.' },
});

export const statisticsType: Fields = fields(
  'a statistics file',
  {
    version: { type: { is: 'number', whole: true, min: 1, max: 1 }, doc: 'The version of this format: `1`.' },
    source: { type: text(), doc: 'The database that was asked: kind and version, never its address.' },
    taken: { type: text(), doc: 'The day on which it was asked.' },
    tables: {
      type: dictionary(table, 'tables', 'table'),
      doc: 'Tables by name, with their schema unless it is the default one.',
    },
  },
  { required: ['version', 'tables'] },
);

export interface StatisticsFile {
  readonly tables: readonly MeasuredTable[];
  readonly problems: readonly MapProblem[];
}

export function readStatistics({ path, text: source }: SourceText): StatisticsFile {
  const read = /\.jsonc?$/i.test(path) ? readJson(path, source) : readYaml(path, source);
  const { node, problems } = validate(read.node, statisticsType, statisticsType.what);
  return { tables: entriesOf(child(node, 'tables')).map(tableOf), problems: [...read.problems, ...problems] };
}

function tableOf({ key, keyAt, value }: Entry): MeasuredTable {
  const rows = numberOf(child(value, 'rows'));
  const bytes = numberOf(child(value, 'bytes'));
  return {
    name: key.split('.'),
    ...(rows !== undefined && { rows }),
    ...(bytes !== undefined && { bytes }),
    columns: entriesOf(child(value, 'columns')).map(columnOf),
    at: keyAt,
  };
}

function columnOf({ key, keyAt, value }: Entry): MeasuredColumn {
  const distinct = numberOf(child(value, 'distinct'));
  const nullShare = numberOf(child(value, 'nullShare'));
  const correlation = numberOf(child(value, 'correlation'));
  const mostCommon = itemsOf(child(value, 'mostCommon')).flatMap(commonOf);
  return {
    name: key,
    ...(distinct !== undefined && { distinct }),
    ...(nullShare !== undefined && { nullShare }),
    ...(mostCommon.length > 0 && { mostCommon }),
    ...(correlation !== undefined && { correlation }),
    at: keyAt,
  };
}

function commonOf(node: Node): readonly { readonly value?: string; readonly share: number }[] {
  const of = numberOf(child(node, 'share'));
  const value = textOf(child(node, 'value'));
  return of === undefined ? [] : [{ ...(value !== undefined && { value }), share: of }];
}
