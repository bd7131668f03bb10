import type { Expr, From, Join, OpaqueFrom, RowFunction, TableRef } from '../../query/model';
import { cover } from '../../text/span';
import type { Cursor } from './cursor';
import { readBracketedQuery, readExpr } from './expression';
import { isOpaqueFrom, readAlias, readNameList, readTableName } from './name';
import { startsQuery } from './query';
import { readType } from './type';

/** Behind FROM: comma-separated sources; DUAL is none. */
export const readFromList = (c: Cursor): From[] => {
  const from = c.list(() => (c.take('DUAL') ? [] : [readSource(c)])).flat();
  return from;
};

const joinWords = ['JOIN', 'INNER', 'CROSS', 'STRAIGHT_JOIN', 'LEFT', 'RIGHT', 'NATURAL'];

/** One source with all its joins. */
export const readSource = (c: Cursor): From => {
  let left = readFactor(c);
  while (c.atAny(...joinWords)) left = readJoin(c, left);
  return left;
};

const readJoin = (c: Cursor, left: From): From => {
  const natural = c.take('NATURAL');
  const word = c.takeAny('LEFT', 'RIGHT', 'INNER', 'CROSS', 'STRAIGHT_JOIN');
  const outer = word === 'LEFT' || word === 'RIGHT';
  if (outer) c.take('OUTER');
  if (word !== 'STRAIGHT_JOIN') c.expect('JOIN');
  const named = word === 'LEFT' ? 'left' : word === 'RIGHT' ? 'right' : 'inner';
  if (natural) return join(left, readFactor(c), named, { natural });
  let right = readFactor(c);
  // As in MySQL's grammar the next join binds to the right side first; a condition that then follows is the outer one's:
  // a LEFT JOIN b LEFT JOIN c ON … ON …
  while (c.atAny(...joinWords)) right = c.nested(() => readJoin(c, right));
  if (c.take('ON')) return join(left, right, named, { on: readExpr(c) });
  if (c.take('USING')) return join(left, right, named, { using: readNameList(c) });
  if (outer) c.fail();
  return rebalance(left, right);
};

const join = (
  left: From,
  right: From,
  type: Join['type'],
  condition: Pick<Join, 'on' | 'using' | 'natural'> = {},
): Join => {
  const on = condition.on?.span ?? right.span;
  return { kind: 'join', type, left, right, ...condition, span: cover(left.span, cover(right.span, on)) };
};

/** A join without condition belongs to the first table of what followed it: a JOIN (b LEFT JOIN c) is (a JOIN b) LEFT JOIN c. */
const rebalance = (left: From, right: From): From => {
  if (right.kind !== 'join' || bracketed.has(right)) return join(left, right, 'cross');
  return { ...right, left: rebalance(left, right.left), span: cover(left.span, right.span) };
};

/** Joins that stood in brackets keep their shape. */
const bracketed = new WeakSet<From>();

const readFactor = (c: Cursor): From => {
  const start = c.here();
  if (c.at('LATERAL') || isDerived(c)) {
    const lateral = c.take('LATERAL');
    const query = readBracketedQuery(c);
    const alias = readAlias(c);
    const columns = c.atOp('(') ? readNameList(c) : undefined;
    const names = { ...(alias !== undefined && { alias }), ...(columns && { columns }) };
    return { kind: 'derived', query, ...names, lateral, span: c.since(start) };
  }
  if (c.takeOp('(')) {
    const [first, ...others] = c.nested(() => c.list(() => readSource(c)));
    c.expectOp(')');
    const all = others.reduce<From | undefined>((left, right) => (left ? join(left, right, 'cross') : right), first);
    if (!all) return c.fail();
    bracketed.add(all);
    return all;
  }
  if (c.takeOp('{')) {
    // ODBC: { OJ a LEFT JOIN b ON … }
    c.anyName();
    const source = c.nested(() => readSource(c));
    c.expectOp('}');
    return source;
  }
  if (c.at('JSON_TABLE')) return readJsonTable(c);
  return readTable(c);
};

const isDerived = (c: Cursor): boolean =>
  c.atOp('(') && (startsQuery(c, 1) || (c.peek(1).upper === 'VALUES' && c.atOp('(', 2)));

/** A table with partitions, alias and index hints. */
export const readTable = (c: Cursor): TableRef | OpaqueFrom => {
  const start = c.here();
  const name = readTableName(c);
  if (c.take('PARTITION')) c.skipBracket();
  if (c.at('FOR', 'SYSTEM_TIME')) readSystemTime(c);
  const alias = readAlias(c);
  const columns = alias !== undefined && c.atOp('(') ? readNameList(c) : undefined;
  const span = c.since(start);
  skipIndexHints(c);
  const names = { ...(alias !== undefined && { alias }), ...(columns && { columns }) };
  return isOpaqueFrom(name) ? { ...name, ...names, span } : { kind: 'table', name, ...names, span };
};

/** MariaDB's system-versioned tables: FOR SYSTEM_TIME AS OF … | BETWEEN … AND … | FROM … TO … | ALL. */
const readSystemTime = (c: Cursor): void => {
  c.take('FOR', 'SYSTEM_TIME');
  if (c.take('ALL')) return;
  if (c.take('AS', 'OF') || c.take('BETWEEN')) {
    c.take('TIMESTAMP');
    readExpr(c);
    return;
  }
  c.expect('FROM');
  readExpr(c);
  c.expect('TO');
  readExpr(c);
};

/** `USE INDEX FOR JOIN (a, b)`; they do not change what is read. */
const skipIndexHints = (c: Cursor): void => {
  do {
    if (!c.atAny('USE', 'FORCE', 'IGNORE') || !['INDEX', 'KEY', 'VINDEX'].includes(c.peek(1).upper)) return;
    c.next();
    c.next();
    if (c.take('FOR') && !c.take('JOIN')) {
      c.next();
      c.expect('BY');
    }
    c.skipBracket();
  } while (c.atAny('USE', 'FORCE', 'IGNORE'));
};

/** `JSON_TABLE(expr, path COLUMNS (…)) [AS] alias`. */
const readJsonTable = (c: Cursor): RowFunction => {
  const start = c.here();
  c.expect('JSON_TABLE');
  c.expectOp('(');
  const args: Expr[] = [readExpr(c)];
  c.expectOp(',');
  args.push(readExpr(c));
  const columns = readJsonColumns(c);
  c.expectOp(')');
  const call: Expr = { kind: 'call', name: 'json_table', args, span: c.since(start) };
  const alias = readAlias(c);
  return {
    kind: 'function',
    call,
    ...(alias !== undefined && { alias }),
    columns,
    lateral: true,
    span: c.since(start),
  };
};

/** Names of the columns, nested ones included. */
const readJsonColumns = (c: Cursor): string[] => {
  c.expect('COLUMNS');
  return c
    .bracketed(() => {
      if (c.take('NESTED')) {
        c.take('PATH');
        c.next();
        return c.nested(() => readJsonColumns(c));
      }
      const name = c.anyName();
      if (!c.take('FOR', 'ORDINALITY')) {
        readType(c);
        // EXISTS PATH '$.a' DEFAULT '0' ON EMPTY NULL ON ERROR
        while (!c.atOp(',') && !c.atOp(')')) c.next();
      }
      return [name];
    })
    .flat();
};
