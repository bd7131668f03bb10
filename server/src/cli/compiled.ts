/**
 * Runs bundles whose compiled form is kept in the user's cache folder: V8 then neither parses them again nor compiles what
 * the last run has called. V8 trusts that form, damaged it may end the process: it is kept as a record with a checksum.
 */
import fs from 'node:fs';
import { createRequire, wrap } from 'node:module';
import path from 'node:path';
import v8 from 'node:v8';
import vm from 'node:vm';
import { programKey } from './memory';
import { readRecord, sum, writeRecord } from './record';

/**
 * Runs a CommonJS file and answers its exports; what it requires from `folders` beside it is run in the same way. `after`:
 * milliseconds; a run that is shorter has compiled little of what the next one needs, and keeps nothing.
 */
export function runCompiled(file: string, folders: readonly string[], cache: string, after: number): unknown {
  const plain = createRequire(file);
  const known = new Map<string, unknown>();
  const require = (name: string): unknown => {
    if (!folders.some((folder) => name.startsWith(`./${folder}/`))) return plain(name);
    const exports = known.get(name) ?? runCompiled(plain.resolve(name), [], cache, after);
    known.set(name, exports);
    return exports;
  };
  const module = { exports: {} };
  const run = compiled(file, cache, after).runInThisContext();
  run(module.exports, Object.assign(require, plain), module, file, path.dirname(file));
  return module.exports;
}

function compiled(file: string, cache: string, after: number): vm.Script {
  const program = programKey('', file);
  const kept = path.join(cache, `${sum(file)}.code`);
  const cachedData = readRecord(kept, program);
  const source = wrap(fs.readFileSync(file, 'utf8'));
  const script = new vm.Script(source, { filename: file, ...(cachedData && { cachedData }) });
  if (!cachedData || script.cachedDataRejected) {
    process.once('exit', () => {
      if (process.uptime() * 1000 >= after) keep(script, kept, program);
    });
  }
  return script;
}

function keep(script: vm.Script, file: string, program: string): void {
  // The form names V8's flags and is refused where they are others: those that a long run has set are taken back.
  v8.setFlagsFromString('--heap-growing-percent=0');
  writeRecord(file, program, () => script.createCachedData());
}
