/**
 * How the shard map's keys are described. One description (`keys.ts`) is the source of validation, of the generated
 * JSON schema, and of completion and hover in the editor, so that none of them can drift from the others.
 */
import type { MapNode } from '../positioned/node';

export type Type = Text | Amount | Flag | Anything | List | Dictionary | Fields | Either;

/** What a text names: completion offers those names. */
export type Names =
  | 'table'
  | 'column'
  | 'file'
  | 'glob'
  | 'rule'
  | 'dialect'
  | 'router'
  | 'database'
  | 'service'
  | 'group';

export interface Text {
  readonly is: 'text';
  /** Only these. */
  readonly values?: readonly string[];
  /** These are known; others are allowed. */
  readonly suggestions?: readonly string[];
  readonly pattern?: RegExp;
  /** "a duration such as `500ms` or `2s`": for messages, where `pattern` alone would not help. */
  readonly expects?: string;
  readonly names?: Names;
}

export interface Amount {
  readonly is: 'number';
  readonly whole?: boolean;
  readonly min?: number;
  readonly max?: number;
}

export interface Flag {
  readonly is: 'flag';
}

/** Any scalar: a key value of the user's tables, a router's setting. */
export interface Anything {
  readonly is: 'anything';
  /** Lists and maps too: a rule's options. */
  readonly deep?: boolean;
}

export interface List {
  readonly is: 'list';
  readonly of: Type;
  /** "column names": for messages. */
  readonly what: string;
}

/** Keys of the user's own choice. */
export interface Dictionary {
  readonly is: 'dictionary';
  readonly of: Type;
  readonly keys?: Names;
  readonly what: string;
}

export interface Fields {
  readonly is: 'fields';
  readonly fields: () => FieldTable;
  readonly what: string;
  readonly required?: readonly string[];
  /** Keys beyond the fields are of this type: a rule's options, an importer's name. */
  readonly others?: Type;
  /** Which of the keys that depend on a variant apply: the table's kind. */
  readonly variant?: (node: MapNode) => string;
}

/** The first type whose shape (scalar, list, map) fits is the one that the value is held against. */
export interface Either {
  readonly is: 'either';
  readonly of: readonly Type[];
}

export interface Field {
  readonly type: Type;
  /** Markdown; the first sentence stands alone in a completion list. */
  readonly doc: string;
  /** Only in these variants of the object. */
  readonly only?: readonly string[];
}

export type FieldTable = Readonly<Record<string, Field>>;

export const text = (more: Omit<Text, 'is'> = {}): Text => ({ is: 'text', ...more });
export const oneOf = (values: readonly string[]): Text => ({ is: 'text', values });
export const name = (names: Names): Text => ({ is: 'text', names });
export const count: Amount = { is: 'number', whole: true, min: 1 };
export const flag: Flag = { is: 'flag' };
export const anything: Anything = { is: 'anything' };
export const list = (of: Type, what: string): List => ({ is: 'list', of, what });
export const dictionary = (of: Type, what: string, keys?: Names): Dictionary => ({
  is: 'dictionary',
  of,
  what,
  ...(keys && { keys }),
});
/** A value alone or a list of them. */
export const some = (of: Type, what: string): Either => ({ is: 'either', of: [of, list(of, what)] });

export const fields = (
  what: string,
  table: FieldTable | (() => FieldTable),
  more: Omit<Fields, 'is' | 'what' | 'fields'> = {},
): Fields => ({ is: 'fields', what, fields: typeof table === 'function' ? table : () => table, ...more });
