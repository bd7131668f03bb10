/**
 * Conditions that a library takes as text beside its own methods: `u.tenantId = :tenant AND u.age > 3`. Read with little
 * grammar: comparisons, lists, ranges, NULL tests and logic. Anything else is a test that no key can be read from.
 */

import type { CompareOp, Expr } from '../../query/model';
import { own } from '../../text/own';
import type { Span } from '../../text/span';
import { and, column, compare, equals, inList, isNull, like, not, operation, or } from './expr';

export interface FragmentNames {
  /** A column as written, with what stands before it. */
  column(qualifier: string, name: string, span: Span): Expr;
  /** `:name`, `:...name`, `$1`, `?` (by its place) or `${…}` as text; undefined where nothing is known of it. */
  value(name: string, span: Span, many: boolean): Expr | undefined;
}

interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'param' | 'op' | 'end';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const shapes =
  /\s+|(?<word>[A-Za-z_][\w$]*)|"(?<dq>(?:[^"]|"")*)"|`(?<bq>[^`]*)`|'(?<sq>(?:[^']|'')*)'|(?<number>\d+(?:\.\d+)?)|(?<param>:\.\.\.[\w.]+|:[A-Za-z_]\w*|\$\d+|\?|\ue000\d+\ue001)|(?<op>::|<=>|<=|>=|<>|!=|->>|->|\|\||&&|@>|<@|~\*|!~|[^\s\w])/gy;

const tokensOf = (text: string): readonly Token[] => {
  const tokens: Token[] = [];
  shapes.lastIndex = 0;
  for (let at = 0; at < text.length; at = shapes.lastIndex) {
    const match = shapes.exec(text);
    if (match === null) break;
    const start = match.index;
    const end = shapes.lastIndex;
    const groups = match.groups ?? {};
    const push = (kind: Token['kind'], value: string): number => tokens.push({ kind, text: value, start, end });
    if (groups.word !== undefined) push('word', groups.word);
    else if (groups.dq !== undefined) push('name', groups.dq.replaceAll('""', '"'));
    else if (groups.bq !== undefined) push('name', groups.bq);
    else if (groups.sq !== undefined) push('string', groups.sq.replaceAll("''", "'"));
    else if (groups.number !== undefined) push('number', groups.number);
    else if (groups.param !== undefined) push('param', groups.param);
    else if (groups.op !== undefined) push('op', groups.op);
  }
  return tokens;
};

/** `spanOf`: from offsets in the text to the host file. */
export const readFragment = (text: string, names: FragmentNames, spanOf: (span: Span) => Span): Expr => {
  const tokens = tokensOf(text);
  const [expr, next] = orAt(tokens, 0, names, spanOf, 0);
  return next >= tokens.length ? expr : other(tokens, 0, tokens.length, spanOf);
};

type Read = readonly [Expr, number];

const nestingCap = 40;

const other = (tokens: readonly Token[], from: number, to: number, spanOf: (span: Span) => Span): Expr => {
  const start = tokens[from]?.start ?? 0;
  return operation('sql', [], spanOf({ start, end: tokens[Math.max(from, to - 1)]?.end ?? start }));
};

const isWord = (token: Token | undefined, word: string): boolean =>
  token?.kind === 'word' && token.text.toUpperCase() === word;

const isOp = (token: Token | undefined, op: string): boolean => token?.kind === 'op' && token.text === op;

type Reader = (
  tokens: readonly Token[],
  at: number,
  names: FragmentNames,
  spanOf: (span: Span) => Span,
  depth: number,
) => Read;

/** Operands with a word or an operator between them. */
const chain =
  (operand: Reader, word: string, op: string, build: (args: readonly Expr[], span: Span) => Expr): Reader =>
  (tokens, at, names, spanOf, depth) => {
    const args: Expr[] = [];
    let i = at;
    for (;;) {
      const [expr, next] = operand(tokens, i, names, spanOf, depth);
      args.push(expr);
      i = next;
      if (!isWord(tokens[i], word) && !isOp(tokens[i], op)) break;
      i++;
    }
    return [build(args, spanBetween(tokens, at, i, spanOf)), i];
  };

const spanBetween = (tokens: readonly Token[], from: number, to: number, spanOf: (span: Span) => Span): Span =>
  spanOf({ start: tokens[from]?.start ?? 0, end: tokens[Math.max(from, to - 1)]?.end ?? 0 });

const andAt = chain(notAt, 'AND', '&&', and);
const orAt = chain(andAt, 'OR', '||', or);

