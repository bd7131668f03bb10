/** Paths as the platform hands them out: forward slashes, absolute, or URIs of a virtual workspace. Pure text. */

const rootOf = (path: string): string => /^(?:[a-z][a-z0-9+.-]+:\/\/[^/]*\/|[a-z]:\/|\/)/i.exec(path)?.[0] ?? '';

export const isAbsolute = (path: string): boolean => rootOf(path) !== '';

/** Removes `.`, `..` and doubled slashes; `..` never climbs over the root. */
export function normalizePath(path: string): string {
  const slashed = path.replaceAll('\\', '/');
  const root = rootOf(slashed);
  const parts: string[] = [];
  for (const part of slashed.slice(root.length).split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (root === '') parts.push(part);
  }
  return root + parts.join('/') || '.';
}

export const joinPath = (folder: string, path: string): string =>
  normalizePath(isAbsolute(path) ? path : `${folder}/${path}`);

export function folderOf(path: string): string {
  const root = rootOf(path);
  const slash = path.lastIndexOf('/');
  return slash < root.length ? root || '.' : path.slice(0, slash);
}

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The way from a folder to a path, with `..` where it lies elsewhere. */
export function pathFrom(folder: string, path: string): string {
  let [up, shared] = ['', folder];
  while (!isWithin(shared, path) && folderOf(shared) !== shared) {
    up += '../';
    shared = folderOf(shared);
  }
  return isWithin(shared, path) ? up + (relativeTo(shared, path) ?? '') : path;
}

/** Is `path` the folder itself or below it? Both normalized. */
export const isWithin = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);

/** The path below `folder`; undefined where it lies elsewhere. */
export const relativeTo = (folder: string, path: string): string | undefined =>
  !isWithin(folder, path) ? undefined : path.slice(folder.length).replace(/^\//, '');
