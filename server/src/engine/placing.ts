/** Where fixes put new files, and what they add to the map: see `Placing`. */
import { folderOf, isWithin, joinPath, relativeTo } from '../platform/paths';
import type { MapEdit, Placing } from '../rules/rule';
import type { ShardMap } from '../shards/model';
import type { TextEdit } from '../text/edits';
import { lineIndex, positionAt } from '../text/lineIndex';
import type { Files } from './files';
import { mapChange, mapEntries } from './mapEntry';
import { migrationFile } from './migrationFile';
import { journalEdit, journalOf } from './migrationJournal';
import { downText, migrationText } from './migrationText';
import { prismaField } from './prismaField';

const created = (path: string, text: string): MapEdit => ({ at: { file: path, span: { start: 0, end: 0 } }, text });

const placed = (file: string, { span, text }: TextEdit): MapEdit => ({ at: { file, span }, text });

export function placingFor(map: ShardMap, files: Pick<Files, 'paths' | 'known' | 'textNow'>): Placing {
  const root = folderOf(map.file);
  const inMap = (path: string): string | undefined => {
    const whole = joinPath(root, path);
    return isWithin(root, whole) ? whole : undefined;
  };
  return {
    migration(title, steps, near = []) {
      const found = migrationFile({ paths: files.paths, root, title, dialect: map.dialect, near });
      if (!found) return undefined;
      const last = found.after === undefined ? '' : files.known(found.after);
      const text = migrationText(found.path, steps, last, found.down !== undefined);
      const journal = journalOf(found.path);
      const listed = files.paths.includes(journal) ? files.textNow(journal) : undefined;
      const noted = listed === undefined ? undefined : journalEdit(journal, listed, found.path);
      const undone = found.down === undefined ? [] : [created(found.down, downText(steps))];
      return [created(found.path, text), ...undone, ...(noted ? [placed(journal, noted)] : [])];
    },
    migrated: () => migrationFile({ paths: files.paths, root, title: '', dialect: map.dialect })?.after !== undefined,
    model(child, parent, added) {
      const [text, like] = [files.textNow(child.file), files.textNow(parent.file)];
      if (!child.file.endsWith('.prisma') || text === undefined || like === undefined) return undefined;
      return prismaField({ at: child, text }, { at: parent, text: like }, added)?.map((one) => placed(child.file, one));
    },
    file(path, text) {
      const whole = inMap(path);
      return whole === undefined || files.paths.includes(whole) ? undefined : created(whole, text);
    },
    entries(section, values) {
      const text = files.known(map.file);
      const edit = text === undefined ? undefined : mapEntries(map.file, text, section, values);
      return edit && placed(map.file, edit);
    },
    where({ file, span }) {
      const text = files.known(file);
      const line = text === undefined ? '' : `:${positionAt(lineIndex(text), span.start).line + 1}`;
      return `${relativeTo(root, file) ?? file}${line}`;
    },
    change(section, key, fields) {
      const text = files.known(map.file);
      const edit = text === undefined ? undefined : mapChange(map.file, text, section, key, fields);
      return edit && placed(map.file, edit);
    },
  };
}
