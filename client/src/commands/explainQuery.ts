import * as vscode from 'vscode';
import type { App } from '../commands';

/** Shows beside the editor on which shards the statement at the cursor runs, and why. */
export async function explainQuery({ server, pages }: App): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) throw new Error('Put the cursor into a query first');
  const { line, character } = editor.selection.active;
  const uri = editor.document.uri.toString();
  const explanation = await server.request('shardlint/explain', { uri, position: { line, character } });
  if (!explanation) throw new Error('No query at the cursor');
  const page = pages.write('Query explained.md', explanation.markdown);
  await vscode.commands.executeCommand('markdown.showPreviewToSide', page);
}
