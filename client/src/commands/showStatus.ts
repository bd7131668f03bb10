import * as vscode from 'vscode';
import type { UnreadStatement } from '../../../server/src/protocol';
import type { App } from '../commands';
import { detail } from '../status';

interface Choice extends vscode.QuickPickItem {
  readonly run: () => unknown;
}

/** The status in full, with what can be done about it. */
export async function showStatus(app: App): Promise<void> {
  const status = app.status.status;
  const command = (label: string, id: string): Choice => ({ label, run: () => vscode.commands.executeCommand(id) });
  const choices: Choice[] = [];
  const map = status?.map;
  if (map) {
    const open = () => vscode.window.showTextDocument(vscode.Uri.parse(map));
    choices.push({
      label: 'Open the shard map',
      description: vscode.workspace.asRelativePath(vscode.Uri.parse(map)),
      run: open,
    });
  } else choices.push(command('Create a shard map', 'shardlint.createConfiguration'));
  if (status && status.statements > status.understood) {
    choices.push({ label: 'List queries that were not understood', run: () => showUnread(app) });
  }
  choices.push(
    command('Show the shard report', 'shardlint.showReport'),
    command('Scan the workspace', 'shardlint.scanWorkspace'),
    ...(status && status.problems > 0
      ? [command('Accept what is found today in a baseline', 'shardlint.acceptFindings')]
      : []),
    command('Show the effective configuration', 'shardlint.showEffectiveConfiguration'),
    command('Show the output', 'shardlint.showOutput'),
  );
  const title = status ? [status.message, detail(status)].filter(Boolean).join(' · ') : 'The server has not started';
  const choice = await vscode.window.showQuickPick(choices, {
    title: `Shardlint: ${title}`,
    ...(status?.hint ? { placeHolder: status.hint } : {}),
  });
  await choice?.run();
}

async function showUnread({ server }: App): Promise<void> {
  const { statements, total } = await server.request('shardlint/unread', null);
  const items = statements.map((statement) => ({
    label: statement.text,
    description: `${vscode.workspace.asRelativePath(vscode.Uri.parse(statement.uri))}:${statement.range.start.line + 1}`,
    detail: statement.why,
    statement,
  }));
  const title = total === 1 ? '1 query was not understood' : `${total} queries were not understood`;
  const choice = await vscode.window.showQuickPick(items, { title, matchOnDescription: true, matchOnDetail: true });
  if (choice) await reveal(choice.statement);
}

async function reveal({ uri, range }: UnreadStatement): Promise<void> {
  const selection = new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
  await vscode.window.showTextDocument(vscode.Uri.parse(uri), { selection });
}
