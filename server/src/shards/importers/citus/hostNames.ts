/**
 * What a name holds in a host language that is not read as such, where the same file says so in so many words: a text, or
 * the texts of a list that a loop goes through. Nothing is followed further; what is assigned twice is unknown.
 */
import type { Span } from '../../../text/span';

export interface Literal {
  readonly text: string;
  readonly span: Span;
}

/** The place of an interpolation or concatenation in an argument, and the name in it. */
export interface Hole {
  readonly start: number;
  readonly end: number;
  /** Undefined for `%s`, and for what is more than a name. */
  readonly name: string | undefined;
}

const holes: readonly RegExp[] = [
  // `${table}`, `#{table}`, PHP's "$table" and "{$table}".
  /[$#]\{\s*(\w+)[^}]*\}/g,
  /\{?(?<!\$)\$([A-Za-z_]\w*)\b(?!\$)\}?/g,
  // '" + table + "', '" . nameOf(Order::class) . "'
  /["'`]\s*[+.]\s*(?:\$?(\w+)|[^"'`]+?)\s*[+.]\s*["'`]/g,
  /%(?:\((\w+)\))?s/g,
];
/** Python's f"…{table}…" and C#'s $"…{table}…": in PostgreSQL's own text it would be an array of one. */
const braces = /\{(\w+)\}/g;

/** Holes of one argument as it is written, quotes and all. */
export function holesIn(written: string, text: string): readonly Hole[] {
  const found = holes.flatMap((one) => [...written.matchAll(one)]);
  if (found.length === 0)
    found.push(...[...written.matchAll(braces)].filter(([, name = '']) => /^\d*$/.test(name) || isUsed(name, text)));
  return found.map(({ 0: all, 1: name, index }) => ({ start: index, end: index + all.length, name }));
}

const isUsed = (name: string, text: string): boolean => new RegExp(`(?<![\\w{'"\`.])${name}\\b(?!['"\`}])`).test(text);

/** The texts that a name stands for, one after the other. */
export function literalsOf(name: string, text: string): readonly Literal[] | undefined {
  const assigned = [...text.matchAll(assignment(name))];
  const [only] = assigned;
  if (only && assigned.length === 1) return literalAt(text, only.index + only[0].length);
  if (assigned.length > 1) return undefined;
  for (const loop of loopsOver(name)) {
    const found = loop.exec(text);
    if (!found) continue;
    const over = found[1] ?? '';
    const from = found.index + found[0].indexOf(over);
    return /^\w+$/.test(over) ? listNamed(over, text) : listAt(text, from);
  }
  return undefined;
}

/** `name =`, `name: str =`, `$name =`, `name :=`; not `==`. */
const assignment = (name: string): RegExp =>
  new RegExp(`(?<![\\w.$>])\\$?${name}[ \\t]*(?::[ \\t]*[\\w<>[\\]]+[ \\t]*)?:?=(?![=>~])[ \\t]*`, 'g');

/** What may stand before a list's bracket: `new[] {`, `%w[`, `List.of(`, `listOf(`. */
const opener = String.raw`(?:new\s*(?:\w+\s*)?\[\]\s*|%w|(?:\w+\.)?(?:of|asList|listOf|setOf|arrayOf)\s*)?`;
const list = String.raw`(${opener}\s*[[({][^\])}]*[\])}]|\w+)`;

const loopsOver = (name: string): readonly RegExp[] =>
  [
    String.raw`\bfor\s*\(?\s*(?:(?:var|val|final\s+String|String)\s+)?${name}\s*(?:\bin\b|:)\s*${list}`,
    String.raw`\bforeach\s*\(\s*(?:var|string)\s+${name}\s+in\s+${list}`,
    String.raw`\bforeach\s*\(\s*\$?${list}\s+as\s+\$${name}\b`,
    String.raw`${list}\.(?:each|map)\s*(?:do|\{)\s*\|\s*${name}\b`,
  ].map((pattern) => new RegExp(pattern));

function listNamed(name: string, text: string): readonly Literal[] | undefined {
  const found = [...text.matchAll(assignment(name))];
  const [only] = found;
  return only && found.length === 1 ? listAt(text, only.index + only[0].length) : undefined;
}

const quoted = /(["'`])([\w.]+)\1/y;

function literalAt(text: string, from: number): readonly Literal[] | undefined {
  quoted.lastIndex = from;
  const found = quoted.exec(text);
  return found ? [{ text: found[2] ?? '', span: { start: from + 1, end: from + found[0].length - 1 } }] : undefined;
}

const beginning = new RegExp(String.raw`^\s*${opener}\s*[[({]`);

/** A list of texts and nothing else. */
function listAt(text: string, from: number): readonly Literal[] | undefined {
  const [open = ''] = beginning.exec(text.slice(from)) ?? [];
  if (open === '') return undefined;
  const start = from + open.length;
  const end = text.slice(start).search(/[\])}]/);
  if (end < 0) return undefined;
  const inner = text.slice(start, start + end);
  if (open.includes('%w')) return [...inner.matchAll(/\S+/g)].map(({ 0: word, index }) => literal(word, start + index));
  const plain = inner.replace(/(?:\/\/|#)[^\n]*/g, (comment) => ' '.repeat(comment.length));
  const items = [...plain.matchAll(/(["'`])([\w.]+)\1|:(\w+)/g)];
  if (items.length === 0 || plain.replace(/(["'`])[\w.]+\1|:\w+|[\s,]/g, '') !== '') return undefined;
  return items.map(({ 0: all, 2: text, 3: symbol, index }) =>
    literal(text ?? symbol ?? '', start + index + all.indexOf(text ?? symbol ?? '')),
  );
}

const literal = (text: string, start: number): Literal => ({ text, span: { start, end: start + text.length } });
