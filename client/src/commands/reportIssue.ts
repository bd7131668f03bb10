import * as vscode from 'vscode';
import type { App } from '../commands';
import { detail } from '../status';

/** Opens an unsaved report for the user to complete and send; nothing leaves the machine by itself. */
export async function reportIssue({ status, version }: App): Promise<void> {
  const current = status.status;
  const content = [
    '# What happened',
    '',
    '<!-- What did you do, what did you expect, what did you see? -->',
    '',
    '# A query and the part of the shard map that show it',
    '',
    '```sql',
    '```',
    '',
    '```yaml',
    '```',
    '',
    '# Versions',
    '',
    `- Shardlint ${version}`,
    `- ${vscode.env.appName} ${vscode.version}, ${process.platform} ${process.arch}, Node.js ${process.versions.node}`,
    `- Status: ${current ? [current.state, current.message, detail(current)].filter(Boolean).join(' · ') : 'not started'}`,
    '',
  ].join('\n');
  const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
  await vscode.window.showTextDocument(document);
}
