/** The extension in a browser: the server is a web worker, which reads the workspace through the editor. */
import * as vscode from 'vscode';
import { serveFiles } from './files';
import type { Launch } from './launch';
import { start, stop } from './start';

/** What the extension host's own global scope has, of which the types of Node know nothing. */
interface WebWorker {
  postMessage(message: unknown): void;
  terminate(): void;
}
declare const Worker: new (url: string) => WebWorker;

export function activate(context: vscode.ExtensionContext): void {
  const dist = (...path: string[]) => vscode.Uri.joinPath(context.extensionUri, 'dist', ...path);
  let scripts: Promise<readonly [server: string, typescript: string]> | undefined;
  const launch: Launch = async (options) => {
    const { LanguageClient } = await import('vscode-languageclient/browser');
    scripts ??= Promise.all([script(dist('serverWeb.js')), script(dist('vendor', 'typescript.js'))]);
    const [server, typescript] = await scripts;
    const worker = new Worker(server);
    // Before the protocol begins: the parser of TypeScript is loaded from there when the first file needs it.
    worker.postMessage({ typescript });
    const client = new LanguageClient('shardlint', 'Shardlint', worker as never, options);
    serveFiles(client, dist());
    return { client, kill: () => worker.terminate() };
  };
  start(context, launch);
}

/** An address that a worker can be made of wherever the extension lies: not every place of one has an address itself. */
async function script(file: vscode.Uri): Promise<string> {
  const bytes = new Uint8Array(await vscode.workspace.fs.readFile(file));
  return URL.createObjectURL(new Blob([bytes], { type: 'text/javascript' }));
}

export const deactivate = stop;
