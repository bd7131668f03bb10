import * as vscode from 'vscode';
import type { App } from '../commands';
import { isServed } from '../virtual';
import { withReading } from '../withReading';

/** From a code action: the table that it stands at, and the key to try. */
interface Asked {
  readonly uri: string;
  readonly table: string;
  readonly whatIf: string | null;
}

/** Shows the ranking of shard keys for the folder of the active file; or what was asked for at a table of a map. */
export async function adviseShardKeys({ server, pages }: App, about?: Asked): Promise<void> {
  const document = vscode.window.activeTextEditor?.document.uri;
  const uri = about?.uri ?? (isServed(document) ? document.toString() : null);
  const whatIf = about?.whatIf ?? null;
  const table = whatIf === null ? (about?.table ?? null) : null;
  const { markdown, why } = await withReading(
    server,
    { location: vscode.ProgressLocation.Notification, title: 'Shardlint: trying shard keys', cancellable: true },
    (workDoneToken, token) => server.request('shardlint/keys', { uri, table, whatIf, workDoneToken }, token),
  );
  if (markdown === null) throw new Error(why ?? 'There is no answer');
  const page = pages.write(whatIf ? 'What if.md' : 'Shard keys.md', markdown);
  await vscode.commands.executeCommand('markdown.showPreviewToSide', page);
}
