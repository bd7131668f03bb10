/** A query with every name as a naming convention sends it. */
import type { Query } from '../../query/model';

/** `name` is asked for columns, tables and aliases alike, so that they still meet. */
export const renamed = (query: Query, name: (name: string) => string): Query => {
  const copies = new Map<object, unknown>();
  const all = (names: readonly string[]): readonly string[] => names.map(name);
  const copy = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const known = copies.get(value);
    if (known !== undefined) return known;
    const made = Array.isArray(value) ? value.map(copy) : remade(value as Readonly<Record<string, unknown>>);
    copies.set(value, made);
    return made;
  };
  const remade = (value: Readonly<Record<string, unknown>>): unknown => {
    const isCall = value.kind === 'call' || value.kind === 'const' || value.kind === 'param';
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => {
        if (key === 'span') return [key, part];
        if (typeof part === 'string' && !isCall && (key === 'name' || key === 'alias' || key === 'column'))
          return [key, name(part)];
        if (isNames(part) && (key === 'parts' || key === 'qualifier' || key === 'target' || key === 'columns'))
          return [key, all(part)];
        return [key, copy(part)];
      }),
    );
  };
  return copy(query) as Query;
};

const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string');
