/** CockroachDB: hash-sharded keys, and localities: global tables are reference tables, rows by region a list. */
import { postgresql } from '../../dialects/postgresql';
import { defineImporter } from '../importer';
import type { ShardTable } from '../model';
import { declared } from './declared';
import { ddlFacts, optionOf, wholeNumber } from './tableDdl';
import { importDdl, tableName } from './tableDdl/ddlImporter';
import { find, follows, nameAt, type Word } from './words';

export default defineImporter({
  id: 'cockroachdb',
  title: 'CockroachDB tables',
  page: {
    notRead:
      'Plain primary keys: their ranges split and merge by themselves. Zone configurations, secondary indexes, the regions of a database.',
    sources: [
      'https://www.cockroachlabs.com/docs/stable/hash-sharded-indexes',
      'https://www.cockroachlabs.com/docs/stable/table-localities',
    ],
  },
  files: ['**/*.sql'],
  accepts: ({ text }) => /\bLOCALITY\s+(?:GLOBAL|REGIONAL)\b|\)\s*USING\s+HASH\b/i.test(text),
  implies: { dialect: 'postgresql', router: 'cockroachdb' },
  import: importDdl({
    lexical: postgresql.lexical,
    start: () => {
      const made = new Map<string, ShardTable>();
      return {
        read({ file, words, table }, tables) {
          if (follows(words, 0, 'ALTER TABLE')) {
            const name = nameAt(words, follows(words, 2, 'IF EXISTS') ? 4 : 2);
            const set = find(words, 'SET LOCALITY');
            if (!name || set < 0) return undefined;
            const known = tables.get(tableName(name.name)) ?? made.get(tableName(name.name));
            const at = { file, span: { start: name.start, end: name.end } };
            return located(words.slice(set + 1), known ?? declared(name.name, 'unsharded', at));
          }
          if (!table) return undefined;
          const plain = declared(table.name, 'unsharded', table.at, ddlFacts(table));
          made.set(tableName(table.name), plain);
          const local = located(table.tail, plain);
          if (local) return local;
          const { primaryKey } = table;
          // Ranges of the primary key split and merge by themselves: only a hashed key is a placement that was declared.
          if (!primaryKey || find(primaryKey.rest, 'USING HASH') < 0) return undefined;
          const shards = wholeNumber(optionOf([...primaryKey.rest.filter(({ text }) => text !== '(')], 'BUCKET_COUNT'));
          return sharded(plain, { shardKey: primaryKey.columns, ...(shards !== undefined && { shards }) });
        },
      };
    },
  }),
});

const sharded = (table: ShardTable, facts: Partial<ShardTable>): ShardTable => ({
  ...table,
  kind: 'sharded',
  group: table.name.join('.'),
  groupGiven: true,
  ...facts,
});

function located(words: readonly Word[], table: ShardTable): ShardTable | undefined {
  const nothing = { shardKey: [], group: '', strategy: 'hash' } as const;
  if (find(words, 'LOCALITY GLOBAL') >= 0) return { ...table, ...nothing, kind: 'reference' };
  const rows = find(words, 'LOCALITY REGIONAL BY ROW');
  if (rows >= 0) {
    const column = words[rows + 4]?.keyword === 'AS' ? words[rows + 5]?.text : undefined;
    // Equal regions lie together in all tables: that is what regions are for.
    return sharded(table, { shardKey: [column ?? 'crdb_region'], strategy: 'list', group: 'region' });
  }
  return find(words, 'LOCALITY REGIONAL') >= 0 ? { ...table, ...nothing, kind: 'unsharded' } : undefined;
}
