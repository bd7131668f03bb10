import * as vscode from 'vscode';
import type { Server } from './client';

interface Shown {
  readonly location: vscode.ProgressLocation;
  readonly title: string;
  readonly cancellable?: boolean;
}

let readings = 0;

/** A request that reads the workspace: `ask` hands on the token under which the server says how far it is. */
export const withReading = <T>(
  server: Server,
  shown: Shown,
  ask: (workDoneToken: string, token: vscode.CancellationToken) => Promise<T>,
): Thenable<T> =>
  vscode.window.withProgress(shown, async (progress, token) => {
    readings += 1;
    const workDoneToken = `shardlint-${readings}`;
    let reported = 0;
    await server.running();
    const listener = server.onProgress(workDoneToken, (percentage, message) => {
      const increment = Math.max(0, (percentage ?? reported) - reported);
      reported += increment;
      progress.report({ increment, message });
    });
    try {
      return await ask(workDoneToken, token);
    } finally {
      listener?.dispose();
    }
  });
