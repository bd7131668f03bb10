import { keyAssignments } from '../advice/keyAssignments';
import { placesOf, softened } from '../advice/keyEvidence';
import { shardKeys, tableText } from '../advice/shardKeys';
import { defineRule } from './rule';

/** So many places are shown. */
const shown = 8;

export default defineRule({
  id: 'mutable-shard-key',
  meta: {
    summary: 'The workspace changes the shard key of rows',
    why: 'A row lies where its key says. With another key it has to move: routers refuse that, or insert and delete in two steps that can fail in between, and what refers to the row has to move along.',
    remedy:
      'Shard by what a row keeps for life, such as the tenant that it was made for; keep what changes in another column.',
    whenNot: 'Moving rows between shards is a rare operation that is written with care.',
    sources: [
      'MongoDB manual: change a document’s shard key value, since 4.2',
      'MongoDB manual: analyzeShardKey, percentageOfShardKeyUpdates',
      'PgDog: [rewrite] shard_key',
      'Citus: modifying the partition value of rows is not allowed',
    ],
    severity: 'warning',
    since: '0.1',
    messages: {
      once: '`{table}` is sharded by `{key}`, and one statement of the workspace changes it: its rows have to move to another shard.',
      often:
        '`{table}` is sharded by `{key}`, and {count} statements of the workspace change it: every such row has to move to another shard. What changes so often is a poor key.',
    },
  },
  workspace({ known: { map, schema }, statements, report }) {
    const found = keyAssignments(statements, map, schema);
    for (const key of shardKeys(map, schema)) {
      const sites = found.get(key.table);
      if (!sites) continue;
      const columns = [...new Set(sites.map(({ column }) => column))].join(', ');
      const related = [
        ...sites.slice(0, shown).map(({ at, column }) => ({ location: at, message: `\`${column}\` is changed here` })),
        ...placesOf(key),
      ];
      const data = { table: tableText(key), key: columns };
      if (sites.length === 1) report('once', key.at, data, { related, ...softened(true) });
      else report('often', key.at, { ...data, count: sites.length }, { related });
    }
  },
});
