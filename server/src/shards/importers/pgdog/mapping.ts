/** Lists and ranges of key values, as `[[sharded_tables.mapping]]` and the older `[[sharded_mappings]]` write them. */
import type { Mapping, MappingValue, Strategy } from '../../model';
import { child, itemsOf, type Node, scalarOf, textOf } from '../../positioned/node';
import type { Report } from '../declared';

export interface PgdogMapping {
  readonly strategy: Strategy;
  readonly mapping: readonly Mapping[];
}

export function pgdogMapping(
  entries: readonly Node[],
  shards: number,
  table: string,
  report: Report,
): PgdogMapping | undefined {
  if (entries.length === 0) return undefined;
  const mapping: Mapping[] = [];
  const seen = new Set<MappingValue>();
  for (const entry of entries) {
    const shardNode = child(entry, 'shard');
    const shard = textOf(shardNode);
    if (shard === undefined) {
      report(entry.at, 'error', 'missing-key', `This mapping of ${table} names no \`shard\`.`);
      continue;
    }
    if (shards > 0 && Number(shard) >= shards) {
      const message = `There is no shard ${shard}: \`[[databases]]\` has ${shards}, counted from 0.`;
      report(shardNode?.at ?? entry.at, 'error', 'unknown-shard', message);
    }
    const values = itemsOf(child(entry, 'values')).flatMap((node) => scalarOf(node) ?? []);
    for (const value of values) {
      if (seen.has(value)) {
        const message = `The value ${JSON.stringify(String(value))} of ${table} stands in two lists; only the first counts.`;
        report(child(entry, 'values')?.at ?? entry.at, 'error', 'value-mapped-twice', message);
      }
      seen.add(value);
    }
    const from = scalarOf(child(entry, 'start'));
    const to = scalarOf(child(entry, 'end'));
    const bounds = { ...(from != null && { from }), ...(to != null && { to }) };
    mapping.push(values.length > 0 ? { values, shard } : { ...bounds, shard });
  }
  const ranges = mapping.some(({ from, to }) => from !== undefined || to !== undefined);
  return { strategy: ranges ? 'range' : 'list', mapping };
}
