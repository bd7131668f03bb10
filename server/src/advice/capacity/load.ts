/**
 * What load tests say: where requests wait, and for what. Verdicts as of section "k6" of the documentation; each names the
 * figures that it is made of, and none is made where a figure is missing.
 */

/** One run, or one step of a run. Times in milliseconds, shares 0 to 1. */
export interface Load {
  /** File, or entry of a file of loads. */
  readonly name: string;
  readonly users?: number;
  /** Of all requests. */
  readonly median?: number;
  readonly p95?: number;
  readonly p99?: number;
  readonly max?: number;
  /** For the first byte of the answer. */
  readonly waitingP95?: number;
  /** For a free connection of the generator, and for a new one. */
  readonly blockedP95?: number;
  readonly connectingP95?: number;
  /** Requests a second. */
  readonly rate?: number;
  readonly failed?: number;
  /** Iterations that the generator could not begin. */
  readonly dropped?: number;
  /** Of the database, or of what was measured; 0 to 1. */
  readonly cpu?: number;
}

export type VerdictCode =
  | 'generator'
  | 'pool-exhaustion'
  | 'connection-cap'
  | 'cpu'
  | 'waiting-unexplained'
  | 'failing-unexplained'
  | 'healthy'
  | 'nothing-to-compare';

export interface Verdict {
  readonly code: VerdictCode;
  readonly text: string;
  /** What to do next; empty where nothing is to be done. */
  readonly next: string;
}

export interface LoadDiagnosis {
  /** By users, fewest first. */
  readonly loads: readonly Load[];
  /** The most telling one first; what the generator did wrong stands before what it measured. */
  readonly verdicts: readonly Verdict[];
}

/** Above this a processor is what is waited for; well below it something else is. */
const busy = 0.8;
const idle = 0.7;
/** So many times the time of the smallest load is waiting, not work. */
const slower = 3;
/** Without a smaller load: nobody works so long on a request of an application. Milliseconds. */
const slow = 1000;
const failing = 0.01;

/** `connections`: what the pods of the workspace can open at most, where that is known. */
export function diagnose(all: readonly Load[], connections?: number): LoadDiagnosis {
  const loads = [...all].sort((a, b) => (a.users ?? 0) - (b.users ?? 0));
  const verdicts = [...generator(loads), ...system(loads, connections)];
  return { loads, verdicts };
}

function generator(loads: readonly Load[]): readonly Verdict[] {
  return loads
    .filter(({ dropped = 0 }) => dropped > 0)
    .map((load) => ({
      code: 'generator',
      text: `${nameOf(load)}: k6 could not begin ${load.dropped} iterations, because none of its users was free. The load that was asked for was never there.`,
      next: 'Give it more users (`preAllocatedVUs`, `maxVUs`) or another machine, and measure again, before anything is said of the system.',
    }));
}

function system(loads: readonly Load[], connections: number | undefined): readonly Verdict[] {
  const top = loads.at(-1);
  if (!top) return [];
  const base = loads.length > 1 ? loads[0] : undefined;
  const [time, before] = compared(top, base);
  const waits =
    time !== undefined &&
    (before === undefined ? time.value >= slow : time.value >= slower * Math.max(before.value, 1));
  const fails = (top.failed ?? 0) >= failing;
  const cpu = top.cpu;
  const figures = figuresOf(top, base);
  if (cpu !== undefined && cpu >= busy && (waits || fails))
    return [
      {
        code: 'cpu',
        text: `${figures}: the processor is busy, and requests wait for it.`,
        next: 'Find the statements that use it (`EXPLAIN`, `pg_stat_statements`); more connections would make it worse.',
      },
    ];
  if (fails && !waits && isCapped(loads))
    return [
      {
        code: 'connection-cap',
        text: `${figures}: failures begin between two loads while the time of requests stays, so they are refused at once. That is a cap on connections (\`max_connections\`, \`max_client_conn\`, or the ingress), not work.`,
        next: 'Compare the limits above with the number of pods; put a pooler in between, or make the pools smaller.',
      },
    ];
  if (waits && cpu !== undefined && cpu <= idle) {
    const errors = fails ? ' The failures are requests that gave up waiting.' : '';
    const pools =
      connections !== undefined && (top.users ?? 0) > connections
        ? ` The pods of this workspace open ${connections} connections at most.`
        : '';
    return [
      {
        code: 'pool-exhaustion',
        text: `${figures}: requests wait while the processor does not work. They wait for a connection: the pool is exhausted.${errors}${pools}`,
        next: 'Look at how long a connection is held (transactions around slow or external work, one connection a request), then at the size of the pools against the limits above.',
      },
    ];
  }
  if (waits)
    return [
      {
        code: 'waiting-unexplained',
        text: `${figures}: requests wait, and without the processor's use nobody can say for what: the processor, or a connection.`,
        next: "Give the use of the database's processor during the load: --cpu 40, or `cpu` in a file of loads.",
      },
    ];
  if (fails)
    return [
      {
        code: 'failing-unexplained',
        text: `${figures}: requests fail without waiting.`,
        next: "Measure at several loads: failures that begin at one of them are a cap on connections; failures at all of them are the test's or the application's own.",
      },
    ];
  if (!base)
    return [
      {
        code: 'nothing-to-compare',
        text: `${figures}: nothing is wrong at this load.`,
        next: 'Measure at several loads (1, 100, 1,000 users) to see where it bends.',
      },
    ];
  return [
    { code: 'healthy', text: `${figures}: times stay within ${slower} times those of the smallest load.`, next: '' },
  ];
}

