/** PolarDB-X and OceanBase: partitioned MySQL tables that are spread over servers, table groups, broadcast tables. */
import { mysql } from '../../dialects/mysql';
import { defineImporter } from '../importer';
import type { Level, ShardTable } from '../model';
import { declared } from './declared';
import { type DdlStatement, ddlFacts, keyOf, optionOf, type TableDdl } from './tableDdl';
import { importDdl, tableName } from './tableDdl/ddlImporter';
import { type PartitionBy, partitionBy } from './tableDdl/partitionBy';
import { commaParts, find, follows, nameAt, type Word } from './words';

export default defineImporter({
  id: 'polardb-x',
  title: 'PolarDB-X and OceanBase tables',
  page: {
    notRead:
      'ALTER TABLE that changes partitions or table groups later, indexes that cover all columns, the bounds of partitions. Of partitions with subpartitions the first level is the key.',
    sources: [
      'https://www.alibabacloud.com/help/en/polardb/polardb-for-xscale/create-table-drds-mode',
      'https://www.alibabacloud.com/help/en/polardb/polardb-for-xscale/create-table-auto-mode',
      'https://www.alibabacloud.com/help/en/polardb/polardb-for-xscale/primary-key-and-unique-key-auto-mode',
      'https://www.alibabacloud.com/help/en/polardb/polardb-for-xscale/automatic-sharding-in-automatic-partitioning-mode',
      'https://www.alibabacloud.com/help/en/polardb/polardb-for-xscale/global-secondary-indexes',
      'https://en.oceanbase.com/docs/',
    ],
  },
  files: ['**/*.sql'],
  accepts: ({ text }) =>
    /\b(?:TABLEGROUP|DBPARTITION\s+BY|DUPLICATE_SCOPE)\b|\)[^;()]*\bBROADCAST\b|\bMODE\s*=?\s*['"]?(?:auto|partitioning)\b/i.test(
      text,
    ),
  implies: { dialect: 'mysql', router: 'polardb-x' },
  import: importDdl({
    likeCopies: true,
    lexical: mysql.lexical,
    start: () => {
      let automatic = false;
      return {
        read(statement, known, report) {
          const { words, table } = statement;
          if (follows(words, 0, 'CREATE DATABASE'))
            automatic = /^(?:auto|partitioning)$/i.test(optionOf(words, 'MODE')?.text ?? '');
          if (!table) return withIndex(statement, known);
          const { tail } = table;
          const facts = ddlFacts(table);
          const scope = optionOf(tail, 'DUPLICATE_SCOPE')?.text.toLowerCase();
          if (tail.some(({ keyword }) => keyword === 'BROADCAST') || scope === 'cluster') {
            return declared(table.name, 'reference', table.at, facts);
          }
          const databases = partitionBy(tail, 'DBPARTITION BY', 'DBPARTITIONS');
          const tables = databases && partitionBy(tail, 'TBPARTITION BY', 'TBPARTITIONS');
          const by = databases ?? partitionBy(tail);
          const title = table.name.join('.');
          if (!by) {
            if (tail.some(({ keyword }) => keyword === 'SINGLE'))
              return declared(table.name, 'unsharded', table.at, facts);
            const shardKey = table.primaryKey?.columns ?? [];
            if (
              !automatic ||
              shardKey.length === 0 ||
              find(tail, 'PARTITION BY') >= 0 ||
              find(tail, 'DBPARTITION BY') >= 0
            )
              return undefined;
            return declared(table.name, 'sharded', table.at, {
              ...facts,
              shardKey,
              strategy: 'hash',
              globalIndexes: indexesIn(table, true),
              group: title,
              groupGiven: true,
            });
          }
          if (by.columns.length === 0) return undefined;
          const key = firstOf(by);
          const tableKey = tables ? firstOf(tables) : [];
          const shardKey = [...new Set([...key, ...tableKey])];
          if (by.alternatives && by.columns.length > 1) {
            const message = `Each of ${by.columns.join(', ')} leads to the rows of \`${title}\` (${by.method}): only ${key[0]} is followed here.`;
            report(table.at, 'information', 'alternative-keys', message);
          }
          const loose = databases
            ? undefined
            : facts.unique?.find((unique) => !key.every((column) => unique.includes(column)));
          if (loose) {
            const message = `The key (${loose.join(', ')}) of \`${title}\` lacks the partition key (${key.join(', ')}): PolarDB-X keeps it unique within a partition only, OceanBase refuses it.`;
            report(table.at, 'warning', 'key-outside-unique', message);
          }
          const levels: readonly Level[] | undefined = tables && [
            { key, strategy: by.strategy, over: 'database' },
            {
              key: tableKey,
              strategy: tables.strategy,
              over: 'table',
              ...(tables.count !== undefined && { count: tables.count }),
            },
          ];
          const group = optionOf(tail, 'TABLEGROUP')?.text;
          return declared(table.name, 'sharded', table.at, {
            ...facts,
            shardKey,
            strategy: levels && shardKey.length > key.length ? 'composite' : by.strategy,
            ...(levels && { levels }),
            ...(by.count !== undefined && !databases && { shards: by.count }),
            globalIndexes: indexesIn(table, false),
            group: group ?? title,
            groupGiven: true,
          });
        },
      };
    },
  }),
});

