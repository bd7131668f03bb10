import * as vscode from 'vscode';
import type { Report, ReportParams } from '../../../server/src/protocol';
import type { Server } from '../client';

let reads = 0;

/** Asks for the report, and shows how far the reading is where it takes a while. */
export function reading(server: Server, format: ReportParams['format'], target: vscode.Uri | null): Promise<Report> {
  const options = { location: vscode.ProgressLocation.Window, title: 'Shardlint: shard report' };
  return Promise.resolve(
    vscode.window.withProgress(options, async (progress, token) => {
      reads += 1;
      const workDoneToken = `shardlint-report-${reads}`;
      const listener = server.onProgress(workDoneToken, (_percentage, message) => progress.report({ message }));
      try {
        const params = { workDoneToken, format, target: target?.toString() ?? null };
        return await server.request('shardlint/report', params, token);
      } finally {
        listener?.dispose();
      }
    }),
  );
}
