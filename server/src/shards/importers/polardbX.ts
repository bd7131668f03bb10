/** PolarDB-X and OceanBase: partitioned MySQL tables that are spread over servers, table groups, broadcast tables. */
import { mysql } from '../../dialects/mysql';
import { defineImporter } from '../importer';
import type { Level } from '../model';
import { declared } from './declared';
import { ddlFacts, optionOf } from './tableDdl';
import { importDdl } from './tableDdl/ddlImporter';
import { type PartitionBy, partitionBy } from './tableDdl/partitionBy';
import { find, follows } from './words';

export default defineImporter({
  id: 'polardb-x',
  title: 'PolarDB-X and OceanBase tables',
  page: {
    notRead: 'ALTER TABLE and table groups that change later, local and global indexes, the bounds of partitions.',
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
    lexical: mysql.lexical,
    start: () => {
      let automatic = false;
      return {
        read({ words, table }, _, report) {
          if (follows(words, 0, 'CREATE DATABASE'))
            automatic = /^(?:auto|partitioning)$/i.test(optionOf(words, 'MODE')?.text ?? '');
          if (!table) return undefined;
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
