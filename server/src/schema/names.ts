/**
 * The names that a database gives to constraints and indexes declared without one: DROP CONSTRAINT uses them.
 * PostgreSQL: `ChooseRelationName` and `makeObjectName` in its sources; MySQL: the manual's chapters on keys.
 */
export type Naming = 'postgresql' | 'mysql';

export type NamedThing = 'primary' | 'unique' | 'foreign' | 'check' | 'exclude' | 'index';

/** PostgreSQL's NAMEDATALEN - 1, in bytes. */
const longest = 63;

const labels: Readonly<Record<NamedThing, string>> = {
  primary: 'pkey',
  unique: 'key',
  foreign: 'fkey',
  check: 'check',
  exclude: 'excl',
  index: 'idx',
};

/** `columns`: parts of the key in order, an expression is `undefined`. `taken`: is the name in use already? */
export function implicitName(
  thing: NamedThing,
  table: string,
  columns: readonly (string | undefined)[],
  taken: (name: string) => boolean,
  naming: Naming,
): string {
  if (naming === 'mysql') return mysqlName(thing, table, columns, taken);
  const middle = thing === 'primary' ? '' : columns.map((column) => column ?? 'expr').join('_');
  for (let attempt = 0; ; attempt++) {
    const name = objectName(table, middle, `${labels[thing]}${attempt === 0 ? '' : attempt}`);
    if (!taken(name)) return name;
  }
}

function mysqlName(
  thing: NamedThing,
  table: string,
  columns: readonly (string | undefined)[],
  taken: (name: string) => boolean,
): string {
  if (thing === 'primary') return 'PRIMARY';
  if (thing === 'foreign' || thing === 'check') {
    const stem = `${table}_${thing === 'foreign' ? 'ibfk' : 'chk'}_`;
    for (let number = 1; ; number++) if (!taken(`${stem}${number}`)) return `${stem}${number}`;
  }
  const first = columns[0] ?? 'functional_index';
  if (!taken(first)) return first;
  for (let number = 2; ; number++) if (!taken(`${first}_${number}`)) return `${first}_${number}`;
}

/** Shortens the longer of the two parts, a byte at a time, until all fits. */
function objectName(first: string, second: string, label: string): string {
  const overhead = label.length + 1 + (second === '' ? 0 : 1);
  let left = bytes(first);
  let right = bytes(second);
  while (left + right + overhead > longest && left + right > 0) {
    if (left > right) left--;
    else right--;
  }
  return [clip(first, left), clip(second, right), label].filter((part) => part !== '').join('_');
}

const encoder = new TextEncoder();
const bytes = (text: string): number => encoder.encode(text).length;

/** Never cuts a character in two. */
function clip(text: string, size: number): string {
  if (bytes(text) <= size) return text;
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += bytes(character);
    if (used > size) break;
    kept += character;
  }
  return kept;
}
