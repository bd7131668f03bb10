import { allShards, isIntended, reason, softerWhereSingle, unbound } from '../routing/routeFacts';
import { defineRule } from './rule';

export default defineRule({
  id: 'scatter-query',
  meta: {
    summary: 'Query runs on every shard',
    why: 'One round trip per shard, as slow as the slowest of them; load grows with every shard that is added.',
    remedy: 'Bind the shard key, or mark the query as an intended fan-out.',
    whenNot: 'Reports, exports and administration that read all tenants on purpose: suppress those with a reason.',
    sources: ['Vitess: query serving and scatter queries', 'MongoDB manual: analyzeShardKey, scatter-gather reads'],
    severity: 'warning',
    severityIn: { 'sql-migration': 'off', migration: 'information', test: 'information' },
    since: '0.1',
    yieldsTo: [
      'refused-by-router',
      'cross-shard-join',
      'misses-rows-of-other-shards',
      'key-hidden-in-expression',
      'range-on-hash-key',
    ],
    messages: {
      scatter: '`{table}` is sharded by `{key}`, which this query does not bind: it runs on {shards}.',
      branch: '`{table}` is sharded by `{key}`, which a branch of this OR does not bind: it runs on {shards}.',
    },
  },
  query(query, { route, report }) {
    if (route.reach !== 'scatter' || (query.kind !== 'select' && query.kind !== 'set-operation') || isIntended(route))
      return;
    const [table] = unbound(route);
    if (!table) return;
    const branch = reason(route, 'or-unbound');
    const data = { table: table.table, key: table.key.join(', '), shards: allShards(route) };
    const more = { ...softerWhereSingle(route), bind: { table: table.table, alias: table.alias, columns: table.key } };
    if (branch?.span) report('branch', branch.span, data, more);
    else report('scatter', table.span, data, more);
  },
});