/** Where each of several columns leads to a row, the first of them is followed. */
const firstOf = ({ columns, alternatives }: PartitionBy): readonly string[] =>
  alternatives ? columns.slice(0, 1) : columns;

type GlobalIndexes = NonNullable<ShardTable['globalIndexes']>;

/** `[UNIQUE] GLOBAL INDEX`, `CLUSTERED INDEX`; in a database that partitions by itself all that are not LOCAL. */
function indexesIn({ body }: TableDdl, automatic: boolean): GlobalIndexes {
  return commaParts(body).flatMap((element) => {
    const part = element[0]?.keyword === 'CONSTRAINT' ? element.slice(2) : element;
    const before = keywordsBefore(part);
    const index = /^(?:UNIQUE|GLOBAL|CLUSTERED|INDEX|KEY)$/.test(before[0] ?? '');
    return index ? globalIndex(part, before, automatic) : [];
  });
}

/** `CREATE GLOBAL INDEX i ON t (a)`, `ALTER TABLE t ADD GLOBAL INDEX i (a)`: what a table has from then on. */
function withIndex({ words }: DdlStatement, known: ReadonlyMap<string, ShardTable>): ShardTable | undefined {
  const on = follows(words, 0, 'CREATE') ? find(words, 'ON') : -1;
  const name = nameAt(words, follows(words, 0, 'ALTER TABLE') ? 2 : on + 1);
  const table = name && known.get(tableName(name.name));
  if (!name || table?.kind !== 'sharded') return undefined;
  const added = on > 0 ? [words] : commaParts(words.slice(name.next)).filter(([first]) => first?.keyword === 'ADD');
  const found = added.flatMap((part) => globalIndex(part, keywordsBefore(part), false));
  return found.length > 0 ? { ...table, globalIndexes: [...(table.globalIndexes ?? []), ...found] } : undefined;
}

const keywordsBefore = (part: readonly Word[]): readonly string[] =>
  part
    .slice(
      0,
      Math.max(
        0,
        part.findIndex(({ text }) => text === '('),
      ),
    )
    .map(({ keyword }) => keyword);

function globalIndex(part: readonly Word[], before: readonly string[], automatic: boolean): GlobalIndexes {
  const index = before.some((word) => word === 'INDEX' || word === 'KEY' || word === 'UNIQUE');
  const global = before.includes('GLOBAL') || before.includes('CLUSTERED') || (automatic && !before.includes('LOCAL'));
  const columns = index && global ? keyOf(part)[0]?.columns : undefined;
  return columns ? [{ columns, unique: before.includes('UNIQUE') }] : [];
}
