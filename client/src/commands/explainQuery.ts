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
  const page = pages.write('Query explained.md', forPreview(explanation.markdown));
  await vscode.commands.executeCommand('markdown.showPreviewToSide', page);
}

/**
 * The preview follows no `file:` links. It does follow paths from the root of the first folder; a place anywhere else
 * keeps its text alone.
 */
function forPreview(markdown: string): string {
  return markdown.replace(/\[((?:[^\]\\]|\\.)*)\]\((file:[^)]*)\)/g, (_link, text: string, target: string) => {
    const uri = vscode.Uri.parse(target);
    if (vscode.workspace.getWorkspaceFolder(uri)?.index !== 0) return text;
    const path = vscode.workspace.asRelativePath(uri, false).split('/').map(encodeURIComponent).join('/');
    return `[${text}](/${path}${uri.fragment ? `#${uri.fragment}` : ''})`;
  });
}