function notAt(...[tokens, at, names, spanOf, depth]: Parameters<Reader>): Read {
  if (isWord(tokens[at], 'NOT') && !isWord(tokens[at + 1], 'EXISTS')) {
    const [expr, next] = notAt(tokens, at + 1, names, spanOf, depth);
    return [not(expr, spanBetween(tokens, at, next, spanOf)), next];
  }
  if (isOp(tokens[at], '(') && depth < nestingCap && !isWord(tokens[at + 1], 'SELECT')) {
    const close = closing(tokens, at);
    const after = tokens[close + 1];
    const ends = after === undefined || isOp(after, ')') || isWord(after, 'AND') || isWord(after, 'OR');
    if (close > at && ends) {
      const [expr, next] = orAt(tokens.slice(0, close), at + 1, names, spanOf, depth + 1);
      if (next === close) return [expr, close + 1];
      return [other(tokens, at, close + 1, spanOf), close + 1];
    }
  }
  return testAt(tokens, at, names, spanOf);
}

const closing = (tokens: readonly Token[], open: number): number => {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (isOp(tokens[i], '(')) depth++;
    else if (isOp(tokens[i], ')') && --depth === 0) return i;
  }
  return -1;
};

/** Where the test that begins here ends: the next AND or OR outside of brackets, but for BETWEEN's. */
const endOf = (tokens: readonly Token[], at: number): number => {
  let between = false;
  for (let i = at; i < tokens.length; i++) {
    const token = tokens[i];
    if (isOp(token, '(')) {
      const close = closing(tokens, i);
      if (close < 0) return tokens.length;
      i = close;
    } else if (isOp(token, ')')) return i;
    else if (isWord(token, 'BETWEEN')) between = true;
    else if (isWord(token, 'AND')) {
      if (!between) return i;
      between = false;
    } else if (isWord(token, 'OR')) return i;
  }
  return tokens.length;
};

const compares: Readonly<Record<string, CompareOp>> = {
  '=': '=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  '<>': '<>',
  '!=': '<>',
  '<=>': '<=>',
};

const testAt = (tokens: readonly Token[], at: number, names: FragmentNames, spanOf: (span: Span) => Span): Read => {
  const end = Math.max(endOf(tokens, at), at + 1);
  const span = spanBetween(tokens, at, end, spanOf);
  const rest = other(tokens, at, end, spanOf);
  const left = operandAt(tokens, at, names, spanOf);
  if (left === undefined) return [rest, end];
  const [value, next] = left;
  const token = tokens[next];
  if (next >= end) return [value, end];
  const op = token?.kind === 'op' ? own(compares, token.text) : undefined;
  if (op !== undefined) {
    const any = isWord(tokens[next + 1], 'ANY') && isOp(tokens[next + 2], '(');
    const right = operandAt(tokens, any ? next + 3 : next + 1, names, spanOf, any);
    if (right === undefined || right[1] !== (any ? end - 1 : end)) return [rest, end];
    return [
      any && op === '='
        ? inList(value, [right[0]], span)
        : op === '='
          ? equals(value, right[0], span)
          : compare(op, value, right[0], span),
      end,
    ];
  }
  const negated = isWord(token, 'NOT');
  const word = tokens[negated ? next + 1 : next];
  const behind = (negated ? next + 1 : next) + 1;
  if (isWord(word, 'IN')) return [listAt(tokens, behind, end, value, negated, names, spanOf, span) ?? rest, end];
  if (isWord(word, 'IS')) {
    const no = isWord(tokens[behind], 'NOT');
    const what = tokens[no ? behind + 1 : behind];
    return [isWord(what, 'NULL') ? isNull(value, span, no) : rest, end];
  }
  if (isWord(word, 'LIKE') || isWord(word, 'ILIKE')) {
    const pattern = operandAt(tokens, behind, names, spanOf);
    const made = pattern === undefined ? rest : like(value, pattern[0], span, isWord(word, 'ILIKE'));
    return [negated ? not(made, span) : made, end];
  }
  if (isWord(word, 'BETWEEN')) {
    const low = operandAt(tokens, behind, names, spanOf);
    const high =
      low !== undefined && isWord(tokens[low[1]], 'AND') ? operandAt(tokens, low[1] + 1, names, spanOf) : undefined;
    if (low === undefined || high === undefined || high[1] !== end) return [rest, end];
    return [{ kind: 'between', value, low: low[0], high: high[0], negated, span }, end];
  }
  return [rest, end];
};

