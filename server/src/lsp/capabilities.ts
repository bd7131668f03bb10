/** What the client can do, as far as it matters, and what is promised to it. */
import type { ClientCapabilities, InitializeParams, ServerCapabilities } from 'vscode-languageserver';
import type { ColumnUnit } from '../text/lineIndex';

export interface ClientAbilities {
  readonly unit: ColumnUnit;
  /** Diagnostics are pulled; otherwise they are pushed. Never both for one document. */
  readonly pull: boolean;
  readonly refreshLens: boolean;
  readonly configuration: boolean;
  readonly watch: boolean;
  /** Completion can be limited to maps. */
  readonly registerCompletion: boolean;
  /** Watchers may be relative to a folder. */
  readonly relativePatterns: boolean;
  readonly folders: boolean;
  readonly progress: boolean;
  readonly showDocument: boolean;
  readonly codeActionLiterals: boolean;
  /** Edits can ask to be looked at first. */
  readonly changeAnnotations: boolean;
  readonly relatedInformation: boolean;
  readonly tags: boolean;
  readonly codeDescription: boolean;
  /** It has the commands of our own extension, which show pages. Said in `initializationOptions`: `{ pages: true }`. */
  readonly pages: boolean;
  /** Edits may create files. */
  readonly createFiles: boolean;
}

export function abilitiesOf(
  { general, textDocument, workspace, window }: ClientCapabilities,
  options?: unknown,
): ClientAbilities {
  const published = textDocument?.publishDiagnostics;
  const pull = textDocument?.diagnostic;
  // Without refresh a pulled document could not follow a change of its map.
  const pulls = pull !== undefined && workspace?.diagnostics?.refreshSupport === true;
  return {
    unit: general?.positionEncodings?.map(unitOf).find((unit) => unit !== undefined) ?? 'utf-16',
    pull: pulls,
    refreshLens: workspace?.codeLens?.refreshSupport === true,
    configuration: workspace?.configuration === true,
    watch: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    registerCompletion: textDocument?.completion?.dynamicRegistration === true,
    relativePatterns: workspace?.didChangeWatchedFiles?.relativePatternSupport === true,
    folders: workspace?.workspaceFolders === true,
    progress: window?.workDoneProgress === true,
    showDocument: window?.showDocument?.support === true,
    codeActionLiterals: textDocument?.codeAction?.codeActionLiteralSupport !== undefined,
    changeAnnotations: workspace?.workspaceEdit?.changeAnnotationSupport !== undefined,
    relatedInformation: (published?.relatedInformation ?? false) || (pulls && (pull?.relatedInformation ?? true)),
    tags: published?.tagSupport !== undefined || (pulls && pull?.tagSupport !== undefined),
    pages: typeof options === 'object' && options !== null && 'pages' in options && options.pages === true,
    codeDescription: published?.codeDescriptionSupport === true || pulls,
    createFiles:
      workspace?.workspaceEdit?.documentChanges === true &&
      workspace.workspaceEdit.resourceOperations?.includes('create') === true,
  };
}

const unitOf = (name: string): ColumnUnit | undefined =>
  name === 'utf-16' || name === 'utf-8' || name === 'utf-32' ? name : undefined;

export const showPageCommand = 'shardlint.server.showPage';

export function serverCapabilities(client: ClientAbilities): ServerCapabilities {
  return {
    positionEncoding: client.unit,
    textDocumentSync: { openClose: true, change: 2, save: { includeText: false } },
    ...(client.pull
      ? {
          diagnosticProvider: {
            identifier: 'shardlint',
            interFileDependencies: true,
            workspaceDiagnostics: true,
          },
        }
      : {}),
    ...(client.codeActionLiterals
      ? { codeActionProvider: { codeActionKinds: ['quickfix', 'refactor', 'source.fixAll.shardlint'] } }
      : {}),
    hoverProvider: true,
    definitionProvider: true,
    codeLensProvider: { resolveProvider: false },
    // Characters that are typed all the time ask in maps only, where that can be said.
    ...(client.registerCompletion ? {} : { completionProvider: { resolveProvider: false } }),
    ...(client.showDocument ? { executeCommandProvider: { commands: [showPageCommand] } } : {}),
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  };
}

/** The folders of the workspace, also from clients that know one root only. */
export function foldersOf({ workspaceFolders, rootUri, rootPath }: InitializeParams): readonly string[] {
  if (workspaceFolders) return workspaceFolders.map(({ uri }) => uri);
  if (rootUri) return [rootUri];
  return rootPath ? [`file://${rootPath.startsWith('/') ? '' : '/'}${rootPath.replaceAll('\\', '/')}`] : [];
}
