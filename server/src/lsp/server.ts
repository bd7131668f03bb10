/** The language server over any connection: requests to features, changes to folders. */
import {
  CancellationToken,
  CodeLensRefreshRequest,
  CompletionRequest,
  type Connection,
  DidChangeConfigurationNotification,
  type InitializeParams,
  type WorkspaceFolder,
} from 'vscode-languageserver';
import type { FileChange } from '../engine/workspace';
import type { Requests, Settings } from '../protocol';
import { advice } from './advice';
import { baseline } from './baseline';
import { abilitiesOf, foldersOf, serverCapabilities, showPageCommand } from './capabilities';
import { codeActions } from './codeActions';
import { codeLenses } from './codeLens';
import { completion } from './completion';
import { configCandidates, effectiveConfig, unread } from './configuration';
import { definition } from './definition';
import { explain } from './explain';
import { attempt, guarded } from './guard';
import { hover } from './hover';
import { publisher } from './publish';
import { report, tableStatements, tables } from './report';
import { reshard } from './reshard';
import { scan } from './scan';
import { type Folder, Session, type Surroundings } from './session';
import { readSettings, sectionOf } from './settings';
import { baselinePath } from './shown';
import { statusOf } from './status';
import { timer } from './timer';
import { pathOf } from './uris';
import { changesByFolder, watching } from './watch';

/** Who has typed asks for diagnostics next: a scan waits that long for the question. Milliseconds. */
const questionDelay = 40;
/** A map that is typed is read again after this time, and what came from disk is looked at. Milliseconds. */
const reloadDelay = 150;
const statusDelay = 150;

