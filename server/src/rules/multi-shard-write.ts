import type { Insert } from '../query/model';
import { defineRule } from './rule';
import { isWrite, nameOf, type StatementAct, statementsOf, type Unit } from './unit';

/** Routers that commit the rows of one statement on all shards together. */
const atomic = new Set(['citus', 'yugabytedb', 'cockroachdb', 'spanner', 'tidb', 'oceanbase']);

export default defineRule({
  id: 'multi-shard-write',
  meta: {
    summary: 'Rows of several shards are written one shard after another',
    why: 'Where one shard fails in the middle, the rows of the others stay: half of the work is done, and nobody knows which half.',
    remedy:
      'Make the write repeatable (an idempotency key, an upsert) and repeat it until all is done, or write one key at a time and note how far it came.',
    whenNot: 'Jobs over many keys whose turns have nothing to do with each other.',
    sources: ['Shopify: verifiers for writes to several shards', 'MongoDB: insertMany over shards is not atomic'],
    severity: 'information',
    severityIn: { test: 'off', migration: 'off', 'sql-migration': 'off' },
    since: '0.1',
    messages: {
      rows: 'These rows of `{table}` may have several keys: their shards commit one by one, and a failure leaves some of them.',
      loop: '`{table}` is written for another key in each turn: a failure leaves the turns before it.',
    },
  },
  unit(unit, { map, report }) {
    for (const act of statementsOf(unit)) {
      if (!isWrite(act) || act.transaction !== undefined || act.inside.length > 0 || act.hops.length > 0) continue;
      const found = spread(unit, act, atomic.has(map.router.name));
      if (!found) continue;
      report(
        found.how,
        nameOf(act),
        { table: found.table },
        {
          confidence: act.statement.confidence === 'certain' && found.how === 'rows' ? 'certain' : 'likely',
          kind: act.statement.kind,
          identity: `${unit.name} ${found.table}`,
          distance: 0,
        },
      );
    }
  },
});

function spread(unit: Unit, act: StatementAct, isAtomic: boolean) {
  const key = unit.keys(act).find(({ write }) => write);
  if (!key) return undefined;
  const { query, route } = act.statement;
  const { table } = key;
  if (query.kind === 'insert' && route.reach === 'subset' && !isAtomic && isListed(query))
    return { how: 'rows' as const, table };
  // What was not deleted is deleted by the next run.
  if (query.kind === 'delete') return undefined;
  const turns = route.reach === 'single' && key.values.some((value) => unit.turns(act, value));
  return turns ? { how: 'loop' as const, table } : undefined;
}

/** The rows of a query may be one, whatever else the query reads. */
const isListed = ({ source }: Insert): boolean => source !== 'default' && source.kind === 'values';
