/**
 * What a driver of MongoDB needs to have of a server to send its commands: a mongos that greets, answers every command
 * with a document or two, and keeps none. Commands are read off the wire (OP_MSG).
 */
import net from 'node:net';
import type { Sent } from './sent.ts';

type Document = Record<string, unknown>;

/** `bson` of the version that is held against our reading. */
export interface Bson {
  serialize(document: Document): Uint8Array;
  deserialize(bytes: Uint8Array, options?: object): Document;
}

export interface Server {
  readonly url: string;
  close(): void;
}

const opReply = 1;
const opQuery = 2004;
const opMessage = 2013;

const greeting = {
  ismaster: true,
  isWritablePrimary: true,
  helloOk: true,
  msg: 'isdbgrid',
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
  connectionId: 1,
  minWireVersion: 0,
  maxWireVersion: 25,
  readOnly: false,
  ok: 1,
};

const apart =
  /^(?:hello|ismaster|ping|endSessions|commitTransaction|abortTransaction|getMore|killCursors|buildInfo|sasl\w*)$/i;

export async function openMongo(bson: Bson, record: (sent: Sent) => void): Promise<Server> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    let buffer = Buffer.alloc(0);
    socket.on('data', (data) => {
      buffer = Buffer.concat([buffer, typeof data === 'string' ? Buffer.from(data) : data]);
      while (buffer.length >= 4 && buffer.length >= buffer.readInt32LE(0)) {
        const message = buffer.subarray(0, buffer.readInt32LE(0));
        buffer = buffer.subarray(message.length);
        const reply = answer(bson, message, record);
        if (reply !== undefined && !socket.destroyed) socket.write(reply);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `mongodb://127.0.0.1:${port}/shop`,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function answer(bson: Bson, message: Buffer, record: (sent: Sent) => void): Buffer | undefined {
  const id = message.readInt32LE(4);
  const code = message.readInt32LE(12);
  if (code === opQuery) {
    const head = Buffer.alloc(20);
    head.writeInt32LE(8, 0);
    head.writeInt32LE(1, 16);
    return framed(id, opReply, Buffer.concat([head, bson.serialize(greeting)]));
  }
  if (code !== opMessage) return undefined;
  const command = commandIn(bson, message);
  const [name = ''] = Object.keys(command);
  if (!apart.test(name)) record(recorded(name, command));
  const body = /^(?:hello|ismaster)$/i.test(name) ? greeting : replyTo(name, command);
  return framed(id, opMessage, Buffer.concat([Buffer.alloc(5), bson.serialize(body)]));
}

const framed = (to: number, code: number, body: Buffer): Buffer => {
  const head = Buffer.alloc(16);
  head.writeInt32LE(16 + body.length, 0);
  head.writeInt32LE(1, 4);
  head.writeInt32LE(to, 8);
  head.writeInt32LE(code, 12);
  return Buffer.concat([head, body]);
};

/** The document of section 0, with the sequences of the other sections as its lists. */
function commandIn(bson: Bson, message: Buffer): Document {
  let command: Document = {};
  const read = (at: number): Document =>
    bson.deserialize(message.subarray(at, at + message.readInt32LE(at)), { promoteValues: true });
  const lists: Document = {};
  for (let at = 20; at < message.length; ) {
    const kind = message[at];
    const size = message.readInt32LE(at + 1);
    if (kind === 0) command = read(at + 1);
    else {
      const end = message.indexOf(0, at + 5);
      const documents: Document[] = [];
      for (let from = end + 1; from < at + 1 + size; from += message.readInt32LE(from)) documents.push(read(from));
      lists[message.toString('utf8', at + 5, end)] = documents;
    }
    at += 1 + size;
  }
  return { ...command, ...lists };
}

const known = { _id: 11, tenantId: 7, region: 'eu', status: 'open', customerId: 3, name: 'Ada' };

function replyTo(name: string, command: Document): Document {
  const ns = `shop.${String(command[name])}`;
  switch (name) {
    case 'find':
      return { cursor: { firstBatch: [known], id: 0n, ns }, ok: 1 };
    case 'aggregate':
      return { cursor: { firstBatch: [{ _id: 1, n: 1 }], id: 0n, ns }, ok: 1 };
    case 'findAndModify':
      return { value: known, lastErrorObject: { n: 1, updatedExisting: true }, ok: 1 };
    case 'distinct':
      return { values: ['open'], ok: 1 };
    case 'update':
      return { n: 1, nModified: 1, ok: 1 };
    default:
      return { n: 1, ok: 1 };
  }
}

/** As a call that the source of an application could hold, so that it is read as one. */
function recorded(name: string, command: Document): Sent {
  const { lsid, txnNumber, autocommit, $readPreference } = command;
  const mode = ($readPreference as { readonly mode?: string } | undefined)?.mode ?? 'primary';
  const transaction = autocommit === false ? `${JSON.stringify(lsid)} ${String(txnNumber)}` : undefined;
  return {
    sql: `import { MongoClient } from 'mongodb';\nconst db = new MongoClient('').db();\nexport const sent = () => db.command(${printed(asMethod(name, command))});\n`,
    server: mode.startsWith('secondary') ? 'replica' : 'primary',
    transaction: transaction === undefined ? null : numberOf(transaction),
  };
}

const numbers = new Map<string, number>();
const numberOf = (key: string): number => {
  if (!numbers.has(key)) numbers.set(key, numbers.size + 1);
  return numbers.get(key) ?? 0;
};

/** `countDocuments` is a pipeline that counts. */
function asMethod(name: string, command: Document): Document {
  const kept = Object.fromEntries(
    Object.entries(command).filter(
      ([key]) =>
        !/^(?:lsid|txnNumber|autocommit|startTransaction|\$.*|ordered|cursor|new|writeConcern|readConcern|singleBatch|batchSize)$/.test(
          key,
        ),
    ),
  );
  const pipeline = Array.isArray(command.pipeline) ? (command.pipeline as readonly Document[]) : [];
  const last = pipeline.at(-1)?.$group as Document | undefined;
  if (name !== 'aggregate' || JSON.stringify(last) !== '{"_id":1,"n":{"$sum":1}}') return kept;
  return { count: command.aggregate, query: pipeline.find((stage) => stage.$match)?.$match ?? {} };
}

function printed(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return `[${value.map(printed).join(', ')}]`;
  if (value instanceof Date) return `new Date('${value.toISOString()}')`;
  if (value instanceof RegExp) return String(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object') return JSON.stringify(value);
  const type = (value as { readonly _bsontype?: string })._bsontype;
  if (type === 'BSONRegExp') return `/${String((value as { readonly pattern: string }).pattern)}/`;
  if (type !== undefined) return `new ${type}(${JSON.stringify(String(value))})`;
  return `{ ${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}: ${printed(inner)}`)
    .join(', ')} }`;
}
