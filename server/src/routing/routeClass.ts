/** A route in one word for people; the words are public. */
import type { Reach, Route } from './route';

export type RouteClass =
  | 'single'
  | 'subset'
  | 'scatter'
  | 'cross-shard-join'
  | 'unsharded'
  | 'reference'
  | 'unknown-dynamic';

export const classOfReach: Readonly<Record<Reach, RouteClass>> = {
  none: 'single',
  single: 'single',
  subset: 'subset',
  scatter: 'scatter',
  reference: 'reference',
  unsharded: 'unsharded',
  unknown: 'unknown-dynamic',
};

export const classOf = ({ reach, crossShard }: Pick<Route, 'reach' | 'crossShard'>): RouteClass =>
  crossShard === null ? classOfReach[reach] : 'cross-shard-join';
