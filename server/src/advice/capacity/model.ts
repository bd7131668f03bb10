/** What a workspace says about connections: how many pods there may be, what each opens, what the databases take. Plain data. */

/** A file of the workspace, relative to its root, and a line from 1 on. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** Where a number comes from: each one that is reported has it. */
export type Evidence =
  | { readonly kind: 'place'; readonly at: Place; readonly text: string }
  /** A library's or a system's own default: "default of pg 8". */
  | { readonly kind: 'default'; readonly text: string }
  /** From the shard map, or from the command line. */
  | { readonly kind: 'given'; readonly text: string }
  /** Nobody says it; the text names what is taken instead. */
  | { readonly kind: 'assumed'; readonly text: string };

export interface Known {
  readonly value: number;
  readonly evidence: Evidence;
}

/** A number, or a share of the replicas in percent. */
export type Part = { readonly count: number } | { readonly percent: number };

export interface Workload {
  readonly name: string;
  readonly kind: 'Deployment' | 'StatefulSet' | 'chart' | 'service';
  readonly at: Place;
  readonly replicas?: Known;
  readonly maxSurge?: Part & { readonly evidence: Evidence };
  readonly maxUnavailable?: Part & { readonly evidence: Evidence };
  /** Old pods are gone before new ones come. */
  readonly recreate?: boolean;
  readonly images: readonly string[];
  /** Command and arguments of all containers. */
  readonly command: readonly string[];
  readonly env: readonly EnvironmentValue[];
  /** A whole secret or config map is taken as environment: names that are not seen. */
  readonly moreEnv?: boolean;
  readonly ports: boolean;
  /** One of several parts of a chart, and often somebody else's. */
  readonly part?: boolean;
  /** Of an autoscaler that is written with it (Helm values). */
  readonly scaling?: Scaling;
}

export interface EnvironmentValue {
  readonly name: string;
  /** Undefined where it comes from a secret. */
  readonly value?: string;
  readonly at: Place;
}

export interface Autoscaler {
  readonly kind: 'HorizontalPodAutoscaler' | 'ScaledObject';
  readonly name: string;
  readonly target: string;
  readonly at: Place;
  readonly scaling: Scaling;
}

export interface Scaling {
  readonly max: Known;
  readonly metrics: readonly Metric[];
}

/** `lag`: the length of a queue or how far behind a consumer is, or any other measure from outside of the pod. */
export interface Metric {
  readonly kind: 'cpu' | 'memory' | 'lag' | 'other';
  readonly name: string;
  readonly at: Place;
}

/** A package of the workspace. */
export interface Package {
  /** Relative to the root; empty for the root. */
  readonly folder: string;
  readonly name?: string;
  /** Names of packages that it depends on → version as written. */
  readonly dependencies: ReadonlyMap<string, string>;
}

export interface Pool {
  /** As people write it: `pg`, `Prisma`. */
  readonly library: string;
  /** Folder of the package that it is opened in. */
  readonly package: string;
  readonly at: Place;
  readonly max: Known;
  /** The default counts cores, and those are assumed. */
  readonly byCores?: true;
  /** Connections beyond the pool's own size. */
  readonly overflow?: Known;
  /** The environment variable that decides, where the code reads one. */
  readonly variable?: string;
  /** The variable whose URL may say the size. */
  readonly urlVariable?: string;
  readonly database: 'postgresql' | 'mysql' | 'unknown';
  /** Further pools of the same size, to read replicas. */
  readonly replicas?: number;
  /** Made in a loop: one for each shard. */
  readonly each?: boolean;
}

export interface ServerLimit {
  readonly database: 'postgresql' | 'mysql';
  readonly max: Known;
  readonly superuserReserved?: Known;
  readonly reserved?: Known;
}

export interface Bouncer {
  readonly at: Place;
  /** The workload that runs it, where it has one. */
  readonly workload?: string;
  readonly instances?: Known;
  readonly clients?: Known;
  readonly poolSize?: Known;
  readonly reserveSize?: Known;
  readonly mostPerDatabase?: Known;
  readonly mostPerUser?: Known;
  /** `session`, `transaction` or `statement`. */
  readonly mode?: { readonly name: string; readonly evidence: Evidence };
  /** Entries of `[databases]`; at least one. */
  readonly databases?: Known;
}

/** Code that takes messages from a queue. */
export interface ConsumerCode {
  readonly broker: string;
  readonly package: string;
  readonly at: Place;
  /** "new Worker(…)". */
  readonly text: string;
}

export interface CapacityFacts {
  readonly workloads: readonly Workload[];
  readonly autoscalers: readonly Autoscaler[];
  readonly packages: readonly Package[];
  readonly pools: readonly Pool[];
  readonly limits: readonly ServerLimit[];
  readonly bouncers: readonly Bouncer[];
  readonly consumers: readonly ConsumerCode[];
  /** Resource quotas: how many pods a namespace may have. */
  readonly quotas: readonly { readonly name: string; readonly pods: Known }[];
  /** Files that could not be read, and parts of files; with the reason. */
  readonly unread: readonly { readonly file: string; readonly why: string }[];
  /** Processes that code or a command starts in one container: `cluster.fork`, `pm2 -i`. */
  readonly forks: readonly { readonly package: string; readonly at: Place; readonly text: string }[];
}

export const noFacts: CapacityFacts = {
  workloads: [],
  autoscalers: [],
  packages: [],
  pools: [],
  limits: [],
  bouncers: [],
  consumers: [],
  quotas: [],
  unread: [],
  forks: [],
};
