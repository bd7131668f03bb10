/** What a server without a disk asks for: names and bytes of files, through the editor's own file systems. */
import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import type { FileRequests } from '../../server/src/protocol';
import { ofPath } from './virtual';

/** Files of a folder beyond this many are not listed. */
const mostFiles = 50_000;

export function serveFiles(client: BaseLanguageClient, assets: vscode.Uri): void {
  const answer = <M extends keyof FileRequests>(
    method: M,
    handle: (params: FileRequests[M]['params']) => Promise<FileRequests[M]['result']>,
  ): void => void client.onRequest(method, handle);
  answer('shardlint/listFiles', ({ root, skip }) => list(root, new Set(skip)));
  answer('shardlint/readFile', ({ path }) => read(ofPath(path)));
  answer('shardlint/exists', async ({ path }) => (await kindOf(ofPath(path))) !== undefined);
  answer('shardlint/asset', ({ name }) => read(vscode.Uri.joinPath(assets, name)));
}

async function list(root: string, skip: ReadonlySet<string>): Promise<readonly string[]> {
  const files: string[] = [];
  let folders = [root];
  while (folders.length > 0 && files.length < mostFiles) {
    const entries = await Promise.all(
      folders.map(async (folder) => [folder, await entriesOf(ofPath(folder))] as const),
    );
    folders = [];
    for (const [folder, inside] of entries)
      for (const [name, kind] of inside) {
        if (kind & vscode.FileType.File) files.push(`${folder}/${name}`);
        // Links to folders may lead in circles.
        else if (kind === vscode.FileType.Directory && !skip.has(name)) folders.push(`${folder}/${name}`);
      }
  }
  return files;
}

async function entriesOf(uri: vscode.Uri): Promise<readonly (readonly [string, vscode.FileType])[]> {
  try {
    return await vscode.workspace.fs.readDirectory(uri);
  } catch {
    return [];
  }
}

async function kindOf(uri: vscode.Uri): Promise<vscode.FileType | undefined> {
  try {
    return (await vscode.workspace.fs.stat(uri)).type;
  } catch {
    return undefined;
  }
}

async function read(uri: vscode.Uri): Promise<Uint8Array | null> {
  try {
    return await vscode.workspace.fs.readFile(uri);
  } catch {
    return null;
  }
}
