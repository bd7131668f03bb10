import * as vscode from 'vscode';
import type { Report, ReportParams } from '../../../server/src/protocol';
import type { Server } from '../client';
import { withReading } from '../withReading';

/** Asks for the report, and shows how far the reading is where it takes a while. */
export const reading = async (
  server: Server,
  format: ReportParams['format'],
  target: vscode.Uri | null,
): Promise<Report> =>
  withReading(
    server,
    { location: vscode.ProgressLocation.Window, title: 'Shardlint: shard report' },
    (workDoneToken, token) =>
      server.request('shardlint/report', { workDoneToken, format, target: target?.toString() ?? null }, token),
  );
