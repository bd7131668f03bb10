import { allShards, isIntended, reason, softerWhereSingle } from '../routing/routeFacts';
import { defineRule } from './rule';

export default defineRule({
  id: 'key-hidden-in-expression',
  meta: {
    summary: 'The shard key stands inside an expression',
    why: 'Routers look for the bare column: inside a function, cast or calculation it binds nothing, and the query runs on every shard although it names the key.',
    remedy: 'Compare the bare column; put the cast or calculation on the value.',
    sources: ['Citus and Vitess planners: only bare key columns route', 'PgDog: sharding key must be a column'],
    severity: 'warning',
    severityIn: { 'sql-migration': 'off', migration: 'information', test: 'information' },
    since: '0.1',
    yieldsTo: ['refused-by-router', 'cross-shard-join', 'misses-rows-of-other-shards', 'shard-key-update'],
    messages: { hidden: 'The shard key is hidden in an expression, so it binds nothing: this runs on {shards}.' },
  },
  query(_query, { route, report }) {
    const because = reason(route, 'hidden');
    if (route.reach !== 'scatter' || !because?.span || isIntended(route)) return;
    report('hidden', because.span, { shards: allShards(route) }, softerWhereSingle(route));
  },
});
