/** The client's side in a page: a workspace in memory, the server in a real worker, and what it finds. */

import type { Diagnostic } from 'vscode-languageserver-protocol';
import {
  BrowserMessageReader,
  BrowserMessageWriter,
  createProtocolConnection,
} from 'vscode-languageserver-protocol/browser';

declare const window: Record<string, unknown>;
declare const Worker: new (url: string) => { postMessage(message: unknown): void; terminate(): void };
declare const location: { readonly href: string };

const root = '/@vscode-vfs/github/shop';

/** Findings by file, as `rule line:column`, of a workspace given by its texts. */
window.findings = async (files: Readonly<Record<string, string>>): Promise<unknown> => {
  const worker = new Worker('/dist/serverWeb.js');
  worker.postMessage({ typescript: new URL('/dist/vendor/typescript.js', location.href).href });
  const connection = createProtocolConnection(
    new BrowserMessageReader(worker as never),
    new BrowserMessageWriter(worker as never),
  );
  const log: string[] = [];
  const found = new Map<string, string[]>();
  connection.onNotification('window/logMessage', ({ message }: { message: string }) => void log.push(message));
  connection.onNotification(
    'textDocument/publishDiagnostics',
    ({ uri, diagnostics }: { uri: string; diagnostics: Diagnostic[] }) => {
      const name = decodeURIComponent(new URL(uri).pathname).slice(root.length + 1);
      found.set(
        name,
        diagnostics.map(({ code, range: { start } }) => `${code} ${start.line + 1}:${start.character + 1}`).sort(),
      );
    },
  );
  const text = (path: string) => files[path.slice(root.length + 1)];
  connection.onRequest('shardlint/listFiles', () => Object.keys(files).map((name) => `${root}/${name}`));
  connection.onRequest('shardlint/readFile', ({ path }: { path: string }) => {
    const held = text(path);
    return held === undefined ? null : new TextEncoder().encode(held);
  });
  connection.onRequest('shardlint/exists', ({ path }: { path: string }) => text(path) !== undefined);
  connection.onRequest('shardlint/asset', async ({ name }: { name: string }) => {
    const answer = await fetch(`/dist/${name}`);
    return new Uint8Array(await answer.arrayBuffer());
  });
  connection.listen();
  const uri = `file://${root.replace('@', '%40')}`;
  await connection.sendRequest('initialize', {
    processId: null,
    rootUri: uri,
    workspaceFolders: [{ uri, name: 'shop' }],
    capabilities: {},
  });
  await connection.sendNotification('initialized', {});
  const summary = await connection.sendRequest('shardlint/scan', { workDoneToken: null, folders: null });
  let before = -1;
  for (let quiet = 0; quiet < 5; quiet += 1) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    if (found.size !== before) quiet = 0;
    before = found.size;
  }
  worker.terminate();
  return { summary, log, found: Object.fromEntries([...found].filter(([, items]) => items.length > 0).sort()) };
};
window.ready = true;
