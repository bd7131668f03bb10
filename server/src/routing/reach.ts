/** How far one table use reaches: from the values of its key columns and the table's strategy. */
import type { Strategy } from '../shards/model';
import { type Domain, singleValue, size } from './domain';
import type { Reach, TableBinding } from './route';

export interface RelReach {
  readonly reach: Extract<Reach, 'none' | 'single' | 'subset' | 'scatter' | 'unknown'>;
  readonly how: TableBinding['how'];
  /** At most so many key values, where known. */
  readonly values?: number;
  /** Numbers of the shards on which the values lie, where the placement is known. */
  readonly shards?: ReadonlySet<number>;
  /** The columns of an index that lead to the rows, where it is not the key that does. */
  readonly via?: readonly string[];
  /** The bound values, in key order; the identity of a single one. */
  readonly ids: readonly string[];
}

const order: readonly Reach[] = ['none', 'reference', 'unsharded', 'single', 'subset', 'scatter'];

/** The worse of two reaches; `unknown` only where no worse one is known. */
export function worse(a: Reach, b: Reach): Reach {
  if (a === 'unknown') return b === 'scatter' ? b : a;
  if (b === 'unknown') return a === 'scatter' ? a : b;
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}

/** Whether a range on the key leaves shards out. */
export const usesRanges = (strategy: Strategy): boolean =>
  strategy === 'range' || strategy === 'time' || strategy === 'list';

/**
 * `prefix`: a bound first part of a composite key already leaves shards out (range, multi-column vindexes); under a hash
 * of the whole key it does not. `any`: each part alone does (levels).
 */
export function reachOf(domains: readonly Domain[], strategy: Strategy, partial: 'none' | 'prefix' | 'any'): RelReach {
  const usable = domains.map(
    (domain): Domain => (domain.kind === 'ranges' && !usesRanges(strategy) ? { kind: 'all' } : domain),
  );
  const ids = usable.flatMap((domain) => (domain.kind === 'points' ? [...domain.points.keys()] : []));
  if (usable.some((domain) => domain.kind === 'none')) return { reach: 'none', how: 'equality', values: 0, ids: [] };
  if (usable.length > 0 && usable.every((domain) => singleValue(domain) !== undefined))
    return { reach: 'single', how: 'equality', values: 1, ids };
  const bound = (domain: Domain) => domain.kind === 'points' || domain.kind === 'ranges';
  if (usable.length > 0 && usable.every(bound)) return subset(usable, ids);
  const first = usable[0];
  if (partial === 'prefix' && first && bound(first)) return subset(usable.filter(bound), ids, false);
  if (partial === 'any' && usable.some(bound)) return subset(usable.filter(bound), ids, false);
  const all = usable.some((domain) => domain.kind === 'all');
  if (usable.some((domain) => domain.kind === 'open') && !(all && partial === 'none'))
    return { reach: 'unknown', how: 'open', ids: [] };
  return { reach: 'scatter', how: 'none', ids: [] };
}

function subset(domains: readonly Domain[], ids: readonly string[], counted = true): RelReach {
  const ranges = domains.some((domain) => domain.kind === 'ranges');
  const sizes = domains.map(size);
  const values =
    counted && sizes.every((one) => one !== undefined)
      ? sizes.reduce((product: number, one) => product * (one ?? 1), 1)
      : undefined;
  return { reach: 'subset', how: ranges ? 'range' : 'in-list', ...(values !== undefined ? { values } : {}), ids };
}
