/** The engine's edits as a workspace edit: each document at the version that was read. */
import type { AnnotatedTextEdit, CreateFile, TextDocumentEdit, TextEdit, WorkspaceEdit } from 'vscode-languageserver';
import type { Analysis } from '../engine/analysis';
import type { FileEdit } from '../engine/finding';
import type { Session } from './session';
import { uriOf } from './uris';

/**
 * `confirm`: a title under which the client shows what would change before it does.
 * A file that is not there is created where the client can. Undefined where that, or reading another, is not possible.
 */
export async function workspaceEdit(
  { client, documents, places }: Session,
  analysis: Analysis,
  edits: readonly FileEdit[],
  confirm?: string,
): Promise<WorkspaceEdit | undefined> {
  const annotationId = confirm !== undefined && client.changeAnnotations ? 'confirm' : undefined;
  const marked = (edit: TextEdit): TextEdit | AnnotatedTextEdit =>
    annotationId === undefined ? edit : { ...edit, annotationId };
  const byFile = new Map<string, FileEdit[]>();
  for (const edit of edits) byFile.set(edit.file, [...(byFile.get(edit.file) ?? []), edit]);
  const changes: (TextDocumentEdit | CreateFile)[] = [];
  for (const [file, own] of byFile) {
    const known = await analysis.text(file);
    const creates = known === undefined && own.every(({ span }) => span.start === 0 && span.end === 0);
    if (known === undefined && !(creates && client.createFiles)) return undefined;
    if (creates)
      changes.push({ kind: 'create', uri: uriOf(file), options: { overwrite: false, ignoreIfExists: false } });
    const text = known ?? '';
    const document = documents.at(file);
    changes.push({
      textDocument: { uri: document?.uri ?? uriOf(file), version: document?.version ?? null },
      edits: own.map(({ span, text: newText }) => marked({ range: places.range(text, span), newText })),
    });
  }
  if (annotationId === undefined) return { documentChanges: changes };
  const annotation = { label: confirm ?? '', needsConfirmation: true, description: 'may change what the code does' };
  return { documentChanges: changes, changeAnnotations: { [annotationId]: annotation } };
}
