/** The extension on a desktop: the server is a process of its own. */
import type * as vscode from 'vscode';
import type { ServerOptions } from 'vscode-languageclient/node';
import type { Launch } from './launch';
import { start, stop } from './start';

export function activate(context: vscode.ExtensionContext): void {
  const launch: Launch = async (options) => {
    const { LanguageClient, TransportKind } = await import('vscode-languageclient/node');
    const run = { module: context.asAbsolutePath('dist/server.js'), transport: TransportKind.ipc };
    const server: ServerOptions = { run, debug: { ...run, options: { execArgv: ['--nolazy', '--inspect=6009'] } } };
    const client = new LanguageClient('shardlint', 'Shardlint', server, options);
    return { client, kill: () => client.serverProcess?.kill('SIGKILL') };
  };
  start(context, launch);
}

export const deactivate = stop;
