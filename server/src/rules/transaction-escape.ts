import { defineRule } from './rule';
import { escapes, isWrite, nameOf, type StatementAct, statementsOf, type Unit } from './unit';

export default defineRule({
  id: 'transaction-escape',
  meta: {
    summary: 'A statement inside a transaction is sent outside of it',
    why: 'It runs on another connection: it does not see what the transaction has written, is not rolled back with it, may wait for its locks for ever, and with replicas reads an old state.',
    remedy: 'Send it through the handle of the transaction, or move it before its begin or behind its commit.',
    whenNot:
      'Writes that must stay when the transaction is rolled back, such as logs: name their tables in the option `independent`.',
    sources: [
      'Prisma: interactive transactions',
      'Drizzle: transactions',
      'TypeORM: "use only the provided entity manager"',
      'Sequelize: managed transactions',
    ],
    severity: 'warning',
    severityIn: { test: 'off' },
    since: '0.1',
    messages: {
      write:
        '`{table}` is written outside of the transaction around it: this stays when the transaction is rolled back. Send it through {handle}.',
      read: '`{table}` is read outside of the transaction around it: what the transaction has written is not seen. Send it through {handle}.',
      early:
        '`{table}` is read outside of the transaction around it: on another connection, without its locks and its view. Send it through {handle}.',
    },
  },
  unit(unit, { options, report }) {
    const independent = new Set(Array.isArray(options.independent) ? options.independent.map(String) : []);
    const acts = statementsOf(unit);
    for (const act of acts) {
      const around = act.inside.at(-1);
      if (around === undefined || !escapes(act, acts)) continue;
      const { writes, reads } = act.statement;
      const [table] = writes.length > 0 ? writes : reads;
      if (table === undefined || independent.has(table)) continue;
      const begun = unit.transactions.find(({ id }) => id === around);
      const handle = begun?.handle === undefined ? 'its handle' : `\`${begun.handle}\``;
      const matters = isWrite(act) || writtenBefore(unit, around, act);
      report(
        isWrite(act) ? 'write' : matters ? 'read' : 'early',
        nameOf(act),
        { table, handle },
        {
          confidence: act.sameClient && act.hops.length === 0 ? act.statement.confidence : 'likely',
          ...(matters ? {} : { severity: 'information' as const }),
          kind: act.statement.kind,
          identity: `${unit.name} ${table} ${act.method}`,
          distance: act.hops.length,
          related: [
            ...(begun ? [{ location: begun.at, message: 'the transaction begins here' }] : []),
            ...act.hops.map(({ name, at: location }) => ({ location, message: `calls \`${name}\`` })),
          ],
          fixes: act.joins ? [act.joins] : [],
        },
      );
    }
  },
});

const writtenBefore = (unit: Unit, around: string, read: StatementAct): boolean => {
  const acts = statementsOf(unit);
  return acts
    .slice(0, acts.indexOf(read))
    .some(
      (one) =>
        one.transaction === around &&
        one.statement.writes.some((table) => read.statement.reads.includes(table)) &&
        unit.reaches(one, read),
    );
};
