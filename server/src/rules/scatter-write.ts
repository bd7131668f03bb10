import { isBackfill } from '../advice/keyAssignments';
import { allShards, isIntended, softerWhereSingle, unbound } from '../routing/routeFacts';
import { defineRule } from './rule';

export default defineRule({
  id: 'scatter-write',
  meta: {
    summary: 'UPDATE or DELETE runs on every shard',
    why: 'Every shard takes locks for it, and a failure in the middle leaves some shards changed and others not.',
    remedy: 'Bind the shard key, so that one shard decides.',
    whenNot: 'Clean-up jobs over all tenants: suppress those with a reason.',
    sources: ['MongoDB manual: percentageOfMultiWritesWithoutShardKey', 'Citus: multi-shard modifications'],
    severity: 'warning',
    severityIn: { 'sql-migration': 'off', migration: 'information', test: 'information' },
    since: '0.1',
    yieldsTo: [
      'misses-rows-of-other-shards',
      'refused-by-router',
      'cross-shard-join',
      'shard-key-update',
      'key-hidden-in-expression',
      'range-on-hash-key',
    ],
    messages: {
      scatter: '`{table}` is sharded by `{key}`, which this {verb} does not bind: it runs on {shards}.',
      row: '`{table}` is sharded by `{key}`, and a row writes itself back by its primary key alone: this {verb} runs on {shards}.',
    },
  },
  query(query, { route, ofRow, report }) {
    if (route.reach !== 'scatter' || (query.kind !== 'update' && query.kind !== 'delete') || isIntended(route)) return;
    const [table] = unbound(route);
    // Rows that have no key yet lie where they lay before the table was sharded by it.
    if (!table || isBackfill(query)) return;
    const verb = query.kind === 'update' ? 'UPDATE' : 'DELETE';
    report(
      ofRow ? 'row' : 'scatter',
      table.span,
      { table: table.table, key: table.key.join(', '), verb, shards: allShards(route) },
      { ...softerWhereSingle(route), bind: { table: table.table, alias: table.alias, columns: table.key } },
    );
  },
});
