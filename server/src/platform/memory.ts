import { anyGlob } from './globs';
import type { Platform } from './platform';
import { isInSkippedFolder } from './platform';

/** Files that lie nowhere, by absolute path: for tests and, read when they are asked for, another revision of a workspace. */
export function memoryPlatform(
  files: ReadonlyMap<string, string | (() => Promise<string | undefined>)>,
  outside: Pick<Platform, 'wasm' | 'log'> = {
    wasm: async (name) => Promise.reject(new Error(`${name} is not at hand`)),
    log: () => {},
  },
): Platform {
  return {
    ...outside,
    readFile: async (path) => {
      const file = files.get(path);
      return typeof file === 'function' ? file() : file;
    },
    exists: async (path) => files.has(path) || [...files.keys()].some((file) => file.startsWith(`${path}/`)),
    async listFiles(root, { include, exclude = [] } = {}) {
      const base = root.endsWith('/') ? root : `${root}/`;
      const keep = include ? anyGlob(include) : () => true;
      const drop = anyGlob(exclude);
      return [...files.keys()]
        .filter((path) => isListed(path, base) && keep(path.slice(base.length)) && !drop(path.slice(base.length)))
        .sort();
    },
  };
}

const isListed = (path: string, base: string): boolean =>
  path.startsWith(base) && !isInSkippedFolder(path.slice(base.length));
