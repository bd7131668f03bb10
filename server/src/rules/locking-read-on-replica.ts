import { leavesOf } from '../query/walk';
import { defineRule } from './rule';

export default defineRule({
  id: 'locking-read-on-replica',
  meta: {
    summary: 'Rows are locked on a replica',
    why: 'A replica takes no row locks: PostgreSQL refuses the statement, other systems lock nothing that a writer would notice.',
    remedy: 'Read from the primary, in the transaction that writes.',
    sources: ['PostgreSQL: hot standby, "row-level locks are not taken"'],
    severity: 'error',
    severityIn: { test: 'warning' },
    since: '0.1',
    messages: {
      lock: 'A locking read of `{table}` is sent to a replica, where no row can be locked. Read from the primary.',
    },
  },
  query(query, { target, targetByName, report }) {
    if (target !== 'replica' || query.kind !== 'select' || query.lock === undefined) return;
    const [table] = leavesOf(query.from);
    if (table?.kind === 'table')
      report(
        'lock',
        table.span,
        { table: table.name.parts.join('.') },
        targetByName ? { confidence: 'likely', severity: 'warning' } : {},
      );
  },
});
