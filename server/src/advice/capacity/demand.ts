/** How many connections the pods of one workload can hold at once: pods × processes × pool. */
import type { Autoscaler, CapacityFacts, EnvironmentValue, Known, Part, Pool, Workload } from './model';

export interface Demand {
  readonly workload: Workload;
  /** At most, by its autoscaler or its replicas. */
  readonly pods: Known;
  /** New pods while others are replaced. */
  readonly surge: Known;
  /** Pods that end, and hold what they have until they are gone. */
  readonly ending: Known;
  readonly processes: Known;
  readonly pools: readonly PoolDemand[];
  readonly autoscaler?: Autoscaler;
  /** (pods + surge + ending) × processes × pools. */
  readonly connections: number;
}

export interface PoolDemand {
  readonly pool: Pool;
  readonly size: Known;
  readonly overflow: number;
}

export interface DemandOptions {
  /** Processes in each container. */
  readonly processes?: number;
  /** Cores of a machine, where a library's default counts them. */
  readonly cores?: number;
  /** Pods that end during a rollout. */
  readonly ending?: number;
}

const byKubernetes = (what: string) => ({ kind: 'default', text: `Kubernetes' default ${what}` }) as const;

export function demandOf(
  workload: Workload,
  pools: readonly Pool[],
  { autoscalers, forks }: CapacityFacts,
  options: DemandOptions,
): Demand {
  const autoscaler = autoscalers
    .filter(({ target }) => target === workload.name)
    .sort((a, b) => b.scaling.max.value - a.scaling.max.value)[0];
  const pods = autoscaler?.scaling.max ??
    workload.scaling?.max ??
    workload.replicas ?? { value: 1, evidence: oneOf(workload) };
  const rolling = workload.kind === 'Deployment' || workload.kind === 'chart';
  const surge = surgeOf(workload, pods.value, rolling);
  const ending = endingOf(workload, pods.value, surge.value, rolling, options.ending);
  const processes = processesOf(workload, pools, forks, options.processes);
  const opened = pools.map((pool) => ({
    pool,
    size: sizeOf(pool, workload.env, options.cores),
    overflow: pool.overflow?.value ?? 0,
  }));
  const each = opened.reduce((sum, { size, overflow }) => sum + size.value + overflow, 0);
  return {
    workload,
    pods,
    surge,
    ending,
    processes,
    pools: opened,
    ...(autoscaler && { autoscaler }),
    connections: (pods.value + surge.value + ending.value) * processes.value * each,
  };
}

const oneOf = ({ kind }: Workload): Known['evidence'] =>
  kind === 'service' ? { kind: 'default', text: 'one container a service' } : byKubernetes('for `replicas`');

function surgeOf({ maxSurge, recreate }: Workload, pods: number, rolling: boolean): Known {
  if (!rolling) return { value: 0, evidence: { kind: 'default', text: 'replaced in place' } };
  if (recreate) return { value: 0, evidence: { kind: 'default', text: 'strategy `Recreate`' } };
  const part = maxSurge ?? { percent: 25 };
  const evidence = maxSurge?.evidence ?? byKubernetes('`maxSurge` of 25 %');
  return { value: partOf(part, pods, Math.ceil), evidence };
}

/** As many as are replaced at a time: they have left the count of the rollout, and still hold their connections. */
function endingOf(
  { maxUnavailable, recreate }: Workload,
  pods: number,
  surge: number,
  rolling: boolean,
  given: number | undefined,
): Known {
  if (given !== undefined) return { value: given, evidence: { kind: 'given', text: '--ending' } };
  if (!rolling || recreate) return { value: 0, evidence: { kind: 'default', text: 'gone before new ones come' } };
  const unavailable = partOf(maxUnavailable ?? { percent: 25 }, pods, Math.floor);
  const text = 'pods that end hold their connections: as many as a rollout replaces at a time (--ending says how many)';
  return { value: surge + unavailable, evidence: { kind: 'assumed', text } };
}

const partOf = (part: Part, replicas: number, round: (value: number) => number): number =>
  'count' in part ? part.count : round((part.percent * replicas) / 100);

function processesOf(
  { command, env }: Workload,
  pools: readonly Pool[],
  forks: CapacityFacts['forks'],
  given: number | undefined,
): Known {
  if (given !== undefined) return { value: given, evidence: { kind: 'given', text: '--processes' } };
  const line = command.join(' ');
  const [said, , , count] =
    /(?:^|[\s/])((?:gunicorn|uvicorn|puma|unicorn)\b.*?(?:\s-w[\s=]?|--workers[\s=])|pm2(?:-runtime)?\b.*?(\s-i\s+|--instances[\s=]))(\d+)/.exec(
      line,
    ) ?? [];
  if (said !== undefined && count !== undefined)
    return { value: Number(count), evidence: { kind: 'given', text: `\`${said.trim()}\` of its command` } };
  const concurrency = env.find(({ name, value }) => name === 'WEB_CONCURRENCY' && /^\d+$/.test(value ?? ''));
  if (concurrency)
    return {
      value: Number(concurrency.value),
      evidence: { kind: 'place', at: concurrency.at, text: '`WEB_CONCURRENCY`' },
    };
  const fork = forks.find((one) => pools.some((pool) => pool.package === one.package));
  const text = fork
    ? `one process a container, although ${fork.text} in ${fork.at.file}:${fork.at.line} starts more (--processes says how many)`
    : 'one process a container';
  return { value: 1, evidence: fork ? { kind: 'assumed', text } : { kind: 'default', text } };
}

/** The workload's own environment decides before code, and code before the library. */
function sizeOf(pool: Pool, env: readonly EnvironmentValue[], cores: number | undefined): Known {
  const own = pool.variable === undefined ? undefined : env.find(({ name }) => name === pool.variable);
  if (own && /^\d{1,6}$/.test(own.value ?? ''))
    return { value: Number(own.value), evidence: { kind: 'place', at: own.at, text: `\`${own.name}\`` } };
  if (pool.library === 'Prisma') {
    const url = env.find(({ name }) => name === (pool.urlVariable ?? 'DATABASE_URL'));
    const [, limit] = /[?&]connection_limit=(\d{1,6})\b/.exec(url?.value ?? '') ?? [];
    if (url && limit !== undefined)
      return {
        value: Number(limit),
        evidence: { kind: 'place', at: url.at, text: `\`connection_limit\` of \`${url.name}\`` },
      };
  }
  if (pool.byCores && cores !== undefined)
    return { value: cores * 2 + 1, evidence: { kind: 'given', text: `cores × 2 + 1 with --cores ${cores}` } };
  return pool.max;
}
