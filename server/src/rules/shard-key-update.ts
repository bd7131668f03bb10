import { isBackfill } from '../advice/keyAssignments';
import { reason } from '../routing/routeFacts';
import { defineRule } from './rule';

export default defineRule({
  id: 'shard-key-update',
  meta: {
    summary: 'Statement changes the shard key of a row',
    why: 'The row would have to move to another shard: routers refuse it, or turn it into a delete and an insert that can fail in between.',
    remedy:
      'Leave the key out of SET; to move a row, insert it under its new key and delete the old one in one deliberate step.',
    sources: [
      'Vitess: cannot update the primary vindex column',
      'Citus: modifying the partition value of rows is not allowed',
      'PgDog: [rewrite] shard_key',
    ],
    severity: 'error',
    since: '0.1',
    messages: { update: '{why}.' },
  },
  query(query, { route, file, report }) {
    const because = reason(route, 'key-update');
    if (!because) return;
    // Backfills run before the table is sharded by what they fill.
    if ((file === 'sql-migration' || file === 'migration') && isBackfill(query)) return;
    report('update', because.span ?? query.span, { why: because.text.charAt(0).toUpperCase() + because.text.slice(1) });
  },
});
