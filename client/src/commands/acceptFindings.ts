import * as vscode from 'vscode';
import type { App } from '../commands';
import { pickFolder } from '../pickFolder';

/** Writes what is found today into the folder's baseline, which hides it; one that is there only loses what is mended. */
export async function acceptFindings({ server }: App): Promise<void> {
  const folder = await pickFolder();
  if (!folder) return;
  const { uri, text, accepted, mended } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: 'Shardlint: reading the folder', cancellable: true },
    (_, token) => server.request('shardlint/baseline', { folder: folder.uri.toString() }, token),
  );
  if (uri === null) return;
  const file = vscode.Uri.parse(uri);
  const name = vscode.workspace.asRelativePath(file);
  if (text === null) {
    void vscode.window.showInformationMessage(
      accepted > 0 ? `${name}: nothing of it is mended yet` : `${name} cannot be read as a baseline`,
    );
    return;
  }
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
  const said = mended > 0 ? `${mended} mended, ${accepted} still accepted` : `${accepted} findings accepted`;
  const open = 'Open';
  if ((await vscode.window.showInformationMessage(`${said} in ${name}`, open)) === open)
    await vscode.window.showTextDocument(file);
}
