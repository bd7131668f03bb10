/** Query expressions: WITH, set operations, VALUES, brackets around all of them, and their common tail. */
import type { Cte, Query, Select, SetOperation, Tail, Values, With } from '../../query/model';
import type { Cursor } from './cursor';
import { readDelete } from './delete';
import { readExpr } from './expression';
import { readInsert } from './insert';
import { readName, readNameList } from './name';
import { readInto, readSelectBody } from './select';
import { readTail } from './tail';
import { readUpdate } from './update';

type Rows = Select | SetOperation | Values;

const continues = ['UNION', 'EXCEPT', 'INTERSECT', 'ORDER', 'LIMIT', 'FOR', 'LOCK', 'INTO'];

/**
 * Whether the token `ahead` starts a query rather than an expression or a table: a query's first word, or a bracket
 * that holds one and is followed by what can only follow a query.
 */
export const startsQuery = (c: Cursor, ahead: number): boolean => {
  let at = ahead;
  while (c.atOp('(', at)) at++;
  const { upper } = c.peek(at);
  const word =
    upper === 'SELECT' ||
    upper === 'WITH' ||
    (upper === 'VALUES' && c.peek(at + 1).upper === 'ROW') ||
    (upper === 'TABLE' && c.isName(at + 1));
  if (!word) return false;
  for (let open = at - 1; open >= ahead; open--) {
    const length = c.bracketLength(open);
    if (length === undefined) return true;
    const behind = c.peek(length);
    const closed = behind.kind === 'op' && (behind.text === ')' || behind.text === ';');
    if (!closed && behind.kind !== 'end' && !continues.includes(behind.upper)) return false;
  }
  return true;
};

export const readQuery = (c: Cursor): Query => {
  const start = c.here();
  const withClause = c.at('WITH') ? readWith(c) : undefined;
  if (withClause) {
    if (c.at('UPDATE')) return { ...readUpdate(c), with: withClause, span: c.since(start) };
    if (c.at('DELETE')) return { ...readDelete(c), with: withClause, span: c.since(start) };
    if (c.atAny('INSERT', 'REPLACE')) return { ...readInsert(c), with: withClause, span: c.since(start) };
  }
  const body = readBody(c, 0);
  const tail = readTail(c);
  const into = readInto(c);
  const late = into ? readTail(c) : undefined;
  return withTail(c, start, body, withClause, late ? mergeTails(tail, late) : tail, into);
};

const mergeTails = (a: Tail, b: Tail): Tail => ({ ...a, ...b, orderBy: a.orderBy.length ? a.orderBy : b.orderBy });

const hasTail = ({ orderBy, limit, offset, lock, with: ctes }: Tail): boolean =>
  orderBy.length > 0 || !!limit || !!offset || !!lock || !!ctes;

/** Puts a tail on rows; rows that were in brackets with a tail of their own become a derived table. */
const withTail = (
  c: Cursor,
  start: number,
  body: Rows,
  withClause: With | undefined,
  tail: Tail,
  into: boolean,
): Query => {
  const span = c.since(start);
  const outer: Tail = withClause ? { ...tail, with: withClause } : tail;
  const selectInto = into ? { into } : {};
  if (!hasTail(outer) && !into) return body;
  if (!hasTail(body)) return { ...body, ...outer, ...(body.kind === 'select' && selectInto), span };
  return {
    kind: 'select',
    distinct: false,
    items: [{ expr: { kind: 'star', qualifier: [], span: body.span } }],
    from: [{ kind: 'derived', query: body, lateral: false, span: body.span }],
    groupBy: [],
    ...outer,
    ...selectInto,
    span,
  };
};

const setOperators: Readonly<Record<string, { op: SetOperation['op']; precedence: number }>> = {
  UNION: { op: 'union', precedence: 1 },
  EXCEPT: { op: 'except', precedence: 1 },
  INTERSECT: { op: 'intersect', precedence: 2 },
};

const readBody = (c: Cursor, above: number): Rows => {
  const start = c.here();
  let left = readPart(c);
  for (;;) {
    const operator = setOperators[c.peek().upper];
    if (!operator || operator.precedence <= above) return left;
    c.next();
    const all = c.takeAny('ALL', 'DISTINCT') === 'ALL';
    const right = c.nested(() => readBody(c, operator.precedence));
    left = { kind: 'set-operation', op: operator.op, all, left, right, orderBy: [], span: c.since(start) };
  }
};

const readPart = (c: Cursor): Rows => {
  const start = c.here();
  if (c.takeOp('(')) {
    const query = c.nested(() => readQuery(c));
    c.expectOp(')');
    return query.kind === 'select' || query.kind === 'set-operation' || query.kind === 'values' ? query : c.fail();
  }
  if (c.at('VALUES')) return readValues(c);
  if (c.take('TABLE')) {
    const name = readName(c);
    return {
      kind: 'select',
      distinct: false,
      items: [{ expr: { kind: 'star', qualifier: [], span: name.span } }],
      from: [{ kind: 'table', name, span: name.span }],
      groupBy: [],
      orderBy: [],
      span: c.since(start),
    };
  }
  return readSelectBody(c);
};

/** `VALUES ROW(1, 2), …`, and MariaDB's `VALUES (1, 2), …`. */
const readValues = (c: Cursor): Values => {
  const start = c.here();
  c.expect('VALUES');
  const rows = c.list(() => {
    c.take('ROW');
    return c.bracketed(() => readExpr(c));
  });
  return { kind: 'values', rows, orderBy: [], span: c.since(start) };
};

export const readWith = (c: Cursor): With => {
  c.expect('WITH');
  const recursive = c.take('RECURSIVE');
  return { recursive, ctes: c.list(() => readCte(c)) };
};

const readCte = (c: Cursor): Cte => {
  const start = c.here();
  const name = c.name();
  const columns = c.atOp('(') ? readNameList(c) : undefined;
  c.expect('AS');
  c.expectOp('(');
  const query = c.nested(() => readQuery(c));
  c.expectOp(')');
  if (c.take('CYCLE')) {
    c.list(() => c.name());
    c.expect('RESTRICT');
  }
  return { name, ...(columns && { columns }), query, span: c.since(start) };
};
