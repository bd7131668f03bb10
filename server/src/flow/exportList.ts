/** What a file exports under which names: all that a name depends on which leads through it and on to another file. */
import type { Export, HostFile } from '../hosts/host';

/** Stands among the reads of an answer that went by the file's list alone; see `Project.takeReads`. */
export const exportsKey = (path: string): string => `?exports ${path}`;

/** The path, of such a key. */
export const exportsPath = (key: string): string | undefined =>
  key.startsWith(prefix) ? key.slice(prefix.length) : undefined;

const prefix = exportsKey('');

/** Equal for lists that lead every name to the same place; what lies there may be another. */
export function exportListOf({ exports, imports }: HostFile): string {
  const one = (exported: Export): readonly string[] => {
    switch (exported.kind) {
      case 'value':
        return [exported.exported];
      case 'from':
        return [exported.exported, exported.module, exported.imported];
      case 'local': {
        const from = imports.find(({ local }) => local === exported.local);
        return from ? [exported.exported, from.module, from.imported] : [exported.exported, exported.local];
      }
    }
  };
  return JSON.stringify(exports.map(one));
}
