/** MySQL's operators by their precedence: `OR` < `XOR` < `AND` < `NOT` < comparison < predicate < arithmetic < unary. */

import type { Compare, CompareOp, Expr, In, Query } from '../../query/model';
import { own } from '../../text/own';
import type { Cursor } from './cursor';
import { readPlaceholder } from './literal';
import { readOperand } from './operand';
import { readQuery, startsQuery } from './query';

export const readExpr = (c: Cursor): Expr => c.nested(() => readOr(c));

/** Reads `next (join next)*` into one node with all operands, so that long chains stay flat. */
const chain = (
  c: Cursor,
  next: () => Expr,
  joined: () => boolean,
  build: (args: Expr[], start: number) => Expr,
): Expr => {
  const start = c.here();
  const first = next();
  if (!joined()) return first;
  const args = [first, next()];
  while (joined()) args.push(next());
  return build(args, start);
};

const readOr = (c: Cursor): Expr =>
  chain(
    c,
    () => readXor(c),
    () => c.take('OR') || c.takeOp('||'),
    (args, start) => ({ kind: 'or', args, span: c.since(start) }),
  );

const readXor = (c: Cursor): Expr =>
  chain(
    c,
    () => readAnd(c),
    () => c.take('XOR'),
    (args, start) => ({ kind: 'operation', op: 'xor', args, span: c.since(start) }),
  );

const readAnd = (c: Cursor): Expr =>
  chain(
    c,
    () => readNot(c),
    () => c.take('AND') || c.takeOp('&&'),
    (args, start) => ({ kind: 'and', args, span: c.since(start) }),
  );

const readNot = (c: Cursor): Expr => {
  const start = c.here();
  if (!c.take('NOT')) return readComparison(c);
  const arg = c.nested(() => readNot(c));
  return { kind: 'not', arg, span: c.since(start) };
};

const compareOps: Readonly<Record<string, CompareOp>> = {
  '=': '=',
  '<=>': '<=>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  '<>': '<>',
  '!=': '<>',
};

const readComparison = (c: Cursor): Expr => {
  const start = c.here();
  let left = readPredicate(c);
  for (;;) {
    const token = c.peek();
    const op = token.kind === 'op' ? own(compareOps, token.text) : undefined;
    if (op) {
      c.next();
      left = readCompared(c, left, op, start);
    } else if (c.take('IS')) left = readIs(c, left, start);
    else return left;
  }
};

const readCompared = (c: Cursor, left: Expr, op: CompareOp, start: number): Compare | In => {
  const quantified = c.atAny('ANY', 'SOME', 'ALL') && c.atOp('(', 1);
  if (!quantified) {
    const right = readPredicate(c);
    return { kind: 'compare', op, left, right, span: c.since(start) };
  }
  const all = c.next().upper === 'ALL';
  const from = c.here();
  const query = readBracketedQuery(c);
  const span = c.since(start);
  if (op === '=' && !all) return { kind: 'in', left, items: query, negated: false, list: true, span };
  if (op === '<>' && all) return { kind: 'in', left, items: query, negated: true, list: true, span };
  const right: Expr = { kind: 'subquery', query, quantifier: all ? 'all' : 'any', span: c.since(from) };
  return { kind: 'compare', op, left, right, span };
};

const readIs = (c: Cursor, value: Expr, start: number): Expr => {
  const negated = c.take('NOT');
  if (c.take('NULL')) return { kind: 'is-null', value, negated, span: c.since(start) };
  const word = c.takeAny('TRUE', 'FALSE', 'UNKNOWN') ?? c.fail();
  const truth = word === 'UNKNOWN' ? 'unknown' : word === 'TRUE';
  return { kind: 'is-truth', value, truth, negated, span: c.since(start) };
};

const readPredicate = (c: Cursor): Expr => {
  const start = c.here();
  const value = readArithmetic(c);
  if (c.take('SOUNDS', 'LIKE')) {
    const other = readArithmetic(c);
    return { kind: 'operation', op: 'sounds like', args: [value, other], span: c.since(start) };
  }
  if (c.at('MEMBER') && (c.at('MEMBER', 'OF') || c.atOp('(', 1))) {
    c.next();
    c.take('OF');
    const [array] = c.bracketed(() => readExpr(c));
    return { kind: 'operation', op: 'member of', args: array ? [value, array] : [value], span: c.since(start) };
  }
  const negated = c.at('NOT') && ['IN', 'LIKE', 'BETWEEN', 'REGEXP', 'RLIKE'].includes(c.peek(1).upper);
  if (negated) c.next();
  if (c.take('IN')) return { kind: 'in', left: value, items: readInItems(c), negated, span: c.since(start) };
  if (c.take('BETWEEN')) {
    const low = readArithmetic(c);
    c.expect('AND');
    const high = c.nested(() => readPredicate(c));
    return { kind: 'between', value, low, high, negated, span: c.since(start) };
  }
  if (c.take('LIKE')) {
    const pattern = readArithmetic(c);
    if (c.take('ESCAPE')) readArithmetic(c);
    return { kind: 'like', value, pattern, negated, ignoreCase: false, span: c.since(start) };
  }
  if (c.takeAny('REGEXP', 'RLIKE')) {
    const pattern = readArithmetic(c);
    const match: Expr = { kind: 'operation', op: 'regexp', args: [value, pattern], span: c.since(start) };
    return negated ? { kind: 'not', arg: match, span: match.span } : match;
  }
  return value;
};

/** `(1, 2)`, `(SELECT …)`, and without brackets `::list` or a driver's list placeholder. */
const readInItems = (c: Cursor): readonly Expr[] | Query => {
  if (!c.atOp('(')) {
    const { kind } = c.peek();
    if (kind !== 'stand' && kind !== 'bind') c.fail();
    return [readPlaceholder(c)];
  }
  if (startsQuery(c, 1)) return readBracketedQuery(c);
  return c.bracketed(() => readExpr(c));
};

export const readBracketedQuery = (c: Cursor): Query => {
  c.expectOp('(');
  const query = c.nested(() => readQuery(c));
  c.expectOp(')');
  return query;
};

const arithmeticPrecedence: Readonly<Record<string, number>> = {
  '|': 1,
  '&': 2,
  '<<': 3,
  '>>': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  DIV: 5,
  MOD: 5,
  '^': 6,
};

/** Operators whose chains may be one flat node: `a + b + c`. */
const flat = new Set(['|', '&', '+', '*']);

export const readArithmetic = (c: Cursor, least = 1): Expr => {
  const start = c.here();
  let left = readOperand(c);
  for (;;) {
    const token = c.peek();
    const op = token.kind === 'op' ? token.text : token.upper;
    const precedence = op ? arithmeticPrecedence[op] : undefined;
    if (!precedence || precedence < least) return left;
    const args = [left];
    do {
      c.next();
      args.push(c.nested(() => readArithmetic(c, precedence + 1)));
    } while (flat.has(op) && c.atOp(op));
    left = { kind: 'operation', op: op.toLowerCase(), args, span: c.since(start) };
  }
};
