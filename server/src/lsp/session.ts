/** What all features share: the client, its documents, the folders with their analyses. */
import type { Connection } from 'vscode-languageserver';
import type { Analysis } from '../engine/analysis';
import type { WorkspaceOptions } from '../engine/workspace';
import { isWithin, joinPath } from '../platform/paths';
import type { ServerNotifications, Settings, Status } from '../protocol';
import type { ClientAbilities } from './capabilities';
import { Documents, type OpenDocument } from './documents';
import { type Places, placesIn } from './places';
import { defaultSettings } from './settings';
import { breathing } from './timer';
import { pathOf } from './uris';

/** What the process hands in. */
export interface Surroundings {
  analysis(root: string, options: WorkspaceOptions): Analysis;
  /** Where a rule's page lies; undefined where the rule has none. */
  pageOf(rule: string): string | undefined;
  readonly version: string;
}

export interface Folder {
  readonly uri: string;
  readonly path: string;
  readonly settings: Settings;
  /** Undefined where it is switched off. */
  readonly analysis: Analysis | undefined;
  /** Files whose findings are shown although they are not open. */
  readonly scanned: Set<string>;
}

export class Session {
  client: ClientAbilities;
  readonly documents: Documents;
  private list: readonly Folder[] = [];
  private unit: Places;
  /** Bugs that were caught, by where: each is logged once. */
  readonly faults = new Map<string, string>();
  active: string | undefined;
  /** What a scan that is under way has read so far. */
  scanning: Pick<Status, 'statements' | 'understood'> | undefined;
  /** As many findings as the status said last. */
  problems = 0;
  private hurried = 0;
  private calmed: (() => void)[] = [];
  /** Folders and their settings are known: what is asked before waits for it. */
  readonly ready: Promise<void>;
  private isReady: () => void = () => {};
  /** After `shutdown`: nobody listens any more. */
  closed = false;
  starting = true;

  constructor(
    readonly connection: Connection,
    readonly surroundings: Surroundings,
    client: ClientAbilities,
  ) {
    this.client = client;
    this.unit = placesIn(client.unit);
    this.ready = new Promise((resolve) => {
      this.isReady = resolve;
    });
    this.documents = new Documents(() => this.unit);
  }

  setClient(client: ClientAbilities): void {
    this.client = client;
    this.unit = placesIn(client.unit);
  }

  get places(): Places {
    return this.unit;
  }

  get folders(): readonly Folder[] {
    return this.list;
  }

  /** Opens a folder, or opens it afresh where settings change what is read. */
  setFolders(wanted: readonly { readonly uri: string; readonly settings: Settings }[]): void {
    const before = this.list;
    this.list = wanted.flatMap(({ uri, settings }): readonly Folder[] => {
      const path = pathOf(uri);
      if (path === undefined) return [];
      const known = before.find((one) => one.path === path && reads(one.settings) === reads(settings));
      if (known) return [{ ...known, settings }];
      return [{ uri, path, settings, analysis: this.openAnalysis(path, settings), scanned: new Set<string>() }];
    });
    for (const folder of this.list)
      if (!before.some((one) => one.analysis === folder.analysis))
        for (const { path, text } of this.documents.all)
          if (this.folderOf(path) === folder) folder.analysis?.setBuffer(path, text);
    this.isReady();
  }

  private openAnalysis(path: string, settings: Settings): Analysis | undefined {
    if (!settings.enable) return undefined;
    return this.surroundings.analysis(path, {
      exclude: settings.exclude,
      pause: breathing(),
      ...(settings.configFile === '' ? {} : { configFile: joinPath(path, settings.configFile) }),
    });
  }

  /** The innermost folder of the workspace that holds the file. */
  folderOf(path: string): Folder | undefined {
    let found: Folder | undefined;
    for (const folder of this.list)
      if (isWithin(folder.path, path) && (!found || folder.path.length > found.path.length)) found = folder;
    return found;
  }

  /** The document's place in the workspace; undefined where nothing is to be said about it. */
  subject(uri: string):
    | {
        readonly path: string;
        readonly folder: Folder;
        readonly analysis: Analysis;
        readonly document: OpenDocument | undefined;
      }
    | undefined {
    const path = pathOf(uri);
    const folder = path === undefined ? undefined : this.folderOf(path);
    if (path === undefined || !folder?.analysis) return undefined;
    return { path, folder, analysis: folder.analysis, document: this.documents.get(uri) };
  }

  settingsFor(path: string): Settings {
    return this.folderOf(path)?.settings ?? defaultSettings;
  }

  notify<M extends keyof ServerNotifications>(method: M, params: ServerNotifications[M]): void {
    if (!this.closed) void this.connection.sendNotification(method, params);
  }

  /** Somebody waits for it with the hands on the keys: scans stand still meanwhile. */
  async hurry<T>(run: () => Promise<T>): Promise<T> {
    this.hurried += 1;
    try {
      return await run();
    } finally {
      this.hurried -= 1;
      if (this.hurried === 0) for (const go of this.calmed.splice(0)) go();
    }
  }

  /** When nobody is in a hurry. */
  async calm(): Promise<void> {
    while (this.hurried > 0) await new Promise<void>((resolve) => this.calmed.push(resolve));
  }

  /** A bug of ours: logged with all that is known of it the first time, never fatal. */
  fault(where: string, error: unknown): void {
    if (this.closed || this.faults.has(where)) return;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.faults.set(where, text);
    this.connection.console.error(`${where}: ${text}`);
  }
}

/** The settings that decide what is read. */
const reads = ({ enable, configFile, exclude }: Settings): string => JSON.stringify([enable, configFile, exclude]);
