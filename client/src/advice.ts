import * as vscode from 'vscode';
import type { AdviceTopic } from '../../server/src/protocol';
import type { App } from './commands';
import { isServed } from './virtual';
import { withReading } from './withReading';

/** Asks for a page of advice on the folder of a file, by default the active editor's, and shows it beside the editor. */
export async function showAdvice(
  { server, pages }: App,
  about: AdviceTopic,
  { title, page, uri }: { readonly title: string; readonly page: string; readonly uri?: string },
): Promise<void> {
  const document = vscode.window.activeTextEditor?.document.uri;
  const { markdown, why } = await withReading(
    server,
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    (workDoneToken, token) =>
      server.request(
        'shardlint/advice',
        { uri: uri ?? (isServed(document) ? document.toString() : null), about, workDoneToken },
        token,
      ),
  );
  if (markdown === null) throw new Error(why ?? 'There is no answer');
  await vscode.commands.executeCommand('markdown.showPreviewToSide', pages.write(page, markdown));
}
