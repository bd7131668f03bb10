/** Edits of host code that import what a fix uses. */
import type { HostFile } from '../../hosts/host';
import type { TextEdit } from '../../text/edits';
import { insertion } from './keyEdits';

/** Names of a package in a file, with the edits that import those that are missing. `others`: its names that may be there already. */
export const importing = (
  { imports }: HostFile,
  names: readonly string[],
  others: ReadonlySet<string>,
  module: string,
  text: string,
): { readonly local: (name: string) => string; readonly edits: readonly TextEdit[] } | undefined => {
  const known = new Map(imports.filter(({ imported }) => others.has(imported)).map((one) => [one.imported, one.local]));
  const missing = names.filter((name) => !known.has(name));
  const beside = imports.findLast(({ imported }) => others.has(imported));
  const local = (name: string): string => known.get(name) ?? name;
  if (missing.length === 0) return { local, edits: [] };
  if (beside !== undefined) return { local, edits: [insertion(beside.span.end, `, ${missing.join(', ')}`)] };
  const [first] = imports;
  const at = first === undefined ? -1 : text.lastIndexOf('import', first.span.start);
  if (at < 0) return undefined;
  const quote = /from\s*"/.test(text) ? '"' : "'";
  return { local, edits: [insertion(at, `import { ${missing.join(', ')} } from ${quote}${module}${quote};\n`)] };
};
