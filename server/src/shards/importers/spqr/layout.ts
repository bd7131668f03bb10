/** What SPQR's key ranges divide: lower bounds are inclusive, and each range ends where the next one begins. */
import type { Mapping, MappingValue } from '../../model';
import type { Report } from '../declared';
import type { Distribution, State } from './console';

export interface Layout {
  readonly shards: number;
  readonly mapping?: readonly Mapping[];
}

export function layoutOf({ name, types, at }: Distribution, state: State, report: Report): Layout {
  const own = state.ranges.filter(({ distribution }) => distribution === name);
  const fallback = state.defaults.get(name);
  if (own.length === 0 && fallback === undefined && !state.cut.has(name)) {
    report(at, 'warning', 'no-key-range', `\`${name}\` has no key range in these files: no key has a shard.`);
  }
  const names = new Set([...own.map(({ shard }) => shard), ...(fallback === undefined ? [] : [fallback])]);
  const shards = state.cut.get(name) ?? names.size;
  const seen = new Set<string>();
  for (const range of own) {
    const bound = range.from.join(', ');
    if (seen.has(bound)) {
      report(range.at, 'error', 'range-twice', `Two key ranges of \`${name}\` begin at ${bound}.`);
    }
    seen.add(bound);
  }
  if (types.length !== 1 || own.length === 0) return { shards };
  const sorted = [...own].sort((a, b) => compare(a.from[0], b.from[0]));
  const mapping = sorted.map(({ from, shard }, i): Mapping => {
    const to = sorted[i + 1]?.from[0];
    return { ...(from[0] !== undefined && { from: from[0] }), ...(to !== undefined && { to }), shard };
  });
  const [lowest] = mapping;
  const below = fallback !== undefined && lowest?.from !== undefined ? [{ to: lowest.from, shard: fallback }] : [];
  return { shards, mapping: [...below, ...mapping] };
}

function compare(a: MappingValue | undefined, b: MappingValue | undefined): number {
  const numbers = [a, b].every((each) => typeof each === 'number' || typeof each === 'bigint');
  if (numbers) return Number(a) - Number(b);
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}
