/** PostgreSQL's functions behind its comparison operators: `int4eq(1, 2)`, `textne('a', 'b')`, `date_lt_timestamp(…)`. */
import type { Expr } from './model';

const named = /^(?:int[248]{1,2}|text|uuid)(eq|ne|lt|le|gt|ge)$|^date_(eq|ne|lt|le|gt|ge)(?:_timestamp)?$/;

/** What one says of two literals; undefined for other functions, and where an order is not known. */
export function comparison(name: string, args: readonly Expr[]): boolean | undefined {
  const found = named.exec(name);
  const op = found?.[1] ?? found?.[2];
  if (op === undefined || args.length !== 2) return undefined;
  const [a, b] = args.map((arg) => spelled(arg, found?.[2] !== undefined));
  if (a === undefined || b === undefined || typeof a !== typeof b) return undefined;
  if (op === 'eq') return a === b;
  if (op === 'ne') return a !== b;
  // The order of texts hangs on their collation.
  if (typeof a === 'string' && found?.[2] === undefined) return undefined;
  return op === 'lt' ? a < b : op === 'le' ? a <= b : op === 'gt' ? a > b : a >= b;
}

function spelled(expr: Expr, isTime: boolean): string | number | undefined {
  if (expr.kind === 'cast') return spelled(expr.value, isTime);
  if (expr.kind !== 'const') return undefined;
  const { value } = expr;
  if (!isTime) return typeof value === 'string' || typeof value === 'number' ? value : undefined;
  const day = typeof value === 'string' ? /^(\d{4}-\d\d-\d\d)(?: 00:00(?::00)?)?$/.exec(value)?.[1] : undefined;
  return day;
}
