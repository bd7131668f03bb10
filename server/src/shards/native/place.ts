/** What a position in a map file means: for completion and hover, from the same description as validation. */
import type { Span } from '../../text/span';
import { readJson } from '../positioned/json';
import { child, type Entry, type MapNode, type Node } from '../positioned/node';
import { readYaml } from '../positioned/yaml';
import { mapType } from './keys';
import type { Field, Fields, Names, Text, Type } from './spec';

/** What stands under the pointer. */
export interface Hovered {
  readonly key: string;
  readonly doc: string;
  readonly span: Span;
}

/** What may be written at the cursor. */
export interface Offered {
  /** The keys above, from the root: `['tables', 'orders']`. */
  readonly path: readonly string[];
  /** Keys of the object around that it does not have yet. */
  readonly keys: readonly { readonly key: string; readonly field: Field }[];
  /** Values, where a value is written. */
  readonly values: readonly string[];
  /** The value (or the key of a dictionary) is the name of such a thing. */
  readonly names?: Names;
  /** The word that is being typed. */
  readonly word: Span;
}

const read = (file: string, text: string): Node =>
  (/\.jsonc?$/i.test(file) ? readJson(file, text) : readYaml(file, text)).node;

/** The key at or above an offset, and what it means; undefined between keys. */
export function hoverAt(file: string, text: string, offset: number): Hovered | undefined {
  const inside = ({ start, end }: Span): boolean => start <= offset && offset <= end;
  const descend = (node: Node, type: Type | undefined): Hovered | undefined => {
    if (node.kind === 'list') {
      const item = node.items.find((each) => inside(each.at.span));
      return item && descend(item, itemType(type));
    }
    if (node.kind !== 'map') return undefined;
    const entry = node.entries.find(({ keyAt, value }) => inside(keyAt.span) || inside(value.at.span));
    if (!entry) return undefined;
    const field = fieldOf(type, entry.key);
    const below = inside(entry.keyAt.span) ? undefined : descend(entry.value, entryType(type, entry.key));
    return below ?? (field && { key: entry.key, doc: field.doc, span: entry.keyAt.span });
  };
  return descend(read(file, text), mapType);
}

const marker = 'shardlint_cursor';

/**
 * What may stand at an offset of a map that is being written. A word of our own is put there, and the place where it
 * turns up in the tree says what is expected: so half-written lines need no grammar of their own.
 */
export function offeredAt(file: string, text: string, offset: number): Offered | undefined {
  const before = /[\w.$-]*$/.exec(text.slice(0, offset))?.[0].length ?? 0;
  const after = /^[\w.$-]*/.exec(text.slice(offset))?.[0].length ?? 0;
  const word = { start: offset - before, end: offset + after };
  const head = text.slice(0, word.start);
  const rest = text.slice(word.end);
  const isJson = /\.jsonc?$/i.test(file);
  const at = (above: string, below: string) =>
    locate(read(file, isJson ? markedJson(above, below) : markedYaml(above, below)), mapType, []);
  const found = at(head, rest);
  // YAML takes a bare word for the beginning of the next line's key, which then is unknown with all that is below it.
  const meant = isJson || (found && offersAny(found)) ? found : (at(withoutBareWords(head), rest) ?? found);
  return meant && { ...meant, word };
}

const offersAny = ({ keys, values, names }: Omit<Offered, 'word'>): boolean =>
  keys.length > 0 || values.length > 0 || names !== undefined;

/** Whole lines that have neither a key nor an item; the last line is the cursor's own. */
const withoutBareWords = (text: string): string => text.replace(/^[ \t]*\w[\w.$ -]*(?=\r?\n)/gm, '');

const startsWithColon = /^["']?[ \t]*:/;

function markedYaml(head: string, rest: string): string {
  const line = head.slice(head.lastIndexOf('\n') + 1);
  const isValue = /:(?:[ \t]+["']?|["'])$/.test(line);
  return head + marker + (isValue || startsWithColon.test(rest) ? '' : ':') + rest;
}

function markedJson(head: string, rest: string): string {
  const quoted = head.endsWith('"');
  const open = quoted ? head : `${head}"`;
  const left = quoted && rest.startsWith('"') ? rest.slice(1) : rest;
  const isValue = /:\s*"$/.test(open);
  return `${open}${marker}"${isValue || startsWithColon.test(left) ? '' : ': 0'}${left}`;
}

/** Finds the marker and describes what is expected there. */
function locate(node: Node, type: Type | undefined, path: readonly string[]): Omit<Offered, 'word'> | undefined {
  if (node.kind === 'scalar') {
    return typeof node.value === 'string' && node.value.includes(marker) ? expected(type, path) : undefined;
  }
  if (node.kind === 'list') return first(node.items, (item) => locate(item, itemType(type), path));
  const marked = node.entries.some(({ key }) => key.includes(marker));
  if (marked) return keysOf(node, type, path) ?? expected(type, path);
  return first(node.entries, (entry: Entry) => locate(entry.value, entryType(type, entry.key), [...path, entry.key]));
}

function first<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

const alternatives = (type: Type | undefined): readonly Type[] =>
  type === undefined ? [] : type.is === 'either' ? type.of.flatMap(alternatives) : [type];

const fieldsIn = (type: Type | undefined): Fields | undefined =>
  alternatives(type).find((each) => each.is === 'fields');

function fieldOf(type: Type | undefined, key: string): Field | undefined {
  const table = fieldsIn(type)?.fields();
  return table && Object.hasOwn(table, key) ? table[key] : undefined;
}

function entryType(type: Type | undefined, key: string): Type | undefined {
  const dictionary = alternatives(type).find((each) => each.is === 'dictionary');
  return fieldOf(type, key)?.type ?? fieldsIn(type)?.others ?? dictionary?.of;
}

/** A single entry may stand for a list of one. */
const itemType = (type: Type | undefined): Type | undefined =>
  alternatives(type).find((each) => each.is === 'list')?.of;

/** In a map: the keys that its fields have and it lacks, or what a dictionary's keys name. */
function keysOf(node: MapNode, type: Type | undefined, path: readonly string[]): Omit<Offered, 'word'> | undefined {
  const fields = fieldsIn(type);
  const dictionary = alternatives(type).find((each) => each.is === 'dictionary');
  if (dictionary) return { path, keys: [], values: [], ...(dictionary.keys && { names: dictionary.keys }) };
  if (!fields) return undefined;
  const variant = fields.variant?.(node);
  const keys = Object.entries(fields.fields())
    .filter(([key, { only }]) => !child(node, key) && (!only || variant === undefined || only.includes(variant)))
    .map(([key, field]) => ({ key, field }));
  return { path, keys, values: [] };
}

/** Where a value is written. A map that has only begun (`orders: sh`) offers its keys. */
function expected(type: Type | undefined, path: readonly string[]): Omit<Offered, 'word'> {
  const all = alternatives(type);
  const texts = [...all, ...all.flatMap((each) => (each.is === 'list' ? alternatives(each.of) : []))].filter(
    (each): each is Text => each.is === 'text',
  );
  const values = texts.flatMap((each) => each.values ?? each.suggestions ?? []);
  const flags = all.some(({ is }) => is === 'flag') ? ['true', 'false'] : [];
  const names = texts.find((each) => each.names)?.names;
  const fields = fieldsIn(type);
  const keys = fields ? Object.entries(fields.fields()).map(([key, field]) => ({ key, field })) : [];
  return { path, keys, values: [...new Set([...values, ...flags])], ...(names && { names }) };
}
