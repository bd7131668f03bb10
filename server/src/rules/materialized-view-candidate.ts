import { readSideAdviceOn } from '../advice/readSide/readSideAdvice';
import { locationOf } from '../advice/readSide/step';
import { viewSql } from '../advice/readSide/viewSql';
import { defineRule } from './rule';

export default defineRule({
  id: 'materialized-view-candidate',
  meta: {
    summary: 'The same totals are computed over all shards again and again',
    why: 'Every call reads and joins all rows of all shards, for an answer that hardly differs from the last one.',
    remedy:
      'Keep the answer: a materialized view that is refreshed, on Citus a distributed rollup table, on MySQL a summary table.',
    whenNot: 'Readers need the totals of this very moment, or the statement is rare.',
    sources: [
      'PostgreSQL: REFRESH MATERIALIZED VIEW CONCURRENTLY',
      'Citus: real-time dashboards, rollup tables',
      'Vitess: Materialize',
    ],
    severity: 'information',
    since: '0.2',
    messages: {
      keep: '{Why}. Keep the answer as {what}: a replica would not do, as {replica}, nor a copied column, as {copy}.',
      use: '`{name}` keeps these totals: read them there instead of from all shards.',
    },
  },
  workspace({ map, known, statements, placing, report }) {
    for (const step of readSideAdviceOn(statements, known)) {
      const [first, ...others] = step.statements;
      if (step.kind !== 'materialized-view' || !first) continue;
      const { view, why, before } = step;
      const related = others.map((one) => ({ location: locationOf(one), message: 'computes the same totals' }));
      const { confidence } = first.route;
      if (view?.exists) {
        report('use', locationOf(first), { name: view.name }, { related, confidence });
        continue;
      }
      const sql = view && viewSql(view, { dialect: map.dialect, router: map.router.name });
      const edits = sql && placing.migration(sql.title, sql, view.near);
      const kind =
        map.dialect !== 'postgresql'
          ? 'a summary table'
          : map.router.name === 'citus'
            ? 'a distributed rollup table'
            : 'a materialized view';
      const data = {
        Why: why.charAt(0).toUpperCase() + why.slice(1),
        what: kind,
        replica: before[0]?.why ?? '',
        copy: before[1]?.why ?? '',
      };
      const fixes = edits ? [{ title: `Write ${kind} \`${view.name}\``, safe: false, edits }] : [];
      report('keep', locationOf(first), data, { related, confidence, fixes });
    }
  },
});
