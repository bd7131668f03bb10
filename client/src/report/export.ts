import * as vscode from 'vscode';
import type { ReportParams } from '../../../server/src/protocol';
import type { Server } from '../client';
import { reading } from './reading';

const formats: Readonly<Record<string, ReportParams['format']>> = { html: 'html', md: 'md', json: 'json' };

/** Writes the report where the user says; the ending of the name decides how. */
export async function exportReport(server: Server): Promise<void> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const target = await vscode.window.showSaveDialog({
    title: 'Export the shard report',
    filters: { 'Web page': ['html'], Markdown: ['md'], JSON: ['json'] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder.uri, 'shard-report.html') }),
  });
  if (!target) return;
  const ending = target.path.slice(target.path.lastIndexOf('.') + 1).toLowerCase();
  const { text } = await reading(server, formats[ending] ?? 'html', target);
  if (text === null) throw new Error('The report was not made');
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
}
