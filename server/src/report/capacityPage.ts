/** Connections against limits as a page and as JSON. The figures are `advice/capacity`'s own. */

import type { Capacity, LimitCheck } from '../advice/capacity/capacity';
import type { Demand } from '../advice/capacity/demand';
import type { LoadDiagnosis } from '../advice/capacity/load';
import type { Evidence, Place } from '../advice/capacity/model';
import { heading, list, type Page, type Table, table, text } from '../advice/page';
import { loadPage } from './loadPage';
import { pageMarkdown, pageText } from './page';
import { count, noPlaces } from './reshardPage';

export interface CapacityReport {
  readonly capacity?: Capacity;
  readonly load?: LoadDiagnosis;
}

export const capacityJson = (report: CapacityReport): string =>
  `${JSON.stringify(report, (_, value) => (value instanceof Map ? Object.fromEntries(value) : value), 2)}\n`;

export const capacityPage = ({ capacity, load }: CapacityReport): Page => [
  heading(1, 'Capacity'),
  ...(capacity && !(load && isEmpty(capacity)) ? connectionsPage(capacity) : []),
  ...(load ? loadPage(load) : []),
];

const connectionsPage = (capacity: Capacity): Page => [
  text(headline(capacity)),
  ...capacity.demands.flatMap((demand) => [
    heading(3, titleOf(demand)),
    ...table(demandTable(demand)),
    text(formula(demand)),
  ]),
  ...sections(capacity).flatMap(({ title, lines }) => [
    heading(3, title),
    ...list(lines.map((line) => ({ text: line }))),
  ]),
];

export const capacityText = (report: CapacityReport): string => pageText(capacityPage(report), noPlaces);
export const capacityMarkdown = (report: CapacityReport): string => pageMarkdown(capacityPage(report), noPlaces);

/** A folder with load tests alone. */
const isEmpty = ({ demands, pools, uncounted }: Capacity): boolean =>
  demands.length + pools.length + uncounted.length === 0;

function headline({ demands, perServer, inAll, servers, replicas, limits, bouncer }: Capacity): string {
  if (demands.length === 0) return 'No workload was found that opens connections.';
  const over = limits.filter(({ fits }) => !fits).length > 0 || bouncer?.clients.fits === false;
  const where = servers.proxy ?? (servers.servers.value === 1 ? 'the database server' : 'each database server');
  const copies = replicas.value === 1 ? 'a replica' : `${replicas.value} replicas`;
  const many = servers.servers.value > 1 ? ` to ${servers.servers.value} servers` : '';
  const withCopies = replicas.value > 0 ? ` with ${copies}${servers.servers.value > 1 ? ' of each' : ''}` : '';
  const all = inAll === perServer ? '' : `, ${count(inAll)}${many}${withCopies}`;
  return `Up to ${count(perServer)} connections to ${where}${all}: ${over ? 'more than it takes' : 'it takes them'}.`;
}

const titleOf = ({ workload, connections }: Demand): string =>
  `${workload.name} (${workload.kind}, ${placeText(workload.at)}): ${count(connections)}`;

function demandTable({ pods, surge, ending, processes, pools }: Demand): Table {
  const row = (name: string, value: number, evidence: Evidence): readonly string[] => [
    name,
    count(value),
    evidence.kind === 'assumed' ? 'assumed, see below' : said(evidence),
  ];
  return {
    head: ['', '', 'where this comes from'],
    rows: [
      row('pods', pods.value, pods.evidence),
      row('surge', surge.value, surge.evidence),
      row('ending', ending.value, ending.evidence),
      row('processes', processes.value, processes.evidence),
      ...pools.map(({ pool, size, overflow }) => [
        'pool',
        overflow > 0 ? `${size.value} + ${overflow}` : `${size.value}`,
        `${size.evidence.kind === 'assumed' ? 'assumed, see below' : said(size.evidence)}; ${pool.library} in ${placeText(pool.at)}`,
      ]),
    ],
    right: [1],
  };
}

function formula({ pods, surge, ending, processes, pools, connections }: Demand): string {
  const sizes = pools.map(({ size, overflow }) => (overflow > 0 ? `${size.value} + ${overflow}` : `${size.value}`));
  const all = sizes.length === 1 && !sizes[0]?.includes('+') ? sizes[0] : `(${sizes.join(' + ')})`;
  return `(${pods.value} + ${surge.value} + ${ending.value}) × ${processes.value} × ${all} = ${count(connections)} connections`;
}

interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

function sections(capacity: Capacity): readonly Section[] {
  const { limits, bouncer, consumers, assumptions, uncounted, unread, pools } = capacity;
  const all: readonly Section[] = [
    {
      title: 'Limits',
      lines: [...bouncerLines(capacity), ...limits.map((limit) => limitLine(limit, bouncer !== undefined))],
    },
    {
      title: 'Queue consumers that are scaled by CPU',
      lines: consumers.map(
        ({ workload, broker, metric, scaler, because }) =>
          `\`${workload.name}\` takes messages of ${broker} (${because.map(({ text, at }) => (at ? `${text}, ${placeText(at)}` : text)).join('; ')}), and ${scaler} scales it by CPU, ${placeText(metric.at)}. A queue grows while its consumers wait: scale on its lag or length (a KEDA trigger for ${broker}, or an external metric).`,
      ),
    },
    { title: 'Assumed', lines: assumptions },
    {
      title: 'Not counted',
      lines: uncounted.map(({ workload, why }) => `\`${workload.name}\` (${placeText(workload.at)}): ${why}`),
    },
    {
      title: 'Pools that no workload was found for',
      lines: pools.map(
        ({ library, at, max }) => `${library} in ${placeText(at)}: ${max.value} (${said(max.evidence)})`,
      ),
    },
    { title: 'Not read', lines: unreadLines(unread) },
  ];
  return all.filter(({ lines }) => lines.length > 0);
}

const shownUnread = 10;

function unreadLines(unread: Capacity['unread']): readonly string[] {
  const lines = unread.slice(0, shownUnread).map(({ file, why }) => (file === '' ? why : `${file}: ${why}`));
  return unread.length > shownUnread ? [...lines, `and ${unread.length - shownUnread} more files`] : lines;
}

const names = { postgresql: 'PostgreSQL', mysql: 'MySQL' } as const;

function limitLine(
  { database, max, reserved, demand, available, fits, fittingPool }: LimitCheck,
  pooled: boolean,
): string {
  const from = pooled && database === 'postgresql' ? 'from PgBouncer ' : '';
  const kept = reserved.value > 0 ? `, of which ${reserved.value} are kept (${said(reserved.evidence)})` : '';
  const sum = `${count(demand)} ${from}against \`max_connections\` ${max.value} (${said(max.evidence)})${kept}`;
  const end = fits
    ? `${count(available - demand)} are left`
    : `${count(demand - available)} too many${fittingPool === undefined ? '' : `; they would fit with ${fittingPool} for each pool`}`;
  return `${names[database]}: ${sum}: ${end}`;
}

function bouncerLines({ bouncer }: Capacity): readonly string[] {
  if (!bouncer) return [];
  const { instances, clients, server, at, session } = bouncer;
  const many = `${instances.value} × \`max_client_conn\` ${clients.max.value} (${said(clients.max.evidence)})`;
  const result = clients.fits
    ? `${count(clients.available - clients.demand)} are left`
    : `${count(clients.demand - clients.available)} too many`;
  const reserve = server.reserve > 0 ? ` + ${server.reserve}` : '';
  return [
    `PgBouncer (${placeText(at)}), clients: ${count(clients.demand)} against ${many}: ${result}`,
    `PgBouncer, to the server: ${instances.value} × ${server.databases.value} ${server.databases.value === 1 ? 'database' : 'databases'} × ${server.poolSize.value}${reserve} (${said(server.poolSize.evidence)}) = ${count(server.demand)} at most`,
    ...(session && clients.demand > server.demand
      ? [
          `PgBouncer keeps a server connection for each client as long as it is connected (\`session\`, ${said(session.evidence)}): ${count(clients.demand - server.demand)} of ${count(clients.demand)} clients would wait. Pools of applications stay connected; they want \`pool_mode = transaction\``,
        ]
      : []),
  ];
}

export const placeText = ({ file, line }: Place): string => `${file}:${line}`;

export function said(evidence: Evidence): string {
  switch (evidence.kind) {
    case 'place':
      return `${evidence.text}, ${placeText(evidence.at)}`;
    case 'assumed':
      return `assumed: ${evidence.text}`;
    default:
      return evidence.text;
  }
}