const listAt = (
  tokens: readonly Token[],
  at: number,
  end: number,
  left: Expr,
  negated: boolean,
  names: FragmentNames,
  spanOf: (span: Span) => Span,
  span: Span,
): Expr | undefined => {
  const token = tokens[at];
  if (token?.kind === 'param') {
    const value = names.value(token.text, spanOf(token), true);
    return value === undefined ? undefined : inList(left, [value], span, negated);
  }
  if (!isOp(token, '(') || closing(tokens, at) !== end - 1) return undefined;
  const items: Expr[] = [];
  for (let i = at + 1; i < end - 1; ) {
    const read = operandAt(tokens, i, names, spanOf, true);
    if (read === undefined) return undefined;
    items.push(read[0]);
    i = read[1];
    if (i < end - 1 && !isOp(tokens[i], ',')) return undefined;
    i++;
  }
  return items.length === 0 ? undefined : inList(left, items, span, negated);
};

/** A column, constant or parameter, with a cast behind it where there is one. `list`: a parameter stands for many values. */
const operandAt = (
  tokens: readonly Token[],
  at: number,
  names: FragmentNames,
  spanOf: (span: Span) => Span,
  list = false,
): Read | undefined => {
  const token = tokens[at];
  if (token === undefined) return undefined;
  const cast = (expr: Expr, next: number): Read => {
    let i = next;
    while (isOp(tokens[i], '::') && tokens[i + 1]?.kind === 'word') {
      i += 2;
      if (isOp(tokens[i], '[') && isOp(tokens[i + 1], ']')) i += 2;
    }
    return [expr, i];
  };
  switch (token.kind) {
    case 'string': {
      // `'${id}'`: the value stands between quotes.
      const value = token.text.includes('\ue000') ? names.value(token.text, spanOf(token), false) : undefined;
      if (value !== undefined) return cast(value, at + 1);
      return cast({ kind: 'const', type: 'string', value: token.text, span: spanOf(token) }, at + 1);
    }
    case 'number':
      return cast({ kind: 'const', type: 'number', value: Number(token.text), span: spanOf(token) }, at + 1);
    case 'param': {
      const value = names.value(token.text, spanOf(token), list || token.text.startsWith(':...'));
      return value === undefined ? undefined : cast(value, at + 1);
    }
    case 'word':
    case 'name':
      return columnAt(tokens, at, names, spanOf, cast);
    default:
      if (isOp(token, '(')) {
        const close = closing(tokens, at);
        const inside = operandAt(tokens, at + 1, names, spanOf, list);
        return inside !== undefined && inside[1] === close ? cast(inside[0], close + 1) : undefined;
      }
      return undefined;
  }
};

const columnAt = (
  tokens: readonly Token[],
  at: number,
  names: FragmentNames,
  spanOf: (span: Span) => Span,
  cast: (expr: Expr, next: number) => Read,
): Read | undefined => {
  const first = tokens[at];
  if (first === undefined) return undefined;
  if (first.kind === 'word') {
    const upper = first.text.toUpperCase();
    if (upper === 'TRUE' || upper === 'FALSE')
      return cast({ kind: 'const', type: 'boolean', value: upper === 'TRUE', span: spanOf(first) }, at + 1);
    if (upper === 'NULL') return cast({ kind: 'const', type: 'null', value: null, span: spanOf(first) }, at + 1);
    if (isOp(tokens[at + 1], '(')) {
      const close = closing(tokens, at + 1);
      if (close < 0) return undefined;
      return cast(operation(first.text.toLowerCase(), [], spanBetween(tokens, at, close + 1, spanOf)), close + 1);
    }
  }
  const parts = [first.text];
  let i = at + 1;
  while (isOp(tokens[i], '.') && (tokens[i + 1]?.kind === 'word' || tokens[i + 1]?.kind === 'name')) {
    parts.push(tokens[i + 1]?.text ?? '');
    i += 2;
  }
  if (isOp(tokens[i], '(') || isOp(tokens[i], '->') || isOp(tokens[i], '->>')) return undefined;
  const [qualifier, ...names_] = parts.length > 1 ? parts : ['', ...parts];
  const span = spanBetween(tokens, at, i, spanOf);
  return cast(names.column(qualifier ?? '', names_.join('.'), span), i);
};

/** Names as they are written. */
export const plainColumn = (qualifier: string, name: string, span: Span): Expr => column(qualifier, name, span);
