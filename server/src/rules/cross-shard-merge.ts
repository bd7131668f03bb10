import { isIntended, reason, unbound } from '../routing/routeFacts';
import { defineRule } from './rule';

export default defineRule({
  id: 'cross-shard-merge',
  meta: {
    summary: 'Rows of all shards are sorted or aggregated above them',
    why: 'All matching rows of all shards travel to one place before the first row of the answer is known.',
    remedy: 'Limit the rows, group by the shard key, or keep the total in a table of its own.',
    sources: ['Citus: pulling rows to the coordinator', 'Vitess: in-memory sort limits'],
    severity: 'information',
    severityIn: { 'sql-migration': 'off', migration: 'off', test: 'off' },
    since: '0.1',
    yieldsTo: [
      'misses-rows-of-other-shards',
      'refused-by-router',
      'cross-shard-join',
      'scatter-query',
      'scatter-write',
      'key-hidden-in-expression',
      'range-on-hash-key',
    ],
    messages: {
      sort: 'Rows of {count} shards are sorted above them without a limit.',
      aggregate: 'An exact aggregate over several shards: {what} needs all rows at one place.',
    },
  },
  query(query, { route, report }) {
    if (
      query.kind !== 'select' ||
      (route.reach !== 'scatter' && route.reach !== 'subset') ||
      isIntended(route) ||
      !reason(route, 'merge')
    )
      return;
    const at = unbound(route)[0]?.span ?? route.bindings[0]?.span ?? query.span;
    const exact = query.items.find(
      ({ expr }) =>
        expr.kind === 'call' &&
        expr.aggregate === true &&
        (expr.distinct === true ||
          /^(percentile|mode|median|array_agg|string_agg|group_concat|json_agg)/.test(expr.name)),
    );
    if (route.merge.includes('aggregate') && exact)
      report('aggregate', exact.expr.span, { what: exact.expr.kind === 'call' ? `${exact.expr.name}()` : 'it' });
    else if (route.merge.includes('sort') && !query.limit)
      report('sort', at, { count: route.shards.count ?? 'several' });
  },
});
