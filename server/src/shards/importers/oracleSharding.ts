/** Oracle Globally Distributed Database: sharded tables, their families by reference, and duplicated tables. */
import { postgresql } from '../../dialects/postgresql';
import { defineImporter } from '../importer';
import { declared } from './declared';
import { ddlFacts } from './tableDdl';
import { importDdl, tableName } from './tableDdl/ddlImporter';
import { partitionBy } from './tableDdl/partitionBy';
import { find, nameAt } from './words';

export default defineImporter({
  id: 'oracle-sharding',
  title: 'Oracle sharded tables',
  page: {
    notRead: 'Commands of GDSCTL, tablespace sets and chunks, ALTER TABLE.',
    sources: ['https://docs.oracle.com/en/database/oracle/oracle-database/23/shard/'],
  },
  files: ['**/*.sql'],
  accepts: ({ text }) => /\bCREATE\s+(?:IMMUTABLE\s+)?(?:SHARDED|DUPLICATED)\s+TABLE\b/i.test(text),
  implies: { dialect: 'postgresql', router: 'oracle-sharding' },
  import: importDdl({
    lexical: postgresql.lexical,
    start: () => ({
      read({ table }, tables, report) {
        if (!table) return undefined;
        const facts = ddlFacts(table);
        const title = table.name.join('.');
        if (table.modifiers.includes('DUPLICATED')) return declared(table.name, 'reference', table.at, facts);
        if (!table.modifiers.includes('SHARDED')) return undefined;
        const parentAt = find(table.tail, 'PARENT');
        const named = parentAt < 0 ? undefined : nameAt(table.tail, parentAt + 1)?.name;
        const parent =
          named ?? (find(table.tail, 'PARTITION BY REFERENCE') >= 0 ? table.foreignKeys[0]?.table : undefined);
        if (parent) {
          const root = tables.get(tableName(parent));
          if (root?.kind !== 'sharded') {
            const message = `The parent \`${parent.join('.')}\` of \`${title}\` is not sharded in these files.`;
            report(table.at, 'error', 'unknown-parent', message);
            return undefined;
          }
          const key = table.foreignKeys.find((each) => tableName(each.table) === tableName(parent))?.columns;
          const { strategy, group } = root;
          const shardKey = key?.length === root.shardKey.length ? key : root.shardKey;
          return declared(table.name, 'sharded', table.at, { ...facts, shardKey, strategy, group, groupGiven: true });
        }
        const by = partitionBy(table.tail);
        if (!by || by.columns.length === 0) {
          report(table.at, 'error', 'missing-key', `\`${title}\` is sharded, but nothing says by which column.`);
          return undefined;
        }
        const sets = partitionBy(table.tail, 'PARTITIONSET BY', 'PARTITIONSETS');
        const loose = facts.unique?.find((unique) => !by.columns.every((key) => unique.includes(key)));
        if (loose) {
          const message = `The key (${loose.join(', ')}) of \`${title}\` must contain the sharding key (${by.columns.join(', ')}).`;
          report(table.at, 'error', 'key-outside-unique', message);
        }
        const levels = sets && [
          { key: sets.columns, strategy: sets.strategy, over: 'server' as const },
          { key: by.columns, strategy: by.strategy, over: 'server' as const },
        ];
        return declared(table.name, 'sharded', table.at, {
          ...facts,
          shardKey: [...new Set([...(sets?.columns ?? []), ...by.columns])],
          strategy: levels ? 'composite' : by.strategy,
          ...(levels && { levels }),
          group: title,
          groupGiven: true,
        });
      },
    }),
  }),
});
