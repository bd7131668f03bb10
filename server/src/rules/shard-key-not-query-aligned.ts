import { placesOf, softened } from '../advice/keyEvidence';
import { betterKey, keyUses } from '../advice/keyUse';
import { keyText, shardKeys, tableText } from '../advice/shardKeys';
import { defineRule } from './rule';

/** So many statements are shown. */
const shown = 5;

export default defineRule({
  id: 'shard-key-not-query-aligned',
  meta: {
    summary: 'Most statements look for rows by something else than the shard key',
    why: 'Every statement that does not bind the key asks all shards: the table costs more with each shard that is added.',
    remedy:
      'Shard by the column that most statements bind, bind the key beside it, or keep a lookup table from that column to the key.',
    whenNot:
      'The statements that bind the key are run far more often than the others: the rule counts statements, not calls.',
    sources: [
      'MongoDB manual: analyzeShardKey, readDistribution and writeDistribution',
      'Citus: choosing the distribution column, the column that most queries filter by',
    ],
    severity: 'warning',
    since: '0.1',
    messages: {
      better:
        'Of {total} statements on `{table}`, {bound} bind its shard key `{key}`, and {count} bind `{column}`: by that one fewer of them would ask all shards.',
    },
  },
  workspace({ known: { map, schema }, statements, report }) {
    const uses = keyUses(statements, map, schema);
    for (const key of shardKeys(map, schema)) {
      const use = uses.get(key.table);
      const found = use && betterKey(key, use, map, schema);
      if (!found) continue;
      const { total, bound } = found.use;
      const { column, count, instead } = found.better;
      const related = [
        ...instead.slice(0, shown).map(({ file, query, toSource }) => ({
          location: { file, span: toSource(query.span) },
          message: `binds \`${column}\` and not \`${keyText(key.columns)}\``,
        })),
        ...placesOf(key),
      ];
      const data = { table: tableText(key), total, bound, key: keyText(key.columns), count, column };
      // Where a good part of the statements does bind the key, what counts is how often each is run.
      report('better', key.at, data, { related, ...softened(bound * 4 >= total) });
    }
  },
});
