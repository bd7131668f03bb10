/** TiDB: what spreads a table on purpose, AUTO_RANDOM and partitions. Regions of a key split and merge by themselves. */
import { mysql } from '../../dialects/mysql';
import { defineImporter } from '../importer';
import type { ShardTable } from '../model';
import { declared, type Report } from './declared';
import { ddlFacts, optionOf, type TableDdl, wholeNumber } from './tableDdl';
import { importDdl } from './tableDdl/ddlImporter';
import { partitionBy } from './tableDdl/partitionBy';
import { find, type Word } from './words';

const system = importDdl({
  likeCopies: true,
  lexical: mysql.lexical,
  start: () => ({
    read: ({ table }, _, report) => table && (partitioned(table) ?? randomized(table, report) ?? hidden(table, report)),
  }),
});

export default defineImporter({
  id: 'tidb',
  title: 'TiDB tables',
  page: {
    notRead:
      'Plain clustered keys and hidden row ids as places: regions of both split and merge by themselves. Placement policies, the bounds of partitions, ALTER TABLE that changes any of this. Secondary indexes, which have regions of their own: import `ddl` beside it.',
    sources: [
      'https://docs.pingcap.com/tidb/stable/auto-random',
      'https://docs.pingcap.com/tidb/stable/shard-row-id-bits',
      'https://docs.pingcap.com/tidb/stable/clustered-indexes',
      'https://docs.pingcap.com/tidb/stable/partitioned-table',
      'https://docs.pingcap.com/tidb/stable/global-indexes',
    ],
  },
  files: ['**/*.sql'],
  accepts: ({ text }) => /\b(?:AUTO_RANDOM|SHARD_ROW_ID_BITS|PRE_SPLIT_REGIONS)\b|\/\*T!/i.test(text),
  implies: { dialect: 'mysql', router: 'tidb' },
  import: (files, context) =>
    system(
      files.map(({ path, text }) => ({ path, text: openFeatures(text) })),
      context,
    ),
});

/** A comment that begins with `T!` is nothing for MySQL and TiDB's own syntax: blanks where its signs stand. */
const openFeatures = (text: string): string =>
  text.replace(
    /(\/\*T!(?:\[[\w,]*\])?)([^*]*)\*\//g,
    (_, open: string, inner: string) => `${' '.repeat(open.length)}${inner}  `,
  );

const sharded = (table: TableDdl, facts: Partial<ShardTable>): ShardTable =>
  declared(table.name, 'sharded', table.at, {
    ...ddlFacts(table),
    group: table.name.join('.'),
    groupGiven: true,
    ...facts,
  });

/** Each partition is a table of its own, with regions of its own. */
function partitioned(table: TableDdl): ShardTable | undefined {
  const by = partitionBy(table.tail);
  if (!by || by.columns.length === 0) return undefined;
  const count = by.count === undefined ? {} : { shards: by.count };
  return sharded(table, { shardKey: by.columns, strategy: by.strategy, generated: generatedBy(table), ...count });
}

/** The first bits of the key are random: 2^5 places unless another number of bits is given. */
function randomized(table: TableDdl, report: Report): ShardTable | undefined {
  const column = table.columns.find(({ words }) => words.some(({ keyword }) => keyword === 'AUTO_RANDOM'));
  if (!column) return undefined;
  const place = { ...table.at, span: { start: column.start, end: column.end } };
  const key = table.primaryKey;
  const first = key?.columns[0]?.toLowerCase() === column.name.toLowerCase();
  if (column.type !== 'bigint' || !first || isHidden(table)) {
    const message = `AUTO_RANDOM is for a BIGINT that is the first column of a clustered primary key; \`${column.name}\` is not.`;
    report(place, 'error', 'auto-random', message);
    return undefined;
  }
  const at = column.words.findIndex(({ keyword }) => keyword === 'AUTO_RANDOM');
  const bits = column.words[at + 1]?.text === '(' ? wholeNumber(column.words[at + 2]) : 5;
  return sharded(table, {
    shardKey: [column.name],
    ...(bits !== undefined && { shards: 2 ** bits }),
    generated: [column.name],
  });
}

/** Rows that lie by a row id of TiDB's own: no column says where. */
function hidden(table: TableDdl, report: Report): undefined {
  const bits = table.tail.find(({ keyword }) => keyword === 'SHARD_ROW_ID_BITS');
  const title = table.name.join('.');
  if (bits && Number(optionOf(table.tail, 'SHARD_ROW_ID_BITS')?.text) > 0) {
    const said = saidClustered(table);
    const message = said
      ? `The rows of \`${title}\` lie by its clustered primary key: they have no row id that could be spread.`
      : `The rows of \`${title}\` are spread by a hidden row id: no column says where a row lies.`;
    report({ ...table.at, span: spanOf(bits) }, said ? 'error' : 'information', 'hidden-row-id', message);
  }
  const [first] = table.primaryKey?.columns ?? [];
  const column = table.columns.find(({ name }) => name.toLowerCase() === first?.toLowerCase());
  if (saidClustered(table) && column?.words.some(({ keyword }) => keyword === 'AUTO_INCREMENT')) {
    const message = `The clustered key of \`${title}\` counts upward: all new rows go to one region.`;
    report({ ...table.at, span: { start: column.start, end: column.end } }, 'warning', 'write-hot-spot', message);
  }
  return undefined;
}

const spanOf = ({ start, end }: Word) => ({ start, end });

const keyWords = ({ primaryKey }: TableDdl): readonly Word[] => primaryKey?.rest ?? [];
const saidClustered = (table: TableDdl): boolean => find(keyWords(table), 'CLUSTERED') >= 0;
const isHidden = (table: TableDdl): boolean => !table.primaryKey || find(keyWords(table), 'NONCLUSTERED') >= 0;

const generatedBy = ({ columns }: TableDdl): readonly string[] =>
  columns.flatMap(({ name, words }) =>
    words.some(({ keyword }) => keyword === 'AUTO_RANDOM' || keyword === 'AUTO_INCREMENT') ? [name] : [],
  );
