/**
 * Runs bundles whose compiled form is kept in the user's cache folder: V8 then neither parses them again nor compiles what
 * the last run has called. V8 trusts that form, damaged it may end the process: it is kept as a record with a checksum.
 */
import fs from 'node:fs';
import { createRequire, wrap } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import { programKey } from './memory';
import { readRecord, sum, writeRecord } from './record';

export interface Keeping {
  /** The folder. */
  readonly cache: string;
  /** Milliseconds; a run that is shorter has compiled little of what the next one needs, and keeps nothing. */
  readonly after: number;
  /** Sets V8's flags as they were at the start: a long run may have set others. */
  readonly restore?: () => void;
}

/**
 * Whether a folder may have come with what is checked: the compiled form is a program, and no program of a workspace is run.
 * `args`: of the command line; what is no path leads nowhere.
 */
export const mayBeForeign = (folder: string, cwd: string, args: readonly string[]): boolean =>
  [cwd, ...args.map((arg) => path.resolve(cwd, arg))].some((root) =>
    isInside(path.relative(root, path.resolve(cwd, folder))),
  );

const isInside = (relative: string): boolean =>
  relative === '' || (relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative));

/** Runs a CommonJS file and answers its exports; what it requires from `folders` beside it is run in the same way. */
export function runCompiled(file: string, folders: readonly string[], keeping: Keeping): unknown {
  const plain = createRequire(file);
  const known = new Map<string, unknown>();
  const require = (name: string): unknown => {
    if (!folders.some((folder) => name.startsWith(`./${folder}/`))) return plain(name);
    const exports = known.get(name) ?? runCompiled(plain.resolve(name), [], keeping);
    known.set(name, exports);
    return exports;
  };
  const module = { exports: {} };
  const run = compiled(file, keeping).runInThisContext();
  run(module.exports, Object.assign(require, plain), module, file, path.dirname(file));
  return module.exports;
}

function compiled(file: string, { cache, after, restore }: Keeping): vm.Script {
  const program = programKey('', file);
  const kept = path.join(cache, `${sum(file)}.code`);
  const cachedData = readRecord(kept, program);
  const source = wrap(fs.readFileSync(file, 'utf8'));
  const script = new vm.Script(source, { filename: file, ...(cachedData && { cachedData }) });
  if (cachedData && !script.cachedDataRejected) return script;
  process.once('exit', () => {
    if (process.uptime() * 1000 < after) return;
    restore?.();
    writeRecord(kept, program, () => script.createCachedData());
  });
  return script;
}
