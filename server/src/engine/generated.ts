/**
 * Stands in for modules of table names that are generated from the workspace's own DDL and not kept beside it: an export
 * `UserRoles` of a file that is not there is `{ table: 'user_roles', fields: { tenantId: 'tenant_id', … } }` where the DDL
 * has such a table. Only libraries whose statements take names from objects (Slonik and its kin) have use for it.
 */

/** Packages of a workspace that say so. */
export const takesNamesFromObjects = /slonik|@databases\/pg/;

interface Declared {
  readonly table: string;
  readonly columns: readonly string[];
}

/** A module with one object a table, and the file that each table was declared in. */
export interface Generated {
  readonly text: string;
  readonly from: ReadonlyMap<string, string>;
}

export const generatedModule = (files: Iterable<readonly [path: string, text: string]>): Generated => {
  const from = new Map<string, string>();
  const lines: string[] = [];
  for (const [path, text] of files)
    for (const { table, columns } of tablesIn(text)) {
      const name = capital(camel(table));
      if (from.has(name)) continue;
      from.set(name, path);
      const keys = columns.map((column) => camel(column));
      const fields = columns.map((column, i) => `${keys[i]}: '${column}'`);
      const all = keys.map((key) => `'${key}'`);
      lines.push(
        `export const ${name} = { table: '${table}', fields: { ${fields.join(', ')} }, fieldKeys: [${all.join(', ')}] };`,
      );
    }
  return { text: lines.join('\n'), from };
};

const camel = (name: string): string => name.replace(/_+(\w)/g, (_, letter: string) => letter.toUpperCase());
const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

const comments = /--[^\n]*|\/\*[\s\S]*?\*\//g;
const heads = /\bcreate\s+table\s+(?:if\s+not\s+exists\s+)?(?:"?[a-z_]\w*"?\.)?"?([a-z_]\w*)"?\s*\(/gi;
const noColumn = /^(?:constraint|primary|unique|foreign|check|exclude|like|partition)$/i;

/** Plain names alone: what a generator would quote, it would also rename. */
const tablesIn = (text: string): readonly Declared[] => {
  if (!/create\s+table/i.test(text)) return [];
  const plain = text.replace(comments, ' ');
  return [...plain.matchAll(heads)].map((match): Declared => {
    const parts = inBrackets(plain, match.index + match[0].length);
    const columns = parts.flatMap((part) => {
      const name = /^\s*"?([a-z_]\w*)"?\s/i.exec(part)?.[1];
      return name === undefined || noColumn.test(name) ? [] : [name.toLowerCase()];
    });
    return { table: (match[1] ?? '').toLowerCase(), columns };
  });
};

/** What stands between the commas of one bracket. */
const inBrackets = (text: string, start: number): readonly string[] => {
  const parts: string[] = [];
  let depth = 0;
  let from = start;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === "'") {
      const end = text.indexOf("'", at + 1);
      if (end < 0) break;
      at = end;
    } else if (char === '(') depth++;
    else if ((char === ',' || char === ')') && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
      if (char === ')') break;
    } else if (char === ')') depth--;
  }
  return parts;
};
