import { hotValue } from '../advice/heat';
import { placesOf, softened } from '../advice/keyEvidence';
import { keyText, shardKeys, tableText } from '../advice/shardKeys';
import { defineRule } from './rule';

export default defineRule({
  id: 'hot-shard-key',
  meta: {
    summary: 'One value of the shard key takes much of the load',
    why: 'All rows of one value lie on one shard: that shard is full or slow while the others idle, and more shards do not help.',
    remedy:
      'Give the value a shard of its own (Citus: `isolate_tenant_to_new_shard`; a list or directory entry elsewhere), or divide it by a second key column.',
    whenNot: 'The servers are chosen by what they hold, and the one of this value is large enough.',
    sources: [
      'Citus: citus_stat_tenants and tenant isolation',
      'Azure Cosmos DB for PostgreSQL (Citus): choose distribution columns, data skew',
      'MongoDB manual: shard key frequency',
      'yb-voyager: most common value of an index, 60 %',
    ],
    severity: 'warning',
    since: '0.1',
    messages: {
      hot: '`{table}` is sharded by `{key}`, and {evidence}: they lie on one {place}, which gets {times} times its fair part.',
      alone:
        '`{table}` is sharded by `{key}`, and {evidence}: they lie on one shard, and more shards do not divide them.',
      movable: '`{table}` is placed by `{key}`, and {evidence}: give that value a shard of its own.',
    },
  },
  map({ known: { map, schema }, report }) {
    for (const key of shardKeys(map, schema)) {
      const found = hotValue(key);
      if (!found) continue;
      const { evidence, times, movable, level } = found;
      const data = { table: tableText(key), key: keyText(key.columns), evidence: evidence.text };
      const more = { related: placesOf(key), ...softened(level === 'warm') };
      if (movable) report('movable', key.at, data, more);
      else if (times === undefined) report('alone', key.at, data, more);
      else {
        const place = key.database?.servers !== undefined ? 'server' : 'shard';
        report('hot', key.at, { ...data, place, times: Number(times.toFixed(1)) }, more);
      }
    }
  },
});
