import * as vscode from 'vscode';

/** The folder of the workspace that is meant; undefined where the user has changed their mind. */
export async function pickFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) throw new Error('Open a folder first: a shard map belongs to a folder');
  return folders.length === 1 ? folders[0] : vscode.window.showWorkspaceFolderPick();
}
