/** The extension, wherever it runs: `extension.ts` and `browser.ts` say how the server is started. */
import * as vscode from 'vscode';
import { Server } from './client';
import { registerCommands } from './commands';
import type { Launch } from './launch';
import { Pages } from './pages';
import { ReportPanel } from './report/panel';
import { StatusItem } from './status';
import { TablesView } from './tables';

let server: Server | undefined;

/** Everything is there at once; the server is started when the editor has gone on. */
export function start(context: vscode.ExtensionContext, launch: Launch): void {
  const output = vscode.window.createOutputChannel('Shardlint', { log: true });
  const status = new StatusItem();
  const pages = new Pages();
  server = new Server(launch, output);
  const report = new ReportPanel(server, vscode.Uri.joinPath(context.extensionUri, 'dist', 'reportPanel.js'));
  context.subscriptions.push(
    output,
    status,
    pages,
    report,
    new TablesView(server),
    server,
    server.onStatus((value) => status.show(value)),
    vscode.window.onDidChangeActiveTextEditor((editor) => server?.activeDocument(editor)),
    ...registerCommands({
      server,
      status,
      pages,
      report,
      output,
      version: String(context.extension.packageJSON.version),
      context,
    }),
  );
  void server.restart();
  void vscode.commands.executeCommand('setContext', 'shardlint.active', true);
}

export async function stop(): Promise<void> {
  await server?.end();
}
