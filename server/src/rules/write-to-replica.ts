import { writesOf } from '../query/tables';
import { defineRule, type ReportMore } from './rule';

export default defineRule({
  id: 'write-to-replica',
  meta: {
    summary: 'A write is sent to a replica',
    why: 'A replica refuses it, or worse, accepts it and is from then on another database than the primary.',
    remedy: 'Send it to the primary.',
    sources: [
      'Drizzle: a write in a CTE that is begun with `db.with` runs on a replica (drizzle-team/drizzle-orm#4185)',
    ],
    severity: 'error',
    severityIn: { test: 'warning' },
    since: '0.1',
    messages: {
      write: '`{table}` is written, but this is sent to a replica. Send it to the primary.',
    },
  },
  query(query, { target, targetByName, report }) {
    const [written] = target === 'replica' ? writesOf(query) : [];
    if (written) report('write', written.span, { table: written.name.parts.join('.') }, byName(targetByName));
  },
});

/** A name can be wrong. */
const byName = (alone: boolean): ReportMore => (alone ? { confidence: 'likely', severity: 'warning' } : {});
