import { isIntended, reason, softerWhereSingle } from '../routing/routeFacts';
import { defineRule } from './rule';

export default defineRule({
  id: 'misses-rows-of-other-shards',
  meta: {
    summary: 'The answer lacks rows, without an error',
    why: 'Some routers pick shards and let each of them work alone: rows that lie elsewhere, and pairs whose halves lie on different shards, are missing from the answer, and nothing says so.',
    remedy:
      'Bind every sharded table to one key value, join co-located tables on their keys, or ask the shards one by one and put the answers together.',
    whenNot: 'The data makes sure that all rows of the statement lie on one shard.',
    sources: [
      'PgDog: `StatementParser::search_stmt`, first sharding key wins',
      'SPQR: `RouteByTuples`',
      'ShardingSphere: Cartesian route of tables that are not bound',
    ],
    severity: 'error',
    severityIn: { 'sql-migration': 'warning', test: 'warning' },
    since: '0.1',
    yieldsTo: ['refused-by-router', 'missing-shard-key', 'shard-key-update'],
    messages: { missing: 'Rows are missing from the answer: {why}.' },
  },
  query(query, { route, report }) {
    const because = reason(route, 'incomplete');
    if (!because || route.refused || isIntended(route)) return;
    report('missing', because.span ?? query.span, { why: because.text }, softerWhereSingle(route));
  },
});
