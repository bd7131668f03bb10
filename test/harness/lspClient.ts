/** A scripted editor: starts the language server of this repository over streams in memory and speaks the protocol with it. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { createConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import type {
  ClientCapabilities,
  CodeAction,
  Diagnostic,
  InitializeResult,
  Position,
  Range,
  WorkspaceEdit,
} from 'vscode-languageserver-protocol';
import { createProtocolConnection, type ProtocolConnection } from 'vscode-languageserver-protocol/node';
import { localAnalysis } from '../../server/src/engine/localAnalysis';
import { startServer } from '../../server/src/lsp/server';
import { nodePlatform } from '../../server/src/platform/node';
import type { Status } from '../../server/src/protocol';
import { repository } from './imports';

export interface EditorOptions {
  /** Text by path relative to the workspace. */
  readonly files?: Readonly<Record<string, string>>;
  /** An existing folder, which is copied. */
  readonly copyOf?: string;
  /** Folders of the workspace, relative; the whole by default. */
  readonly roots?: readonly string[];
  readonly pull?: boolean;
  readonly encoding?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly capabilities?: ClientCapabilities;
}

export interface Editor {
  readonly connection: ProtocolConnection;
  readonly initialized: InitializeResult;
  readonly root: string;
  readonly statuses: readonly Status[];
  readonly log: readonly string[];
  readonly registrations: readonly { readonly method: string; readonly registerOptions?: unknown }[];
  readonly progress: readonly { readonly token: unknown; readonly value: { readonly kind: string } }[];
  /** How often the server has asked to pull everything again. */
  refreshes(): number;
  uri(name: string): string;
  text(name: string): string;
  open(name: string, text?: string): Promise<void>;
  /** Replaces the first occurrence, as an incremental change; answers the version. */
  edit(name: string, before: string, after: string): Promise<number>;
  setText(name: string, text: string): Promise<void>;
  save(name: string): Promise<void>;
  close(name: string): Promise<void>;
  /** Writes to disk and tells the server as a watcher would. */
  write(name: string, text: string | undefined): Promise<void>;
  pull(name: string): Promise<readonly Diagnostic[]>;
  /** What was pushed last for a file. */
  pushed(name: string): readonly Diagnostic[] | undefined;
  pushes(name: string): number;
  setSettings(settings: Readonly<Record<string, unknown>>): Promise<void>;
  /** Position of `needle`, whose `|` marks the place where it has one. */
  at(name: string, needle: string): Position;
  actions(
    name: string,
    range: Range,
    only?: readonly string[],
    diagnostics?: readonly Diagnostic[],
  ): Promise<readonly CodeAction[]>;
  apply(edit: WorkspaceEdit | undefined): Promise<void>;
  request<T>(method: string, params: unknown): Promise<T>;
  stop(): Promise<void>;
}

const platform = nodePlatform({ assets: path.join(repository, 'node_modules/libpg-query/wasm') });

