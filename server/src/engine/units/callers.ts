/** Files that use no library themselves matter where they call functions that do: they are found by what they import. */

/** What an import names a file by: its name, or its folder's where it is the index. */
export const stemOf = (path: string): string => {
  const [last = '', folder = ''] = path.split('/').reverse();
  const stem = last.replace(/\.[cm]?[jt]sx?$/, '');
  return stem === 'index' ? folder : stem;
};

const specifier = /\b(?:from|import|require)\s*\(?\s*(['"`])([^'"`\n]+)\1/g;

/** So are the modules named that a text imports. */
export const stemsIn = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(specifier)].map(([, , module = '']) => stemOf(module)));
