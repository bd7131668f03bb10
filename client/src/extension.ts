import * as vscode from 'vscode';
import { Server } from './client';
import { registerCommands } from './commands';
import { Pages } from './pages';
import { StatusItem } from './status';

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel('Shardlint', { log: true });
  const status = new StatusItem();
  const pages = new Pages();
  server = new Server(context.asAbsolutePath('dist/server.js'), output);
  context.subscriptions.push(
    output,
    status,
    pages,
    server,
    server.onStatus((value) => status.show(value)),
    vscode.window.onDidChangeActiveTextEditor((editor) => server?.activeDocument(editor)),
    ...registerCommands({ server, status, pages, output, version: String(context.extension.packageJSON.version) }),
  );
  await vscode.commands.executeCommand('setContext', 'shardlint.active', true);
  await server.restart();
}

export async function deactivate(): Promise<void> {
  await server?.end();
}
