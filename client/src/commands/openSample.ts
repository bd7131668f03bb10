import * as vscode from 'vscode';
import type { App } from '../commands';

const shops = [
  { label: 'PostgreSQL on Citus', detail: 'node-postgres and SQL migrations', folder: 'citus' },
  { label: 'MySQL on Vitess', detail: 'mysql2 and a VSchema', folder: 'vitess' },
  { label: 'Sharding of its own', detail: 'PostgreSQL behind functions that pick a shard', folder: 'own-sharding' },
] as const;

/** Opens a copy of a sample shop in a window of its own, where nothing can be broken. */
export async function openSample({ context }: App): Promise<void> {
  const shop = await vscode.window.showQuickPick(shops, { placeHolder: 'A small shop to try Shardlint on' });
  if (!shop) return;
  const copy = vscode.Uri.joinPath(context.globalStorageUri, 'samples', shop.folder);
  const source = vscode.Uri.joinPath(context.extensionUri, 'samples', shop.folder);
  await vscode.workspace.fs.copy(source, copy, { overwrite: true });
  await vscode.commands.executeCommand('vscode.openFolder', copy, { forceNewWindow: true });
}
