import { denormaliseSql } from '../advice/readSide/denormaliseSql';
import { readSideAdviceOn } from '../advice/readSide/readSideAdvice';
import { locationOf, type Sending } from '../advice/readSide/step';
import { namesText } from '../advice/readSide/views';
import { defineRule } from './rule';

export default defineRule({
  id: 'denormalise-column',
  meta: {
    summary: 'A join leaves its shard only to read a small column that seldom changes',
    why: 'Rows of another shard are fetched for every row of the answer, for a value that the row could have itself.',
    remedy:
      'Copy the column to the child: give it where rows are inserted, and change the copies where the original changes.',
    whenNot:
      'The parent is small and seldom written: as a reference table it needs no copies of single columns. Or the statement is rare.',
    sources: [
      'GitLab: removing cross-database joins, “denormalize some foreign key or column”',
      'Vitess: cross-shard joins',
    ],
    severity: 'information',
    since: '0.2',
    messages: {
      copy: 'This join leaves its {where} only to read {columns}, which {change}. Keep a copy in `{child}`; a replica would not do, as {replica}.',
    },
  },
  workspace({ map, known, statements, placing, report }) {
    for (const step of readSideAdviceOn(statements, known)) {
      const [first, ...others] = step.statements;
      if (step.kind !== 'denormalise' || !first) continue;
      const { copy } = step;
      const place = (one: Sending): string => placing.where(locationOf(one));
      const sql = denormaliseSql(copy, { dialect: map.dialect, router: map.router.name, place });
      const edits = sql && placing.migration(sql.title, sql, copy.near);
      const parent = copy.parent.join('.');
      const data = {
        where: step.across,
        columns: namesText(copy.columns.map(({ column }) => `${parent}.${column}`)),
        change: copy.updates.length === 0 ? 'no statement changes' : 'one statement may change',
        child: copy.child.join('.'),
        replica: step.before[0]?.why ?? '',
      };
      report('copy', locationOf(first), data, {
        confidence: first.route.confidence,
        related: [
          ...others.map((one) => ({ location: locationOf(one), message: 'joins for the same' })),
          ...copy.updates.map((one) => ({ location: locationOf(one), message: 'has to change the copies, too' })),
          ...copy.inserts.map((one) => ({ location: locationOf(one), message: 'has to give the copy' })),
        ],
        fixes: edits
          ? [{ title: `Write a migration that copies ${data.columns} to \`${data.child}\``, safe: false, edits }]
          : [],
      });
    }
  },
});
