import * as vscode from 'vscode';
import type { App } from '../commands';
import { isServed } from '../virtual';

/** From a code action: the table that it stands at, and the key to try. */
interface Asked {
  readonly uri: string;
  readonly table: string;
  readonly whatIf: string | null;
}

let asked = 0;

/** Shows the ranking of shard keys for the folder of the active file; or what was asked for at a table of a map. */
export async function adviseShardKeys({ server, pages }: App, about?: Asked): Promise<void> {
  const document = vscode.window.activeTextEditor?.document.uri;
  const uri = about?.uri ?? (isServed(document) ? document.toString() : null);
  const { markdown, why } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: 'Shardlint: trying shard keys', cancellable: true },
    async (progress, token) => {
      asked += 1;
      const workDoneToken = `shardlint-keys-${asked}`;
      let reported = 0;
      const listener = server.onProgress(workDoneToken, (percentage, message) => {
        const increment = Math.max(0, (percentage ?? reported) - reported);
        reported += increment;
        progress.report({ increment, message });
      });
      try {
        const whatIf = about?.whatIf ?? null;
        return await server.request(
          'shardlint/keys',
          { uri, table: whatIf === null ? (about?.table ?? null) : null, whatIf, workDoneToken },
          token,
        );
      } finally {
        listener?.dispose();
      }
    },
  );
  if (markdown === null) throw new Error(why ?? 'There is no answer');
  const page = pages.write(about?.whatIf ? 'What if.md' : 'Shard keys.md', markdown);
  await vscode.commands.executeCommand('markdown.showPreviewToSide', page);
}
