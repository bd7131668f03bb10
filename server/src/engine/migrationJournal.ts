/** Drizzle runs the migrations that its journal names: a new one is written down there. */
import { baseName, folderOf, joinPath } from '../platform/paths';
import { readJson } from '../shards/positioned/json';
import { entryOf } from '../shards/positioned/node';
import type { TextEdit } from '../text/edits';

export const journalOf = (migration: string): string => joinPath(folderOf(migration), 'meta/_journal.json');

/** `when` orders them: a second after the last one. Undefined where the journal is empty or of another form. */
export function journalEdit(journal: string, text: string, migration: string): TextEdit | undefined {
  const entries = entryOf(readJson(journal, text).node, 'entries')?.value;
  const last = entries?.kind === 'list' ? entries.items.at(-1) : undefined;
  if (last?.kind !== 'map') return undefined;
  const { start, end } = last.at.span;
  const own = text.slice(start, end);
  const [idx, when] = ['idx', 'when'].map((key) => Number(new RegExp(`"${key}"\\s*:\\s*(\\d+)`).exec(own)?.[1]));
  if (idx === undefined || when === undefined || Number.isNaN(idx + when)) return undefined;
  const line = text.slice(text.lastIndexOf('\n', start) + 1, start);
  const added = own
    .replace(/("idx"\s*:\s*)\d+/, `$1${idx + 1}`)
    .replace(/("when"\s*:\s*)\d+/, `$1${when + 1000}`)
    .replace(/("tag"\s*:\s*)"[^"]*"/, (_, key) => `${key}${JSON.stringify(baseName(migration).replace(/\.sql$/, ''))}`);
  return { span: { start: end, end }, text: `,${/^\s*$/.test(line) ? `\n${line}` : ' '}${added}` };
}
