import * as vscode from 'vscode';
import type { ScanSummary } from '../../../server/src/protocol';
import type { App } from '../commands';

let scans = 0;

/** Reads every file of the workspace; the findings stand in the Problems panel, which is opened where there are any. */
export async function scanWorkspace({ server }: App): Promise<ScanSummary> {
  const summary = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: 'Shardlint: scanning the workspace', cancellable: true },
    async (progress, token) => {
      scans += 1;
      const workDoneToken = `shardlint-scan-${scans}`;
      let reported = 0;
      const listener = server.onProgress(workDoneToken, (percentage, message) => {
        const increment = Math.max(0, (percentage ?? reported) - reported);
        reported += increment;
        progress.report({ increment, message });
      });
      try {
        return await server.request('shardlint/scan', { workDoneToken, folders: null }, token);
      } finally {
        listener?.dispose();
      }
    },
  );
  if (!summary.cancelled && summary.problems > 0) {
    await vscode.commands.executeCommand('workbench.actions.view.problems');
  }
  return summary;
}
