/**
 * An embedded PostgreSQL that drivers reach over TCP, and a record of every statement that they execute: read off the
 * wire, so that no library's own log is trusted. Several servers may stand before one database, each with a name.
 */
import net from 'node:net';
import type { Sent } from './sent.ts';

/** What is needed of PGlite, whichever installation it comes from. */
export interface Database {
  execProtocolRaw(message: Uint8Array): Promise<Uint8Array>;
  exec(sql: string): Promise<unknown>;
}

export interface Server {
  readonly url: string;
  close(): void;
}

const begins = /^\s*(?:begin|start\s+transaction)\b/i;
const ends = /^\s*(?:commit|end|rollback(?!\s+(?:\w+\s+)?to\b)|abort)\b/i;

/** One at a time: who is within a transaction keeps the database until its end. */
class Turn {
  private holder: object | undefined;
  private readonly waiting: (() => void)[] = [];

  async take(who: object): Promise<void> {
    while (this.holder !== undefined && this.holder !== who)
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.holder = who;
  }

  leave(who: object): void {
    if (this.holder !== who) return;
    this.holder = undefined;
    for (const next of this.waiting.splice(0)) next();
  }
}

const turns = new WeakMap<Database, Turn>();
let transactions = 0;

export async function openServer(database: Database, name: string, record: (sent: Sent) => void): Promise<Server> {
  const turn = turns.get(database) ?? new Turn();
  turns.set(database, turn);
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, database, turn, name, record);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `postgresql://postgres:postgres@127.0.0.1:${port}/postgres?sslmode=disable`,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function serve(socket: net.Socket, database: Database, turn: Turn, name: string, record: (sent: Sent) => void): void {
  let buffer = Buffer.alloc(0);
  let started = false;
  let transaction: number | null = null;
  let working = Promise.resolve();
  const prepared = new Map<string, string>();
  const portals = new Map<string, string>();

  const executed = (sql: string): void => {
    if (begins.test(sql)) {
      transactions += 1;
      transaction = transactions;
    }
    record({ sql, server: name, transaction });
    if (ends.test(sql)) transaction = null;
  };

  /** What a message executes is noted before it is sent on. */
  const note = (message: Buffer): void => {
    const strings = (from: number, count: number): readonly string[] => {
      const found: string[] = [];
      let at = from;
      for (let i = 0; i < count; i++) {
        const end = message.indexOf(0, at);
        found.push(message.toString('utf8', at, end));
        at = end + 1;
      }
      return found;
    };
    switch (String.fromCharCode(message[0] ?? 0)) {
      case 'Q':
        for (const sql of strings(5, 1)) executed(sql);
        break;
      case 'P': {
        const [statement = '', sql = ''] = strings(5, 2);
        prepared.set(statement, sql);
        break;
      }
      case 'B': {
        const [portal = '', statement = ''] = strings(5, 2);
        const at = 5 + Buffer.byteLength(portal) + 1 + Buffer.byteLength(statement) + 1;
        portals.set(portal, sameNumbers(prepared.get(statement) ?? '', valuesOf(message, at)));
        break;
      }
      case 'E': {
        const [portal = ''] = strings(5, 1);
        executed(portals.get(portal) ?? '');
        break;
      }
      default:
    }
  };

  const answer = async (message: Buffer): Promise<void> => {
    await turn.take(socket);
    const data = await database.execProtocolRaw(message);
    const reply = Buffer.from(data);
    if (!socket.destroyed) socket.write(reply);
    // ReadyForQuery, outside of a transaction.
    if (reply.subarray(-6).equals(Buffer.from([0x5a, 0, 0, 0, 5, 0x49]))) turn.leave(socket);
  };

  socket.on('data', (data) => {
    buffer = Buffer.concat([buffer, typeof data === 'string' ? Buffer.from(data) : data]);
    while (true) {
      const length = started ? 1 + (buffer.length >= 5 ? buffer.readInt32BE(1) : Infinity) : headLength(buffer);
      if (buffer.length < length) return;
      const message = buffer.subarray(0, length);
      buffer = buffer.subarray(length);
      if (!started) {
        // A request for encryption or to cancel is no start.
        if (message.readInt32BE(4) === 196608) started = true;
        else {
          if (message.readInt32BE(4) === 80877103) socket.write('N');
          continue;
        }
      } else if (message[0] === 0x58) {
        socket.end();
        continue;
      } else note(message);
      working = working
        .then(() => answer(message))
        .catch((error: unknown) => {
          socket.destroy();
          console.error(error);
        });
    }
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    void working.then(async () => {
      if (transaction !== null) await database.exec('ROLLBACK');
      turn.leave(socket);
    });
  });
}

/** The values of a Bind message, from the number of its formats on. */
function valuesOf(message: Buffer, from: number): readonly string[] {
  let at = from + 2 + 2 * message.readInt16BE(from);
  const count = message.readInt16BE(at);
  at += 2;
  const values: string[] = [];
  for (let i = 0; i < count; i++) {
    const length = message.readInt32BE(at);
    at += 4;
    values.push(length < 0 ? `null ${i}` : message.toString('latin1', at, at + length));
    at += Math.max(length, 0);
  }
  return values;
}

/** Parameters of one value get one number: `(($1, 'a'), ($2, 'b'))` may be rows of one tenant. */
const sameNumbers = (sql: string, values: readonly string[]): string =>
  sql.replace(/\$(\d+)/g, (whole, number: string) => {
    const value = values[Number(number) - 1];
    return value === undefined ? whole : `$${values.indexOf(value) + 1}`;
  });

const headLength = (buffer: Buffer): number => (buffer.length >= 8 ? buffer.readInt32BE(0) : Infinity);
