import { allShards, isIntended, reason, softerWhereSingle } from '../routing/routeFacts';
import { defineRule } from './rule';

export default defineRule({
  id: 'range-on-hash-key',
  meta: {
    summary: 'Range of a hashed shard key',
    why: 'Hashing spreads neighbouring values over all shards, so a range of them lies everywhere.',
    remedy: 'Ask for the values themselves (`=`, `IN`), or bind another key beside the range.',
    sources: ['MongoDB manual: hashed sharding and range queries', 'ShardingSphere: HASH_MOD and range conditions'],
    severity: 'warning',
    severityIn: { 'sql-migration': 'off', migration: 'information', test: 'information' },
    since: '0.1',
    yieldsTo: ['refused-by-router', 'cross-shard-join', 'misses-rows-of-other-shards', 'shard-key-update'],
    messages: { range: 'The shard key is hashed: a range of it lies on {shards}.' },
  },
  query(_query, { route, report }) {
    const because = reason(route, 'range-on-hash');
    if (route.reach !== 'scatter' || !because?.span || isIntended(route)) return;
    report('range', because.span, { shards: allShards(route) }, softerWhereSingle(route));
  },
});
