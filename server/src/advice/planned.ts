/** What a router's own planner says of a statement, held against our route. */
import type { Route } from '../routing/route';

export interface Planned {
  /**
   * `several`: more than one shard; `sharded`: those of the rows that are inserted, one or more; `local`: no shard has a part
   * in it.
   */
  readonly reach: 'single' | 'subset' | 'several' | 'scatter' | 'sharded' | 'local';
  /** Of how many shards the plan speaks, where it does. */
  readonly shards?: number;
  /** Rows move between shards or to the coordinator before the last step. */
  readonly crossShard: boolean;
  /** In its own words: "32 tasks", "Scatter". */
  readonly says: string;
}

/** The planner rejects the statement; `because` is its message. */
export interface PlannerRefusal {
  readonly refused: string;
}

export type Answer = Planned | PlannerRefusal;

/** Undefined: they agree, or our route says that it does not know. */
export function disagreement(route: Route, answer: Answer): string | undefined {
  if (route.reach === 'unknown' && !route.refused) return undefined;
  if ('refused' in answer)
    return route.refused ? undefined : `we say ${ours(route)}, the server refuses it: ${answer.refused}`;
  const theirs = `the server says ${answer.says}`;
  if (route.refused) return `we say that it is refused (${route.refused.because}), ${theirs}`;
  const moves = route.crossShard !== null;
  if (moves !== answer.crossShard) return `we say ${ours(route)}, ${theirs}`;
  // Where rows move, parts of the statement run in different places: how far each reaches is not compared.
  if (moves || [route.reach, ...route.alternatives].some((reach) => fits(reach, answer, route.shards.of)))
    return undefined;
  return `we say ${ours(route)}, ${theirs}`;
}

const allowed: Readonly<Record<Planned['reach'], ReadonlySet<Route['reach']>>> = {
  // Several values that happen to lie on one shard, or none at all, are one task.
  single: new Set(['none', 'single', 'subset', 'reference', 'unsharded']),
  subset: new Set(['subset']),
  several: new Set(['subset', 'scatter']),
  scatter: new Set(['scatter']),
  sharded: new Set(['single', 'subset']),
  local: new Set(['none', 'reference', 'unsharded']),
};

const fits = (ours: Route['reach'], { reach, shards }: Planned, of: number | undefined): boolean =>
  allowed[reach].has(ours) && !(ours === 'scatter' && shards !== undefined && of !== undefined && shards < of);

const ours = ({ reach, crossShard, alternatives }: Route): string =>
  [
    reach,
    ...(crossShard === null ? [] : [`(${crossShard})`]),
    ...(alternatives.length > 0 ? [`or ${alternatives.join(', ')}`] : []),
  ].join(' ');
