import * as vscode from 'vscode';
import type { ConfigCandidate } from '../../../server/src/protocol';
import type { App } from '../commands';
import { pickFolder } from '../pickFolder';

/**
 * Opens the folder's shard map, or proposes one written from what the folder declares already. The proposal is an
 * unsaved document: nothing is written before the user saves it.
 */
export async function createConfiguration({ server }: App): Promise<void> {
  const folder = await pickFolder();
  if (!folder) return;
  const { existing, candidates } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: 'Shardlint: looking for declarations' },
    () => server.request('shardlint/configCandidates', { folder: folder.uri.toString() }),
  );
  if (existing) {
    await vscode.window.showTextDocument(vscode.Uri.parse(existing));
    return;
  }
  const candidate = await pickCandidate(candidates);
  if (candidate) await openUnsaved(vscode.Uri.parse(candidate.uri), candidate.text);
}

async function pickCandidate(candidates: readonly ConfigCandidate[]): Promise<ConfigCandidate | undefined> {
  if (candidates.length <= 1) return candidates[0];
  const items = candidates.map((candidate) => ({ label: candidate.label, detail: candidate.detail, candidate }));
  const placeHolder = 'What says how the tables are sharded?';
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDetail: true }))?.candidate;
}

async function openUnsaved(uri: vscode.Uri, text: string): Promise<void> {
  const editor = await vscode.window.showTextDocument(uri.with({ scheme: 'untitled' }));
  if (editor.document.getText() !== '') return;
  await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), text));
}
