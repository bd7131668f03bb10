/** CockroachDB: hash-sharded keys, and localities: global tables are reference tables, rows by region a list. */
import { postgresql } from '../../dialects/postgresql';
import { defineImporter } from '../importer';
import type { ShardTable } from '../model';
import { declared } from './declared';
import { ddlFacts, type KeyDdl, optionOf, wholeNumber } from './tableDdl';
import { importDdl, tableName } from './tableDdl/ddlImporter';
import { closing, find, follows, nameAt, type Word } from './words';

export default defineImporter({
  id: 'cockroachdb',
  title: 'CockroachDB tables',
  page: {
    notRead:
      'Plain primary keys: their ranges split and merge by themselves. Zone configurations, the regions of a database. Secondary indexes, which have ranges of their own: import `ddl` beside it.',
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
          return sharded(plain, { shardKey: hashedColumns(primaryKey), ...(shards !== undefined && { shards }) });
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

/** All columns of the key are hashed together, or those first ones that `shard_columns` names. */
function hashedColumns({ columns, rest }: KeyDdl): readonly string[] {
  const at = rest.findIndex(({ text }) => text.toLowerCase() === 'shard_columns');
  const open = at < 0 ? -1 : rest.findIndex(({ text }, i) => i > at && text === '(');
  const close = open < 0 ? -1 : closing(rest, open);
  const named = rest.slice(open + 1, Math.max(close, 0)).flatMap((word) => (word.text === ',' ? [] : [word.text]));
  return open >= 0 && named.length > 0 ? named : columns;
}

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
