/** Families of column types within which equal values are equal for every way of placing rows. */
import type { Expr } from '../query/model';

export type TypeFamily = 'number' | 'text' | 'uuid' | 'time' | 'boolean' | 'bytes';

/** Undefined where the type is not known, or is no type that keys have. */
export function familyOf(type: string): TypeFamily | undefined {
  const plain = type
    .toLowerCase()
    .replace(/\s*\(.*?\)|\bunsigned\b|\bsigned\b|\bzerofill\b/g, '')
    .trim();
  return families.find(([pattern]) => pattern.test(plain))?.[1];
}

const families: readonly (readonly [RegExp, TypeFamily])[] = [
  [
    /^(?:u?int\d*|integer|(?:tiny|small|medium|big)int|int[248]|(?:small|big)?serial\d?|number|numeric|decimal|bigint|long)$/,
    'number',
  ],
  [
    /^(?:text|(?:var)?char|character(?: varying)?|(?:tiny|medium|long)text|bpchar|citext|string|n(?:var)?char|name)$/,
    'text',
  ],
  [/^(?:uuid|uniqueidentifier)$/, 'uuid'],
  [/^(?:timestamp|timestamptz|datetime|date)(?:\s+with(?:out)? time zone)?$/, 'time'],
  [/^bool(?:ean)?$/, 'boolean'],
  [/^(?:bytea|(?:var)?binary|blob|bytes)$/, 'bytes'],
];

/** What a value in a statement is by itself; undefined where the column decides: parameters, and texts that spell a number. */
export function familyOfValue(value: Expr): TypeFamily | undefined {
  if (value.kind === 'cast') return familyOf(value.type);
  if (value.kind !== 'const') return undefined;
  if (value.type === 'number') return 'number';
  return undefined;
}

/** A text that the column's type cannot take at all. */
export function isForeignText(value: Expr, family: TypeFamily): boolean {
  if (value.kind !== 'const' || value.type !== 'string' || typeof value.value !== 'string') return false;
  const text = value.value.trim();
  if (family === 'number') return !/^[+-]?\d+(?:\.0*)?(?:e\+?\d+)?$/i.test(text);
  return family === 'uuid' && !/^\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?$/i.test(text);
}
