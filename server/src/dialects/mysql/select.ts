import type { Expr, Select, SelectItem } from '../../query/model';
import type { Cursor } from './cursor';
import { readExpr } from './expression';
import { readFromList } from './from';
import { readAlias } from './name';
import { readWindowClause } from './window';

const options = [
  'HIGH_PRIORITY',
  'STRAIGHT_JOIN',
  'SQL_SMALL_RESULT',
  'SQL_BIG_RESULT',
  'SQL_BUFFER_RESULT',
  'SQL_NO_CACHE',
  'SQL_CACHE',
];

/** SELECT up to HAVING and WINDOW; what follows belongs to the query expression around it. */
export const readSelectBody = (c: Cursor): Select => {
  const start = c.here();
  c.expect('SELECT');
  const windows = c.pendingWindows.length;
  let distinct = false;
  let foundRows = false;
  for (;;) {
    const word = c.takeAny('ALL', 'DISTINCT', 'DISTINCTROW');
    if (word) distinct ||= word !== 'ALL';
    else if (c.take('SQL_CALC_FOUND_ROWS')) foundRows = true;
    else if (!c.takeAny(...options)) break;
  }
  const items = readNextValues(c) ?? readSelectItems(c);
  let into = readInto(c);
  const from = c.take('FROM') ? readFromList(c) : [];
  const where = readWhere(c);
  let groupBy: Expr[] = [];
  let groupingSets = false;
  if (c.take('GROUP', 'BY')) {
    groupBy = c.list(() => {
      const expr = readExpr(c);
      c.takeAny('ASC', 'DESC');
      return expr;
    });
    groupingSets = c.take('WITH', 'ROLLUP');
    const [only] = groupBy;
    if (groupBy.length === 1 && only?.kind === 'call' && (only.name === 'rollup' || only.name === 'cube')) {
      groupBy = [...only.args];
      groupingSets = true;
    }
  }
  const having = c.take('HAVING') ? readExpr(c) : undefined;
  readWindowClause(c, windows);
  if (c.take('PROCEDURE')) {
    c.name();
    c.skipBracket();
  }
  into = readInto(c) || into;
  return {
    kind: 'select',
    distinct,
    items,
    from,
    ...(where && { where }),
    groupBy,
    ...(groupingSets && { groupingSets }),
    ...(having && { having }),
    ...(into && { into }),
    ...(foundRows && { foundRows }),
    orderBy: [],
    span: c.since(start),
  };
};

/** Vitess sequences: `SELECT NEXT VALUE FROM seq`, `SELECT NEXT 5 VALUES FROM seq`. */
const readNextValues = (c: Cursor): SelectItem[] | undefined => {
  const start = c.here();
  if (c.at('NEXT', 'VALUE', 'FROM')) {
    c.take('NEXT', 'VALUE');
    return [{ expr: { kind: 'call', name: 'next', args: [], span: c.since(start) } }];
  }
  if (c.at('NEXT') && c.peek(2).upper === 'VALUES') {
    c.next();
    const count = readExpr(c);
    c.expect('VALUES');
    return [{ expr: { kind: 'call', name: 'next', args: [count], span: c.since(start) } }];
  }
  return undefined;
};

export const readSelectItems = (c: Cursor): SelectItem[] => c.list(() => readSelectItem(c));

const readSelectItem = (c: Cursor): SelectItem => {
  const star = readStar(c);
  if (star) return { expr: star };
  const expr = readExpr(c);
  const alias = readAlias(c, true);
  return alias === undefined ? { expr } : { expr, alias };
};

const readStar = (c: Cursor): Expr | undefined => {
  const start = c.here();
  const qualifier: string[] = [];
  let length = 0;
  while (c.atOp('.', length + 1) && (c.isName(length) || c.peek(length).kind === 'word')) length += 2;
  if (!c.atOp('*', length)) return undefined;
  while (!c.takeOp('*')) {
    qualifier.push(c.anyName());
    c.expectOp('.');
  }
  return { kind: 'star', qualifier, span: c.since(start) };
};

export const readWhere = (c: Cursor): Expr | undefined => (c.take('WHERE') ? readExpr(c) : undefined);

const fileWords = `FIELDS COLUMNS LINES TERMINATED BY OPTIONALLY ENCLOSED ESCAPED STARTING CHARACTER SET CHARSET FORMAT
  CSV TEXT HEADER MANIFEST OVERWRITE ON OFF`.split(/\s+/);

/** `INTO @a, @b`, `INTO OUTFILE '…' …`, `INTO DUMPFILE '…'`, stored programs' `INTO a, b`. */
export const readInto = (c: Cursor): boolean => {
  if (!c.take('INTO')) return false;
  if (c.takeAny('OUTFILE', 'DUMPFILE')) {
    c.take('S3');
    c.next();
    while (c.atAny(...fileWords)) {
      const charset = c.next().upper;
      if (charset === 'SET' || charset === 'CHARSET') c.next();
      while (c.peek().kind === 'string') c.next();
    }
  } else c.list(() => c.next());
  return true;
};
