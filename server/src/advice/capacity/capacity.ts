/**
 * Connections against limits, from what a workspace says. A pure function; information only: every number names where it
 * comes from, and what nobody says is a named assumption.
 */
import type { ShardMap } from '../../shards/model';
import { type BouncerCheck, bouncerCheck } from './bouncer';
import { type ScaledConsumer, scaledConsumers } from './consumers';
import { type Demand, type DemandOptions, demandOf } from './demand';
import type { CapacityFacts, Known, Pool, ServerLimit, Workload } from './model';
import { type Servers, serversOf } from './servers';
import { poolsOf } from './whose';

export interface CapacityOptions extends DemandOptions {
  /** Read replicas of each server that every process has a pool for. */
  readonly replicas?: number;
}

export interface Capacity {
  readonly demands: readonly Demand[];
  /** Workloads that open none of the pools, and why. */
  readonly uncounted: readonly { readonly workload: Workload; readonly why: string }[];
  /** Pools that no workload opens. */
  readonly pools: readonly Pool[];
  readonly servers: Servers;
  readonly replicas: Known;
  /** On the busiest server (or the proxy), and on all servers and replicas together. */
  readonly perServer: number;
  readonly inAll: number;
  readonly limits: readonly LimitCheck[];
  readonly bouncer?: BouncerCheck;
  readonly consumers: readonly ScaledConsumer[];
  readonly assumptions: readonly string[];
  readonly unread: CapacityFacts['unread'];
}

export interface LimitCheck {
  readonly database: 'postgresql' | 'mysql';
  readonly max: Known;
  /** Kept for administrators and for itself. */
  readonly reserved: Known;
  /** What is asked of one server, by applications or by PgBouncer. */
  readonly demand: number;
  readonly available: number;
  readonly fits: boolean;
  /** The size of each pool with which it would fit; undefined where that is none. */
  readonly fittingPool?: number;
}

const defaults = {
  postgresql: { max: 100, reserved: 3, name: 'PostgreSQL' },
  mysql: { max: 151, reserved: 0, name: 'MySQL' },
} as const;

export function capacityOf(facts: CapacityFacts, map: ShardMap | undefined, options: CapacityOptions = {}): Capacity {
  const assumptions: string[] = [];
  const demands: Demand[] = [];
  const uncounted: Capacity['uncounted'][number][] = [];
  for (const { workload, places } of onceByName(facts.workloads)) {
    const share = poolsOf(workload, facts);
    if (share.kind === 'none') uncounted.push({ workload, why: share.why });
    else {
      if (places > 1)
        assumptions.push(
          `\`${workload.name}\` is described in ${places} places, of which the one with most replicas counts`,
        );
      if (share.assumed) assumptions.push(share.assumed);
      if (share.pools.length > 1)
        assumptions.push(
          `a process of \`${workload.name}\` opens all ${share.pools.length} pools that its packages make`,
        );
      demands.push(demandOf(workload, share.pools, facts, options));
    }
  }
  const servers = serversOf(map);
  const replicas = replicasOf(demands, options.replicas);
  const perServer = sum(demands.map(({ connections }) => connections));
  const inAll = perServer * servers.servers.value * (1 + replicas.value);
  const bouncer = bouncerCheck(facts, demands, perServer);
  if (bouncer?.assumed) assumptions.push(bouncer.assumed);
  const limits = limitChecks(facts.limits, demands, bouncer, assumptions);
  if (demands.length > 0) assumptions.push('nothing else connects: no monitoring, no migration, nobody at a prompt');
  for (const { name, pods } of facts.quotas)
    assumptions.push(`all those pods may run, although the quota \`${name}\` allows ${pods.value} in its namespace`);
  assumptions.push(...serverAssumptions(servers, demands), ...assumedIn(demands));
  if (servers.servers.evidence.kind === 'assumed' && demands.length > 0)
    assumptions.push(servers.servers.evidence.text);
  return {
    demands,
    uncounted,
    pools: facts.pools.filter((pool) => !demands.some((demand) => demand.pools.some((one) => one.pool === pool))),
    servers,
    replicas,
    perServer,
    inAll,
    limits,
    ...(bouncer && { bouncer }),
    consumers: scaledConsumers(facts),
    assumptions: [...new Set(assumptions)],
    unread: facts.unread,
  };
}

/** Overlays describe a workload again: what most replicas are said in counts, with all else that any of them says. */
function onceByName(
  workloads: readonly Workload[],
): readonly { readonly workload: Workload; readonly places: number }[] {
  const groups = new Map<string, Workload[]>();
  for (const one of workloads) groups.set(one.name, [...(groups.get(one.name) ?? []), one]);
  return [...groups.values()].flatMap((group) => {
    const [first] = [...group].sort((a, b) => podsSaid(b) - podsSaid(a));
    if (!first) return [];
    const fuller = group.find(({ images }) => images.length > 0) ?? first;
    const { images, command } = fuller;
    const env = group.flatMap((one) => one.env);
    return [{ workload: { ...fuller, ...first, images, command, env }, places: group.length }];
  });
}

