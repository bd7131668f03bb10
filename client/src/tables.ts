import * as vscode from 'vscode';
import type { TableInMap, TableStatement } from '../../server/src/protocol';
import type { Server } from './client';

type Node =
  | { readonly kind: 'table'; readonly table: TableInMap }
  | { readonly kind: 'class'; readonly table: TableInMap; readonly of: TableInMap['classes'][number] }
  | { readonly kind: 'statement'; readonly statement: TableStatement }
  | { readonly kind: 'more'; readonly count: number };

const refreshDelay = 400;

/** The view of tables, their statements by where they run, and the lines where these stand. */
export class TablesView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view = vscode.window.createTreeView<Node>('shardlint.tables', { treeDataProvider: this });
  private waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly server: Server) {
    server.onStatus(() => this.refresh());
  }

  /** Soon: a scan tells its status many times. */
  private refresh(): void {
    this.waiting ??= setTimeout(() => {
      this.waiting = undefined;
      this.changed.fire();
    }, refreshDelay);
  }

  async getChildren(node?: Node): Promise<readonly Node[] & Node[]> {
    try {
      return [...(await this.children(node))];
    } catch {
      return []; // The server is down, which its status says.
    }
  }

  private async children(node: Node | undefined): Promise<readonly Node[]> {
    switch (node?.kind) {
      case undefined:
        return this.roots();
      case 'table':
        return node.table.classes.map((of) => ({ kind: 'class', table: node.table, of }));
      case 'class': {
        const { map, name: table } = node.table;
        const asked = { map, table, class: node.of.class };
        const { statements, total } = await this.server.request('shardlint/tableStatements', asked);
        const shown = statements.map((statement): Node => ({ kind: 'statement', statement }));
        return total > shown.length ? [...shown, { kind: 'more', count: total - shown.length }] : shown;
      }
      default:
        return [];
    }
  }

  private async roots(): Promise<readonly Node[]> {
    const { maps, files, tables } = await this.server.request('shardlint/tables', null);
    const used = tables.filter(({ classes }) => classes.length > 0);
    const state = maps === 0 ? 'noMap' : files === 0 || used.length === 0 ? 'nothingRead' : 'ready';
    await vscode.commands.executeCommand('setContext', 'shardlint.tables', state);
    this.view.description = state === 'ready' ? `${files} file${files === 1 ? '' : 's'} read` : '';
    return used.map((table) => ({ kind: 'table', table }));
  }

  getTreeItem(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case 'table':
        return tableItem(node.table);
      case 'class':
        return classItem(node.of);
      case 'statement':
        return statementItem(node.statement);
      case 'more':
        return new vscode.TreeItem(`… and ${node.count} more`);
    }
  }

  dispose(): void {
    clearTimeout(this.waiting);
    this.view.dispose();
    this.changed.dispose();
  }
}

function tableItem({ name, kind, key, classes, mapName }: TableInMap): vscode.TreeItem {
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Collapsed);
  const total = classes.reduce((sum, { count }) => sum + count, 0);
  const away = classes
    .filter((one) => one.class === 'scatter' || one.class === 'cross-shard-join')
    .reduce((sum, { count }) => sum + count, 0);
  const how = kind === 'sharded' ? key.join(', ') : kind;
  item.description = [how, away > 0 ? `${away} of ${total} leave` : `${total}`, mapName].filter(Boolean).join(' · ');
  item.iconPath = new vscode.ThemeIcon(kind === 'sharded' ? 'database' : 'table');
  item.tooltip = `${name}: ${how}, ${total} statement${total === 1 ? '' : 's'}`;
  return item;
}

/** Colours as in the report. */
const colours: Readonly<Record<string, string>> = {
  single: 'charts.green',
  subset: 'charts.blue',
  scatter: 'charts.yellow',
  'cross-shard-join': 'charts.red',
  reference: 'charts.purple',
};

function classItem({ class: of, name, count }: TableInMap['classes'][number]): vscode.TreeItem {
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Collapsed);
  item.description = String(count);
  item.iconPath = new vscode.ThemeIcon('circle-filled', new vscode.ThemeColor(colours[of] ?? 'descriptionForeground'));
  item.accessibilityInformation = { label: `${name}, ${count} statement${count === 1 ? '' : 's'}` };
  return item;
}

function statementItem({ uri, range, text, function: name, writes, why }: TableStatement): vscode.TreeItem {
  const target = vscode.Uri.parse(uri);
  const { start } = range;
  const item = new vscode.TreeItem(name ?? text);
  item.description = `${vscode.workspace.asRelativePath(target)}:${start.line + 1}`;
  item.iconPath = new vscode.ThemeIcon(writes ? 'edit' : 'eye');
  item.tooltip = [text, why].filter(Boolean).join('\n\n');
  const selection = new vscode.Range(start.line, start.character, start.line, start.character);
  item.command = { command: 'vscode.open', title: 'Open', arguments: [target, { selection }] };
  return item;
}
