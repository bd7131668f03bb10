/** Which keys a list or range mapping leaves without a shard. Pure. */
import type { ColumnFacts } from '../schema/model';
import type { Mapping, MappingValue, ShardTable } from '../shards/model';

/** In words for a message, most telling first; empty where every key has its shard, or nothing can be said. */
export function mappingGaps(table: ShardTable, column: ColumnFacts | undefined): readonly string[] {
  const { mapping = [], hash, strategy } = table;
  // A range of hashed values is the router's own division; a default takes what is left.
  if (mapping.length === 0 || hash !== undefined || table.shardKey.length !== 1) return [];
  if (mapping.some((entry) => !entry.values && entry.from === undefined && entry.to === undefined)) return [];
  if (mapping.some((entry) => entry.values)) return valueGaps(mapping, column);
  return strategy === 'range' || strategy === 'time' ? rangeGaps(mapping) : [];
}

function valueGaps(mapping: readonly Mapping[], column: ColumnFacts | undefined): readonly string[] {
  // Values and ranges together: what is in neither cannot be listed.
  if (mapping.some(({ values }) => !values)) return [];
  const listed = new Set(mapping.flatMap(({ values = [] }) => values.map(String)));
  const allowed = column?.allowed?.values;
  if (!allowed) return [`values other than the ${listed.size} listed`];
  return allowed.filter((value) => !listed.has(value)).map((value) => `'${value}'`);
}

function rangeGaps(mapping: readonly Mapping[]): readonly string[] {
  const sorted = sortedRanges(mapping);
  if (!sorted) return [];
  const gaps: string[] = [];
  let end: MappingValue | undefined;
  for (const [i, { from, to }] of sorted.entries()) {
    if (i === 0) {
      if (from !== undefined) gaps.push(`values below ${show(from)}`);
    } else if (end !== undefined && from !== undefined && order(from, end) > 0)
      gaps.push(`values from ${show(end)} to below ${show(from)}`);
    if (i === 0 || (end !== undefined && (to === undefined || order(to, end) > 0))) end = to;
    if (end === undefined) return gaps;
  }
  return [...gaps, ...(end === undefined ? [] : [`values from ${show(end)} on`])];
}

/** By their beginnings; undefined where values of different types have no order. */
function sortedRanges(mapping: readonly Mapping[]): readonly Mapping[] | undefined {
  const bounds = mapping.flatMap(({ from, to }) => [from, to]).filter((bound) => bound !== undefined);
  const kinds = new Set(bounds.map((bound) => (typeof bound === 'bigint' ? 'number' : typeof bound)));
  if (kinds.size !== 1 || (!kinds.has('number') && !kinds.has('string'))) return undefined;
  return [...mapping].sort((a, b) => (a.from === undefined ? -1 : b.from === undefined ? 1 : order(a.from, b.from)));
}

const order = (a: MappingValue, b: MappingValue): number => (a === null || b === null || a === b ? 0 : a < b ? -1 : 1);

const show = (value: MappingValue): string => (typeof value === 'string' ? `'${value}'` : String(value));
