import fs from 'node:fs';

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
