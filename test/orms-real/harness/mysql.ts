/**
 * Stands before a MariaDB and records every statement that a driver has it execute: read off the wire, so that no library's
 * own log is trusted. Values that were sent apart from the text stand in it again.
 */
import net from 'node:net';
import type { Sent } from './sent.ts';

export interface Proxy {
  readonly port: number;
  close(): void;
}

const begins = /^\s*(?:begin|start\s+transaction)\b/i;
const ends = /^\s*(?:commit|rollback(?!\s+(?:\w+\s+)?to\b))/i;

const commands = { query: 0x03, prepare: 0x16, execute: 0x17 };
/** COM_QUIT, COM_STMT_SEND_LONG_DATA, COM_STMT_CLOSE. */
const unanswered = new Set([0x01, 0x18, 0x19]);

/** Strings, quoted names, and places of values. */
const places = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`|\?/g;

interface Prepared {
  readonly sql: string;
  /** Of the values; sent once, with the first of them. */
  types: Buffer;
}

let transactions = 0;

/** `target`: the server's port on this machine. */
export async function openProxy(target: number, record: (sent: Sent) => void): Promise<Proxy> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    const behind = net.connect(target, '127.0.0.1');
    for (const one of [socket, behind]) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        socket.destroy();
        behind.destroy();
      });
    }
    const { asked, answered } = watched(record);
    const [fromClient, fromServer] = [packets(), packets()];
    socket.on('data', (data) => {
      for (const packet of fromClient(Buffer.from(data))) asked(packet);
      behind.write(data);
    });
    behind.on('data', (data) => {
      for (const packet of fromServer(Buffer.from(data))) answered(packet);
      socket.write(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Cuts a stream into packets, each with its head: three bytes of length, one of sequence. */
function packets(): (data: Buffer) => readonly Buffer[] {
  let buffer = Buffer.alloc(0);
  return (data) => {
    buffer = Buffer.concat([buffer, data]);
    const whole: Buffer[] = [];
    while (buffer.length >= 4 && buffer.length >= 4 + buffer.readUIntLE(0, 3)) {
      const length = 4 + buffer.readUIntLE(0, 3);
      whole.push(buffer.subarray(0, length));
      buffer = buffer.subarray(length);
    }
    return whole;
  };
}

/** The state of one connection. */
function watched(record: (sent: Sent) => void): {
  readonly asked: (packet: Buffer) => void;
  readonly answered: (packet: Buffer) => void;
} {
  // Drivers do not wait for one answer before the next command.
  const awaited: (Prepared | undefined)[] = [];
  const prepared = new Map<number, Prepared>();
  let last: Prepared | undefined;
  let transaction: number | null = null;

  const executed = (sql: string): void => {
    if (begins.test(sql)) {
      transactions += 1;
      transaction = transactions;
    }
    record({ sql, server: 'primary', transaction });
    if (ends.test(sql)) transaction = null;
  };

  return {
    asked(packet) {
      // A command begins a sequence; what belongs to the greeting continues one.
      if (packet[3] !== 0) return;
      const command = packet[4] ?? 0;
      if (command === commands.query) executed(packet.toString('utf8', 5));
      if (command === commands.execute) {
        // The number -1 stands for what was prepared last.
        const statement = prepared.get(packet.readUInt32LE(5)) ?? last;
        if (statement !== undefined) executed(filledIn(statement, packet));
      }
      if (command === commands.prepare) last = { sql: packet.toString('utf8', 5), types: Buffer.alloc(0) };
      if (!unanswered.has(command)) awaited.push(command === commands.prepare ? last : undefined);
    },
    answered(packet) {
      const statement = packet[3] === 1 ? awaited.shift() : undefined;
      if (statement !== undefined && packet[4] === 0) prepared.set(packet.readUInt32LE(5), statement);
    },
  };
}

/** The text with the values of a COM_STMT_EXECUTE. */
function filledIn(statement: Prepared, packet: Buffer): string {
  const { sql } = statement;
  const parameters = (sql.match(places) ?? []).filter((found) => found === '?').length;
  const nulls = packet.subarray(14, 14 + ((parameters + 7) >> 3));
  let at = 14 + nulls.length + 1;
  if (packet[at - 1] === 1) {
    statement.types = Buffer.from(packet.subarray(at, at + 2 * parameters));
    at += 2 * parameters;
  }
  const values = Array.from({ length: parameters }, (_, i): string => {
    if (((nulls[i >> 3] ?? 0) >> (i & 7)) & 1) return 'NULL';
    const { text, size } = valueAt(packet, at, statement.types[2 * i] ?? 0);
    at += size;
    return text;
  });
  return sql.replace(places, (found) => (found === '?' ? (values.shift() ?? '?') : found));
}

function valueAt(packet: Buffer, at: number, type: number): { readonly text: string; readonly size: number } {
  switch (type) {
    case 0x01:
      return { text: String(packet.readInt8(at)), size: 1 };
    case 0x02:
      return { text: String(packet.readInt16LE(at)), size: 2 };
    case 0x03:
      return { text: String(packet.readInt32LE(at)), size: 4 };
    case 0x04:
      return { text: String(packet.readFloatLE(at)), size: 4 };
    case 0x05:
      return { text: String(packet.readDoubleLE(at)), size: 8 };
    case 0x06:
      return { text: 'NULL', size: 0 };
    case 0x08:
      return { text: String(packet.readBigInt64LE(at)), size: 8 };
    // DATE, DATETIME, TIMESTAMP: their own length, year, month, day, …
    case 0x07:
    case 0x0a:
    case 0x0c:
      return {
        text: `'${packet.readUInt16LE(at + 1)}-${packet[at + 3]}-${packet[at + 4]}'`,
        size: 1 + (packet[at] ?? 0),
      };
    default: {
      const long = packet[at] === 0xfc;
      const length = long ? packet.readUInt16LE(at + 1) : (packet[at] ?? 0);
      const from = at + (long ? 3 : 1);
      const text = packet.toString('utf8', from, from + length).replace(/['\\]/g, '\\$&');
      return { text: `'${text}'`, size: from - at + length };
    }
  }
}
