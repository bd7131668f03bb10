import * as vscode from 'vscode';
import type { ScanSummary } from '../../../server/src/protocol';
import type { App } from '../commands';
import { withReading } from '../withReading';

/** Reads every file of the workspace; the findings stand in the Problems panel, which is opened where there are any. */
export async function scanWorkspace({ server }: App): Promise<ScanSummary> {
  const summary = await withReading(
    server,
    { location: vscode.ProgressLocation.Notification, title: 'Shardlint: scanning the workspace', cancellable: true },
    (workDoneToken, token) => server.request('shardlint/scan', { workDoneToken, folders: null }, token),
  );
  if (!summary.cancelled && summary.problems > 0) {
    await vscode.commands.executeCommand('workbench.actions.view.problems');
  }
  return summary;
}
