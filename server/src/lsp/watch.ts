/** Files that are watched: sources, maps, and whatever a map has read. */
import {
  DidChangeWatchedFilesNotification,
  type Disposable,
  type FileEvent,
  type FileSystemWatcher,
} from 'vscode-languageserver';
import { watchedGlobs } from '../engine/watched';
import type { FileChange } from '../engine/workspace';
import { relativeTo } from '../platform/paths';
import type { Folder, Session } from './session';
import { baselinePath } from './shown';
import { pathOf } from './uris';

export interface Watching {
  /** Asks the client to watch what the maps depend on now. */
  update(): Promise<void>;
}

export function watching(session: Session): Watching {
  let registered: Disposable | undefined;
  let before = '';
  return {
    async update() {
      if (!session.client.watch) return;
      const fixed = watchedGlobs.map((globPattern): FileSystemWatcher => ({ globPattern }));
      const watchers = [...fixed, ...baselines(session), ...(await mapWatchers(session))];
      const now = JSON.stringify(watchers);
      if (now === before) return;
      before = now;
      const next = await session.connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
      registered?.dispose();
      registered = next;
    },
  };
}

const baselines = (session: Session): readonly FileSystemWatcher[] =>
  session.folders.flatMap((folder) => {
    const path = baselinePath(folder);
    return path === undefined ? [] : [watcherOf(session, folder, path)];
  });

function watcherOf({ client }: Session, { path: root, uri }: Folder, path: string): FileSystemWatcher {
  const relative = relativeTo(root, path);
  if (relative === undefined || !client.relativePatterns) return { globPattern: path };
  return { globPattern: { baseUri: uri, pattern: relative } };
}

/** What the maps read beyond the usual names: other YAML files that they extend, schemas of ORMs. */
async function mapWatchers(session: Session): Promise<readonly FileSystemWatcher[]> {
  const all = await Promise.all(
    session.folders.map(async (folder) =>
      ((await folder.analysis?.watched()) ?? []).map((path) => watcherOf(session, folder, path)),
    ),
  );
  return all.flat();
}

const kinds: Readonly<Record<number, FileChange['kind']>> = { 1: 'created', 2: 'changed', 3: 'deleted' };

/** By folder; what is open in the editor is what the editor says. */
export function changesByFolder(
  session: Session,
  events: readonly FileEvent[],
): ReadonlyMap<Folder, readonly FileChange[]> {
  const changes = new Map<Folder, FileChange[]>();
  for (const { uri, type } of events) {
    const path = pathOf(uri);
    const kind = kinds[type] ?? 'changed';
    if (path === undefined || (kind === 'changed' && session.documents.at(path))) continue;
    for (const folder of session.folders)
      if (relativeTo(folder.path, path) !== undefined || folder.analysis?.isDeclaration(path))
        changes.set(folder, [...(changes.get(folder) ?? []), { path, kind }]);
  }
  return changes;
}
