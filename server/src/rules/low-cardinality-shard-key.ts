import { fewKeys } from '../advice/fewKeys';
import { isSoft, placesOf, softened } from '../advice/keyEvidence';
import { keyOrder } from '../advice/keyOrder';
import { keyText, roomOf, shardKeys, tableText } from '../advice/shardKeys';
import { defineRule } from './rule';

export default defineRule({
  id: 'low-cardinality-shard-key',
  meta: {
    summary: 'The shard key has few values',
    why: 'All rows of one value lie on one shard: there can never be more shards in use than values, and a large value cannot be divided.',
    remedy:
      'Shard by what has many values and is bound by most statements, such as the tenant or the user; or put such a column behind this one.',
    whenNot: 'The values are many more than the name or the type lets one think, or the table is small and stays so.',
    sources: [
      'MongoDB manual: choose a shard key, shard key cardinality',
      'DynamoDB: designing partition keys to distribute your workload',
      'Azure Cosmos DB for PostgreSQL (Citus): choose distribution columns, decent cardinality',
      'yb-voyager: low-cardinality indexes (1 to 10 distinct values)',
    ],
    severity: 'warning',
    since: '0.1',
    messages: {
      few: '`{table}` is sharded by `{key}`, and {evidence}: its rows lie on at most {count} shards, however many there are.',
      uneven: '`{table}` is sharded by `{key}`, and {evidence}: that is too few to fill {room} evenly.',
      nature:
        '`{table}` is sharded by `{key}`, and {evidence}: all rows of one value lie on one shard. Make sure that there are at least ten values for every shard.',
    },
  },
  map({ known: { map, schema }, report }) {
    for (const key of shardKeys(map, schema)) {
      const found = fewKeys(key, map, schema);
      // Another order of its columns is what cures a key of several.
      if (!found || keyOrder(key, map, schema)) continue;
      const { parts, evidence, distinct, verdict } = found;
      const data = {
        table: tableText(key),
        key: keyText(parts.map(({ column }) => column)),
        evidence: evidence.map(({ text }) => text).join(', '),
      };
      const more = { related: placesOf(key, evidence), ...softened(isSoft(evidence) || verdict === 'uneven') };
      if (distinct === undefined) report('nature', key.at, data, more);
      else if (verdict === 'few') report('few', key.at, { ...data, count: distinct }, more);
      else {
        const { servers, shards } = roomOf(key);
        const room =
          servers !== undefined ? `${servers} servers` : shards !== undefined ? `${shards} shards` : 'many shards';
        report('uneven', key.at, { ...data, room }, more);
      }
    }
  },
});
