/** The engine's edits as a workspace edit: each document at the version that was read. */
import type { TextDocumentEdit, WorkspaceEdit } from 'vscode-languageserver';
import type { Analysis } from '../engine/analysis';
import type { FileEdit } from '../engine/finding';
import type { Session } from './session';
import { uriOf } from './uris';

/** Undefined where a file cannot be read. */
export async function workspaceEdit(
  { documents, places }: Session,
  analysis: Analysis,
  edits: readonly FileEdit[],
): Promise<WorkspaceEdit | undefined> {
  const byFile = new Map<string, FileEdit[]>();
  for (const edit of edits) byFile.set(edit.file, [...(byFile.get(edit.file) ?? []), edit]);
  const changes: TextDocumentEdit[] = [];
  for (const [file, own] of byFile) {
    const text = await analysis.text(file);
    if (text === undefined) return undefined;
    const document = documents.at(file);
    changes.push({
      textDocument: { uri: document?.uri ?? uriOf(file), version: document?.version ?? null },
      edits: own.map(({ span, text: newText }) => ({ range: places.range(text, span), newText })),
    });
  }
  return { documentChanges: changes };
}
