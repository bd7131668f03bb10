/** Checks that are kept between runs, two files each in the user's cache folder; never in the workspace. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import v8 from 'node:v8';
import type { Memory, Part } from '../engine/recall';
import { readRecord, sum, writeRecord } from './record';

/** Where caches of a person lie, as each system has it. */
export function cacheFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home = os.homedir()): string {
  if (env.SHARDLINT_CACHE) return path.resolve(env.SHARDLINT_CACHE);
  if (platform === 'win32')
    return path.join(env.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local'), 'shardlint', 'Cache');
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'shardlint');
  return path.join(env.XDG_CACHE_HOME || path.join(home, '.cache'), 'shardlint');
}

/** `program`: see `programKey`. */
export function fileMemory(folder: string, question: readonly string[], program: string): Memory {
  const name = sum(question.join('\0'));
  const fileOf = (part: Part): string => path.join(folder, `${name}.${part}`);
  return {
    hash: sum,
    load(part) {
      const data = readRecord(fileOf(part), program);
      try {
        return data && v8.deserialize(data);
      } catch {
        return undefined;
      }
    },
    save: (part, record) => writeRecord(fileOf(part), program, () => v8.serialize(record)),
  };
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
