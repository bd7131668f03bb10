import { sameColumn } from '../routing/declaredTables';
import { reason } from '../routing/routeFacts';
import { findColumn, findTable, isFilledIn } from '../schema/model';
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
    severityIn: { test: 'information', migration: 'information' },
    since: '0.1',
    messages: {
      missing: '{Why}.',
      filled:
        '`{key}` of `{table}` is left to the database, which fills it in on a shard that has to be chosen by it. Give the rows their `{key}`, or declare it under `generated` where the router has it made.',
    },
  },
  query(query, { route, schema, report }) {
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
    const span = at.end > at.start ? at : query.table.span;
    const key = table.key.join(', ');
    const more = { bind: { table: table.table, alias: table.alias, columns: table.key } };
    const facts = findTable(schema, table.table.split('.'));
    const isLeftOut = (column: string): boolean =>
      query.columns?.every(({ name }) => !sameColumn(name, column)) ?? false;
    const filled = table.key.some((column) => {
      const own = facts && findColumn(facts, column);
      return own !== undefined && isFilledIn(own) && isLeftOut(column);
    });
    // Another row's id is at hand for many a new one, and is not its own.
    if (filled) report('filled', span, { table: table.table, key });
    else report('missing', span, { Why: because.text.charAt(0).toUpperCase() + because.text.slice(1) }, more);
  },
});
