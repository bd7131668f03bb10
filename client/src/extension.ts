/** The extension on a desktop: the server is a process of its own. */
import type * as vscode from 'vscode';
import { LanguageClient, type ServerOptions, TransportKind } from 'vscode-languageclient/node';
import type { Launch } from './launch';
import { start, stop } from './start';

export function activate(context: vscode.ExtensionContext): Promise<void> {
  const run = { module: context.asAbsolutePath('dist/server.js'), transport: TransportKind.ipc };
  const server: ServerOptions = { run, debug: { ...run, options: { execArgv: ['--nolazy', '--inspect=6009'] } } };
  const launch: Launch = (options) => {
    const client = new LanguageClient('shardlint', 'Shardlint', server, options);
    return { client, kill: () => client.serverProcess?.kill('SIGKILL') };
  };
  return start(context, launch);
}

export const deactivate = stop;
