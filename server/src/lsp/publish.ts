/**
 * Who shows what: open documents are pulled where the client can, otherwise pushed; files that are not open come with
 * the workspace's long poll, or are pushed. A document has one way at a time.
 */
import type {
  CancellationToken,
  Diagnostic,
  DocumentDiagnosticParams,
  DocumentDiagnosticReport,
  ResultProgressReporter,
  WorkspaceDiagnosticParams,
  WorkspaceDiagnosticReport,
  WorkspaceDiagnosticReportPartialResult,
  WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { diagnosticsOf } from './diagnostics';
import { attempt } from './guard';
import type { Session } from './session';
import { breathing, timer } from './timer';
import { pathOf, sameUri, uriOf } from './uris';

/** After the last keystroke; a client that pulls decides for itself. */
const openDelay = 120;
/** What looks at the whole workspace waits until the editor rests, and for somebody who never does no longer than `closedMost`. */
const closedDelay = 400;
const closedMost = 10_000;

export interface Publisher {
  /** A document has changed: what depends on it, too. */
  changed(): void;
  opened(path: string): void;
  closed(path: string): void;
  /** Everything may be different: maps, settings. */
  everything(): void;
  pull(params: DocumentDiagnosticParams, token: CancellationToken): Promise<DocumentDiagnosticReport>;
  pullWorkspace(
    params: WorkspaceDiagnosticParams,
    token: CancellationToken,
    results: ResultProgressReporter<WorkspaceDiagnosticReportPartialResult> | undefined,
  ): Promise<WorkspaceDiagnosticReport>;
  /** Brings files that are not open up to date now. */
  showClosed(): Promise<void>;
  stop(): void;
}

/** One `workspace/diagnostic` that the client keeps open. */
interface Poll {
  readonly known: Map<string, string>;
  send(items: WorkspaceDocumentDiagnosticReport[]): void;
}

export function publisher(session: Session, after: () => void): Publisher {
  const { connection } = session;
  const idOf = resultIds();
  /** Result ids of what was pushed, by path. */
  const pushed = new Map<string, string>();
  /** What files that are not open show, by path. */
  const closed = new Map<string, { readonly id: string; readonly items: readonly Diagnostic[] }>();
  const closing = new Set<string>();
  let poll: Poll | undefined;
  let polled = false;

  const compute = async (path: string, pace: 'rested' | 'typed' = 'rested'): Promise<readonly Diagnostic[]> => {
    const folder = session.folderOf(path);
    return folder ? diagnosticsOf(session, folder, path, pace) : [];
  };
  const push = (path: string, items: readonly Diagnostic[]): void => {
    const id = idOf(path, items);
    if (session.closed || (pushed.get(path) ?? nothingId) === id) return;
    pushed.set(path, id);
    const document = session.documents.at(path);
    void connection.sendDiagnostics({
      uri: document?.uri ?? uriOf(path),
      diagnostics: [...items],
      ...(document ? { version: document.version } : {}),
    });
  };

  const pushOpen = async (pace: 'rested' | 'typed'): Promise<void> => {
    await session.ready;
    const pause = breathing();
    for (const { uri, path, version, dirty } of session.documents.all) {
      if (dirty && session.settingsFor(path).run === 'onSave') continue;
      const items = await session.hurry(() => compute(path, pace));
      // Stale: a later change asks again.
      if (session.documents.get(uri)?.version === version) push(path, items);
      await pause();
    }
  };

  const showClosed = async (): Promise<void> => {
    await session.ready;
    // A scan ends with it.
    if (session.scanning) return;
    const pause = breathing();
    const wanted = new Set<string>();
    let isOld = false;
    for (const { analysis, scanned } of session.folders) {
      for (const path of scanned) wanted.add(path);
      for (const { file } of (await analysis?.mapReports()) ?? []) wanted.add(file);
    }
    for (const path of [...closed.keys()]) wanted.add(path);
    for (const path of wanted) {
      if (session.documents.at(path)) {
        closed.delete(path);
        continue;
      }
      const folder = session.folderOf(path);
      const shown = folder && (folder.scanned.has(path) || folder.analysis?.isDeclaration(path));
      const items = shown ? await compute(path) : [];
      if (session.documents.at(path)) continue;
      if (items.length > 0 || closed.has(path)) closed.set(path, { id: idOf(path, items), items });
      if (!polled) push(path, items);
      await pause();
    }
    // What the whole workspace says of open documents has been made anew.
    for (const { path } of session.documents.all) isOld ||= await differs(path);
    if (session.client.pull && isOld) refresh();
    else if (!session.client.pull) await pushOpen('rested');
    answerPoll();
    after();
  };
  /** Whether the findings of an open document are others than those that the client pulled last. */
  const lastPulled = new Map<string, string>();
  const differs = async (path: string): Promise<boolean> => {
    const before = lastPulled.get(path);
    if (before === undefined || !session.client.pull) return false;
    return idOf(path, await compute(path)) !== before;
  };
  const refresh = (): void => {
    if (!session.closed) attempt(session, 'refresh', () => connection.languages.diagnostics.refresh());
  };
  const answerPoll = (): void => {
    if (!poll) return;
    const items: WorkspaceDocumentDiagnosticReport[] = [];
    for (const [path, { id, items: shown }] of closed) {
      const uri = uriOf(path);
      if (poll.known.get(sameUri(uri)) === id) continue;
      poll.known.set(sameUri(uri), id);
      items.push({ kind: 'full', uri, version: null, resultId: id, items: [...shown] });
      if (shown.length === 0) closed.delete(path);
    }
    if (items.length > 0) poll.send(items);
  };

  const openTimer = timer(openDelay, openDelay, () => guard('push', () => pushOpen('typed')));
  const closedTimer = timer(closedDelay, closedMost, () => guard('closed files', showClosed));
  const guard = async (what: string, run: () => Promise<void>): Promise<void> => {
    try {
      await run();
    } catch (error) {
      session.fault(what, error);
    }
  };
  const changed = (): void => {
    if (!session.client.pull) openTimer.ask();
    closedTimer.ask();
  };

  return {
    changed,
    opened(path) {
      closing.delete(path);
      if (session.client.pull) {
        // From now on the client pulls this document.
        if (pushed.has(path)) push(path, []);
        pushed.delete(path);
        closed.delete(path);
      }
      changed();
    },
    closed(path) {
      closing.add(path);
      lastPulled.delete(path);
      const stays = session.folderOf(path)?.scanned.has(path) || session.folderOf(path)?.analysis?.isDeclaration(path);
      if (session.client.pull) closed.set(path, { id: '', items: [] });
      else if (!stays) push(path, []);
      changed();
    },
    everything() {
      if (session.client.pull) refresh();
      changed();
    },
    async pull({ textDocument: { uri }, previousResultId }, token) {
      const path = pathOf(uri);
      if (path === undefined) return { kind: 'full', items: [] };
      const document = session.documents.get(uri);
      await session.ready;
      const settings = session.settingsFor(path);
      if (document?.dirty && settings.run === 'onSave' && previousResultId !== undefined)
        return { kind: 'unchanged', resultId: previousResultId };
      const gone = !document && closing.has(path);
      const stays = session.folderOf(path)?.scanned.has(path) || session.folderOf(path)?.analysis?.isDeclaration(path);
      const items = gone && !stays ? [] : await session.hurry(() => compute(path, 'typed'));
      if (token.isCancellationRequested || session.documents.get(uri)?.version !== document?.version)
        throw new ResponseError(LSPErrorCodes.ServerCancelled, 'The document has changed', { retriggerRequest: true });
      const id = idOf(path, items);
      lastPulled.set(path, id);
      closedTimer.remind();
      return id === previousResultId
        ? { kind: 'unchanged', resultId: id }
        : { kind: 'full', resultId: id, items: [...items] };
    },
    pullWorkspace({ previousResultIds }, token, results) {
      if (!polled) for (const path of [...pushed.keys()]) if (!session.documents.at(path)) push(path, []);
      polled = true;
      const known = new Map(previousResultIds.map(({ uri, value }) => [sameUri(uri), value] as const));
      // What was shown before a restart and is no longer: told once.
      for (const { uri } of previousResultIds) {
        const path = pathOf(uri);
        if (path !== undefined && !closed.has(path) && !session.documents.at(path))
          closed.set(path, { id: nothingId, items: [] });
      }
      return new Promise((resolve) => {
        const own: Poll = {
          known,
          send: (items) => {
            if (results) return results.report({ items });
            if (poll === own) poll = undefined;
            resolve({ items });
          },
        };
        poll = own;
        token.onCancellationRequested(() => {
          if (poll === own) poll = undefined;
          resolve({ items: [] });
        });
        closedTimer.ask();
      });
    },
    showClosed: () => guard('closed files', showClosed),
    stop() {
      openTimer.cancel();
      closedTimer.cancel();
    },
  };
}

const nothingId = 'none';

/**
 * The same id as long as a file shows the same. Held against what it showed last, which for thousands of diagnostics is
 * quicker than to print them.
 */
function resultIds(): (path: string, items: readonly Diagnostic[]) => string {
  // Of another run of the server nothing is known.
  const run = Date.now().toString(36);
  const last = new Map<string, { readonly id: string; readonly items: readonly Diagnostic[] }>();
  let count = 0;
  return (path, items) => {
    if (items.length === 0) {
      last.delete(path);
      return nothingId;
    }
    const before = last.get(path);
    const isSame = before?.items.length === items.length && before.items.every((one, i) => isEqual(one, items[i]));
    const id = before && isSame ? before.id : `${run}-${++count}`;
    last.set(path, { id, items });
    return id;
  };
}

/** Of plain data without `undefined`. */
function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [left, right] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>];
  let more = 0;
  for (const key in left) {
    more++;
    if (!isEqual(left[key], right[key])) return false;
  }
  for (const _ in right) more--;
  return more === 0;
}
