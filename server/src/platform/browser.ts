/** A workspace that is reached through an editor in a browser: names and bytes are asked for, one message each. */
import { anyGlob } from './globs';
import { noIgnores, withIgnoreFile } from './ignore';
import { folderOf, relativeTo } from './paths';
import { isInSkippedFolder, limits, type Platform, skippedFolders } from './platform';

/** What the other side can be asked. Paths as everywhere, absolute. */
export interface Door {
  list(root: string, skip: readonly string[]): Promise<readonly string[]>;
  read(path: string): Promise<Uint8Array | undefined>;
  exists(path: string): Promise<boolean>;
  asset(name: string): Promise<Uint8Array | undefined>;
  log: Platform['log'];
}

/** A listing stands for so long: one look at a workspace lists it several times. Milliseconds. */
const listingStands = 2000;

export function browserPlatform(door: Door): Platform {
  const listings = new Map<string, { readonly at: number; readonly files: Promise<readonly string[]> }>();
  const readFile = async (path: string): Promise<string | undefined> => {
    const bytes = await door.read(path);
    return bytes && decode(path, bytes, door.log);
  };
  const listed = (root: string): Promise<readonly string[]> => {
    const known = listings.get(root);
    if (known && performance.now() - known.at < listingStands) return known.files;
    const files = door.list(root, [...skippedFolders]).then((all) => withoutIgnored(root, all, readFile));
    listings.set(root, { at: performance.now(), files });
    return files;
  };
  return {
    readFile,
    exists: (path) => door.exists(path),
    async listFiles(root, { include, exclude = [] } = {}) {
      const keep = include ? anyGlob(include) : () => true;
      const drop = anyGlob(exclude);
      const fits = (path: string): boolean => {
        const relative = relativeTo(root, path);
        return relative !== undefined && !isInSkippedFolder(relative) && keep(relative) && !drop(relative);
      };
      return (await listed(root)).filter(fits).sort();
    },
    async wasm(name) {
      const bytes = await door.asset(name);
      if (!bytes) throw new Error(`${name} is not at hand`);
      return new Uint8Array(bytes);
    },
    log: door.log,
  };
}

async function withoutIgnored(
  root: string,
  files: readonly string[],
  readFile: (path: string) => Promise<string | undefined>,
): Promise<readonly string[]> {
  const ignoring = files.filter((path) => path.endsWith('/.gitignore')).sort((a, b) => a.length - b.length);
  let rules = noIgnores;
  for (const path of ignoring)
    rules = withIgnoreFile(rules, (await readFile(path)) ?? '', relativeTo(root, folderOf(path)) ?? '');
  if (rules === noIgnores) return files;
  const folders = new Map<string, boolean>([['', false]]);
  const dropped = (folder: string): boolean => {
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const cut = folder.lastIndexOf('/');
    const is = dropped(cut < 0 ? '' : folder.slice(0, cut)) || rules.ignores(folder, true);
    folders.set(folder, is);
    return is;
  };
  return files.filter((path) => {
    const relative = relativeTo(root, path) ?? path;
    const cut = relative.lastIndexOf('/');
    return !dropped(cut < 0 ? '' : relative.slice(0, cut)) && !rules.ignores(relative, false);
  });
}

const binaryProbe = 8000;

/** Without the byte order mark; undefined for binary files and those that are too large. */
function decode(path: string, bytes: Uint8Array, log: Platform['log']): string | undefined {
  if (bytes.length > limits.fileBytes) {
    log('warn', `${path}: skipped, larger than ${limits.fileBytes / 1024 / 1024} MB`);
    return undefined;
  }
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  return bytes.subarray(0, binaryProbe).includes(0) ? undefined : new TextDecoder().decode(bytes);
}
