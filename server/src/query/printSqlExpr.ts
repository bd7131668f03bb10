/** Expressions as SQL of a dialect. */
import type { Expr, Query } from './model';
import { isOperator } from './operators';
import { constant, identifier, type SqlStyle } from './sqlStyle';

export interface ExprPrinter {
  readonly print: (expr: Expr) => string;
  /** In parentheses where it is an operator itself. */
  readonly operand: (expr: Expr) => string;
}

/** `values`: what placeholders stand for; equal ones share a number where the dialect has numbers. */
export function exprPrinter(style: SqlStyle, values: string[], query: (inner: Query) => string): ExprPrinter {
  const id = (name: string): string => identifier(name, style);
  const list = (items: readonly Expr[]): string => items.map(print).join(', ');
  const not = (negated: boolean): string => (negated ? 'NOT ' : '');
  const operand = (expr: Expr): string => (isOperator(expr) ? `(${print(expr)})` : print(expr));

  const placeholder = (value: string): string => {
    if (style.mysql) {
      values.push(value);
      return '?';
    }
    const known = values.indexOf(value);
    if (known >= 0) return `$${known + 1}`;
    return `$${values.push(value)}`;
  };

  const print = (expr: Expr): string => {
    switch (expr.kind) {
      case 'column':
        return [...expr.qualifier, expr.name].map(id).join('.');
      case 'star':
        return [...expr.qualifier.map(id), '*'].join('.');
      case 'const':
        return constant(expr, style);
      case 'param':
        return placeholder(expr.id);
      case 'compare':
        return compared(expr);
      case 'in':
        return among(expr);
      case 'between':
        return `${operand(expr.value)} ${not(expr.negated)}BETWEEN ${operand(expr.low)} AND ${operand(expr.high)}`;
      case 'like':
        return `${operand(expr.value)} ${not(expr.negated)}${expr.ignoreCase && !style.mysql ? 'ILIKE' : 'LIKE'} ${pattern(expr.pattern)}`;
      case 'is-null':
        return `${operand(expr.value)} IS ${not(expr.negated)}NULL`;
      case 'is-truth':
        return `${operand(expr.value)} IS ${not(expr.negated)}${String(expr.truth).toUpperCase()}`;
      case 'and':
        return expr.args.map((arg) => (arg.kind === 'or' ? operand(arg) : print(arg))).join(' AND ');
      case 'or':
        return expr.args
          .map((arg) => (arg.kind === 'or' ? print(arg) : arg.kind === 'and' ? operand(arg) : print(arg)))
          .join(' OR ');
      case 'not':
        return `NOT (${print(expr.arg)})`;
      case 'exists':
        return `EXISTS (${query(expr.query)})`;
      case 'subquery':
        return `${expr.array ? 'ARRAY' : expr.quantifier ? `${expr.quantifier.toUpperCase()} ` : ''}(${query(expr.query)})`;
      case 'cast':
        return style.mysql ? `CAST(${print(expr.value)} AS ${expr.type})` : `${operand(expr.value)}::${expr.type}`;
      case 'row':
        return `(${list(expr.items)})`;
      case 'array':
        return style.mysql ? `(${list(expr.items)})` : `ARRAY[${list(expr.items)}]`;
      case 'call':
        return called(expr);
      case 'operation':
        return operation(expr);
      case 'case':
        return 'CASE … END';
      case 'choice':
        return chosen(expr.options);
      case 'opaque':
        return '…';
    }
  };

  const compared = ({ op, left, right }: Extract<Expr, { kind: 'compare' }>): string => {
    const same = op === '<=>' ? 'is not distinct from' : op;
    if (!style.mysql) return `${operand(left)} ${same.toUpperCase()} ${operand(right)}`;
    if (same === 'is not distinct from') return `${operand(left)} <=> ${operand(right)}`;
    return same === 'is distinct from'
      ? `NOT (${operand(left)} <=> ${operand(right)})`
      : `${operand(left)} ${op} ${operand(right)}`;
  };

  const among = ({ left, items, negated }: Extract<Expr, { kind: 'in' }>): string => {
    if (!Array.isArray(items)) return `${operand(left)} ${not(negated)}IN (${query(items as Query)})`;
    const all = items as readonly Expr[];
    const [only] = all;
    // A list that is handed in as one value.
    if (!style.mysql && all.length === 1 && only?.kind === 'param' && only.many === true)
      return `${operand(left)} ${negated ? '<> ALL' : '= ANY'} (${print(only)})`;
    const texts = all.map((one) => (one.kind === 'param' && one.many === true ? `${print(one)}, …` : print(one)));
    return `${operand(left)} ${not(negated)}IN (${texts.join(', ')})`;
  };

  /** `contains`, `startsWith`: the library puts the pattern together. */
  const pattern = (expr: Expr): string =>
    expr.kind === 'operation' && expr.args.length === 1 && expr.args[0] ? print(expr.args[0]) : operand(expr);

  const operation = ({ op, args }: Extract<Expr, { kind: 'operation' }>): string => {
    const [first, second] = args;
    if (/^[a-z_]\w*$/i.test(op)) return args.length === 0 ? '…' : `${op}(${list(args)})`;
    if (first && second && args.length === 2) return `${operand(first)} ${op} ${operand(second)}`;
    return first && args.length === 1 ? `${op} ${operand(first)}` : '…';
  };

  const called = (call: Extract<Expr, { kind: 'call' }>): string => {
    if (call.name === 'default' && call.args.length === 0) return 'DEFAULT';
    if (/^current_|^localtime|_user$/.test(call.name) && call.args.length === 0) return call.name.toUpperCase();
    const order = call.orderBy?.length ? ` ORDER BY ${list(call.orderBy)}` : '';
    const filter = call.filter ? ` FILTER (WHERE ${print(call.filter)})` : '';
    const over = call.over
      ? ` OVER (${[
          call.over.partitionBy.length > 0 ? `PARTITION BY ${list(call.over.partitionBy)}` : '',
          call.over.orderBy.length > 0 ? `ORDER BY ${list(call.over.orderBy)}` : '',
        ]
          .filter(Boolean)
          .join(' ')})`
      : '';
    return `${call.name}(${call.distinct ? 'DISTINCT ' : ''}${list(call.args)}${order})${filter}${over}`;
  };

  /** What may be left out in brackets, alternatives in braces. */
  const chosen = (options: readonly Expr[]): string => {
    const asked = options.filter((one) => !(one.kind === 'const' && one.value === true));
    const text = asked.map(print).join(' | ');
    return asked.length < options.length ? `[${text}]` : `{${text}}`;
  };

  return { print, operand };
}
