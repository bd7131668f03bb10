import fs from 'node:fs';
import path from 'node:path';

/** Replaces a file as a whole: whoever reads it sees the old text or the new one. Links and the mode are kept. */
export function writeFile(file: string, text: string): void {
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
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text, { flag: 'wx' });
}
