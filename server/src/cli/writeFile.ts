import fs from 'node:fs';
import path from 'node:path';
import { oneLine } from '../report/printable';
import { own } from '../text/own';
import { UsageError } from './shell';

/**
 * Replaces a file as a whole: whoever reads it sees the old text or the new one. Links and the mode are kept. Throws a
 * UsageError where that cannot be done, and the old file stays.
 */
export function writeFile(file: string, text: string): void {
  try {
    replace(file, text);
  } catch (error) {
    throw unwritable(file, error);
  }
}

function replace(file: string, text: string): void {
  const target = fs.existsSync(file) ? fs.realpathSync(file) : file;
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    fs.writeFileSync(temporary, text);
    if (fs.existsSync(target)) fs.chmodSync(temporary, fs.statSync(target).mode);
    fs.renameSync(temporary, target);
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

/** Makes a file with the folders that it needs; one that has appeared meanwhile stays as it is. */
export function createFile(file: string, text: string): void {
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    // Half a file is worse than none; one that somebody else has made is theirs.
    if (codeOf(error) !== 'EEXIST') fs.rmSync(file, { force: true });
    throw unwritable(file, error);
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException | undefined)?.code ?? '';

const whys: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left',
  EDQUOT: 'the quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'it is not permitted',
  EPERM: 'it is not permitted',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  EEXIST: 'it exists already',
};

function unwritable(file: string, error: unknown): UsageError {
  return new UsageError(
    `${oneLine(path.basename(file))} was not written: ${own(whys, codeOf(error)) ?? oneLine(String(error))}`,
  );
}
