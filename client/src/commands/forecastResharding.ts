import * as vscode from 'vscode';
import type { App } from '../commands';
import { isServed } from '../virtual';

/** Asks for a number of servers, and shows what moves until there are so many. */
export async function forecastResharding({ server, pages }: App): Promise<void> {
  const document = vscode.window.activeTextEditor?.document.uri;
  const uri = isServed(document) ? document.toString() : null;
  const today = await server.request('shardlint/reshard', { uri, from: null, to: null });
  if (today.servers === null) {
    // Where a number would not help either, the reason is the answer.
    const { markdown, why } = await server.request('shardlint/reshard', { uri, from: 1, to: 2 });
    if (markdown === null) throw new Error(why ?? 'There is no answer');
  }
  const from = today.servers === null ? await askFor('How many servers are there today?', 4, today.why) : null;
  if (today.servers === null && from === undefined) return;
  const servers = today.servers ?? from ?? 1;
  const to = await askFor(`How many servers will there be? Today: ${servers}`, servers + 1, null);
  if (to === undefined) return;
  const { markdown, why } = await server.request('shardlint/reshard', { uri, from: from ?? null, to });
  if (markdown === null) throw new Error(why ?? 'There is no answer');
  const page = pages.write('Resharding forecast.md', markdown);
  await vscode.commands.executeCommand('markdown.showPreviewToSide', page);
}

/** Undefined where the question was closed. */
async function askFor(title: string, value: number, prompt: string | null): Promise<number | undefined> {
  const answer = await vscode.window.showInputBox({
    title,
    value: String(value),
    ...(prompt !== null && { prompt }),
    validateInput: (text) => (/^[1-9]\d{0,3}$/.test(text.trim()) ? undefined : 'A whole number from 1 to 9999'),
  });
  return answer === undefined ? undefined : Number(answer);
}
