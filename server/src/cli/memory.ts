/** Checks that are kept between runs, two files each in the user's cache folder; never in the workspace. */
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import v8 from 'node:v8';
import type { Memory, Part } from '../engine/recall';

/** Where caches of a person lie, as each system has it. */
export function cacheFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home = os.homedir()): string {
  if (env.SHARDLINT_CACHE) return path.resolve(env.SHARDLINT_CACHE);
  if (platform === 'win32')
    return path.join(env.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local'), 'shardlint', 'Cache');
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'shardlint');
  return path.join(env.XDG_CACHE_HOME || path.join(home, '.cache'), 'shardlint');
}

const sum = (data: string | Uint8Array): string => crypto.createHash('sha1').update(data).digest('hex');

/** Records that nobody has written for so long are removed. */
const keptDays = 30;

/**
 * `program`: what tells this build and this Node from others, whose records are not ours. What is not as we wrote it is
 * taken for absent: a damaged record must not reach the deserializer, which trusts its input.
 */
export function fileMemory(folder: string, question: readonly string[], program: string): Memory {
  const name = sum(question.join('\0'));
  const fileOf = (part: Part): string => path.join(folder, `${name}.${part}`);
  return {
    hash: sum,
    load(part) {
      try {
        const bytes = fs.readFileSync(fileOf(part));
        const end = bytes.indexOf('\n');
        const head = bytes.toString('utf8', 0, Math.max(end, 0));
        const data = bytes.subarray(end + 1);
        return head === headOf(program, data) ? v8.deserialize(data) : undefined;
      } catch {
        return undefined;
      }
    },
    save(part, record) {
      const file = fileOf(part);
      const beside = `${file}.${process.pid}`;
      try {
        const data = v8.serialize(record);
        fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
        fs.writeFileSync(beside, `${headOf(program, data)}\n`, { mode: 0o600 });
        fs.appendFileSync(beside, data);
        fs.renameSync(beside, file);
        removeOld(folder);
      } catch {
        // A full disk or a folder that is not ours: the next run begins anew, as this one did.
        remove(beside);
      }
    },
  };
}

function remove(file: string): void {
  try {
    fs.rmSync(file, { force: true });
  } catch {
    // It was never made.
  }
}

const headOf = (program: string, data: Uint8Array): string => `shardlint ${sum(program)} ${sum(data)}`;

function removeOld(folder: string): void {
  const oldest = Date.now() - keptDays * 86_400_000;
  for (const name of fs.readdirSync(folder)) {
    const file = path.join(folder, name);
    if (/\.(?:check|answer|files)(?:\.\d+)?$/.test(name) && fs.statSync(file).mtimeMs < oldest)
      fs.rmSync(file, { force: true });
  }
}

/** The build that runs: its version, its own file, and the Node that it runs in. */
export function programKey(version: string, bundle: string): string {
  try {
    const { size, mtimeMs } = fs.statSync(bundle);
    return [version, process.version, bundle, size, mtimeMs].join(' ');
  } catch {
    return [version, process.version, bundle].join(' ');
  }
}
