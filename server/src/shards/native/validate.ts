/** Holds a positioned tree against the description of its keys. What is wrong is named and left out; the rest stays. */

import { didYouMean } from '../../text/didYouMean';
import type { Location } from '../../text/span';
import type { MapProblem } from '../model';
import { type Entry, type ListNode, type MapNode, type Node, type ScalarNode, textOf } from '../positioned/node';
import type { Amount, Dictionary, Either, Fields, List, Text, Type } from './spec';

export interface Validated {
  readonly node: Node | undefined;
  readonly problems: readonly MapProblem[];
}

export function validate(root: Node, type: Type, what: string): Validated {
  const problems: MapProblem[] = [];
  const fault = (at: Location, code: string, message: string): undefined => {
    problems.push({ at, severity: 'error', code, message });
    return undefined;
  };

  /** `path` is the key that the value stands under, for messages. */
  function check(node: Node, type: Type, path: string): Node | undefined {
    switch (type.is) {
      case 'either':
        return checkEither(node, type, path);
      case 'anything':
        return node.kind === 'scalar' || type.deep ? node : mismatch(node, type, path);
      case 'text':
        return node.kind === 'scalar' ? checkText(node, type, path) : mismatch(node, type, path);
      case 'number':
        return node.kind === 'scalar' ? checkNumber(node, type, path) : mismatch(node, type, path);
      case 'flag':
        return node.kind === 'scalar' && typeof node.value === 'boolean' ? node : mismatch(node, type, path);
      case 'list':
        return node.kind === 'list' ? checkList(node, type, path) : mismatch(node, type, path);
      case 'dictionary':
        return node.kind === 'map' ? checkDictionary(node, type) : mismatch(node, type, path);
      case 'fields':
        return node.kind === 'map' ? checkFields(node, type, path) : mismatch(node, type, path);
    }
  }

  function checkEither(node: Node, type: Either, path: string): Node | undefined {
    const fitting = type.of.find((each) => fits(node, each));
    return fitting ? check(node, fitting, path) : mismatch(node, type, path);
  }

  const mismatch = (node: Node, type: Type, path: string): undefined =>
    fault(node.at, 'wrong-type', `\`${path}\` must be ${describe(type)}, not ${describeNode(node)}.`);

  function checkText(node: ScalarNode, type: Text, path: string): Node | undefined {
    if (node.value === null || typeof node.value === 'boolean') return mismatch(node, type, path);
    const value = String(node.value);
    if (value === '') return fault(node.at, 'bad-value', `\`${path}\` must not be empty.`);
    if (type.values && !type.values.includes(value)) {
      const meant = didYouMean(value, type.values);
      const hint = meant ? ` Did you mean \`${meant}\`?` : ` Use ${choice(type.values)}.`;
      return fault(node.at, 'bad-value', `\`${value}\` is no value of \`${path}\`.${hint}`);
    }
    if (type.pattern && !type.pattern.test(value)) {
      return fault(node.at, 'bad-value', `\`${path}\` must be ${describe(type)}, not \`${value}\`.`);
    }
    return { ...node, value };
  }

  function checkNumber(node: ScalarNode, type: Amount, path: string): Node | undefined {
    const { value } = node;
    if (typeof value !== 'number') return mismatch(node, type, path);
    const small = type.min !== undefined && value < type.min;
    const large = type.max !== undefined && value > type.max;
    if (!Number.isFinite(value) || small || large || (type.whole && !Number.isInteger(value))) {
      return fault(node.at, 'bad-value', `\`${path}\` must be ${describe(type)}, not \`${value}\`.`);
    }
    return node;
  }

  function checkList(node: ListNode, type: List, path: string): Node {
    return { ...node, items: node.items.flatMap((item) => check(item, type.of, path) ?? []) };
  }

  function checkDictionary(node: MapNode, type: Dictionary): Node {
    return { ...node, entries: node.entries.flatMap((entry) => checkEntry(entry, type.of)) };
  }

  function checkEntry(entry: Entry, type: Type): readonly Entry[] {
    if (entry.value.kind === 'scalar' && entry.value.value === null && collects(type)) {
      // `orders:` with nothing below it: a table that says nothing, or a list that is still being written.
      const { at } = entry.value;
      return type.is === 'fields' ? [{ ...entry, value: { kind: 'map', entries: [], at } }] : [];
    }
    const value = check(entry.value, type, entry.key);
    return value ? [{ ...entry, value }] : [];
  }

  function checkFields(node: MapNode, type: Fields, path: string): Node {
    const table = type.fields();
    const variant = type.variant?.(node);
    const entries = node.entries.flatMap((entry): readonly Entry[] => {
      const field = Object.hasOwn(table, entry.key) ? table[entry.key] : undefined;
      if (!field) {
        if (type.others) return checkEntry(entry, type.others);
        const meant = didYouMean(entry.key, Object.keys(table));
        const known = Object.keys(table);
        const hint = meant ? ` Did you mean \`${meant}\`?` : known.length > 8 ? '' : ` Known: ${choice(known, 'and')}.`;
        fault(entry.keyAt, 'unknown-key', `\`${entry.key}\` is no key of ${type.what}.${hint}`);
        return [];
      }
      if (variant !== undefined && field.only && !field.only.includes(variant)) {
        const message = `\`${entry.key}\` has no meaning for ${article(variant)} ${variant} table.`;
        fault(entry.keyAt, 'misplaced-key', message);
        return [];
      }
      return checkEntry(entry, field.type);
    });
    for (const key of type.required ?? []) {
      if (node.entries.some((entry) => entry.key === key)) continue;
      fault(start(node), 'missing-key', `\`${key}\` is missing${path === type.what ? '' : ` in \`${path}\``}.`);
    }
    return { ...node, entries, ...(entries.length < node.entries.length && { damaged: true }) };
  }

  return { node: check(root, type, what), problems };
}

const collects = (type: Type): boolean =>
  type.is === 'list' ||
  type.is === 'dictionary' ||
  type.is === 'fields' ||
  (type.is === 'either' && type.of.some(collects) && !type.of.some((each) => each.is === 'text'));

function fits(node: Node, type: Type): boolean {
  switch (type.is) {
    case 'list':
      return node.kind === 'list';
    case 'dictionary':
    case 'fields':
      return node.kind === 'map';
    case 'either':
      return type.of.some((each) => fits(node, each));
    default:
      return node.kind === 'scalar';
  }
}

/** A problem about a whole object is shown at its first key, not under all of its lines. */
const start = (node: MapNode): Location => node.entries[0]?.keyAt ?? node.at;

/** For messages: "a whole number from 1", "one of `hash` or `range`". */
export function describe(type: Type): string {
  switch (type.is) {
    case 'text':
      return type.values ? choice(type.values) : (type.expects ?? 'text');
    case 'number':
      return `a ${type.whole ? 'whole number' : 'number'}${bounds(type)}`;
    case 'flag':
      return '`true` or `false`';
    case 'anything':
      return 'a single value';
    case 'list':
      return `a list of ${type.what}`;
    case 'dictionary':
      return `a map of ${type.what}`;
    case 'fields':
      return `a map (${type.what})`;
    case 'either':
      return type.of.map(describe).join(' or ');
  }
}

function bounds({ min, max }: Amount): string {
  if (min !== undefined && max !== undefined) return min === max ? ` (${min})` : ` from ${min} to ${max}`;
  return min === undefined ? '' : ` from ${min}`;
}

const describeNode = (node: Node): string => {
  if (node.kind === 'map') return 'a map';
  if (node.kind === 'list') return 'a list';
  if (node.value === null) return 'empty';
  return typeof node.value === 'string' ? 'text' : `\`${textOf(node)}\``;
};

function choice(values: readonly string[], word: 'or' | 'and' = 'or'): string {
  const quoted = values.map((value) => `\`${value}\``);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} ${word} ${quoted.at(-1)}`;
}

const article = (word: string): string => (/^[aeiou]/.test(word) ? 'an' : 'a');
