/** The file system. Walking and reading are synchronous: that is five times faster than promises, and a walk yields. */
import fs from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { anyGlob } from './globs';
import { type IgnoreRules, noIgnores, withIgnoreFile } from './ignore';
import { isWithin } from './paths';
import { isSkippedFolder, type ListOptions, limits, type Platform } from './platform';

export interface NodeOptions {
  /** The folder that holds the WASM binaries. */
  readonly assets: string;
  readonly log?: Platform['log'];
}

export function nodePlatform({ assets, log = () => {} }: NodeOptions): Platform {
  return {
    readFile: async (file) => readText(file, log),
    readNow: (file) => readText(file, log),
    listFiles: (root, options) => listFiles(root, options ?? {}, log),
    exists: async (file) => fs.existsSync(file),
    realPath,
    wasm: async (name) => new Uint8Array(fs.readFileSync(path.join(assets, name))),
    log,
  };
}

/** A path as the rest of Shardlint writes it: absolute, with forward slashes. */
export const slashed = (file: string): string => path.resolve(file).replaceAll('\\', '/');

const binaryProbe = 8000;

function readText(file: string, log: Platform['log']): string | undefined {
  try {
    const { size } = fs.statSync(file);
    if (size > limits.fileBytes) {
      log('warn', `${file}: skipped, larger than ${limits.fileBytes / 1024 / 1024} MB`);
      return undefined;
    }
    return decode(fs.readFileSync(file));
  } catch (error) {
    log('debug', `${file}: not read, ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** Without the byte order mark, as an editor hands texts out; undefined for binary files. */
function decode(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  if (bytes.subarray(0, binaryProbe).includes(0)) return undefined;
  const text = bytes.toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** Longest stretch without a look at `cancelled`, in folders. */
const foldersPerTurn = 200;

async function listFiles(root: string, options: ListOptions, log: Platform['log']): Promise<readonly string[]> {
  const base = slashed(root);
  const keep = options.include ? anyGlob(options.include) : () => true;
  const drop = anyGlob(options.exclude ?? []);
  const found: string[] = [];
  let real: string | undefined;
  const within = (): string => {
    real ??= realPath(options.within ?? base) ?? base;
    return real;
  };
  const pending: { folder: string; ignores: IgnoreRules }[] = [{ folder: '', ignores: ignoresAbove(base) }];
  for (let turn = 1; ; turn++) {
    const next = pending.pop();
    if (!next) return found.sort();
    if (turn % foldersPerTurn === 0) await setImmediate();
    if (options.cancelled?.()) return found.sort();
    const entries = readFolder(path.join(base, next.folder), log);
    const ignores = entries.some(({ name }) => name === '.gitignore')
      ? withIgnoreFile(next.ignores, readText(path.join(base, next.folder, '.gitignore'), log) ?? '', next.folder)
      : next.ignores;
    for (const entry of entries) {
      const file = next.folder === '' ? entry.name : `${next.folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!isSkippedFolder(file) && !ignores.ignores(file, true) && !drop(file))
          pending.push({ folder: file, ignores });
      } else if (
        isFile(entry, path.join(base, file), within) &&
        !ignores.ignores(file, false) &&
        keep(file) &&
        !drop(file)
      ) {
        found.push(`${base.replace(/\/$/, '')}/${file}`);
      }
    }
  }
}

function readFolder(folder: string, log: Platform['log']): readonly fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    log('debug', `${folder}: not read, ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

/** Links to files are followed where they stay in the workspace, links to folders are not: they may lead in circles. */
function isFile(entry: fs.Dirent, file: string, within: () => string): boolean {
  if (!entry.isSymbolicLink()) return entry.isFile();
  const real = realPath(file);
  if (real === undefined || !isWithin(within(), real)) return false;
  return fs.statSync(real, { throwIfNoEntry: false })?.isFile() ?? false;
}

function realPath(file: string): string | undefined {
  try {
    return slashed(fs.realpathSync.native(file));
  } catch {
    return undefined; // nothing there, a circle of links, or not for us
  }
}

/** The `.gitignore` files between the root of the repository and the folder that is walked. */
function ignoresAbove(base: string): IgnoreRules {
  const above: string[] = [];
  for (let folder = base; !fs.existsSync(path.join(folder, '.git')); ) {
    const parent = path.posix.dirname(folder);
    if (parent === folder) return noIgnores;
    above.unshift(parent);
    folder = parent;
  }
  return above.reduce((outer, folder) => {
    const text = readText(path.join(folder, '.gitignore'), () => {});
    return text === undefined ? outer : withIgnoreFile(outer, text, '', path.posix.relative(folder, base));
  }, noIgnores);
}
