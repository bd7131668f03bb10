import fs from 'node:fs';
import * as vscode from 'vscode';
import { eventually } from './suite';

/** A file of the workspace, by its path in it. */
export function file(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!folder) throw new Error('no folder is open');
  return vscode.Uri.joinPath(folder.uri, name);
}

export async function show(name: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(file(name), { preview: false });
}

/** Our findings in a file at present. */
export function findings(name: string): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(file(name)).filter(({ source }) => source === 'shardlint');
}

/** The id of the rule that made a finding. */
export function ruleOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}

/** Waits until a file has so many findings. */
export function count(name: string, wanted: number): Promise<vscode.Diagnostic[]> {
  return eventually(`${wanted} findings in ${name}, there are ${findings(name).length}`, () => {
    const now = findings(name);
    return now.length === wanted ? now : undefined;
  });
}

/** Code actions come from the findings as the server has them, which may be later than the editor's: asks again. */
export function actionsAt(name: string, range: vscode.Range, title: RegExp): Promise<vscode.CodeAction> {
  return eventually(`action ${title} in ${name}`, async () => {
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      file(name),
      range,
    );
    return actions.find((action) => title.test(action.title));
  });
}

/** Replaces a document's text, without saving it. */
export async function write(name: string, text: string): Promise<void> {
  const { document, edit } = await show(name);
  const all = new vscode.Range(new vscode.Position(0, 0), document.positionAt(document.getText().length));
  await edit((builder) => builder.replace(all, text));
}

/** The processes of the language server: children of this one that run `dist/server.js`. */
export function serverProcesses(): number[] {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const [, parent] = /^.*\) \S (\d+) /.exec(fs.readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
        if (Number(parent) !== process.pid) return false;
        return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('dist/server.js');
      } catch {
        return false; // ended while we looked
      }
    })
    .map(Number);
}

/** Waits until one server runs that is none of these. */
export function otherServer(than: readonly number[]): Promise<number> {
  return eventually('another server', () => {
    const [pid, ...more] = serverProcesses();
    return pid !== undefined && more.length === 0 && !than.includes(pid) ? pid : undefined;
  });
}

/** Takes back every unsaved edit and closes all files. */
export async function revertAll(): Promise<void> {
  for (const document of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
