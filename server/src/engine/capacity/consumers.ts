/** Code that takes messages: such a process works off a queue, and its CPU says little about how far behind it is. */
import type { Chain } from '../../flow/flow';

interface Client {
  readonly broker: string;
  readonly module: RegExp;
  /** The last call or `new` of the chain. */
  readonly takes: RegExp;
}

const clients: readonly Client[] = [
  {
    broker: 'Kafka',
    module: /^(?:kafkajs|@confluentinc\/kafka-javascript|node-rdkafka)$/,
    takes: /^(?:consumer|KafkaConsumer)$/,
  },
  { broker: 'RabbitMQ', module: /^amqplib(?:\/callback_api)?$|^amqp-connection-manager$/, takes: /^consume$/ },
  { broker: 'SQS', module: /^sqs-consumer$/, takes: /^(?:create|Consumer)$/ },
  { broker: 'SQS', module: /^@aws-sdk\/client-sqs$/, takes: /^ReceiveMessageCommand$/ },
  { broker: 'BullMQ', module: /^bullmq$/, takes: /^Worker$/ },
  { broker: 'Bull', module: /^bull$/, takes: /^process$/ },
  { broker: 'Google Pub/Sub', module: /^@google-cloud\/pubsub$/, takes: /^subscription$/ },
  { broker: 'NATS', module: /^nats$|^@nats-io\//, takes: /^(?:subscribe|consume)$/ },
  { broker: 'pg-boss', module: /^pg-boss$/, takes: /^work$/ },
];

export const consumerMarker =
  /\b(?:kafkajs|kafka-javascript|node-rdkafka|amqplib|amqp-connection-manager|sqs-consumer|client-sqs|bullmq|bull|pubsub|nats|pg-boss)\b/;

export function consumerIn({ root, steps }: Chain): { readonly broker: string; readonly text: string } | undefined {
  const last = steps.at(-1);
  if (root.kind !== 'package' || (last?.kind !== 'new' && last?.kind !== 'call')) return undefined;
  const member = steps.findLast((step) => step.kind === 'member');
  const name =
    last.kind === 'call' && last.name !== '' ? last.name : member?.kind === 'member' ? member.name : root.name;
  const client = clients.find(({ module, takes }) => module.test(root.module) && takes.test(name));
  return client && { broker: client.broker, text: last.kind === 'new' ? `\`new ${name}\`` : `\`${name}(…)\`` };
}
