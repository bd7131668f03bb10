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
  const gap = gapIn(mapping);
  if (gap !== undefined && entries[0]) {
    const message = `No entry for ${table} holds ${gap}: PgDog sends such a statement to all shards without a word.`;
    report(entries[0].at, 'warning', 'unmapped-values', message);
  }
  return { strategy: ranges ? 'range' : 'list', mapping };
}

/** What no entry holds, in words; undefined where every value has a shard. */
function gapIn(mapping: readonly Mapping[]): string | undefined {
  const rest = mapping.some(({ from, to, values }) => from === undefined && to === undefined && values === undefined);
  if (rest || mapping.length === 0) return undefined;
  const ranges = mapping.filter(({ values }) => values === undefined);
  if (ranges.length === 0) return 'values that are not listed';
  if (!ranges.every(({ from, to }) => isNumeric(from) && isNumeric(to))) return undefined;
  const sorted = [...ranges].sort((a, b) => (number(a.from, -1) < number(b.from, -1) ? -1 : 1));
  if (sorted[0]?.from !== undefined) return `values below ${sorted[0].from}`;
  let end = sorted[0]?.to;
  for (const { from, to } of sorted.slice(1)) {
    if (end === undefined) return undefined;
    if (number(from, -1) > number(end, 1)) return `values from ${end} to ${from}`;
    if (to === undefined || number(to, 1) > number(end, 1)) end = to;
  }
  return end === undefined ? undefined : `values from ${end} on`;
}

const isNumeric = (value: MappingValue | undefined): boolean =>
  value === undefined || typeof value === 'number' || typeof value === 'bigint';

const number = (value: MappingValue | undefined, open: 1 | -1): number =>
  value === undefined ? open * Number.POSITIVE_INFINITY : Number(value);
