import { projectsInto, readModelOf } from '../shards/services';
import { defineRule } from './rule';
import { isWrite, nameOf, statementsOf } from './unit';

export default defineRule({
  id: 'command-reads-read-model',
  meta: {
    summary: 'A write is decided by what a read model says',
    why: 'A read model follows the truth with a delay: the decision may be made on what was true a moment ago, and nothing checks it again.',
    remedy:
      'Read what decides from the tables that the command writes, in its transaction; leave the read model to screens and lists.',
    whenNot:
      'Checks that only spare a useless attempt, where the write checks again (a unique key, a condition in its WHERE).',
    sources: ['Greg Young, CQRS Documents', 'Microsoft: CQRS pattern, eventual consistency'],
    severity: 'warning',
    severityIn: { test: 'off', migration: 'off' },
    since: '0.1',
    messages: {
      decides:
        '`{table}` is a read model and may be behind, but here it decides whether `{written}` is written. Ask the tables that it is derived from.',
    },
  },
  unit(unit, { map, report }) {
    if (map.readModels.length === 0) return;
    const acts = statementsOf(unit);
    for (const [at, read] of acts.entries()) {
      if (isWrite(read) || read.outcome !== 'decides') continue;
      const model = read.statement.reads.map((table) => readModelOf(map, table)).find((one) => one !== undefined);
      if (!model || projectsInto(map, model, read.statement.file)) continue;
      const write = acts
        .slice(at + 1)
        .find((one) => isWrite(one) && unit.reaches(read, one) && !one.statement.writes.includes(model.table));
      const [written] = write?.statement.writes ?? [];
      if (!write || written === undefined) continue;
      report(
        'decides',
        nameOf(read),
        { table: model.table, written },
        {
          confidence: read.hops.length + write.hops.length === 0 ? read.statement.confidence : 'likely',
          kind: read.statement.kind,
          identity: `${unit.name} ${model.table} ${written}`,
          distance: read.hops.length + write.hops.length,
          related: [{ location: nameOf(write), message: `\`${written}\` is written here` }],
          places: { read: nameOf(read), write: nameOf(write) },
        },
      );
    }
  },
});
