/** What is loaded along beside a statement, put around its tables. */
import type { From } from '../../query/model';

/** `around` with `inside` in the place of its first table. */
export const grafted = (around: From, inside: From): From =>
  around.kind === 'join' ? { ...around, left: grafted(around.left, inside) } : inside;

/** Columns that name no table are the base's own: what is loaded along stands beside them here alone. */
export const qualified = <T extends object>(part: T, alias: string): T => {
  const copy = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(copy);
    const node = value as { readonly kind?: string; readonly qualifier?: readonly string[] };
    if (node.kind === 'column' && node.qualifier?.length === 0) return { ...node, qualifier: [alias] };
    if (queries.has(node.kind ?? '')) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, key === 'span' ? one : copy(one)]));
  };
  return Object.fromEntries(Object.entries(part).map(([key, one]) => [key, key === 'span' ? one : copy(one)])) as T;
};

const queries: ReadonlySet<string> = new Set(['select', 'set-operation', 'values', 'insert', 'update', 'delete']);