export function startServer(connection: Connection, surroundings: Surroundings): void {
  const session = new Session(connection, surroundings, abilitiesOf({}));
  const statusTimer = timer(statusDelay, statusDelay, async () => {
    try {
      session.notify('shardlint/status', await statusOf(session));
    } catch (error) {
      session.fault('status', error);
    }
  });
  const publish = publisher(session, () => statusTimer.ask());
  const watch = watching(session);
  let uris: readonly string[] = [];
  let pushedSettings: unknown;
  let autoScanned = false;

  // ── life ──────────────────────────────────────────────────────────────────────────────────────────────────────
  connection.onInitialize((params: InitializeParams) => {
    session.setClient(abilitiesOf(params.capabilities, params.initializationOptions));
    uris = foldersOf(params);
    pushedSettings = sectionOf(params.initializationOptions);
    return {
      capabilities: serverCapabilities(session.client),
      serverInfo: { name: 'Shardlint', version: surroundings.version },
    };
  });
  connection.onShutdown(() => {
    session.closed = true;
    for (const one of [statusTimer, reload]) one.cancel();
    publish.stop();
  });
  connection.onInitialized(() => attempt(session, 'start', start));

  async function start(): Promise<void> {
    statusTimer.ask();
    if (session.client.folders)
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        uris = [
          ...uris.filter((uri) => !removed.some((one) => one.uri === uri)),
          ...added.map(({ uri }: WorkspaceFolder) => uri),
        ];
        attempt(session, 'folders', refreshFolders);
      });
    if (session.client.configuration)
      attempt(session, 'settings', () =>
        connection.client.register(DidChangeConfigurationNotification.type, { section: 'shardlint' }),
      );
    if (session.client.registerCompletion)
      attempt(session, 'completion', () =>
        connection.client.register(CompletionRequest.type, {
          documentSelector: [{ pattern: '**/shardlint.{yaml,yml,json}' }],
          triggerCharacters: [':', ' ', '"', "'"],
          resolveProvider: false,
        }),
      );
    await refreshFolders();
  }

  async function refreshFolders(): Promise<void> {
    session.setFolders(await Promise.all(uris.map(async (uri) => ({ uri, settings: await settingsOf(uri) }))));
    await Promise.all(session.folders.map(({ analysis }) => analysis?.maps()));
    session.starting = false;
    await mapsRead();
    const eager = session.folders.some(({ settings }) => settings.scope === 'workspace');
    if (eager && !autoScanned)
      attempt(session, 'scan', () => runScan({ workDoneToken: null, folders: null }, CancellationToken.None));
    autoScanned = eager;
  }

  async function settingsOf(uri: string): Promise<Settings> {
    if (!session.client.configuration) return readSettings(pushedSettings);
    try {
      return readSettings(await connection.workspace.getConfiguration({ scopeUri: uri, section: 'shardlint' }));
    } catch {
      return readSettings(undefined);
    }
  }

  /** Maps were read again: everything may be different. */
  async function mapsRead(): Promise<void> {
    publish.everything();
    if (session.client.refreshLens) attempt(session, 'lens', () => connection.sendRequest(CodeLensRefreshRequest.type));
    statusTimer.ask();
    await watch.update();
  }

  // ── changes ───────────────────────────────────────────────────────────────────────────────────────────────────
  const waiting = new Map<Folder['path'], FileChange[]>();
  const reload = timer(reloadDelay, 4 * reloadDelay, async () => {
    const changes = [...waiting];
    waiting.clear();
    try {
      for (const [root, own] of changes) {
        const folder = session.folders.find(({ path }) => path === root);
        const accepts = folder && baselinePath(folder);
        const accepted = own.some(({ path }) => path === accepts);
        if ((await folder?.analysis?.apply(own)) || accepted) await mapsRead();
      }
      publish.changed();
    } catch (error) {
      session.fault('reload', error);
    }
  });
  const note = (folder: Folder, changes: readonly FileChange[]): void => {
    waiting.set(folder.path, [...(waiting.get(folder.path) ?? []), ...changes]);
    reload.ask();
  };
  /** A buffer came, changed or went. */
  const touched = (path: string, text: string | undefined): void => {
    for (const folder of session.folders) {
      const { analysis } = folder;
      if (!analysis || (session.folderOf(path) !== folder && !analysis.isDeclaration(path))) continue;
      analysis.setBuffer(path, text);
      if (analysis.isDeclaration(path)) note(folder, [{ path, kind: 'changed' }]);
    }
    publish.changed();
  };
  connection.onDidOpenTextDocument((params) => {
    attempt(session, 'open', async () => {
      const document = session.documents.opened(params);
      if (!document) return;
      // What is opened is mostly what is on disk: no reason to read a map again.
      const known = session.folderOf(document.path)?.analysis;
      publish.opened(document.path);
      if (known?.isDeclaration(document.path) && (await known.text(document.path)) === document.text) {
        if (session.documents.get(document.uri)?.version === document.version)
          known.setBuffer(document.path, document.text);
        return publish.changed();
      }
      touched(document.path, session.documents.get(document.uri)?.text ?? document.text);
    });
  });
  connection.onDidChangeTextDocument((params) =>
    attempt(session, 'change', () => {
      const document = session.documents.changed(params);
      if (session.scanning)
        attempt(session, 'wait', () => session.hurry(() => new Promise((done) => setTimeout(done, questionDelay))));
      if (document) touched(document.path, document.text);
    }),
  );
  connection.onDidSaveTextDocument(({ textDocument: { uri } }) =>
    attempt(session, 'save', () => {
      const document = session.documents.saved(uri);
      if (!document) return;
      publish.changed();
      if (session.client.pull && session.settingsFor(document.path).run === 'onSave') publish.everything();
    }),
  );
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) =>
    attempt(session, 'close', () => {
      const document = session.documents.closed(uri);
      if (!document) return;
      publish.closed(document.path);
      if (document.dirty) return touched(document.path, undefined);
      // As it is on disk: no reason to read maps again.
      for (const { analysis } of session.folders) analysis?.setBuffer(document.path, undefined);
      publish.changed();
    }),
  );
  connection.onDidChangeWatchedFiles(({ changes }) =>
    attempt(session, 'watched files', () => {
      for (const [folder, own] of changesByFolder(session, changes)) note(folder, own);
    }),
  );
  connection.onDidChangeConfiguration(({ settings }) =>
    attempt(session, 'settings', async () => {
      if (!session.client.configuration) pushedSettings = sectionOf(settings);
      await refreshFolders();
    }),
  );

  /** Somebody waits for the answer with the cursor in a file. */
  const prompt = <P, R>(what: string, otherwise: R, handle: (session: Session, params: P) => Promise<R>) =>
    guarded(session, what, otherwise, (params: P) => session.hurry(() => handle(session, params)));

  // ── features ──────────────────────────────────────────────────────────────────────────────────────────────────
  connection.languages.diagnostics.on((params, token) => publish.pull(params, token));
  connection.languages.diagnostics.onWorkspace((params, token, _progress, results) =>
    publish.pullWorkspace(params, token, results),
  );
  connection.onHover(prompt('hover', null, hover));
  connection.onDefinition(prompt('definition', [], definition));
  connection.onCompletion(prompt('completion', [], completion));
  connection.onCodeAction(prompt('code actions', [], codeActions));
  connection.onCodeLens(prompt('code lens', [], codeLenses));
  connection.onExecuteCommand(
    guarded(session, 'command', null, async ({ command, arguments: given }) => {
      const [uri] = given ?? [];
      if (command === showPageCommand && typeof uri === 'string')
        await connection.window.showDocument({ uri, external: /^https?:/.test(uri), takeFocus: true });
      return null;
    }),
  );

  const onRequest = <M extends keyof Requests>(
    method: M,
    otherwise: Requests[M]['result'],
    handle: (params: Requests[M]['params'], token: CancellationToken) => Promise<Requests[M]['result']>,
  ): void => {
    const run = guarded(session, method, otherwise, handle);
    connection.onRequest(method, (params: Requests[M]['params'], token: CancellationToken) => run(params, token));
  };
  const runScan = async (params: Requests['shardlint/scan']['params'], token: CancellationToken) => {
    const ask = setInterval(() => statusTimer.ask(), 300);
    try {
      return await scan(session, params, token);
    } finally {
      clearInterval(ask);
      await publish.showClosed();
      statusTimer.ask();
    }
  };
  onRequest('shardlint/explain', null, (params) => explain(session, params));
  onRequest('shardlint/effectiveConfig', { text: '', map: null }, (params) => effectiveConfig(session, params));
  onRequest('shardlint/configCandidates', { existing: null, candidates: [] }, (params) =>
    configCandidates(session, params),
  );
  onRequest('shardlint/advice', { markdown: null, why: 'The advice failed' }, (params, token) =>
    advice(session, params, token),
  );
  onRequest('shardlint/reshard', { markdown: null, servers: null, why: 'The forecast failed' }, (params) =>
    reshard(session, params),
  );
  onRequest('shardlint/baseline', { uri: null, text: null, accepted: 0, mended: 0 }, async ({ folder }, token) => {
    await runScan({ workDoneToken: null, folders: [folder] }, token);
    return token.isCancellationRequested
      ? { uri: null, text: null, accepted: 0, mended: 0 }
      : baseline(session, folder);
  });
  onRequest('shardlint/report', { text: null, style: '' }, async (params, token) => {
    const answer = await report(session, params, token);
    statusTimer.ask();
    return answer;
  });
  onRequest('shardlint/tables', { maps: 0, files: 0, tables: [] }, () => tables(session));
  onRequest('shardlint/tableStatements', { statements: [], total: 0 }, (params) => tableStatements(session, params));
  onRequest('shardlint/unread', { statements: [], total: 0 }, () => unread(session));
  connection.onRequest(
    'shardlint/scan',
    async (params: Requests['shardlint/scan']['params'], token: CancellationToken) => {
      try {
        return await runScan(params, token);
      } catch (error) {
        session.fault('scan', error);
        return { files: 0, statements: 0, understood: 0, problems: 0, cancelled: true };
      }
    },
  );
  connection.onNotification('shardlint/activeDocument', ({ uri }: { readonly uri: string }) => {
    session.active = pathOf(uri) === undefined ? undefined : uri;
    statusTimer.ask();
  });
  connection.listen();
}
