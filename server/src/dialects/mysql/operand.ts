import type { Expr } from '../../query/model';
import { readCall, startsCall } from './call';
import type { Cursor } from './cursor';
import { readArithmetic, readBracketedQuery, readExpr } from './expression';
import { constant, negate, numberConst, readPlaceholder, readString } from './literal';
import { startsQuery } from './query';
import { timeUnits } from './words';

/** An operand with its prefix operators and what may follow it: COLLATE, `->`, `->>`. */
export const readOperand = (c: Cursor): Expr => {
  const start = c.here();
  if (c.takeOp('-')) {
    const arg = c.nested(() => readOperand(c));
    return negate(arg, c.since(start));
  }
  if (c.takeOp('+')) return c.nested(() => readOperand(c));
  if (c.takeOp('~')) {
    const arg = c.nested(() => readOperand(c));
    return { kind: 'operation', op: '~', args: [arg], span: c.since(start) };
  }
  if (c.takeOp('!')) {
    const arg = c.nested(() => readOperand(c));
    return { kind: 'not', arg, span: c.since(start) };
  }
  if (c.take('BINARY')) {
    const value = c.nested(() => readOperand(c));
    return { kind: 'cast', value, type: 'binary', span: c.since(start) };
  }
  return readSuffixes(c, readPrimary(c), start);
};

const readSuffixes = (c: Cursor, operand: Expr, start: number): Expr => {
  let value = operand;
  for (;;) {
    if (c.atOp('->') || c.atOp('->>')) {
      const op = c.next().text;
      const path = readPrimary(c);
      value = { kind: 'operation', op, args: [value, path], span: c.since(start) };
    } else if (c.take('COLLATE')) {
      if (c.peek().kind === 'string') c.next();
      else c.anyName();
      // A collation decides how a column is compared; a value keeps its value.
      if (value.kind !== 'const' && value.kind !== 'param')
        value = { kind: 'operation', op: 'collate', args: [value], span: c.since(start) };
    } else return value;
  }
};

/** An operand without prefix operators and without what may follow it. */
export const readPrimary = (c: Cursor): Expr => {
  const token = c.peek();
  switch (token.kind) {
    case 'string':
      return readString(c);
    case 'number':
      c.next();
      return numberConst(token.text, c.since(token.start));
    case 'bytes':
      c.next();
      return constant('bytes', token.text, c.since(token.start));
    case 'bind':
      return readPlaceholder(c);
    case 'stand':
      return c.atOp('.', 1) ? readColumn(c) : readStand(c);
    case 'variable':
      return readVariable(c);
    case 'name':
      return readColumnOrCall(c);
    case 'word':
      return readWord(c);
    case 'op':
      return token.text === '(' ? readBracket(c) : token.text === '{' ? readOdbc(c) : c.fail();
    case 'end':
      return c.fail();
  }
};

/** A stand-in; before brackets it is a function that is known at run time. */
const readStand = (c: Cursor): Expr => {
  const start = c.here();
  const placeholder = readPlaceholder(c);
  if (!c.atOp('(')) return placeholder;
  c.skipBracket();
  return { kind: 'opaque', why: 'a function that is known at run time', span: c.since(start) };
};

/** `@a`, `@@global.a`: known when the statement runs; `@a := value` is an operation. */
const readVariable = (c: Cursor): Expr => {
  const token = c.next();
  let id = token.text.toLowerCase();
  while (c.takeOp('.')) id += `.${c.anyName().toLowerCase()}`;
  const variable: Expr = { kind: 'param', id, span: c.since(token.start) };
  if (!c.takeOp(':=')) return variable;
  const value = readExpr(c);
  return { kind: 'operation', op: ':=', args: [variable, value], span: c.since(token.start) };
};

