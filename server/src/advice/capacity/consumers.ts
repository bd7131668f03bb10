/** Workers on queues that are scaled by CPU: the queue can grow for hours while they are idle between messages. */
import type { CapacityFacts, Metric, Place, Scaling, Workload } from './model';
import { isOthers, poolsOf, reachable } from './whose';

export interface ScaledConsumer {
  readonly workload: Workload;
  readonly scaler: string;
  /** The CPU metric. */
  readonly metric: Metric;
  readonly broker: string;
  /** Why it is a consumer; each with its place where there is one. */
  readonly because: readonly { readonly text: string; readonly at?: Place }[];
}

const brokers: readonly (readonly [RegExp, string])[] = [
  [/kafka/i, 'Kafka'],
  [/rabbit|amqp/i, 'RabbitMQ'],
  [/sqs/i, 'SQS'],
  [/bull/i, 'BullMQ'],
  [/pubsub|pub_sub/i, 'Google Pub/Sub'],
  [/\bnats\b|^nats_/i, 'NATS'],
  [/celery|sidekiq|resque|dramatiq|pg-?boss/i, 'a job queue'],
];

const brokerOf = (text: string): string | undefined => brokers.find(([pattern]) => pattern.test(text))?.[1];

/** Programs that do nothing but take jobs. */
const program = /(?:^|[\s/])(?:celery\b.*\bworker|sidekiq|resque|dramatiq|rq\s+worker|graphile-worker)\b/i;
const role = /(?:^|[\s/:_.-])(?:workers?|consumers?|processors?|subscribers?|queue)(?:$|[\s/:_.-])/i;

export function scaledConsumers(facts: CapacityFacts): readonly ScaledConsumer[] {
  return facts.workloads.flatMap((workload): readonly ScaledConsumer[] => {
    const scaler = facts.autoscalers.find(({ target }) => target === workload.name);
    const scaling: Scaling | undefined = scaler?.scaling ?? workload.scaling;
    const metric = scaling?.metrics.find(({ kind }) => kind === 'cpu');
    if (!metric || isOthers(workload) || scaling?.metrics.some(({ kind }) => kind === 'lag')) return [];
    const found = consumerEvidence(workload, facts);
    return found ? [{ workload, metric, scaler: scaler?.kind ?? 'autoscaling', ...found }] : [];
  });
}

/** A broker's address alone is no evidence: whoever sends messages has it too. */
function consumerEvidence(
  workload: Workload,
  facts: CapacityFacts,
): Pick<ScaledConsumer, 'broker' | 'because'> | undefined {
  const command = workload.command.join(' ');
  const [started] = program.exec(command) ?? [];
  if (started !== undefined)
    return {
      broker: brokerOf(started) ?? 'a job queue',
      because: [{ text: `its command runs \`${started.trim()}\``, at: workload.at }],
    };
  const called = [workload.name, command].find((text) => role.test(text));
  const variable = workload.env.find(({ name }) => brokerOf(name) !== undefined);
  const share = poolsOf(workload, facts);
  const folders = share.package ? reachable(share.package, facts.packages) : new Set<string>();
  const code = facts.consumers.find((one) => folders.has(one.package) || facts.packages.length <= 1);
  const named =
    called === undefined
      ? []
      : [{ text: `it is called \`${role.exec(called)?.[0].replace(/^[\s/:_.-]|[\s/:_.-]$/g, '')}\``, at: workload.at }];
  const asks = code ? [{ text: `${code.text} takes messages of ${code.broker}`, at: code.at }] : [];
  const address = variable ? [{ text: `\`${variable.name}\` names a broker`, at: variable.at }] : [];
  const because = [...named, ...asks, ...address];
  const enough = (named.length > 0 && asks.length + address.length > 0) || (asks.length > 0 && !workload.ports);
  if (!enough) return undefined;
  return { broker: code?.broker ?? brokerOf(variable?.name ?? '') ?? 'a queue', because };
}
