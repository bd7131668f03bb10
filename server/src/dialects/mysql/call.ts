import type { Call, Expr } from '../../query/model';
import type { Cursor } from './cursor';
import { readArithmetic, readExpr } from './expression';
import { constant } from './literal';
import { readOrderBy } from './tail';
import { readTypeName } from './type';
import { readOver } from './window';
import { aggregates, bareFunctions, isReserved, reservedFunctions, timeUnits } from './words';

/** Whether a function call is next: `f(`, `db.f(`, or a function that needs no brackets. */
export const startsCall = (c: Cursor): boolean => {
  const { kind, upper } = c.peek();
  if (kind !== 'word' && kind !== 'name') return false;
  if (bareFunctions.has(upper) || upper === 'DEFAULT') return true;
  if (c.atOp('(', 1)) return !isReserved(upper) || reservedFunctions.has(upper) || special[upper] !== undefined;
  if (c.at('NEXT', 'VALUE', 'FOR') || c.at('PREVIOUS', 'VALUE', 'FOR')) return true;
  return c.atOp('.', 1) && c.atOp('(', 3) && c.peek(2).kind !== 'op';
};

export const readCall = (c: Cursor): Expr => {
  const start = c.here();
  const { upper } = c.peek();
  const read = special[upper];
  if (read && c.atOp('(', 1)) return read(c, start);
  if (c.at('NEXT', 'VALUE', 'FOR') || c.at('PREVIOUS', 'VALUE', 'FOR')) return readSequence(c);
  const name = readFunctionName(c);
  if (!c.atOp('(')) return { kind: 'call', name, args: [], span: c.since(start) };
  return readArguments(c, name, start);
};

const readFunctionName = (c: Cursor): string => {
  let name = c.anyName().toLowerCase();
  while (c.takeOp('.')) name += `.${c.anyName().toLowerCase()}`;
  return name;
};

/** MariaDB's `NEXT VALUE FOR seq`. */
const readSequence = (c: Cursor): Expr => {
  const start = c.here();
  const name = c.next().upper === 'NEXT' ? 'nextval' : 'lastval';
  c.expect('VALUE', 'FOR');
  const from = c.here();
  const sequence = readFunctionName(c);
  const args = [constant('string', sequence, c.since(from))];
  return { kind: 'call', name, args, span: c.since(start) };
};

const readArguments = (c: Cursor, name: string, start: number): Call => {
  c.expectOp('(');
  const distinct = c.take('DISTINCT');
  c.take('ALL');
  const args: Expr[] = c.atOp(')') ? [] : c.list(() => readArgument(c));
  // What only some functions take behind their arguments.
  let orderBy = c.at('ORDER', 'BY') ? readOrderBy(c) : undefined;
  if (c.take('SEPARATOR')) c.next();
  if (c.take('LIMIT')) c.list(() => readExpr(c));
  if (c.take('USING')) c.anyName();
  if (c.take('RETURNING')) readTypeName(c);
  if (c.take('AS')) readTypeName(c);
  while (c.atAny('NULL', 'ERROR', 'DEFAULT')) {
    if (c.next().upper === 'DEFAULT') readExpr(c);
    c.expect('ON');
    if (!c.takeAny('EMPTY', 'ERROR')) c.fail();
  }
  c.expectOp(')');
  if (c.take('WITHIN', 'GROUP')) {
    c.expectOp('(');
    orderBy = readOrderBy(c);
    c.expectOp(')');
  }
  if (c.at('FROM', 'FIRST') || c.at('FROM', 'LAST')) {
    c.next();
    c.next();
  }
  if (c.atAny('RESPECT', 'IGNORE') && c.peek(1).upper === 'NULLS') {
    c.next();
    c.next();
  }
  const over = readOver(c);
  return {
    kind: 'call',
    name,
    args,
    ...(distinct && { distinct }),
    ...(aggregates.has(name) && !over && { aggregate: true }),
    ...(orderBy && { orderBy: orderBy.map(({ expr }) => expr) }),
    ...(over && { over }),
    span: c.since(start),
  };
};

const readArgument = (c: Cursor): Expr => {
  if (c.atOp('*')) {
    const { start } = c.next();
    return { kind: 'star', qualifier: [], span: c.since(start) };
  }
  return readExpr(c);
};

