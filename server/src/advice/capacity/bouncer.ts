/** PgBouncer stands between: its clients are the pods, and what it opens to the server is another number. */
import type { Demand } from './demand';
import type { Bouncer, CapacityFacts, Evidence, Known } from './model';

export interface BouncerCheck {
  readonly at: Bouncer['at'];
  readonly instances: Known;
  readonly clients: {
    readonly max: Known;
    readonly demand: number;
    readonly available: number;
    readonly fits: boolean;
  };
  readonly server: {
    readonly poolSize: Known;
    readonly reserve: number;
    readonly databases: Known;
    /** instances × databases × users × (pool + reserve), within its own caps. */
    readonly demand: number;
  };
  /** Each client keeps its server connection: those beyond the pool wait for as long as the others are connected. */
  readonly session?: { readonly evidence: Evidence };
  readonly assumed?: string;
}

const byDefault = (value: number, name: string): Known => ({
  value,
  evidence: { kind: 'default', text: `default \`${name}\` of PgBouncer` },
});

/** Undefined where the workspace has none. */
export function bouncerCheck(
  facts: CapacityFacts,
  demands: readonly Demand[],
  demand: number,
): BouncerCheck | undefined {
  const bouncer = merged(facts.bouncers);
  if (!bouncer || demands.length === 0) return undefined;
  const workload =
    facts.workloads.find(({ name }) => name === bouncer.workload) ??
    facts.workloads.find(({ images, name }) => [name, ...images].some((one) => /pgbouncer/i.test(one)));
  const scaled = facts.autoscalers.find(({ target }) => target === workload?.name)?.scaling.max;
  const instances = scaled ??
    bouncer.instances ??
    workload?.replicas ?? { value: 1, evidence: { kind: 'default', text: 'one instance' } };
  const max = bouncer.clients ?? byDefault(100, 'max_client_conn');
  const poolSize = bouncer.poolSize ?? byDefault(20, 'default_pool_size');
  const reserve = bouncer.reserveSize?.value ?? 0;
  const databases = bouncer.databases ?? { value: 1, evidence: { kind: 'default', text: 'one database' } };
  const pools = databases.value * (poolSize.value + reserve);
  const caps = [
    ...(bouncer.mostPerDatabase && bouncer.mostPerDatabase.value > 0
      ? [bouncer.mostPerDatabase.value * databases.value]
      : []),
    ...(bouncer.mostPerUser && bouncer.mostPerUser.value > 0 ? [bouncer.mostPerUser.value] : []),
  ];
  const available = instances.value * max.value;
  const proved = demands.some(({ workload: { env } }) =>
    env.some(({ value }) => /pgbouncer|:6432\b/i.test(value ?? '')),
  );
  return {
    at: bouncer.at,
    instances,
    clients: { max, demand, available, fits: demand <= available },
    server: { poolSize, reserve, databases, demand: instances.value * Math.min(pools, ...caps) },
    ...((bouncer.mode?.name ?? 'session') === 'session' && {
      session: { evidence: bouncer.mode?.evidence ?? { kind: 'default', text: 'default `pool_mode` of PgBouncer' } },
    }),
    ...(!proved && { assumed: 'all connections go through PgBouncer, with one user: nothing says otherwise' }),
  };
}

/** Settings and the workload that has them are often said in several files. */
function merged(bouncers: readonly Bouncer[]): Bouncer | undefined {
  const [first] = bouncers;
  return first && Object.assign({}, ...bouncers.toReversed());
}
