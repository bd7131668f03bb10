/** A tolerant reader of `schema.prisma`: blocks, fields and attributes with their places; what it does not know it passes over. */
export interface Block {
  readonly kind: 'model' | 'view' | 'type' | 'enum' | 'datasource' | 'generator';
  readonly name: string;
  readonly lines: readonly Line[];
  readonly start: number;
  readonly end: number;
}

/** `name Type? @attribute(…)`, `@@attribute(…)`, an enum's value, or `key = value`. */
export interface Line {
  readonly name: string;
  /** A field's type without marks; for `key = value` the value's text. */
  readonly type: string;
  readonly list: boolean;
  readonly optional: boolean;
  readonly attributes: readonly Attribute[];
  readonly start: number;
  readonly end: number;
}

export interface Attribute {
  /** `map`, `relation`, `db.VarChar`; block attributes stand on a line whose name is empty. */
  readonly name: string;
  readonly args: readonly Argument[];
}

export interface Argument {
  /** Undefined where it is given by position. */
  readonly name: string | undefined;
  readonly text: string;
}

const kinds = 'model|view|type|enum|datasource|generator';

export const readPrismaText = (source: string): readonly Block[] => {
  const text = blank(source);
  const blocks: Block[] = [];
  const head = new RegExp(`(?:^|\\n)[ \\t]*(${kinds})[ \\t]+(\\w+)[ \\t]*\\{`, 'g');
  for (let match = head.exec(text); match !== null; match = head.exec(text)) {
    const open = head.lastIndex;
    const close = closing(text, open);
    blocks.push({
      kind: match[1] as Block['kind'],
      name: match[2] ?? '',
      lines: linesOf(text, open, close),
      start: open - match[0].length + (match[0].length - match[0].trimStart().length),
      end: Math.min(close + 1, text.length),
    });
    head.lastIndex = close;
  }
  return blocks;
};

/** Comments become blanks, so that places stay. */
const blank = (source: string): string =>
  source
    .replace(/\r/g, ' ')
    .replace(/"(?:\\.|[^"\\\n])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (part) =>
      part.startsWith('"') ? part : part.replace(/[^\n]/g, ' '),
    );

const skipString = (text: string, at: number): number => {
  for (let i = at + 1; i < text.length && text[i] !== '\n'; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i;
  }
  return at;
};

/** The block's `}`; a block that is not closed ends where the next one begins. */
const closing = (text: string, from: number): number => {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const char = text[i];
    if (char === '"') i = skipString(text, i);
    else if (char === '{') depth++;
    else if (char === '}' && depth-- === 0) return i;
    else if (char === '\n' && new RegExp(`^\\n(?:${kinds})[ \\t]+\\w+[ \\t]*\\{`).test(text.slice(i, i + 200)))
      return i;
  }
  return text.length;
};

/** A line goes on inside of brackets. */
const linesOf = (text: string, from: number, to: number): readonly Line[] => {
  const lines: Line[] = [];
  let depth = 0;
  let start = from;
  const take = (end: number): void => {
    const line = readLine(text.slice(start, end), start);
    if (line !== undefined) lines.push(line);
    start = end + 1;
  };
  for (let i = from; i < to; i++) {
    const char = text[i];
    if (char === '"') i = skipString(text, i);
    else if (char === '(' || char === '[') depth++;
    else if (char === ')' || char === ']') depth = Math.max(0, depth - 1);
    else if (char === '\n' && depth === 0) take(i);
  }
  take(to);
  return lines;
};

const readLine = (raw: string, at: number): Line | undefined => {
  const start = at + (raw.length - raw.trimStart().length);
  const text = raw.trim();
  if (text === '') return undefined;
  const base = { start, end: start + text.length };
  if (text.startsWith('@@'))
    return { ...base, name: '', type: '', list: false, optional: false, attributes: attributesOf(text) };
  const given = /^(\w+)\s*=\s*([\s\S]*)$/.exec(text);
  if (given !== null)
    return { ...base, name: given[1] ?? '', type: given[2] ?? '', list: false, optional: false, attributes: [] };
  const field = /^(\w+)(?:\s+(Unsupported\("[^"]*"\)|\w+)\s*(\[\])?\s*(\?)?)?/.exec(text);
  if (field === null) return undefined;
  return {
    ...base,
    name: field[1] ?? '',
    type: field[2] ?? '',
    list: field[3] !== undefined,
    optional: field[4] !== undefined,
    attributes: attributesOf(text.slice(field[0].length)),
  };
};

const attributesOf = (text: string): readonly Attribute[] => {
  const found: Attribute[] = [];
  const pattern = /@@?([\w.]+)[ \t]*(\()?/g;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const open = pattern.lastIndex;
    if (match[2] === undefined) {
      found.push({ name: match[1] ?? '', args: [] });
      continue;
    }
    const parts = split(text, open);
    found.push({ name: match[1] ?? '', args: parts.args });
    pattern.lastIndex = parts.end + 1;
  }
  return found;
};

/** The arguments of a call or the items of a list, from behind its bracket. */
const split = (text: string, from: number): { readonly args: readonly Argument[]; readonly end: number } => {
  const args: Argument[] = [];
  let depth = 0;
  let start = from;
  const take = (end: number): void => {
    const part = text.slice(start, end).trim();
    start = end + 1;
    if (part === '') return;
    const named = /^(\w+)\s*:\s*([\s\S]*)$/.exec(part);
    args.push(named === null ? { name: undefined, text: part } : { name: named[1], text: named[2] ?? '' });
  };
  for (let i = from; i < text.length; i++) {
    const char = text[i];
    if (char === '"') i = skipString(text, i);
    else if (char === '(' || char === '[' || char === '{') depth++;
    else if (char === ')' || char === ']' || char === '}') {
      if (depth === 0) {
        take(i);
        return { args, end: i };
      }
      depth--;
    } else if (char === ',' && depth === 0) take(i);
  }
  take(text.length);
  return { args, end: text.length };
};

export const attribute = (line: Line, name: string): Attribute | undefined =>
  line.attributes.find((one) => one.name === name);

/** By name, or the first by position. */
export const argument = (of: Attribute | undefined, name: string): string | undefined =>
  (of?.args.find((arg) => arg.name === name) ?? of?.args.find((arg) => arg.name === undefined))?.text;

export const named = (of: Attribute | undefined, name: string): string | undefined =>
  of?.args.find((arg) => arg.name === name)?.text;

export const unquoted = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined;
  const inner = /^"((?:\\.|[^"\\])*)"/.exec(text.trim())?.[1];
  return inner?.replace(/\\(.)/g, '$1');
};

/** `[a, b(sort: Desc)]` → a, b. */
export const names = (text: string | undefined): readonly string[] => {
  const list = text?.trim();
  if (list === undefined) return [];
  const inner = list.startsWith('[') ? split(list, 1).args : [{ text: list }];
  return inner.map((arg) => /^\w+/.exec(arg.text)?.[0] ?? '').filter((name) => name !== '');
};
