/** Workloads and autoscalers of Kubernetes manifests. Templates are not read: they are no YAML before Helm has run. */
import type { Autoscaler, EnvironmentValue, Known, Metric, Part, Workload } from '../../advice/capacity/model';
import { entriesOf, itemsOf, type Node, scalarOf, textOf, textsOf } from '../../shards/positioned/node';
import { at, countOf, evidenceAt, knownAt, placeOf, type Source } from './placed';

export interface Manifests {
  readonly workloads: readonly Workload[];
  readonly autoscalers: readonly Autoscaler[];
}

export function readObject(source: Source, object: Node): Manifests {
  switch (textOf(at(object, 'kind'))) {
    case 'List':
      return joined(itemsOf(at(object, 'items')).map((item) => readObject(source, item)));
    case 'Deployment':
    case 'StatefulSet':
    case 'Rollout':
      return { workloads: workload(source, object), autoscalers: [] };
    case 'HorizontalPodAutoscaler':
      return { workloads: [], autoscalers: horizontal(source, object) };
    case 'ScaledObject':
      return { workloads: [], autoscalers: scaledObject(source, object) };
    default:
      return { workloads: [], autoscalers: [] };
  }
}

export const joined = (all: readonly Manifests[]): Manifests => ({
  workloads: all.flatMap((one) => one.workloads),
  autoscalers: all.flatMap((one) => one.autoscalers),
});

const nameOf = (object: Node): string | undefined => textOf(at(object, 'metadata', 'name'));

function workload(source: Source, object: Node): readonly Workload[] {
  const name = nameOf(object);
  if (name === undefined) return [];
  const spec = at(object, 'spec');
  const pod = at(spec, 'template', 'spec');
  const containers = itemsOf(at(pod, 'containers'));
  const replicas = knownAt(source, at(spec, 'replicas'), '`replicas`');
  const rolling = at(spec, 'strategy', 'rollingUpdate') ?? at(spec, 'strategy', 'canary');
  const maxSurge = part(source, at(rolling, 'maxSurge'), '`maxSurge`');
  const maxUnavailable = part(source, at(rolling, 'maxUnavailable'), '`maxUnavailable`');
  return [
    {
      name,
      kind: textOf(at(object, 'kind')) === 'StatefulSet' ? 'StatefulSet' : 'Deployment',
      at: placeOf(source, at(object, 'metadata', 'name') ?? object),
      ...(replicas && { replicas }),
      ...(maxSurge && { maxSurge }),
      ...(maxUnavailable && { maxUnavailable }),
      ...(textOf(at(spec, 'strategy', 'type')) === 'Recreate' && { recreate: true }),
      images: containers.flatMap((one) => textOf(at(one, 'image')) ?? []),
      command: containers.flatMap((one) => [...textsOf(at(one, 'command')), ...textsOf(at(one, 'args'))]),
      env: containers.flatMap((one) => environment(source, at(one, 'env'))),
      ...(containers.some((one) => itemsOf(at(one, 'envFrom')).length > 0) && { moreEnv: true }),
      ports: containers.some((one) => itemsOf(at(one, 'ports')).length > 0),
    },
  ];
}

/** A list of `{ name, value }`, or a map of names to values as values files and compose files have it. */
export function environment(source: Source, node: Node | undefined): readonly EnvironmentValue[] {
  if (node?.kind === 'map')
    return entriesOf(node).map(({ key, keyAt, value }) => ({
      name: key,
      ...(value.kind === 'scalar' && scalarOf(value) !== null && { value: String(scalarOf(value)) }),
      at: source.place(keyAt.span.start),
    }));
  return itemsOf(node).flatMap((item): readonly EnvironmentValue[] => {
    const place = placeOf(source, item);
    if (item.kind === 'scalar') {
      const [, name, value] = /^([^=]+)(?:=(.*))?$/s.exec(String(item.value)) ?? [];
      return name === undefined ? [] : [{ name, ...(value !== undefined && { value }), at: place }];
    }
    const name = textOf(at(item, 'name'));
    const value = textOf(at(item, 'value'));
    return name === undefined ? [] : [{ name, ...(value !== undefined && { value }), at: place }];
  });
}

function part(source: Source, node: Node | undefined, text: string): Workload['maxSurge'] {
  if (node === undefined) return undefined;
  const evidence = evidenceAt(source, node.at.span.start, text);
  const percent = /^(\d{1,4})%$/.exec(textOf(node) ?? '')?.[1];
  if (percent !== undefined) return { percent: Number(percent), evidence };
  const count = countOf(node);
  return count === undefined ? undefined : { count, evidence };
}

/** Rounded as Kubernetes does it: surge up, unavailable down. */
export const partOf = (part: Part, replicas: number, round: (value: number) => number): number =>
  'count' in part ? part.count : round((part.percent * replicas) / 100);

function horizontal(source: Source, object: Node): readonly Autoscaler[] {
  const spec = at(object, 'spec');
  const target = textOf(at(spec, 'scaleTargetRef', 'name'));
  const max = knownAt(source, at(spec, 'maxReplicas'), '`maxReplicas`');
  if (target === undefined || !max) return [];
  const first = at(spec, 'targetCPUUtilizationPercentage');
  const metrics = [
    ...(first ? [{ kind: 'cpu', name: 'cpu', at: placeOf(source, first) } as const] : []),
    ...itemsOf(at(spec, 'metrics')).map((metric) => horizontalMetric(source, metric)),
  ];
  const place = placeOf(source, at(object, 'metadata', 'name') ?? object);
  // An autoscaler without metrics scales on CPU at 80 %.
  const scaling = { max, metrics: metrics.length > 0 ? metrics : [{ kind: 'cpu', name: 'cpu', at: place } as const] };
  return [{ kind: 'HorizontalPodAutoscaler', name: nameOf(object) ?? target, target, at: place, scaling }];
}

function horizontalMetric(source: Source, metric: Node): Metric {
  const type = textOf(at(metric, 'type')) ?? '';
  const place = placeOf(source, metric);
  if (type === 'Resource' || type === 'ContainerResource') {
    const name = textOf(at(metric, type === 'Resource' ? 'resource' : 'containerResource', 'name')) ?? '';
    return { kind: name === 'cpu' ? 'cpu' : name === 'memory' ? 'memory' : 'other', name, at: place };
  }
  const inner = at(metric, type.charAt(0).toLowerCase() + type.slice(1));
  return { kind: 'lag', name: textOf(at(inner, 'metric', 'name')) ?? type, at: place };
}

function scaledObject(source: Source, object: Node): readonly Autoscaler[] {
  const spec = at(object, 'spec');
  const target = textOf(at(spec, 'scaleTargetRef', 'name'));
  if (target === undefined) return [];
  const most: Known = knownAt(source, at(spec, 'maxReplicaCount'), '`maxReplicaCount`') ?? {
    value: 100,
    evidence: { kind: 'default', text: 'default `maxReplicaCount` of KEDA' },
  };
  const metrics = itemsOf(at(spec, 'triggers')).map((trigger): Metric => {
    const type = textOf(at(trigger, 'type')) ?? '';
    const kind = type === 'cpu' ? 'cpu' : type === 'memory' ? 'memory' : type === 'cron' ? 'other' : 'lag';
    return { kind, name: type, at: placeOf(source, trigger) };
  });
  const place = placeOf(source, at(object, 'metadata', 'name') ?? object);
  return [{ kind: 'ScaledObject', name: nameOf(object) ?? target, target, at: place, scaling: { max: most, metrics } }];
}
