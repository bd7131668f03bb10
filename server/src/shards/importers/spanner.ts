/** Spanner: rows lie by their primary key; interleaved tables lie with their root. */
import { mysql } from '../../dialects/mysql';
import { defineImporter } from '../importer';
import { declared } from './declared';
import { ddlFacts } from './tableDdl';
import { importDdl, tableName } from './tableDdl/ddlImporter';
import { find, nameAt } from './words';

export default defineImporter({
  id: 'spanner',
  title: 'Spanner tables',
  page: {
    notRead:
      'Placements, change streams, ALTER TABLE. Secondary indexes, each with places of its own: import `ddl` beside it.',
    sources: [
      'https://docs.cloud.google.com/spanner/docs/schema-and-data-model',
      'https://docs.cloud.google.com/spanner/docs/secondary-indexes',
      'https://docs.cloud.google.com/spanner/docs/whitepapers/optimizing-schema-design',
    ],
  },
  files: ['**/*.{sql,ddl}'],
  accepts: ({ text }) => /\bINTERLEAVE\s+IN\b|\)\s*PRIMARY\s+KEY\s*\(/i.test(text),
  implies: { dialect: 'mysql', router: 'spanner' },
  import: importDdl({
    lexical: mysql.lexical,
    start: () => ({
      read({ table }, tables, report) {
        if (!table?.primaryKey) return undefined;
        const { primaryKey } = table;
        const facts = ddlFacts(table);
        const title = table.name.join('.');
        const inside = find(table.tail, 'INTERLEAVE IN');
        const parent =
          inside < 0 ? undefined : nameAt(table.tail, inside + (table.tail[inside + 2]?.keyword === 'PARENT' ? 3 : 2));
        if (parent) {
          const root = tables.get(tableName(parent.name));
          const shardKey = primaryKey.columns.slice(0, root?.shardKey.length);
          const wrong = root?.shardKey.some((column, i) => column.toLowerCase() !== shardKey[i]?.toLowerCase());
          if (root?.kind === 'sharded' && !wrong) {
            const { group } = root;
            return declared(table.name, 'sharded', table.at, {
              ...facts,
              shardKey,
              strategy: 'range',
              group,
              groupGiven: true,
            });
          }
          const message = wrong
            ? `The key of \`${title}\` must begin with the key of its parent \`${parent.name.join('.')}\`.`
            : `The parent \`${parent.name.join('.')}\` of \`${title}\` is not made in these files.`;
          report(
            { ...table.at, span: { start: parent.start, end: parent.end } },
            'error',
            wrong ? 'parent-key' : 'unknown-parent',
            message,
          );
          return undefined;
        }
        const first = table.columns.find(({ name }) => name.toLowerCase() === primaryKey.columns[0]?.toLowerCase());
        if (first && /^timestamp/.test(first.type)) {
          const message = `The key of \`${title}\` begins with a time: all new rows go to one place.`;
          report({ ...table.at, span: { start: first.start, end: first.end } }, 'warning', 'write-hot-spot', message);
        }
        const shardKey = primaryKey.columns;
        return declared(table.name, 'sharded', table.at, {
          ...facts,
          shardKey,
          strategy: 'range',
          group: title,
          groupGiven: true,
        });
      },
    }),
  }),
});