export async function startEditor(options: EditorOptions): Promise<Editor> {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'shardlint-lsp-')));
  if (options.copyOf) fs.cpSync(path.join(repository, options.copyOf), root, { recursive: true });
  for (const [name, text] of Object.entries(options.files ?? {})) writeTo(root, name, text);

  const up = new PassThrough();
  const down = new PassThrough();
  startServer(createConnection(new StreamMessageReader(up), new StreamMessageWriter(down)), {
    version: '0',
    analysis: (folder, more) => localAnalysis(platform, folder, more),
    pageOf: (rule) => `file:///pages/${rule}.md`,
  });
  const connection = createProtocolConnection(down, up);
  const uri = (name: string): string => pathToFileURL(path.join(root, name)).href;
  let settings = options.settings ?? {};
  const statuses: Status[] = [];
  const log: string[] = [];
  const progress: { token: unknown; value: { kind: string } }[] = [];
  const registrations: { method: string; registerOptions?: unknown }[] = [];
  const pushed = new Map<string, { diagnostics: readonly Diagnostic[]; count: number }>();
  const documents = new Map<string, { text: string; version: number }>();
  const resultIds = new Map<string, { id: string; items: readonly Diagnostic[] }>();
  let refreshes = 0;
  connection.onNotification('shardlint/status', (status: Status) => void statuses.push(status));
  connection.onNotification('window/logMessage', ({ message }: { message: string }) => void log.push(message));
  connection.onNotification('$/progress', (value: (typeof progress)[number]) => void progress.push(value));
  connection.onNotification('textDocument/publishDiagnostics', (params: { uri: string; diagnostics: Diagnostic[] }) => {
    pushed.set(params.uri, { diagnostics: params.diagnostics, count: (pushed.get(params.uri)?.count ?? 0) + 1 });
  });
  connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => settings));
  connection.onRequest('client/registerCapability', (params: { registrations: typeof registrations }) => {
    registrations.push(...params.registrations);
    return null;
  });
  connection.onRequest('client/unregisterCapability', () => null);
  connection.onRequest('workspace/diagnostic/refresh', () => {
    refreshes += 1;
    return null;
  });
  connection.onRequest('workspace/codeLens/refresh', () => null);
  connection.onRequest('window/workDoneProgress/create', () => null);
  connection.listen();

  const folders = (options.roots ?? ['.']).map((name) => ({ uri: uri(name).replace(/\/$/, ''), name }));
  const capabilities: ClientCapabilities = options.capabilities ?? {
    general: { positionEncodings: options.encoding ? [options.encoding, 'utf-16'] : ['utf-16'] },
    textDocument: {
      publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true, tagSupport: { valueSet: [1, 2] } },
      ...(options.pull === false ? {} : { diagnostic: { dynamicRegistration: false } }),
      codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source.fixAll'] } } },
    },
    workspace: {
      configuration: true,
      workspaceFolders: true,
      didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true },
      diagnostics: { refreshSupport: true },
      codeLens: { refreshSupport: true },
      workspaceEdit: { documentChanges: true, resourceOperations: ['create'] },
    },
    window: { workDoneProgress: true, showDocument: { support: true } },
  };
  const initialized = await connection.sendRequest<InitializeResult>('initialize', {
    processId: null,
    rootUri: folders[0]?.uri ?? null,
    workspaceFolders: folders,
    capabilities,
    initializationOptions: options.settings,
  });
  await connection.sendNotification('initialized', {});

  const textOf = (name: string): string => documents.get(name)?.text ?? fs.readFileSync(path.join(root, name), 'utf8');
  const positionIn = (text: string, offset: number): Position => {
    const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
    const last = lines.at(-1) ?? '';
    const character = options.encoding === 'utf-8' ? Buffer.byteLength(last) : last.length;
    return { line: lines.length - 1, character };
  };
  const offsetIn = (text: string, { line, character }: Position): number => {
    const starts = [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map((m) => m.index + m[0].length)];
    const start = starts[line] ?? text.length;
    if (options.encoding !== 'utf-8') return start + character;
    let [at, bytes] = [start, 0];
    while (bytes < character && at < text.length) {
      const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
      bytes += Buffer.byteLength(char);
      at += char.length;
    }
    return at;
  };
  const change = async (name: string, text: string, contentChanges: unknown[]): Promise<number> => {
    const version = (documents.get(name)?.version ?? 0) + 1;
    documents.set(name, { text, version });
    await connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: uri(name), version },
      contentChanges,
    });
    return version;
  };

  const editor: Editor = {
    connection,
    initialized,
    root,
    statuses,
    log,
    registrations,
    progress,
    refreshes: () => refreshes,
    uri,
    text: textOf,
    async open(name, text = textOf(name)) {
      documents.set(name, { text, version: 1 });
      const languageId = name.endsWith('.sql') ? 'sql' : 'typescript';
      await connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri: uri(name), languageId, version: 1, text },
      });
    },
    async edit(name, before, after) {
      const text = textOf(name);
      const at = text.indexOf(before);
      if (at < 0) throw new Error(`${JSON.stringify(before)} is not in ${name}`);
      const range = { start: positionIn(text, at), end: positionIn(text, at + before.length) };
      return change(name, text.slice(0, at) + after + text.slice(at + before.length), [{ range, text: after }]);
    },
    async setText(name, text) {
      await change(name, text, [{ text }]);
    },
    async save(name) {
      writeTo(root, name, textOf(name));
      await connection.sendNotification('textDocument/didSave', { textDocument: { uri: uri(name) } });
    },
    async close(name) {
      documents.delete(name);
      await connection.sendNotification('textDocument/didClose', { textDocument: { uri: uri(name) } });
    },
    async write(name, text) {
      const existed = fs.existsSync(path.join(root, name));
      if (text === undefined) fs.rmSync(path.join(root, name), { force: true });
      else writeTo(root, name, text);
      const type = text === undefined ? 3 : existed ? 2 : 1;
      await connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: uri(name), type }] });
    },
    async pull(name) {
      const known = resultIds.get(name);
      const report = await connection.sendRequest<{ kind: string; resultId?: string; items?: Diagnostic[] }>(
        'textDocument/diagnostic',
        { textDocument: { uri: uri(name) }, ...(known ? { previousResultId: known.id } : {}) },
      );
      if (report.kind === 'unchanged') return known?.items ?? [];
      if (report.resultId) resultIds.set(name, { id: report.resultId, items: report.items ?? [] });
      return report.items ?? [];
    },
    pushed: (name) => pushed.get(uri(name))?.diagnostics,
    pushes: (name) => pushed.get(uri(name))?.count ?? 0,
    async setSettings(next) {
      settings = next;
      await connection.sendNotification('workspace/didChangeConfiguration', { settings: { shardlint: next } });
    },
    at(name, needle) {
      const text = textOf(name);
      const plain = needle.replace('|', '');
      const at = text.indexOf(plain);
      if (at < 0) throw new Error(`${JSON.stringify(plain)} is not in ${name}`);
      return positionIn(text, at + Math.max(0, needle.indexOf('|')));
    },
    actions: async (name, range, only, diagnostics = []) =>
      (await connection.sendRequest<CodeAction[] | null>('textDocument/codeAction', {
        textDocument: { uri: uri(name) },
        range,
        context: { diagnostics, ...(only ? { only } : {}) },
      })) ?? [],
    async apply(edit) {
      for (const one of edit?.documentChanges ?? []) {
        const name = path.relative(
          root,
          new URL('edits' in one ? one.textDocument.uri : 'uri' in one ? one.uri : '').pathname,
        );
        if ('kind' in one && one.kind === 'create' && fs.existsSync(path.join(root, name)))
          throw new Error(`${name} exists`);
        if (!('edits' in one)) {
          await editor.write(name, '');
          continue;
        }
        let text = textOf(name);
        const edits = one.edits.map((each) => ({
          start: offsetIn(text, (each as { range: Range }).range.start),
          end: offsetIn(text, (each as { range: Range }).range.end),
          newText: (each as { newText: string }).newText,
        }));
        for (const { start, end, newText } of edits.sort((a, b) => b.start - a.start))
          text = text.slice(0, start) + newText + text.slice(end);
        if (documents.has(name)) await editor.setText(name, text);
        else await editor.write(name, text);
      }
    },
    request: (method, params) => connection.sendRequest(method, params),
    async stop() {
      await connection.sendRequest('shutdown');
      connection.dispose();
      up.destroy();
      down.destroy();
      fs.rmSync(root, { recursive: true, force: true });
    },
  };
  return editor;
}

function writeTo(root: string, name: string, text: string): void {
  const file = path.join(root, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

/** Asks until the answer is there, or fails naming what did not come. */
export async function eventually<T>(
  what: string,
  ask: () => T | undefined | Promise<T | undefined>,
  ms = 8000,
): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