const podsSaid = ({ scaling, replicas }: Workload): number => scaling?.max.value ?? replicas?.value ?? 0;

function replicasOf(demands: readonly Demand[], given: number | undefined): Known {
  if (given !== undefined) return { value: given, evidence: { kind: 'given', text: '--replicas' } };
  const pools = demands.flatMap((demand) => demand.pools.map(({ pool }) => pool));
  const most = Math.max(0, ...pools.map(({ replicas = 0 }) => replicas));
  const pool = pools.find(({ replicas }) => replicas === most);
  if (most === 0 || !pool) return { value: 0, evidence: { kind: 'default', text: 'no pool to a replica was found' } };
  return { value: most, evidence: { kind: 'place', at: pool.at, text: 'replication of the pool' } };
}

function limitChecks(
  limits: readonly ServerLimit[],
  demands: readonly Demand[],
  bouncer: BouncerCheck | undefined,
  assumptions: string[],
): readonly LimitCheck[] {
  const pools = demands.flatMap((demand) => demand.pools.map(({ pool }) => pool));
  const kinds = [...new Set(pools.map((pool) => kindOf(pool, limits)))];
  return kinds.map((database): LimitCheck => {
    const own = limits.filter((limit) => limit.database === database);
    const [smallest] = [...own].sort((a, b) => a.max.value - b.max.value);
    const usual = defaults[database];
    if (own.length > 1 && smallest)
      assumptions.push(`of ${own.length} values of \`max_connections\` the smallest counts`);
    const max = smallest?.max ?? { value: usual.max, evidence: { kind: 'default', text: `default of ${usual.name}` } };
    const reserved = (smallest?.superuserReserved?.value ?? usual.reserved) + (smallest?.reserved?.value ?? 0);
    const own2 = demands.filter((demand) => demand.pools.some(({ pool }) => kindOf(pool, limits) === database));
    const direct = sum(own2.map((demand) => connectionsTo(demand, database, limits)));
    const demand = database === 'postgresql' && bouncer ? bouncer.server.demand : direct;
    const available = Math.max(0, max.value - reserved);
    const processes = sum(own2.map(processesIn));
    const fitting = processes === 0 ? 0 : Math.floor(available / processes);
    const evidence = smallest?.superuserReserved?.evidence ?? {
      kind: 'default',
      text: database === 'postgresql' ? '`superuser_reserved_connections`, 3 by default' : 'none for applications',
    };
    const fits = demand <= available;
    return {
      database,
      max,
      reserved: { value: reserved, evidence },
      demand,
      available,
      fits,
      ...(!fits && !bouncer && fitting >= 1 && { fittingPool: fitting }),
    };
  });
}

/** What nothing names is taken for the database that limits are known of, PostgreSQL otherwise. */
function kindOf({ database }: Pool, limits: readonly ServerLimit[]): 'postgresql' | 'mysql' {
  if (database !== 'unknown') return database;
  return limits.length > 0 && limits.every((limit) => limit.database === 'mysql') ? 'mysql' : 'postgresql';
}

export const processesIn = ({ pods, surge, ending, processes, pools }: Demand): number =>
  (pods.value + surge.value + ending.value) * processes.value * pools.length;

function connectionsTo(demand: Demand, database: 'postgresql' | 'mysql', limits: readonly ServerLimit[]): number {
  const { pods, surge, ending, processes } = demand;
  const pools = demand.pools.filter(({ pool }) => kindOf(pool, limits) === database);
  const each = sum(pools.map(({ size, overflow }) => size.value + overflow));
  return (pods.value + surge.value + ending.value) * processes.value * each;
}

function serverAssumptions({ servers, shards, proxy }: Servers, demands: readonly Demand[]): readonly string[] {
  if (proxy !== undefined || servers.value === 1 || demands.length === 0) return [];
  const each = demands.some((demand) => demand.pools.some(({ pool }) => pool.each));
  const perShard = shards === undefined ? undefined : Math.ceil(shards / servers.value);
  return [
    each
      ? `the pool that is made in a loop is one for each of the ${servers.value} servers`
      : `each process has such a pool for every one of the ${servers.value} servers`,
    ...(perShard !== undefined && perShard > 1
      ? [`there is one pool a server; with one for each virtual shard a server would get ${perShard} times as many`]
      : []),
  ];
}

function assumedIn(demands: readonly Demand[]): readonly string[] {
  return demands.flatMap(({ ending, processes, pools }) =>
    [...(ending.value > 0 ? [ending] : []), processes, ...pools.map(({ size }) => size)].flatMap(({ evidence }) =>
      evidence.kind === 'assumed' ? [evidence.text] : [],
    ),
  );
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
