import type {
  Expr,
  Insert,
  InsertColumn,
  OnConflict,
  OpaqueFrom,
  Query,
  SelectItem,
  TableRef,
} from '../../query/model';
import { type Assignments, readAssignments } from './assignment';
import type { Cursor } from './cursor';
import { readBracketedQuery, readExpr } from './expression';
import { suppliedRows } from './literal';
import { isOpaqueFrom, readNameList, readTableName } from './name';
import { readQuery, startsQuery } from './query';
import { readSelectItems } from './select';

type Source = Pick<Insert, 'columns' | 'source'>;

/** INSERT and REPLACE with VALUES, SET or a query. */
export const readInsert = (c: Cursor): Insert => {
  const start = c.here();
  const replace = c.next().upper === 'REPLACE';
  let ignore = false;
  for (;;) {
    const word = c.takeAny('LOW_PRIORITY', 'DELAYED', 'HIGH_PRIORITY', 'IGNORE');
    if (!word) break;
    ignore ||= word === 'IGNORE';
  }
  c.take('INTO');
  const table = readTarget(c);
  const { columns, source } = readSource(c);
  readRowAlias(c);
  const onConflict = readOnDuplicate(c);
  const returning = readReturning(c);
  return {
    kind: 'insert',
    table,
    ...(columns && { columns }),
    source,
    ...(onConflict && { onConflict }),
    ...(replace && { replace }),
    ...(ignore && { ignore }),
    ...(returning && { returning }),
    span: c.since(start),
  };
};

const readTarget = (c: Cursor): TableRef | OpaqueFrom => {
  const name = readTableName(c);
  if (c.take('PARTITION')) c.skipBracket();
  if (c.take('AS')) c.anyName();
  return isOpaqueFrom(name) ? name : { kind: 'table', name, span: name.span };
};

const readSource = (c: Cursor): Source => {
  if (c.take('SET')) return fromAssignments(c, readAssignments(c));
  const columns = c.atOp('(') && !startsQuery(c, 1) ? readColumns(c) : {};
  const rows = readRows(c);
  // Which column a value is for is not known where the list of columns is not.
  const source = columns.open ? opaqueRows(c, 'columns that are known at run time') : rows;
  return columns.names ? { columns: columns.names, source } : { source };
};

interface Columns {
  readonly names?: readonly InsertColumn[];
  readonly open?: boolean;
}

const readColumns = (c: Cursor): Columns => {
  let open = false;
  const names: InsertColumn[] = [];
  c.expectOp('(');
  while (!c.takeOp(')')) {
    const start = c.here();
    if (c.peek().kind === 'stand' || c.peek().kind === 'bind') open = true;
    let name = open ? c.next().text : c.anyName();
    while (c.takeOp('.')) name = c.anyName();
    names.push({ name, span: c.since(start) });
    if (!c.takeOp(',') && !c.atOp(')')) c.fail();
  }
  return open ? { open } : { names };
};

const opaqueRows = (c: Cursor, why: string): Insert['source'] => ({ kind: 'opaque', why, span: c.since(c.lastEnd) });

const readRows = (c: Cursor): Insert['source'] => {
  const start = c.here();
  if (!c.at('VALUES') && !c.at('VALUE')) return readSourceQuery(c, start);
  if (c.peek(1).upper === 'ROW') return readQuery(c);
  c.next();
  const rows = c.list(() => readRow(c));
  const open = rows.some((row) => row === undefined || row.some(isSuppliedRows));
  if (open) return { kind: 'opaque', why: suppliedRows, span: c.since(start) };
  if (rows.length === 1 && !rows[0]?.length) return 'default';
  return { kind: 'values', rows: rows.filter((row) => row !== undefined), orderBy: [], span: c.since(start) };
};

const readSourceQuery = (c: Cursor, start: number): Insert['source'] => {
  const brackets = c.atOp('(') && !startsQuery(c, 0);
  const query = brackets ? readBracketedQuery(c) : readQuery(c);
  // `VALUES ?` reaches this place as a query of one stand-in.
  return hasRowsStand(query) ? { kind: 'opaque', why: suppliedRows, span: c.since(start) } : query;
};

const isSuppliedRows = (expr: Expr): boolean => expr.kind === 'opaque' && expr.why === suppliedRows;

const hasRowsStand = (query: Query): boolean =>
  query.kind === 'select' && query.items.some(({ expr }) => isSuppliedRows(expr));

/** `(a, b)`, `()`; undefined for mysql2's `VALUES ?` as it is written. */
const readRow = (c: Cursor): Expr[] | undefined => {
  if (c.peek().kind === 'bind') {
    c.next();
    return undefined;
  }
  c.expectOp('(');
  const row = c.atOp(')') ? [] : c.list(() => readExpr(c));
  c.expectOp(')');
  return row;
};

/** INSERT … SET is one row. */
const fromAssignments = (c: Cursor, { set, openSet }: Assignments): Source => {
  if (openSet) return { source: opaqueRows(c, 'columns and values that are known at run time') };
  const first = set[0]?.span.start ?? c.lastEnd;
  return {
    columns: set.map(({ column, span, value }) => ({
      name: column,
      span: { start: span.start, end: Math.min(span.start + column.length, value.span.start) },
    })),
    source: { kind: 'values', rows: [set.map(({ value }) => value)], orderBy: [], span: c.since(first) },
  };
};

/** `VALUES (…) AS new (a, b)`. */
const readRowAlias = (c: Cursor): void => {
  if (!c.take('AS')) return;
  c.anyName();
  if (c.atOp('(')) readNameList(c);
};

const readOnDuplicate = (c: Cursor): OnConflict | undefined => {
  if (!c.take('ON')) return undefined;
  c.expect('DUPLICATE', 'KEY', 'UPDATE');
  return { target: [], set: readAssignments(c).set };
};

export const readReturning = (c: Cursor): readonly SelectItem[] | undefined =>
  c.take('RETURNING') ? readSelectItems(c) : undefined;
