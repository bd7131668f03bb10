/** pgcat: `pgcat.toml`. */
import { defineImporter } from '../importer';
import type { Database, MapProblem, ShardTable } from '../model';
import { child, entriesOf, flagOf, textOf } from '../positioned/node';
import { readToml } from '../positioned/toml';
import { declared, nothing, type Report } from './declared';

/** What pgcat's functions are called elsewhere; its own PostgreSQL hash is the one of hash partitions. */
const hashes: Readonly<Record<string, string>> = { pg_bigint_hash: 'postgresql-partition', sha1: 'sha1' };

export default defineImporter({
  id: 'pgcat',
  title: 'pgcat configuration',
  page: {
    notRead:
      'Query routing by comments and by `SET SHARD`: the statement says that where it is sent. Which tables there are: with a key that names only a column, each table that has it counts as sharded.',
    sources: [
      'https://github.com/postgresml/pgcat/blob/main/CONFIG.md',
      'https://github.com/postgresml/pgcat/blob/main/src/query_router.rs',
    ],
  },
  files: ['**/pgcat*.toml'],
  standsAlone: true,
  wakes: ['**/pgcat*.toml'],
  accepts: ({ text }) => /^\s*\[\s*pools\./m.test(text),
  implies: { dialect: 'postgresql', router: 'pgcat' },
  import(files, { database }) {
    const problems: MapProblem[] = [];
    const tables: ShardTable[] = [];
    const databases: Database[] = [];
    let defaultShardKey: string | undefined;
    let reads = false;
    const report: Report = (at, severity, code, message) => {
      problems.push({ at, severity, code, message });
    };
    for (const { path, text } of files) {
      const read = readToml(path, text);
      problems.push(...read.problems);
      for (const { key, keyAt, value: pool } of entriesOf(child(read.node, 'pools'))) {
        if (database !== undefined && key !== database) continue;
        const shards = entriesOf(child(pool, 'shards')).length;
        databases.push({ name: key, ...(shards > 0 && { servers: shards }), replication: {}, at: keyAt });
        const node = child(pool, 'automatic_sharding_key');
        const written = textOf(node);
        if (!node || written === undefined) {
          if (shards < 2) continue;
          const message = `The pool \`${key}\` has ${shards} shards and no \`automatic_sharding_key\`: the client chooses by SET SHARD, which no statement shows.`;
          report(keyAt, 'information', 'no-sharding-key', message);
          continue;
        }
        const [column, table, ...schema] = written
          .split('.')
          .map((part) => part.replace(/^"(.*)"$/, '$1'))
          .reverse();
        if (!column || !table) {
          report(node.at, 'error', 'bad-value', 'The key is written as `table.column`.');
          continue;
        }
        const off = ['query_parser_enabled', 'query_parser_read_write_splitting'].find(
          (name) => flagOf(child(pool, name)) !== true,
        );
        reads ||= off === undefined;
        if (off !== undefined) {
          const at = child(pool, off)?.at ?? node.at;
          const message = `Statements are not read without \`${off}\`, so \`automatic_sharding_key\` has no effect.`;
          report(at, 'warning', 'parser-off', message);
        }
        const named = child(pool, 'sharding_function');
        const hash = hashes[textOf(named) ?? 'pg_bigint_hash'];
        if (hash === undefined && named) {
          const message = 'pgcat knows the functions `pg_bigint_hash` and `sha1`.';
          report(named.at, 'error', 'unknown-function', message);
        }
        if (table === '*') defaultShardKey = column;
        else {
          const facts = {
            shardKey: [column],
            ...(shards > 0 && { shards }),
            ...(hash !== undefined && { hash }),
            group: `${key} ${hash ?? ''}`.trim(),
            groupGiven: true,
          };
          tables.push(declared([...schema.reverse(), table], 'sharded', node.at, facts));
        }
      }
    }
    const deaf = !reads && (tables.length > 0 || defaultShardKey !== undefined);
    return {
      ...nothing,
      tables,
      databases,
      ...(defaultShardKey !== undefined && { defaultShardKeys: [defaultShardKey] }),
      ...(deaf && { router: { name: 'pgcat', settings: { query_parser_read_write_splitting: false } } }),
      problems,
    };
  },
});
