// The built language server as an editor speaks with it: over its standard streams.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const repository = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

export function startServer(root) {
  const server = spawn(process.execPath, [path.join(repository, 'dist', 'server.js'), '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = new Map();
  let buffer = Buffer.alloc(0);
  server.stdout.on('data', (chunk) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const end = buffer.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/i.exec(buffer.subarray(0, Math.max(end, 0)).toString())?.[1]);
      if (end < 0 || buffer.length < end + 4 + length) return;
      const message = JSON.parse(buffer.subarray(end + 4, end + 4 + length).toString());
      buffer = buffer.subarray(end + 4 + length);
      if (message.method && message.id !== undefined) send({ id: message.id, result: null });
      else if (message.id !== undefined) waiting.get(message.id)?.(message);
    }
  });
  const send = (message) => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  let id = 0;
  const request = (method, params) =>
    new Promise((resolve, reject) => {
      id += 1;
      waiting.set(id, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result)));
      send({ id, method, params });
    });
  const notify = (method, params) => send({ method, params });
  return {
    request,
    notify,
    initialize: async () => {
      await request('initialize', {
        processId: process.pid,
        rootUri: pathToFileURL(root).href,
        capabilities: { textDocument: { diagnostic: {} }, workspace: { diagnostics: { refreshSupport: true } } },
      });
      notify('initialized', {});
    },
    open: (file, languageId, text) =>
      notify('textDocument/didOpen', { textDocument: { uri: pathToFileURL(file).href, languageId, version: 1, text } }),
    diagnostics: (file) => request('textDocument/diagnostic', { textDocument: { uri: pathToFileURL(file).href } }),
    /** Milliseconds that the server's thread has worked, as the kernel counts it; undefined elsewhere than on Linux. */
    worked: () => {
      try {
        return Number(fs.readFileSync(`/proc/${server.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
      } catch {
        return undefined;
      }
    },
    /** Megabytes in memory now; undefined elsewhere than on Linux. */
    megabytes: () => {
      try {
        const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${server.pid}/status`, 'utf8')) ?? [];
        return Number(kilobytes) / 1024;
      } catch {
        return undefined;
      }
    },
    stop: async () => {
      await request('shutdown');
      notify('exit');
    },
  };
}

/** An open document, and edits of it as an editor tells them. */
export function openDocument(server, file, languageId, text) {
  server.open(file, languageId, text);
  let now = text;
  let version = 1;
  const position = (offset) => {
    const head = now.slice(0, offset);
    return { line: head.split('\n').length - 1, character: offset - head.lastIndexOf('\n') - 1 };
  };
  return {
    text: () => now,
    /** Answers when its diagnostics are there: milliseconds of the server's thread, and of the round trip. */
    edit: async (from, until, insert) => {
      const range = { start: position(from), end: position(until) };
      now = now.slice(0, from) + insert + now.slice(until);
      version += 1;
      const before = performance.now();
      const workedBefore = server.worked();
      server.notify('textDocument/didChange', {
        textDocument: { uri: pathToFileURL(file).href, version },
        contentChanges: [{ range, text: insert }],
      });
      await server.diagnostics(file);
      const trip = performance.now() - before;
      return { trip, worked: workedBefore === undefined ? trip : server.worked() - workedBefore };
    },
  };
}

export const share = (list, part) =>
  Number([...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * part))].toFixed(1));
