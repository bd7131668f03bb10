/** YugabyteDB: the primary key's first part places a row on a tablet. */
import { postgresql } from '../../dialects/postgresql';
import { defineImporter } from '../importer';
import type { Level } from '../model';
import { declared } from './declared';
import { ddlFacts, wholeNumber } from './tableDdl';
import { importDdl } from './tableDdl/ddlImporter';
import { partitionBy } from './tableDdl/partitionBy';
import { closing, find, follows, type Word } from './words';

export default defineImporter({
  id: 'yugabytedb',
  title: 'YugabyteDB tables',
  page: {
    notRead:
      'Tablespaces and the bounds of partitions, tablets that were split since. Secondary indexes, each with tablets of its own: import `ddl` beside it.',
    sources: [
      'https://docs.yugabyte.com/stable/explore/going-beyond-sql/data-sharding/',
      'https://docs.yugabyte.com/stable/additional-features/colocation/',
      'https://docs.yugabyte.com/stable/explore/ysql-language-features/indexes-constraints/secondary-indexes-ysql/',
    ],
  },
  files: ['**/*.sql'],
  accepts: ({ text }) =>
    /\bSPLIT\s+(?:INTO|AT)\b|\bCOLOCAT(?:ION|ED)\s*=|\)\s*HASH\s*[,)]|\w\s+HASH\s*[,)]/i.test(text),
  implies: { dialect: 'postgresql', router: 'yugabytedb' },
  import: importDdl({
    lexical: postgresql.lexical,
    start: () => {
      let databaseColocated = false;
      return {
        read({ words, table }) {
          if (follows(words, 0, 'CREATE DATABASE')) databaseColocated = colocation(words) ?? databaseColocated;
          if (!table || find(table.tail, 'PARTITION OF') >= 0) return undefined;
          const facts = ddlFacts(table);
          if (colocation(table.tail) ?? databaseColocated) {
            return declared(table.name, 'single-shard', table.at, { ...facts, group: 'colocated', groupGiven: true });
          }
          const { primaryKey } = table;
          // A table without a key is hashed by a hidden row id that no statement can give.
          if (!primaryKey) return undefined;
          const hashed = primaryKey.ordered ? 0 : Math.max(1, primaryKey.hashed);
          const key = hashed > 0 ? primaryKey.columns.slice(0, hashed) : primaryKey.columns;
          const strategy = hashed > 0 ? 'hash' : 'range';
          // Each partition is a table with tablets of its own.
          const parts = partitionBy(table.tail);
          const levels: readonly Level[] | undefined = parts && [
            { key: parts.columns, strategy: parts.strategy, over: 'table' },
            { key, strategy, over: 'server' },
          ];
          const into = find(table.tail, 'SPLIT INTO');
          const shards = into < 0 ? undefined : wholeNumber(table.tail[into + 2]);
          return declared(table.name, 'sharded', table.at, {
            ...facts,
            shardKey: parts ? [...new Set([...parts.columns, ...key])] : key,
            strategy: levels ? 'composite' : strategy,
            ...(levels && { levels }),
            ...(shards !== undefined && { shards }),
            group: table.name.join('.'),
            groupGiven: true,
          });
        },
      };
    },
  }),
});

/** `WITH (COLOCATION = true)`; undefined where nothing is said. */
function colocation(words: readonly Word[]): boolean | undefined {
  const at = words.findIndex(({ keyword }) => /^COLOCAT(?:ION|ED)$/.test(keyword));
  if (at < 0 || closing(words, at) < at) return undefined;
  const value = words[at + 1]?.text === '=' ? words[at + 2] : words[at + 1];
  return value === undefined ? undefined : /^(?:true|on|1)$/i.test(value.text);
}