/** Failures begin at some load, none before it. */
const isCapped = (loads: readonly Load[]): boolean => {
  const first = loads.findIndex(({ failed = 0 }) => failed >= failing);
  return first > 0 && loads.slice(first).every(({ failed = 0 }) => failed >= failing);
};

const kinds = [
  ['p99', 'p99'],
  ['p95', 'p95'],
  ['waitingP95', 'p95 of waiting'],
  ['max', 'slowest'],
  ['median', 'median'],
] as const;

interface Time {
  readonly name: (typeof kinds)[number][0];
  readonly label: string;
  readonly value: number;
}

/** The worst times that are known. */
const timesOf = (load: Load): readonly Time[] =>
  kinds.flatMap(([name, label]) => {
    const value = load[name];
    return value === undefined ? [] : [{ name, label, value }];
  });

/** The worst time of the highest load that the smallest one has too; alone where they have none in common. */
function compared(top: Load, base: Load | undefined): readonly [Time | undefined, Time | undefined] {
  const before = base ? timesOf(base) : [];
  const times = timesOf(top);
  const common = times.find(({ name }) => before.some((one) => one.name === name));
  const time = common ?? times[0];
  return [time, before.find(({ name }) => name === time?.name)];
}

function figuresOf(top: Load, base: Load | undefined): string {
  const [time, before] = compared(top, base);
  const [worst] = timesOf(top);
  const parts = [
    ...(worst && worst.name !== time?.name ? [`${worst.label} ${duration(worst.value)}`] : []),
    ...(time
      ? [
          `${time.label} ${duration(time.value)}${base && before ? ` (${duration(before.value)} at ${nameOf(base)})` : ''}`,
        ]
      : []),
    ...(top.failed === undefined ? [] : [`${percent(top.failed)} errors`]),
    ...(top.cpu === undefined ? [] : [`${percent(top.cpu)} CPU`]),
    ...plateau(top, base),
  ];
  return `At ${nameOf(top)}${parts.length > 0 ? `, ${parts.join(', ')}` : ''}`;
}

/** Throughput that did not follow the users. */
function plateau(top: Load, base: Load | undefined): readonly string[] {
  if (!base?.rate || !top.rate || !base.users || !top.users || top.users <= base.users) return [];
  const users = top.users / base.users;
  const rate = top.rate / base.rate;
  return rate < users / 2
    ? [`${Number(rate.toFixed(1))} times the requests a second for ${Number(users.toFixed(1))} times the users`]
    : [];
}

export const nameOf = ({ users, name }: Load): string =>
  users === undefined ? name : `${String(users).replace(/\B(?=(\d{3})+$)/g, ',')} ${users === 1 ? 'user' : 'users'}`;

export const duration = (milliseconds: number): string =>
  milliseconds >= 1000 ? `${Number((milliseconds / 1000).toFixed(2))} s` : `${Number(milliseconds.toFixed(1))} ms`;

export const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
