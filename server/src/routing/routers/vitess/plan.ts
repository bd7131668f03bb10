/** What vtgate sends: routes, each to one keyspace, and what it does with several of them itself. */
import type { Reason } from '../../route';
import type { Rel } from '../../scope';
import { best, type Operation, type Option } from './options';

export type Plan = RoutePlan | JoinPlan | UnionPlan | AbovePlan;

/** One query to the shards of one keyspace. */
export interface RoutePlan {
  readonly kind: 'route';
  readonly target: 'sharded' | 'unsharded' | 'reference' | 'dual' | 'none';
  /** Undefined for a query without tables. */
  readonly keyspace: string | undefined;
  readonly rels: readonly Rel[];
  readonly options: readonly Option[];
  /** Other keyspaces that have a copy of all of its tables. */
  readonly copies: ReadonlySet<string>;
}

/** Routes that vtgate joins, or a subquery that it runs before or for each row. */
export interface JoinPlan {
  readonly kind: 'join';
  readonly how: 'join' | 'subplan';
  readonly parts: readonly Plan[];
  readonly reason: Reason;
}

/** Results that are put one after the other. */
export interface UnionPlan {
  readonly kind: 'union';
  readonly parts: readonly Plan[];
}

/** LIMIT, DISTINCT or aggregates that vtgate does above its source: nothing merges with it. */
export interface AbovePlan {
  readonly kind: 'above';
  readonly source: Plan;
}

export const dual: RoutePlan = {
  kind: 'route',
  target: 'dual',
  keyspace: undefined,
  rels: [],
  options: [],
  copies: new Set(),
};

export const operationOf = (route: RoutePlan): Operation => best(route.options)?.operation ?? 'scatter';

export const isSingle = (route: RoutePlan): boolean =>
  route.target === 'sharded' ? operationOf(route) === 'unique' : route.target !== 'none';

/** All routes below, whatever happens above them. */
export function routesOf(plan: Plan): readonly RoutePlan[] {
  switch (plan.kind) {
    case 'route':
      return [plan];
    case 'above':
      return routesOf(plan.source);
    default:
      return plan.parts.flatMap(routesOf);
  }
}

export function joinsOf(plan: Plan): readonly JoinPlan[] {
  switch (plan.kind) {
    case 'route':
      return [];
    case 'above':
      return joinsOf(plan.source);
    case 'join':
      return [plan, ...plan.parts.flatMap(joinsOf)];
    case 'union':
      return plan.parts.flatMap(joinsOf);
  }
}

/** A statement that vtgate's planner turns down. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    readonly because: string,
    readonly span?: Reason['span'],
    /** True unless vtgate knows more of the schema than the files say. */
    readonly likely = false,
  ) {
    super(because);
  }
}
