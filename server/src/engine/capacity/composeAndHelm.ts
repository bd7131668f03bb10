/** Replicas that are not in Kubernetes objects: values of Helm charts, services of compose files. */
import type { Metric, Scaling, Workload } from '../../advice/capacity/model';
import { entriesOf, flagOf, itemsOf, type Node, textOf, textsOf } from '../../shards/positioned/node';
import { environment } from './kubernetes';
import { at, knownAt, placeOf, type Source } from './placed';

export function composeServices(source: Source, root: Node): readonly Workload[] {
  return entriesOf(at(root, 'services')).map(({ key, keyAt, value }): Workload => {
    const replicas =
      knownAt(source, at(value, 'deploy', 'replicas'), '`deploy.replicas`') ??
      knownAt(source, at(value, 'scale'), '`scale`');
    const image = textOf(at(value, 'image'));
    const build = textOf(at(value, 'build')) ?? textOf(at(value, 'build', 'context'));
    return {
      name: key,
      kind: 'service',
      at: source.place(keyAt.span.start),
      ...(replicas && { replicas }),
      images: image === undefined ? [] : [image],
      command: [...words(at(value, 'entrypoint')), ...words(at(value, 'command')), ...(build ? [build] : [])],
      env: environment(source, at(value, 'environment')),
      ...(at(value, 'env_file') && { moreEnv: true }),
      ports: itemsOf(at(value, 'ports')).length > 0,
    };
  });
}

export const words = (node: Node | undefined): readonly string[] =>
  node?.kind === 'list'
    ? textsOf(node)
    : (textOf(node)
        ?.split(/\s+/)
        .filter((word) => word !== '') ?? []);

const deepest = 5;

/** Every part of a values file that says replicas: `api: { replicaCount: 3, autoscaling: { enabled: true, maxReplicas: 10 } }`. */
export function chartWorkloads(source: Source, root: Node, chart: string): readonly Workload[] {
  const found: Workload[] = [];
  const walk = (node: Node, name: string, depth: number): void => {
    const own = chartWorkload(source, node, name);
    if (own) found.push(depth === 0 ? own : { ...own, part: true });
    if (depth < deepest)
      for (const { key, value } of entriesOf(node))
        if (value.kind === 'map' && !scalers.includes(key)) walk(value, key, depth + 1);
  };
  walk(root, chart, 0);
  return found;
}

const scalers: readonly string[] = ['autoscaling', 'hpa', 'horizontalPodAutoscaler', 'keda', 'autoscaler'];

function chartWorkload(source: Source, node: Node, name: string): Workload | undefined {
  const count = at(node, 'replicaCount') ?? at(node, 'replicas');
  const replicas = knownAt(source, count, count === at(node, 'replicaCount') ? '`replicaCount`' : '`replicas`');
  const scaling = scalers.flatMap((key) => scalingOf(source, at(node, key), key) ?? [])[0];
  if (!replicas && !scaling) return undefined;
  const repository = textOf(at(node, 'image', 'repository')) ?? textOf(at(node, 'image'));
  return {
    name,
    kind: 'chart',
    at: placeOf(source, count ?? node),
    ...(replicas && { replicas }),
    images: repository === undefined ? [] : [repository],
    command: [...words(at(node, 'command')), ...words(at(node, 'args'))],
    env: ['env', 'extraEnv', 'extraEnvVars', 'environment'].flatMap((key) => environment(source, at(node, key))),
    ...((at(node, 'envFrom') ?? at(node, 'extraEnvFrom')) && { moreEnv: true }),
    ports: at(node, 'service') !== undefined || at(node, 'ports') !== undefined,
    ...(scaling && { scaling }),
  };
}

function scalingOf(source: Source, node: Node | undefined, key: string): Scaling | undefined {
  if (!node || flagOf(at(node, 'enabled')) === false) return undefined;
  const max =
    knownAt(source, at(node, 'maxReplicas'), `\`${key}.maxReplicas\``) ??
    knownAt(source, at(node, 'maxReplicaCount'), `\`${key}.maxReplicaCount\``);
  if (!max) return undefined;
  const metrics = [
    ['cpu', 'targetCPUUtilizationPercentage'],
    ['cpu', 'targetCPU'],
    ['memory', 'targetMemoryUtilizationPercentage'],
  ] as const;
  const said = metrics.flatMap(([kind, name]): readonly Metric[] => {
    const target = at(node, name);
    return target ? [{ kind, name: kind, at: placeOf(source, target) }] : [];
  });
  const triggers = itemsOf(at(node, 'triggers')).map(
    (trigger): Metric => ({
      kind: textOf(at(trigger, 'type')) === 'cpu' ? 'cpu' : 'lag',
      name: textOf(at(trigger, 'type')) ?? 'trigger',
      at: placeOf(source, trigger),
    }),
  );
  return { max, metrics: [...said, ...triggers] };
}
