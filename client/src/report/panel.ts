import * as vscode from 'vscode';
import type { Server } from '../client';
import { isServed } from '../virtual';
import { exportReport } from './export';
import { reading } from './reading';

const viewType = 'shardlint.report';

/** The shard report in a tab. There is one; it comes back after a reload. */
export class ReportPanel implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private readonly registration = vscode.window.registerWebviewPanelSerializer(viewType, this);
  private reads = 0;

  constructor(
    private readonly server: Server,
    private readonly script: vscode.Uri,
  ) {}

  /** Brings the tab to the front, and its figures up to date. */
  async show(): Promise<void> {
    if (this.panel) this.panel.reveal();
    else this.take(vscode.window.createWebviewPanel(viewType, 'Shard Report', vscode.ViewColumn.Active, this.options));
    await this.refresh();
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    panel.webview.options = this.options;
    this.take(panel);
    // What is thrown here, the editor shows instead of the page.
    await this.refresh().catch(() => {});
  }

  dispose(): void {
    this.registration.dispose();
    this.panel?.dispose();
  }

  private get options(): vscode.WebviewOptions & vscode.WebviewPanelOptions {
    return {
      enableScripts: true,
      enableFindWidget: true,
      localResourceRoots: [vscode.Uri.joinPath(this.script, '..')],
    };
  }

  private take(panel: vscode.WebviewPanel): void {
    this.panel?.dispose();
    this.panel = panel;
    panel.onDidDispose(() => {
      if (this.panel === panel) this.panel = undefined;
    });
    panel.webview.onDidReceiveMessage((message: unknown) => this.receive(message));
    panel.webview.html = this.page('<main><p>Reading the workspace …</p></main>', '');
  }

  private async refresh(): Promise<void> {
    this.reads += 1;
    const read = this.reads;
    const { panel } = this;
    try {
      await this.server.running();
      const { text, style } = await reading(this.server, 'view', null);
      if (panel !== this.panel || read !== this.reads || !panel) return; // closed, or asked for once more
      panel.webview.html = text === null ? this.page(again('The report was not made.'), '') : this.page(text, style);
    } catch (error) {
      if (panel === this.panel && panel) panel.webview.html = this.page(again('The server does not answer.'), '');
      throw error;
    }
  }

  /** `body` is markup that the server has made: in it nothing of the workspace is anything but text. */
  private page(body: string, style: string): string {
    const webview = this.panel?.webview;
    const nonce = crypto.randomUUID();
    const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`;
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Shard Report</title>
<style nonce="${nonce}">${style}</style>
</head>
<body>
${body}
<script nonce="${nonce}" src="${webview?.asWebviewUri(this.script)}"></script>
</body>
</html>`;
  }

  private async receive(message: unknown): Promise<void> {
    try {
      if (isOpen(message)) await openPlace(message);
      else if (isAction(message, 'refresh')) await this.refresh();
      else if (isAction(message, 'export')) await exportReport(this.server);
    } catch (error) {
      void vscode.window.showWarningMessage(`Shardlint: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

const again = (text: string): string =>
  `<main><p>${text}</p><p><button type="button" data-action="refresh">Try again</button></p></main>`;

interface Open {
  readonly kind: 'open';
  readonly uri: string;
  readonly line: number;
  readonly column: number;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isOpen = (value: unknown): value is Open =>
  isRecord(value) &&
  value.kind === 'open' &&
  typeof value.uri === 'string' &&
  Number.isSafeInteger(value.line) &&
  Number.isSafeInteger(value.column);

const isAction = (value: unknown, action: string): boolean =>
  isRecord(value) && value.kind === 'action' && value.action === action;

/** A page may ask for files of the workspace, and for nothing else. */
async function openPlace({ uri, line, column }: Open): Promise<void> {
  const target = vscode.Uri.parse(uri, true);
  if (!isServed(target) || !vscode.workspace.getWorkspaceFolder(target)) {
    throw new Error('This place is outside of the workspace');
  }
  const position = new vscode.Position(Math.max(0, line), Math.max(0, column));
  const beside = vscode.window.tabGroups.all.length > 1 ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
  await vscode.window.showTextDocument(target, { selection: new vscode.Range(position, position), viewColumn: beside });
}
