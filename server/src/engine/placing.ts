/** Where fixes put new files, and what they add to the map: see `Placing`. */
import { folderOf, isWithin, joinPath, relativeTo } from '../platform/paths';
import type { MapEdit, Placing } from '../rules/rule';
import type { ShardMap } from '../shards/model';
import { lineIndex, positionAt } from '../text/lineIndex';
import type { Files } from './files';
import { mapChange, mapEntries } from './mapEntry';
import { migrationFile } from './migrationFile';
import { downText, migrationText } from './migrationText';

const created = (path: string, text: string): MapEdit => ({ at: { file: path, span: { start: 0, end: 0 } }, text });

export function placingFor(map: ShardMap, files: Pick<Files, 'paths' | 'known'>): Placing {
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
      const undone = found.down === undefined ? [] : [created(found.down, downText(steps))];
      return [created(found.path, text), ...undone];
    },
    file(path, text) {
      const whole = inMap(path);
      return whole === undefined || files.paths.includes(whole) ? undefined : created(whole, text);
    },
    entries(section, values) {
      const text = files.known(map.file);
      const edit = text === undefined ? undefined : mapEntries(map.file, text, section, values);
      return edit && { at: { file: map.file, span: edit.span }, text: edit.text };
    },
    where({ file, span }) {
      const text = files.known(file);
      const line = text === undefined ? '' : `:${positionAt(lineIndex(text), span.start).line + 1}`;
      return `${relativeTo(root, file) ?? file}${line}`;
    },
    change(section, key, fields) {
      const text = files.known(map.file);
      const edit = text === undefined ? undefined : mapChange(map.file, text, section, key, fields);
      return edit && { at: { file: map.file, span: edit.span }, text: edit.text };
    },
  };
}
