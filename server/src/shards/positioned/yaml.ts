/** YAML as a positioned tree; broken text gives what can be read of it, aliases are followed up to a limit. */
import * as yaml from 'yaml';
import type { Location } from '../../text/span';
import type { MapProblem } from '../model';
import { type Entry, emptyMap, type Node, narrow, type Positioned, type Scalar } from './node';

/** A few nested aliases can stand for billions of values: beyond this many the rest is left out. */
const mostNodes = 200_000;
const deepest = 100;

export function readYaml(file: string, text: string): Positioned {
  const problems: MapProblem[] = [];
  const fault = (at: Location, code: string, message: string): void => {
    problems.push({ at, severity: 'error', code, message });
  };
  const document = parse(text);
  if (!document) {
    fault({ file, span: within(text, [0, 1]) }, 'too-large', 'The map is nested too deeply to be read.');
    return { node: emptyMap(file), problems };
  }
  for (const { code, pos } of document.errors) {
    fault({ file, span: within(text, pos) }, 'syntax', words(code));
  }
  let count = 0;
  const open = new Set<unknown>();
  // Kept here because the parser's own search for an alias's anchor reads the whole document each time.
  const anchors = new Map<string, yaml.Node>();
  /** Undefined for an alias without an anchor: its key is left out. */
  const convert = (source: unknown, outer: Location): Node | undefined => {
    const at = place(source, outer);
    const nothing: Node = { kind: 'scalar', value: null, at };
    count += 1;
    if (count > mostNodes || open.size > deepest) {
      if (count === mostNodes + 1) fault(at, 'too-large', 'The map is too large: aliases repeat it without end.');
      return nothing;
    }
    if (yaml.isAlias(source)) {
      const target = anchors.get(source.source);
      if (target === undefined) {
        fault(at, 'syntax', 'No anchor of this name stands above.');
        return undefined;
      }
      const meant = open.has(target) ? undefined : convert(target, at);
      if (meant) return { ...meant, at };
      fault(at, 'syntax', 'This alias stands for a value that contains it.');
      return nothing;
    }
    if (yaml.isNode(source) && source.anchor) anchors.set(source.anchor, source);
    if (yaml.isScalar(source)) return { kind: 'scalar', value: scalar(source.value), at };
    if (!yaml.isCollection(source)) return nothing;
    open.add(source);
    const node: Node = yaml.isMap(source)
      ? { kind: 'map', entries: entries(source, at), at }
      : { kind: 'list', items: source.items.flatMap((item) => convert(item, at) ?? []), at };
    open.delete(source);
    return node;
  };
  const entries = (map: yaml.YAMLMap, outer: Location): readonly Entry[] => {
    const found = new Map<string, Entry>();
    const merged: Entry[] = [];
    for (const { key, value } of map.items) {
      const keyAt = place(key, outer);
      const name = yaml.isScalar(key) ? String(key.value ?? '') : undefined;
      const node = convert(value, keyAt);
      if (name === undefined) fault(keyAt, 'syntax', 'A key is plain text.');
      else if (node && isMerge(key)) merged.push(...mergedEntries(node));
      else if (node) {
        if (found.has(name)) fault(keyAt, 'duplicate-key', `\`${name}\` is given twice; the last one counts.`);
        found.set(name, { key: name, keyAt, value: node });
      }
    }
    for (const entry of merged) if (!found.has(entry.key)) found.set(entry.key, entry);
    return [...found.values()];
  };
  const place = (source: unknown, outer: Location): Location => {
    const range = yaml.isNode(source) ? source.range : undefined;
    if (!range) return outer;
    // A block ends where the next one begins: without the line ends between them.
    const [start, end] = range;
    return { file, span: { start, end: start + text.slice(start, end).trimEnd().length } };
  };
  const whole = { file, span: { start: 0, end: text.length } };
  return { node: (document.contents && convert(document.contents, whole)) ?? emptyMap(file), problems };
}

/** Undefined where the nesting is deeper than the parser's stack. */
function parse(text: string): yaml.Document.Parsed | undefined {
  if (isDeep(text)) return undefined;
  try {
    // Keys given twice are found here: the parser compares each key with all others of its map.
    const uniqueKeys = false;
    return yaml.parseDocument(text, { intAsBigInt: true, prettyErrors: false, logLevel: 'error', uniqueKeys });
  } catch {
    return undefined;
  }
}

/** An overflow of the stack while a regular expression is compiled ends the process: it must not come to that. */
function isDeep(text: string): boolean {
  if (/(?:[-?:][ \t]+){500}/.test(text)) return true;
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = bracket === '[' || bracket === '{' ? depth + 1 : Math.max(0, depth - 1);
    if (depth > 1000) return true;
  }
  return false;
}

/** In quotes it is a name like any other. */
const isMerge = (key: unknown): boolean => yaml.isScalar(key) && key.value === '<<' && key.type === 'PLAIN';

/** The first of several merged maps wins. */
const mergedEntries = (node: Node): readonly Entry[] =>
  node.kind === 'map' ? node.entries : node.kind === 'list' ? node.items.flatMap(mergedEntries) : [];

function scalar(value: unknown): Scalar {
  if (typeof value === 'bigint') return narrow(value);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** The parser points at the end of a text or at nothing: an editor needs at least one character. */
function within(text: string, [start, end]: readonly [number, number]): { start: number; end: number } {
  const from = Math.max(0, Math.min(start, text.length - 1));
  const word = /^[\w.$-]*/.exec(text.slice(from, from + 100))?.[0].length ?? 0;
  const stop = Math.min(text.length, Math.max(end, from + Math.max(word, 1)));
  const line = text.indexOf('\n', from);
  return { start: from, end: line > from ? Math.min(stop, line) : stop };
}

function words(code: yaml.ErrorCode): string {
  switch (code) {
    case 'BAD_ALIAS':
      return 'No anchor of this name stands above.';
    case 'BAD_INDENT':
    case 'BLOCK_IN_FLOW':
      return 'The indentation does not fit the lines above, or a bracket there is still open.';
    case 'TAB_AS_INDENT':
      return 'YAML is indented with spaces, not with tabs.';
    case 'MISSING_CHAR':
      return 'A closing quote, bracket, brace, or a colon or comma is missing here.';
    case 'BAD_DQ_ESCAPE':
      return 'This escape is not known in double-quoted text.';
    case 'BAD_SCALAR_START':
      return 'Text that begins with this character needs quotes.';
    case 'MULTILINE_IMPLICIT_KEY':
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'A key stands on one line and is followed by a colon and a space.';
    case 'MULTIPLE_DOCS':
      return 'A shard map is one YAML document; what follows `---` is not read.';
    case 'TAG_RESOLVE_FAILED':
      return 'This tag is not known here.';
    default:
      return 'This is no valid YAML.';
  }
}
