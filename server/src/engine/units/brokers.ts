/** Calls that hand something to a message broker or queue: by package, and the methods that send. */
import type { Flow } from '../../flow/flow';
import type { CallValue, HostFile } from '../../hosts/host';

interface Broker {
  readonly name: string;
  readonly modules: RegExp;
  readonly methods: RegExp;
  /** What is handed over says what is done: commands of these names send. */
  readonly commands?: RegExp;
}

const brokers: readonly Broker[] = [
  {
    name: 'Kafka',
    modules: /^(?:kafkajs|node-rdkafka|@confluentinc\/kafka-javascript|@nestjs\/microservices)$/,
    methods: /^(?:send|sendBatch|produce|emit)$/,
  },
  {
    name: 'RabbitMQ',
    modules: /^(?:amqplib|amqplib\/callback_api|amqp-connection-manager|@golevelup\/nestjs-rabbitmq|rascal)$/,
    methods: /^(?:publish|sendToQueue|request)$/,
  },
  {
    name: 'BullMQ',
    modules: /^(?:bullmq|bull|@nestjs\/bull|@nestjs\/bullmq|bee-queue)$/,
    methods: /^(?:add|addBulk|createJob)$/,
  },
  // A job that was made is only set by `schedule`, and sent by `save`.
  { name: 'Agenda', modules: /^(?:agenda|@hokify\/agenda|pulse)$/, methods: /^(?:now|every|save)$/ },
  {
    name: 'SQS',
    modules: /^(?:@aws-sdk\/client-(?:sqs|sns|eventbridge|kinesis)|aws-sdk|sqs-producer)$/,
    methods: /^(?:send|sendMessage|sendMessageBatch|publish|putEvents|putRecord|putRecords)$/,
    commands: /^(?:SendMessage|SendMessageBatch|Publish|PublishBatch|PutEvents|PutRecord|PutRecords)Command$/,
  },
  { name: 'NATS', modules: /^(?:nats|@nats-io\/.*)$/, methods: /^(?:publish|request)$/ },
  { name: 'Pub/Sub', modules: /^@google-cloud\/(?:pubsub|tasks)$/, methods: /^(?:publish|publishMessage|createTask)$/ },
  {
    name: 'Azure Service Bus',
    modules: /^@azure\/(?:service-bus|event-hubs)$/,
    methods: /^(?:sendMessages|sendBatch|scheduleMessages)$/,
  },
];

const anyMethod = new RegExp(`^(?:${brokers.map(({ methods }) => methods.source.slice(4, -2)).join('|')})$`);

const anyModule = new RegExp(
  `['"\`](?:${brokers.map(({ modules }) => modules.source.replace(/^\^|\$$/g, '')).join('|')})['"\`]`,
);

/** Whether a text names the package of a broker. */
export const namesBroker = (text: string): boolean => anyModule.test(text);

/** Whether a package is one of them. */
const isBroker = (module: string): boolean => brokers.some(({ modules }) => modules.test(module));

/** Whether a file may send at all, by what it imports. */
export const maySend = ({ imports }: HostFile): boolean => imports.some(({ module }) => isBroker(module));

/** The broker that a call sends to; its receiver must be proved to be the package's. */
export function brokerOf(call: CallValue, name: string, flow: Flow): string | undefined {
  if (!anyMethod.test(name)) return undefined;
  const { root } = flow.call(call);
  if (root.kind !== 'package') return undefined;
  const broker = brokers.find(({ modules, methods }) => modules.test(root.module) && methods.test(name));
  return broker?.commands && !mayBe(broker.commands, call, flow) ? undefined : broker?.name;
}

/** `send(new DeleteTopicCommand(…))` sends no message. */
function mayBe(commands: RegExp, { args: [first] }: CallValue, flow: Flow): boolean {
  const { root, steps } = first === undefined ? { root: undefined, steps: [] } : flow.chain(flow.ref(first));
  return root?.kind !== 'package' || steps[0]?.kind !== 'new' || commands.test(root.name);
}