/** A subquery, a row value or a bracketed expression. */
const readBracket = (c: Cursor): Expr => {
  const start = c.here();
  if (startsQuery(c, 1)) {
    const query = readBracketedQuery(c);
    return { kind: 'subquery', query, span: c.since(start) };
  }
  const items = c.bracketed(() => readExpr(c));
  const [only] = items;
  return items.length === 1 && only ? only : { kind: 'row', items, span: c.since(start) };
};

/** `{d '2020-01-01'}`, `{fn now()}`. */
const readOdbc = (c: Cursor): Expr => {
  c.next();
  c.anyName();
  const value = readExpr(c);
  c.expectOp('}');
  return value;
};

const readWord = (c: Cursor): Expr => {
  const { upper, start } = c.peek();
  const following = c.peek(1).kind;
  switch (upper) {
    case 'NULL':
      c.next();
      return constant('null', null, c.since(start));
    case 'TRUE':
    case 'FALSE':
      c.next();
      return constant('boolean', upper === 'TRUE', c.since(start));
    case 'EXISTS': {
      c.next();
      const query = readBracketedQuery(c);
      return { kind: 'exists', query, span: c.since(start) };
    }
    case 'CASE':
      return readCase(c);
    case 'ROW': {
      if (!c.atOp('(', 1)) break;
      c.next();
      const items = c.bracketed(() => readExpr(c));
      return { kind: 'row', items, span: c.since(start) };
    }
    case 'INTERVAL':
      if (isInterval(c)) return readInterval(c);
      break;
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      if (following === 'string') {
        c.next();
        return { ...readString(c), span: c.since(start) };
      }
      break;
  }
  // Character set introducers and national strings: _utf8mb4'x', _binary 0x41, n'x'.
  if (
    (upper.startsWith('_') && (following === 'string' || following === 'bytes')) ||
    (upper === 'N' && following === 'string' && c.peek(1).start === c.peek().end)
  ) {
    c.next();
    const value = readPrimary(c);
    return value.kind === 'const' ? { ...value, span: c.since(start) } : value;
  }
  return readColumnOrCall(c);
};

const readColumnOrCall = (c: Cursor): Expr => (startsCall(c) ? readCall(c) : readColumn(c));

/** `a`, `t.a`, `ks.t.a`; opaque where a part of it is a stand-in. */
const readColumn = (c: Cursor): Expr => {
  const start = c.here();
  const parts: string[] = [];
  let known = true;
  const part = (behindDot: boolean) => {
    if (c.peek().kind === 'stand') {
      c.next();
      known = false;
    } else parts.push(behindDot ? c.anyName() : c.name());
  };
  if (c.takeOp('.')) part(true);
  else part(false);
  while (c.takeOp('.')) part(true);
  const span = c.since(start);
  const name = parts.pop();
  if (!known || name === undefined) return { kind: 'opaque', why: 'a name that is known at run time', span };
  return { kind: 'column', qualifier: parts, name, span };
};

const readCase = (c: Cursor): Expr => {
  const start = c.here();
  c.expect('CASE');
  const args: Expr[] = [];
  if (!c.at('WHEN')) args.push(readExpr(c));
  while (c.take('WHEN')) {
    args.push(readExpr(c));
    c.expect('THEN');
    args.push(readExpr(c));
  }
  if (c.take('ELSE')) args.push(readExpr(c));
  c.expect('END');
  return { kind: 'case', args, span: c.since(start) };
};

/** `INTERVAL (a) DAY` is an interval, `INTERVAL(a, b, c)` a function. */
const isInterval = (c: Cursor): boolean => {
  if (!c.atOp('(', 1)) return true;
  const length = c.bracketLength(1);
  return length !== undefined && timeUnits.has(c.peek(length).upper);
};

const readInterval = (c: Cursor): Expr => {
  const start = c.here();
  c.expect('INTERVAL');
  const amount = readArithmetic(c);
  const unit = c.next();
  if (!timeUnits.has(unit.upper) && unit.kind !== 'stand') c.fail();
  return { kind: 'operation', op: `interval ${unit.text.toLowerCase()}`, args: [amount], span: c.since(start) };
};
