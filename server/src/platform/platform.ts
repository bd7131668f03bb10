/** The only door to the outside. Node and the browser implement it; tests hand in memory. Paths use forward slashes. */
export interface Platform {
  /** The file's text; undefined where it is missing, unreadable, binary or larger than `limits.fileBytes`. */
  readFile(path: string): Promise<string | undefined>;
  /** The same without waiting, where files can be read so; what is linked across files needs no second round then. */
  readonly readNow?: (path: string) => string | undefined;
  /** Absolute paths of all files below `root` that pass, sorted; folders such as node_modules and .git and ignored files are not entered. */
  listFiles(root: string, options?: ListOptions): Promise<readonly string[]>;
  exists(path: string): Promise<boolean>;
  /** Where links lead in the end; undefined where nothing is. Absent where there are no links. */
  readonly realPath?: (path: string) => string | undefined;
  /** Bytes of a WASM binary that is shipped beside the bundle. */
  wasm(name: WasmName): Promise<Uint8Array<ArrayBuffer>>;
  log(level: 'error' | 'warn' | 'info' | 'debug', message: string): void;
}

export type WasmName = 'libpg-query.wasm';

export interface ListOptions {
  /** Globs relative to root; any match keeps the file. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** The folder that links to files may not lead out of; `root` where nothing is said. */
  readonly within?: string;
  readonly cancelled?: () => boolean;
}

export const limits = { fileBytes: 8 * 1024 * 1024, statementChars: 1_000_000, nesting: 400 } as const;

/** Folders that hold no source of the workspace's own; never entered, whatever an ignore file says. */
export const skippedFolders: ReadonlySet<string> = new Set([
  'node_modules',
  'bower_components',
  '.git',
  '.hg',
  '.svn',
  '.next',
  '.yarn',
]);

/** What tools write into; below a folder `src` people name their own so. */
const outputFolders: ReadonlySet<string> = new Set(['build', 'coverage', 'dist', 'out']);

/** `folder`: relative to what is listed, with slashes. Only its last name is judged. */
export const isSkippedFolder = (folder: string): boolean => {
  const name = folder.slice(folder.lastIndexOf('/') + 1);
  return skippedFolders.has(name) || (outputFolders.has(name) && !/(?:^|\/)src\//.test(folder));
};

/** Whether a file, relative to what is listed, stands in a folder that is skipped. */
export const isInSkippedFolder = (file: string): boolean => {
  for (let end = file.indexOf('/'); end !== -1; end = file.indexOf('/', end + 1))
    if (isSkippedFolder(file.slice(0, end))) return true;
  return false;
};
