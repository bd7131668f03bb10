import * as vscode from 'vscode';
import type { App } from '../commands';
import { isServed } from '../virtual';

/** The configuration that governs the document in front, each value with its origin. */
export async function showEffectiveConfiguration({ server, pages }: App): Promise<void> {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const governed = isServed(uri) ? uri.toString() : null;
  const { text } = await server.request('shardlint/effectiveConfig', { uri: governed });
  await vscode.window.showTextDocument(pages.write('Effective configuration.yaml', text), { preview: true });
}