type ReadSpecial = (c: Cursor, start: number) => Expr;

const call = (c: Cursor, start: number, name: string, args: readonly Expr[]): Call => ({
  kind: 'call',
  name,
  args,
  span: c.since(start),
});

const readCast: ReadSpecial = (c, start) => {
  c.next();
  c.expectOp('(');
  const value = readExpr(c);
  if (c.take('AT')) {
    // CAST(x AT TIME ZONE 'utc' AS DATETIME)
    c.expect('TIME', 'ZONE');
    c.take('INTERVAL');
    c.next();
  }
  c.expect('AS');
  const type = readTypeName(c);
  c.expectOp(')');
  return { kind: 'cast', value, type, span: c.since(start) };
};

/** `CONVERT(x, type)` and `CONVERT(x USING charset)`. */
const readConvert: ReadSpecial = (c, start) => {
  c.next();
  c.expectOp('(');
  const value = readExpr(c);
  let type = 'char';
  if (c.take('USING')) c.next();
  else {
    c.expectOp(',');
    type = readTypeName(c);
  }
  c.expectOp(')');
  return { kind: 'cast', value, type, span: c.since(start) };
};

const readTrim: ReadSpecial = (c, start) => {
  c.next();
  c.expectOp('(');
  c.takeAny('BOTH', 'LEADING', 'TRAILING');
  const args: Expr[] = c.at('FROM') ? [] : [readExpr(c)];
  if (c.take('FROM')) args.unshift(readExpr(c));
  c.expectOp(')');
  return call(c, start, 'trim', args);
};

const readSubstring: ReadSpecial = (c, start) => {
  c.next();
  c.expectOp('(');
  const args = [readExpr(c)];
  while (c.takeOp(',') || c.takeAny('FROM', 'FOR')) args.push(readExpr(c));
  c.expectOp(')');
  return call(c, start, 'substring', args);
};

const readPosition: ReadSpecial = (c, start) => {
  c.next();
  c.expectOp('(');
  const needle = readArithmetic(c);
  if (!c.take('IN')) c.expectOp(',');
  const args = [needle, readExpr(c)];
  c.expectOp(')');
  return call(c, start, 'position', args);
};

const readUnit = (c: Cursor): Expr => {
  const token = c.next();
  return constant('string', token.text.toLowerCase(), c.since(token.start));
};

const readExtract: ReadSpecial = (c, start) => {
  c.next();
  c.expectOp('(');
  const unit = readUnit(c);
  c.expect('FROM');
  const args = [unit, readExpr(c)];
  c.expectOp(')');
  return call(c, start, 'extract', args);
};

/** Functions whose first argument is a bare unit or type word, which is no column: `TIMESTAMPDIFF(DAY, a, b)`. */
const readWithUnit: ReadSpecial = (c, start) => {
  const name = c.next().text.toLowerCase();
  c.expectOp('(');
  const bare = timeUnits.has(c.peek().upper) || name === 'get_format';
  const args = [bare ? readUnit(c) : readExpr(c)];
  while (c.takeOp(',')) args.push(readExpr(c));
  c.expectOp(')');
  return call(c, start, name, args);
};

const readMatch: ReadSpecial = (c, start) => {
  c.next();
  const columns = c.bracketed(() => readExpr(c));
  c.expect('AGAINST');
  c.expectOp('(');
  const words = readArithmetic(c);
  if (c.take('IN')) {
    if (!c.take('BOOLEAN', 'MODE')) c.expect('NATURAL', 'LANGUAGE', 'MODE');
  }
  c.take('WITH', 'QUERY', 'EXPANSION');
  c.expectOp(')');
  return { kind: 'operation', op: 'match', args: [...columns, words], span: c.since(start) };
};

const special: Readonly<Record<string, ReadSpecial | undefined>> = {
  CAST: readCast,
  CONVERT: readConvert,
  TRIM: readTrim,
  SUBSTRING: readSubstring,
  SUBSTR: readSubstring,
  MID: readSubstring,
  POSITION: readPosition,
  EXTRACT: readExtract,
  TIMESTAMPADD: readWithUnit,
  TIMESTAMPDIFF: readWithUnit,
  GET_FORMAT: readWithUnit,
  MATCH: readMatch,
};
