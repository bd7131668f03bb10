/** What kind of statement it is, by its first words; queries and writes are read whole, others as far as routing asks. */

import type { OpaqueFrom, Other, Query, TableRef } from '../../query/model';
import { own } from '../../text/own';
import type { Cursor } from './cursor';
import { readDdl } from './ddl';
import { readDelete } from './delete';
import { readInsert } from './insert';
import { isOpaqueFrom, readAlias, readBareTable, readTableName } from './name';
import { readQuery } from './query';
import { readUpdate } from './update';

export const readStatement = (c: Cursor): Query => {
  const { upper } = c.peek();
  switch (upper) {
    case 'INSERT':
      return readInsert(c);
    case 'REPLACE':
      return readInsert(c);
    case 'UPDATE':
      return readUpdate(c);
    case 'DELETE':
      return readDelete(c);
    case 'CREATE':
    case 'DROP':
    case 'RENAME':
    case 'ALTER':
      return readDefinition(c);
    case 'VALUES':
    case 'TABLE':
    case 'WITH':
    case 'SELECT':
      return readQuery(c);
    default:
      return c.atOp('(') ? readQuery(c) : readOther(c);
  }
};

const readDefinition = (c: Cursor): Other => {
  const start = c.here();
  if (c.take('ALTER', 'VSCHEMA')) return rest(c, 'vschema', start);
  const { ddl, tables } = readDdl(c);
  return { kind: 'other', what: 'ddl', tables, ddl, span: c.since(start) };
};

const words: Readonly<Record<string, Other['what']>> = {
  BEGIN: 'transaction',
  START: 'transaction',
  COMMIT: 'transaction',
  ROLLBACK: 'transaction',
  SAVEPOINT: 'transaction',
  RELEASE: 'transaction',
  XA: 'transaction',
  SET: 'set',
  USE: 'use',
  SHOW: 'show',
  CALL: 'call',
  LOCK: 'lock',
  UNLOCK: 'lock',
  TRUNCATE: 'truncate',
  EXPLAIN: 'explain',
  DESCRIBE: 'explain',
  DESC: 'explain',
  VEXPLAIN: 'explain',
  ANALYZE: 'utility',
  PREPARE: 'prepare',
  EXECUTE: 'prepare',
  DEALLOCATE: 'prepare',
  LOAD: 'copy',
};

const utilities = `OPTIMIZE CHECK CHECKSUM REPAIR FLUSH RESET PURGE KILL GRANT REVOKE DO HANDLER HELP CACHE INSTALL
  UNINSTALL SHUTDOWN RESTART CLONE STOP CHANGE BINLOG SIGNAL RESIGNAL GET IMPORT REVERT DECLARE IF WHILE LOOP REPEAT
  RETURN LEAVE ITERATE FETCH OPEN CLOSE CASE END STREAM VSTREAM MIGRATE`.split(/\s+/);

const readOther = (c: Cursor): Other => {
  const start = c.here();
  const { upper } = c.peek();
  const what = own(words, upper) ?? (utilities.includes(upper) ? 'utility' : undefined);
  if (!what) return c.fail();
  c.next();
  switch (what) {
    case 'truncate': {
      c.take('TABLE');
      return rest(c, what, start, [readBareTable(c)]);
    }
    case 'lock':
      return c.takeAny('TABLES', 'TABLE') && upper === 'LOCK' ? readLockTables(c, start) : rest(c, what, start);
    case 'explain':
      return readExplain(c, start);
    case 'copy':
      return readLoad(c, start);
    case 'utility':
      // ANALYZE SELECT is MariaDB's EXPLAIN ANALYZE.
      return upper === 'ANALYZE' && !c.at('TABLE') && startsStatement(c) ? readExplain(c, start) : rest(c, what, start);
    default:
      return rest(c, what, start);
  }
};

const isTable = (table: TableRef | OpaqueFrom): table is TableRef => table.kind === 'table';

/** The rest of the statement is kept as its words. */
const rest = (
  c: Cursor,
  what: Other['what'],
  start: number,
  tables: readonly (TableRef | OpaqueFrom)[] = [],
): Other => {
  const from = c.here();
  while (!c.atEnd() && !c.atOp(';')) c.next();
  const argument = c.written(from).trim();
  return { kind: 'other', what, tables: tables.filter(isTable), ...(argument && { argument }), span: c.since(start) };
};

const readLockTables = (c: Cursor, start: number): Other => {
  const tables = c.list((): TableRef | OpaqueFrom => {
    const name = readTableName(c);
    const alias = readAlias(c);
    const low = c.take('LOW_PRIORITY');
    if (low || !c.take('READ')) c.expect('WRITE');
    else c.take('LOCAL');
    if (isOpaqueFrom(name)) return name;
    return { kind: 'table', name, ...(alias !== undefined && { alias }), span: name.span };
  });
  return rest(c, 'lock', start, tables);
};

const startsStatement = (c: Cursor): boolean =>
  c.atAny('SELECT', 'WITH', 'INSERT', 'REPLACE', 'UPDATE', 'DELETE', 'VALUES') ||
  (c.at('TABLE') && c.isName(1)) ||
  (c.atOp('(') && c.peek(1).upper !== '');

/** `EXPLAIN FORMAT = JSON SELECT …`, `VEXPLAIN PLAN SELECT …`, `DESC t`. */
const readExplain = (c: Cursor, start: number): Other => {
  const from = c.here();
  while (!startsStatement(c) && !c.atEnd()) {
    if (c.atAny('FORMAT', 'TYPE') && c.atOp('=', 1)) {
      for (let i = 0; i < 3; i++) c.next();
    } else if (!c.takeAny('EXTENDED', 'PARTITIONS', 'ANALYZE', 'QUERIES', 'ALL', 'PLAN', 'TRACE', 'KEYS', 'VITESS'))
      break;
  }
  const argument = c.written(from).trim();
  const words = argument ? { argument } : {};
  if (startsStatement(c)) {
    const inner = c.nested(() => readStatement(c));
    return { kind: 'other', what: 'explain', inner, tables: [], ...words, span: c.since(start) };
  }
  return c.isName() ? rest(c, 'explain', start, [readBareTable(c)]) : rest(c, 'explain', start);
};

/** `LOAD DATA … INTO TABLE t …`. */
const readLoad = (c: Cursor, start: number): Other => {
  while (!c.atEnd() && !c.at('INTO', 'TABLE')) c.next();
  if (!c.take('INTO', 'TABLE')) return rest(c, 'copy', start);
  return rest(c, 'copy', start, [readBareTable(c)]);
};
