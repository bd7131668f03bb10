/** PolarDB-X and OceanBase: partitioned MySQL tables that are spread over servers, table groups, broadcast tables. */
import { mysql } from '../../dialects/mysql';
import { defineImporter } from '../importer';
import type { Level } from '../model';
import { declared } from './declared';
import { ddlFacts, optionOf } from './tableDdl';
import { importDdl } from './tableDdl/ddlImporter';
import { partitionBy } from './tableDdl/partitionBy';

export default defineImporter({
  id: 'polardb-x',
  title: 'PolarDB-X and OceanBase tables',
  page: {
    notRead: 'ALTER TABLE and table groups that change later, local and global indexes, the bounds of partitions.',
    sources: [
      'https://www.alibabacloud.com/help/en/polardb/polardb-for-xscale/create-table-drds-mode',
      'https://www.alibabacloud.com/help/en/polardb/polardb-for-xscale/create-table-auto-mode',
      'https://www.alibabacloud.com/help/en/polardb/polardb-for-xscale/global-secondary-indexes',
      'https://en.oceanbase.com/docs/',
    ],
  },
  files: ['**/*.sql'],
  accepts: ({ text }) => /\b(?:TABLEGROUP|DBPARTITION\s+BY|DUPLICATE_SCOPE)\b|\)[^;()]*\bBROADCAST\b/i.test(text),
  implies: { dialect: 'mysql', router: 'polardb-x' },
  import: importDdl({
    lexical: mysql.lexical,
    start: () => ({
      read({ table }, _, report) {
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
          const single = tail.some(({ keyword }) => keyword === 'SINGLE');
          return single ? declared(table.name, 'unsharded', table.at, facts) : undefined;
        }
        if (by.columns.length === 0) return undefined;
        const shardKey = [...new Set([...by.columns, ...(tables?.columns ?? [])])];
        const loose = databases
          ? undefined
          : facts.unique?.find((unique) => !by.columns.every((key) => unique.includes(key)));
        if (loose) {
          const message = `The key (${loose.join(', ')}) of \`${title}\` must contain the partition key (${by.columns.join(', ')}).`;
          report(table.at, 'error', 'key-outside-unique', message);
        }
        const levels: readonly Level[] | undefined = tables && [
          { key: by.columns, strategy: by.strategy, over: 'database' },
          {
            key: tables.columns,
            strategy: tables.strategy,
            over: 'table',
            ...(tables.count !== undefined && { count: tables.count }),
          },
        ];
        const group = optionOf(tail, 'TABLEGROUP')?.text;
        return declared(table.name, 'sharded', table.at, {
          ...facts,
          shardKey,
          strategy: levels && shardKey.length > by.columns.length ? 'composite' : by.strategy,
          ...(levels && { levels }),
          ...(by.count !== undefined && !databases && { shards: by.count }),
          group: group ?? title,
          groupGiven: true,
        });
      },
    }),
  }),
});
