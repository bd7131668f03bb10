/** Tables that are read far more often than written, on one shard each time: replicas take those reads, and nothing else is needed. */
import { isMostlyRead, type Reading, type ReadSideStep, type Sending, trafficOf, trafficText } from './step';

const onShard = ({ query, route, transaction, target }: Sending): boolean =>
  query.kind === 'select' &&
  query.lock === undefined &&
  transaction === undefined &&
  target !== 'replica' &&
  route.crossShard === null &&
  (route.reach === 'single' || route.reach === 'subset' || route.reach === 'unsharded');

export function replicaSteps(reading: Reading): readonly Extract<ReadSideStep, { kind: 'replica' }>[] {
  const own = reading.statements.filter((one) => one.own);
  const tables = [...new Set(own.flatMap(({ reads }) => reads))].sort();
  return tables.flatMap((table) => {
    const traffic = trafficOf(own, [table]);
    const statements = own.filter((one) => one.writes.length === 0 && one.reads.includes(table) && onShard(one));
    if (!isMostlyRead(traffic) || statements.length === 0) return [];
    const away = own.filter((one) => one.target === 'replica' && one.reads.includes(table)).length;
    const more = away > 0 ? `; ${away} go to a replica already` : '';
    return [
      {
        kind: 'replica' as const,
        tables: [table],
        statements,
        traffic,
        why: `\`${table}\` has ${trafficText(traffic)}, and ${statements.length === 1 ? 'one of the reads stays' : `${statements.length} of the reads stay`} on one shard outside of transactions${more}`,
        before: [],
      },
    ];
  });
}
