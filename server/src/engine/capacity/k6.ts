/**
 * Summaries of k6, as `--summary-export` writes them (figures of a metric side by side) and as `handleSummary` gets them
 * (figures under `values`); and files of loads, which people write by hand.
 */
import type { Load } from '../../advice/capacity/load';
import { readJson } from '../../shards/positioned/json';
import { entriesOf, itemsOf, type Node, scalarOf } from '../../shards/positioned/node';
import { readYaml } from '../../shards/positioned/yaml';
import { at } from './placed';

export type ReadLoads = { readonly loads: readonly Load[] } | { readonly problem: string };

export function readLoads(name: string, text: string): ReadLoads {
  const isJson = /^\s*[{[]/.test(text);
  const { node, problems } = isJson ? readJson(name, text) : readYaml(name, text);
  if (problems.length > 0) return { problem: `${name} is no valid ${isJson ? 'JSON' : 'YAML'}` };
  const list = at(node, 'loads') ?? (node.kind === 'list' ? node : undefined);
  if (list) {
    const loads = itemsOf(list).map((item, i) => written(item, `${name}, load ${i + 1}`));
    return loads.length > 0 ? { loads } : { problem: `${name} has no loads` };
  }
  const metrics = at(node, 'metrics');
  if (!metrics) return { problem: `${name} is no summary of k6 (\`metrics\` is missing) and no file of \`loads\`` };
  const load = summary(metrics, name);
  return Object.keys(load).length > 1
    ? { loads: [load] }
    : { problem: `${name} has none of k6's metrics of HTTP requests` };
}

function summary(metrics: Node, name: string): Load {
  const figure = (metric: string, ...keys: readonly string[]): number | undefined => {
    const one = at(metrics, metric);
    const values = at(one, 'values') ?? one;
    return keys.map((key) => numberAt(at(values, key))).find((value) => value !== undefined);
  };
  const users = figure('vus_max', 'max', 'value') ?? figure('vus', 'max', 'value');
  const said = {
    users: figure('vus', 'max') ?? users,
    median: figure('http_req_duration', 'med'),
    p95: figure('http_req_duration', 'p(95)'),
    p99: figure('http_req_duration', 'p(99)'),
    max: figure('http_req_duration', 'max'),
    waitingP95: figure('http_req_waiting', 'p(95)'),
    blockedP95: figure('http_req_blocked', 'p(95)'),
    connectingP95: figure('http_req_connecting', 'p(95)'),
    rate: figure('http_reqs', 'rate'),
    failed: figure('http_req_failed', 'rate', 'value'),
    dropped: figure('dropped_iterations', 'count'),
  };
  return { name, ...present(said) };
}

/** `{ users: 1000, p99: 8.5 s, errors: 15 %, cpu: 40 % }`; times without a unit are milliseconds, shares may be percent. */
function written(item: Node, name: string): Load {
  const value = (...keys: readonly string[]): Node | undefined =>
    entriesOf(item).find(({ key }) => keys.includes(key.toLowerCase()))?.value;
  return {
    name,
    ...present({
      users: numberAt(value('users', 'vus')),
      median: timeAt(value('median', 'med', 'p50')),
      p95: timeAt(value('p95')),
      p99: timeAt(value('p99')),
      max: timeAt(value('max')),
      waitingP95: timeAt(value('waiting')),
      rate: numberAt(value('rate', 'rps')),
      failed: shareAt(value('errors', 'failed')),
      dropped: numberAt(value('dropped')),
      cpu: shareAt(value('cpu')),
    }),
  };
}

function numberAt(node: Node | undefined): number | undefined {
  const value = scalarOf(node);
  const number =
    typeof value === 'string' ? Number(value.replaceAll(',', '')) : typeof value === 'number' ? value : Number.NaN;
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

function timeAt(node: Node | undefined): number | undefined {
  const [, number, unit] = /^\s*([\d.]+)\s*(ms|s|m)?\s*$/.exec(String(scalarOf(node) ?? '')) ?? [];
  const value = Number(number);
  if (number === undefined || !Number.isFinite(value)) return undefined;
  return unit === 's' ? value * 1000 : unit === 'm' ? value * 60_000 : value;
}

/** `15 %`, `15` and `0.15` are the same share; 1 and below are shares unless they say percent. */
export function shareAt(node: Node | undefined): number | undefined {
  const [, number, unit] = /^\s*([\d.]+)\s*(%)?\s*$/.exec(String(scalarOf(node) ?? '')) ?? [];
  const value = Number(number);
  if (number === undefined || !Number.isFinite(value)) return undefined;
  return Math.min(1, unit === '%' || value > 1 ? value / 100 : value);
}

function present<T extends Readonly<Record<string, number | undefined>>>(
  figures: T,
): { readonly [K in keyof T]?: number } {
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: number;
  };
}
