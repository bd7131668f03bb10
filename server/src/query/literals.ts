/**
 * Expressions that databases compute before they look at any table: arithmetic and immutable functions of literals. Only
 * what PostgreSQL and MySQL agree on; strings are plain ASCII, as the rest hangs on collations and encodings.
 */
import { comparison } from './comparisonFunctions';
import type { Call, Const, Expr } from './model';

type Value = string | number | bigint | boolean;

/** The literal that the expression comes to; undefined where that is not known here. */
export function literalOf(expr: Expr): Const | undefined {
  if (expr.kind === 'const') return expr;
  const value = computed(expr);
  if (value === undefined) return undefined;
  const type = typeof value === 'bigint' ? 'number' : typeof value;
  return type === 'string' || type === 'number' || type === 'boolean'
    ? { kind: 'const', type, value, span: expr.span }
    : undefined;
}

function computed(expr: Expr): Value | undefined {
  switch (expr.kind) {
    case 'const':
      return expr.type === 'bytes' || expr.value === null ? undefined : expr.value;
    case 'cast':
      return /^(text|varchar|character varying)$/.test(expr.type) ? asText(computed(expr.value)) : undefined;
    case 'operation':
      return operate(expr.op, expr.args.map(computed));
    case 'call':
      return call(expr);
    default:
      return undefined;
  }
}

const asText = (value: Value | undefined): string | undefined =>
  typeof value === 'string' && /^[\x20-\x7e]*$/.test(value) ? value : undefined;

const asInteger = (value: Value | undefined): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;

function operate(op: string, args: readonly (Value | undefined)[]): Value | undefined {
  if (op === '||') {
    const texts = args.map(asText);
    return texts.length > 0 && texts.every((text) => text !== undefined) ? texts.join('') : undefined;
  }
  const [a, b] = args;
  if (typeof a !== 'number') return undefined;
  if (args.length === 1) return op === '-' ? -a : op === '+' ? a : undefined;
  if (typeof b !== 'number' || args.length !== 2) return undefined;
  return asInteger(op === '+' ? a + b : op === '-' ? a - b : op === '*' ? a * b : undefined);
}

function call({ name, args, aggregate, over }: Call): Value | undefined {
  if (aggregate || over) return undefined;
  const values = args.map(computed);
  const compared = comparison(name, args);
  if (compared !== undefined) return compared;
  if (values.length === 0 || values.some((value) => value === undefined)) return undefined;
  const [first, from, length] = values;
  if (name === 'abs') {
    const number = args.length === 1 ? asInteger(first) : undefined;
    return number === undefined ? undefined : Math.abs(number);
  }
  const text = asText(first);
  if (text === undefined) return undefined;
  if (args.length === 1) return ofText[name]?.(text);
  return name === 'substring' || name === 'substr' ? cut(text, asInteger(from), length) : undefined;
}

const ofText: Readonly<Record<string, (text: string) => Value>> = {
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  length: (text) => text.length,
  char_length: (text) => text.length,
  reverse: (text) => [...text].reverse().join(''),
  ltrim: (text) => text.replace(/^ +/, ''),
  rtrim: (text) => text.replace(/ +$/, ''),
};

/** Places before the first are where the databases differ. */
function cut(text: string, from: number | undefined, length: Value | undefined): string | undefined {
  if (from === undefined || from < 1) return undefined;
  if (length === undefined) return text.slice(from - 1);
  const count = asInteger(length);
  return count === undefined || count < 0 ? undefined : text.slice(from - 1, from - 1 + count);
}
