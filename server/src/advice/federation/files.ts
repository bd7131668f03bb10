/** The folders and files that send nearly all their statements to one set of tables. */
import type { KnownTable, KnownTables } from '../keyAdvisor/knownTables';
import { tablesOf } from './tableGraph';

/** Of the statements of a folder, and how many there are at least. */
const purity = 0.8;
const fewest = 2;
const mostGlobs = 12;

/** Globs relative to the folder, the largest folders that qualify. */
export function filesOf(
  inside: ReadonlySet<KnownTable>,
  owned: (table: KnownTable) => boolean,
  known: KnownTables,
  folder: string,
): readonly string[] {
  const root = folder.endsWith('/') ? folder : `${folder}/`;
  const counts = new Map<string, { own: number; all: number }>();
  const files = new Set<string>();
  for (const { file, tables } of known.statements) {
    const named = tablesOf(tables, known);
    // What may go anywhere says nothing.
    if (!file.startsWith(root) || !named.some(owned)) continue;
    const path = file.slice(root.length);
    files.add(path);
    const own = named.some((table) => inside.has(table));
    const parts = path.split('/');
    for (let i = 1; i <= parts.length; i++) {
      const key = parts.slice(0, i).join('/');
      const count = counts.get(key) ?? { own: 0, all: 0 };
      counts.set(key, { own: count.own + (own ? 1 : 0), all: count.all + 1 });
    }
  }
  const fits = [...counts]
    .filter(([, { own, all }]) => own >= fewest && own >= purity * all)
    .map(([path]) => path)
    .sort((a, b) => a.split('/').length - b.split('/').length || (a < b ? -1 : 1));
  const chosen: string[] = [];
  for (const path of fits) if (!chosen.some((one) => path.startsWith(`${one}/`))) chosen.push(path);
  return chosen.slice(0, mostGlobs).map((path) => globOf(files.has(path) ? path : `${path}/**`));
}

/** Folders such as `[slug]` and `(app)` mean something else in a glob. */
const globOf = (path: string): string =>
  path
    .split('/')
    .map((part) => (part === '**' ? part : part.replace(/[[\]{}()!*+@]/g, '?')))
    .join('/');

export const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/') + 1);
