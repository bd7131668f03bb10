/**
 * Workspaces that lie on no disk (`vscode-vfs://github/…`). The server knows paths of files alone: to it, such a file is
 * `file:///@scheme/authority/path`, and here is the only place that knows of it.
 */
import * as vscode from 'vscode';

const marked = /^file:\/\/\/(?:@|%40)/i;
const anywhere = /file:\/\/\/(?:@|%40)[^\s)\]"'#]+/gi;

/** Schemes of the workspace's folders; a window without folders has files. */
export const schemes = (): ReadonlySet<string> =>
  new Set(['file', ...(vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.scheme)]);

/** Whether the server can be asked about a document. */
export const isServed = (uri: vscode.Uri | undefined): uri is vscode.Uri =>
  uri !== undefined && schemes().has(uri.scheme);

export function toWire(uri: vscode.Uri): string {
  if (uri.scheme === 'file' || !schemes().has(uri.scheme)) return uri.toString();
  const path = `/@${uri.scheme}/${encodeURIComponent(uri.authority) || '-'}${uri.path}`;
  return vscode.Uri.from({ scheme: 'file', path }).toString();
}

export function fromWire(text: string): vscode.Uri {
  const uri = vscode.Uri.parse(text);
  return marked.test(text) ? ofPath(uri.path) : uri;
}

/** A path as the server writes it. */
export function ofPath(path: string): vscode.Uri {
  const [, scheme, authority = '-', rest = '/'] = /^\/@([^/]+)\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  if (scheme === undefined) return vscode.Uri.file(path);
  return vscode.Uri.from({ scheme, authority: authority === '-' ? '' : decodeURIComponent(authority), path: rest });
}

/** Every URI in what is sent to the server beyond the protocol's own messages. */
export const sent = <T>(value: T): T => mapped(value, (text) => (isUri(text) ? toWire(vscode.Uri.parse(text)) : text));

/** Every URI in what the server answers, also inside of pages. */
export const received = <T>(value: T): T =>
  mapped(value, (text) =>
    text.includes('file:///') ? text.replace(anywhere, (uri) => fromWire(uri).toString()) : text,
  );

const isUri = (text: string): boolean => {
  const [, scheme] = /^([a-z][\w+.-]*):\//i.exec(text) ?? [];
  return scheme !== undefined && scheme !== 'file' && schemes().has(scheme);
};

function mapped<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T;
  if (Array.isArray(value)) return value.map((one) => mapped(one, change)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapped(one, change)])) as T;
}
