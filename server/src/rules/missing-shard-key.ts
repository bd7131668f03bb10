import { reason } from '../routing/routeFacts';
import { defineRule } from './rule';

export default defineRule({
  id: 'missing-shard-key',
  meta: {
    summary: 'Inserted rows have no value for the shard key',
    why: 'The router cannot tell which shard the row belongs to: it refuses the statement, or writes the row where nobody looks for it.',
    remedy: 'Insert the shard key column, or declare it under `generated` where the database fills it in.',
    sources: [
      'Citus: cannot perform an INSERT without a partition column value',
      'GORM sharding: ErrMissingShardingKey',
    ],
    severity: 'error',
    since: '0.1',
    messages: { missing: 'Rows of `{table}` need a value for the shard key `{key}`: {why}.' },
  },
  query(query, { route, report }) {
    if (query.kind !== 'insert') return;
    const because = reason(route, 'missing-key');
    const [table] = route.bindings;
    if (!because || !table) return;
    const at = query.columns?.length
      ? {
          start: Math.min(...query.columns.map(({ span }) => span.start)),
          end: Math.max(...query.columns.map(({ span }) => span.end)),
        }
      : table.span;
    report(
      'missing',
      at.end > at.start ? at : query.table.span,
      { table: table.table, key: table.key.join(', '), why: because.text },
      { bind: { table: table.table, alias: table.alias, columns: table.key } },
    );
  },
});
