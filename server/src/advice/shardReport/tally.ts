/** Sums of statements by where they run. */
import { classOf, type RouteClass } from '../../routing/routeClass';
import type { Surveyed } from '../survey';
import type { Tally } from './model';

/** What one statement counts: 1, or its calls a second. */
export type Weigh = (one: Surveyed) => number;

export const each: Weigh = () => 1;
export const byRate: Weigh = ({ rate }) => rate ?? 0;

/** The classes as fields of a tally. */
export type ClassField = Exclude<keyof Tally, 'total' | 'refused'>;

export const fieldOfClass: Readonly<Record<RouteClass, ClassField>> = {
  single: 'single',
  subset: 'subset',
  scatter: 'scatter',
  'cross-shard-join': 'crossShard',
  reference: 'reference',
  unsharded: 'unsharded',
  'unknown-dynamic': 'unknown',
};

/** `unread`: statements without a route. */
export function tallyOf(statements: readonly Surveyed[], weigh: Weigh = each, unread = 0): Tally {
  const sums = { single: 0, subset: 0, scatter: 0, crossShard: 0, reference: 0, unsharded: 0, unknown: unread };
  let [total, refused] = [unread, 0];
  for (const one of statements) {
    const weight = weigh(one);
    sums[fieldOfClass[classOf(one.route)]] += weight;
    total += weight;
    if (one.route.refused) refused += weight;
  }
  return { total, ...sums, refused };
}

/** Leaves its shard for all of them, or for rows of others. */
export const leavesShard = ({ route }: Pick<Surveyed, 'route'>): boolean => {
  const one = classOf(route);
  return one === 'scatter' || one === 'cross-shard-join';
};
