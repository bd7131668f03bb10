import fs from 'node:fs';
import type { Checked } from '../engine/finding';
import { chooseFixes } from '../engine/fixes';
import { createdDiff, unifiedDiff } from '../report/patch';
import { printableLines } from '../report/printable';
import { inReadingOrder, places } from '../report/report';
import { applyEdits, type TextEdit } from '../text/edits';
import type { Shell } from './shell';
import { createFile, writeFile } from './writeFile';

/** Writes the preferred fixes; gives how many. */
export function applyFixes(checked: Checked, unsafe: boolean): number {
  const { fixes, edits } = chooseFixes(inReadingOrder(checked.findings), unsafe);
  let written = 0;
  for (const [file, all] of edits) {
    const made = createdText(checked, file, all);
    if (made !== undefined) {
      createFile(file, made);
      written++;
      continue;
    }
    const before = checked.text(file);
    const after = before === undefined ? undefined : applyEdits(before, all);
    const raw = readRaw(file);
    if (before === undefined || after === undefined || raw === undefined || after === before) continue;
    // A file that is not what was analysed, or not UTF-8, is left alone.
    const mark = raw.startsWith('\ufeff') ? '\ufeff' : '';
    if (raw.slice(mark.length) !== before) continue;
    writeFile(file, mark + after);
    written++;
  }
  return written === 0 ? 0 : fixes.length;
}

/** The text of a file that a fix creates; undefined where something of that name is there, read or not. */
function createdText(checked: Checked, file: string, edits: readonly TextEdit[]): string | undefined {
  if (checked.text(file) !== undefined || fs.lstatSync(file, { throwIfNoEntry: false })) return undefined;
  return applyEdits('', edits);
}

function readRaw(file: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(fs.readFileSync(file));
  } catch {
    return undefined;
  }
}

/** What `--fix` would do, as a patch that `git apply` takes. */
export function printDiff(shell: Shell, checked: Checked, unsafe: boolean): void {
  const { path } = places(checked, shell.cwd);
  const { edits, fixes } = chooseFixes(inReadingOrder(checked.findings), unsafe);
  for (const [file, all] of edits) {
    const text = checked.text(file);
    const made = createdText(checked, file, all);
    const patch =
      text !== undefined ? unifiedDiff(path(file), text, all) : made === undefined ? '' : createdDiff(path(file), made);
    shell.out(shell.terminal ? printableLines(patch) : patch);
  }
  shell.err(`${fixes.length} ${fixes.length === 1 ? 'problem' : 'problems'} would be fixed\n`);
}
