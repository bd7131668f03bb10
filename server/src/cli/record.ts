/** Files in the user's cache folder. Whoever reads them trusts their bytes, so that what is not as we wrote it is taken for absent. */
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

export const sum = (data: string | Uint8Array): string => crypto.createHash('sha1').update(data).digest('hex');

/** Records that nobody has written for so long are removed. */
const keptDays = 30;

const endings = /\.(?:check|answer|files|code)(?:\.\d+)?$/;

/** `program`: what tells this build and this Node from others, whose records are not ours. Undefined also where there is none. */
export function readRecord(file: string, program: string): Uint8Array | undefined {
  try {
    const bytes = fs.readFileSync(file);
    const end = bytes.indexOf('\n');
    const head = bytes.toString('utf8', 0, Math.max(end, 0));
    const data = bytes.subarray(end + 1);
    return head === headOf(program, data) ? data : undefined;
  } catch {
    return undefined;
  }
}

/** `make` may fail, as the disk may: then the next run begins anew, as this one did. */
export function writeRecord(file: string, program: string, make: () => Uint8Array): void {
  const folder = path.dirname(file);
  const beside = `${file}.${process.pid}`;
  try {
    const data = make();
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    fs.writeFileSync(beside, `${headOf(program, data)}\n`, { mode: 0o600 });
    fs.appendFileSync(beside, data);
    fs.renameSync(beside, file);
    removeOld(folder);
  } catch {
    // A full disk or a folder that is not ours.
    remove(beside);
  }
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
    if (endings.test(name) && fs.statSync(file).mtimeMs < oldest) fs.rmSync(file, { force: true });
  }
}
