/** Files that use no library themselves matter where they call functions that do: they are found by what they import and call. */

const specifier = /\b(?:from|import|require)\s*\(?\s*(['"`])([^'"`\n]+)\1/g;

/** Modules that a text names as it imports. */
export const modulesIn = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(specifier)].map(([, , module = '']) => module));

/** All that one comes to from these, step by step; themselves where one comes back to them. */
export function reachedFrom(
  starts: Iterable<string>,
  next: (file: string) => readonly string[] | undefined,
): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...starts];
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (const file of next(at) ?? []) {
      if (found.has(file)) continue;
      found.add(file);
      open.push(file);
    }
  return found;
}

/** By file, those that import it; `importsOf` answers with paths. */
export function importersIn(
  files: readonly string[],
  importsOf: (file: string) => readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const importers = new Map<string, string[]>();
  for (const file of files)
    for (const path of importsOf(file)) {
      const known = importers.get(path);
      if (known) known.push(file);
      else importers.set(path, [file]);
    }
  return importers;
}

/** What stands between a name and what it is called with: `find?.(`, `find!(`, `['find'](`. */
const between = new Set([...' \t\r\n!?.\'"]>']);

/** Whether a text may call one of these names. Begins at the brackets, which are fewer than names. */
export function mayCall(text: string, names: ReadonlySet<string>): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== 40 && code !== 60 && code !== 96) continue; // ( < `
    let end = at;
    while (end > 0 && between.has(text.charAt(end - 1))) end--;
    let start = end;
    while (start > 0 && isPart(text.charCodeAt(start - 1))) start--;
    if (start < end && names.has(text.slice(start, end))) return true;
  }
  return false;
}

const isPart = (code: number): boolean =>
  (code >= 97 && code <= 122) ||
  (code >= 65 && code <= 90) ||
  (code >= 48 && code <= 57) ||
  code === 95 ||
  code === 36 ||
  code > 127;
