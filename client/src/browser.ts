/** The extension in a browser: the server is a web worker, which reads the workspace through the editor. */
import * as vscode from 'vscode';
import { LanguageClient } from 'vscode-languageclient/browser';
import { serveFiles } from './files';
import type { Launch } from './launch';
import { start, stop } from './start';

/** What the extension host's own global scope has, of which the types of Node know nothing. */
interface WebWorker {
  postMessage(message: unknown): void;
  terminate(): void;
}
declare const Worker: new (url: string) => WebWorker;

export function activate(context: vscode.ExtensionContext): Promise<void> {
  const dist = (...path: string[]) => vscode.Uri.joinPath(context.extensionUri, 'dist', ...path);
  const launch: Launch = (options) => {
    const worker = new Worker(dist('serverWeb.js').toString(true));
    // Before the protocol begins: the parser of TypeScript is loaded from there when the first file needs it.
    worker.postMessage({ typescript: dist('vendor', 'typescript.js').toString(true) });
    const client = new LanguageClient('shardlint', 'Shardlint', options, worker as never);
    serveFiles(client, dist());
    return { client, kill: () => worker.terminate() };
  };
  return start(context, launch);
}

export const deactivate = stop;
