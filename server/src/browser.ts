/** The language server in a web worker. It has no files: it asks the editor for them. */
import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser';
import { version } from '../../package.json';
import { localAnalysis } from './engine/localAnalysis';
import { startServer } from './lsp/server';
import { browserPlatform } from './platform/browser';
import type { FileRequests } from './protocol';

/** The worker's global scope, as far as it is used; `shardlintTypeScript` is read when the parser is loaded. */
interface Scope {
  onmessage: ((event: { readonly data: { readonly typescript: string } }) => void) | null;
  shardlintTypeScript?: string;
}

const scope = globalThis as unknown as Scope;

// The first message says where the parser of TypeScript lies; with the next one the protocol begins.
scope.onmessage = ({ data }) => {
  scope.shardlintTypeScript = data.typescript;
  begin();
};

function begin(): void {
  const reader = new BrowserMessageReader(scope as never);
  const connection = createConnection(reader, new BrowserMessageWriter(scope as never));
  const ask = <M extends keyof FileRequests>(
    method: M,
    params: FileRequests[M]['params'],
  ): Promise<FileRequests[M]['result']> => connection.sendRequest(method, params);
  const platform = browserPlatform({
    list: (root, skip) => ask('shardlint/listFiles', { root, skip }),
    read: async (path) => (await ask('shardlint/readFile', { path })) ?? undefined,
    exists: (path) => ask('shardlint/exists', { path }),
    asset: async (name) => (await ask('shardlint/asset', { name })) ?? undefined,
    log: (level, message) => {
      if (level !== 'debug') connection.console[level](message);
    },
  });
  startServer(connection, {
    version,
    analysis: (root, options) => localAnalysis(platform, root, options),
    // Pages lie in the extension, which a worker cannot point into.
    pageOf: () => undefined,
  });
}
