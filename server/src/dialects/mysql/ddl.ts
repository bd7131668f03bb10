/** CREATE, ALTER, DROP and RENAME. */
import type { CreateIndex, CreateTrigger, CreateView, Ddl, DropObject, RenameObject } from '../../query/ddl';
import type { Name, TableRef } from '../../query/model';
import { readAlterTable } from './alterTable';
import { bracketAhead, readKeyParts } from './column';
import { readCreateTable } from './createTable';
import type { Cursor } from './cursor';
import { readName, readNameList } from './name';
import { readQuery } from './query';

export interface Definition {
  readonly ddl: Ddl;
  readonly tables: readonly TableRef[];
}

export const readDdl = (c: Cursor): Definition => {
  const start = c.here();
  const { upper } = c.next();
  switch (upper) {
    case 'CREATE':
      return readCreate(c, start);
    case 'ALTER':
      return readAlter(c, start);
    case 'DROP':
      return readDrop(c, start);
    case 'RENAME':
      return readRename(c, start);
    default:
      return c.fail();
  }
};

const defined = (ddl: Ddl, ...names: readonly Name[]): Definition => ({
  ddl,
  tables: names.map((name) => ({ kind: 'table', name, span: name.span })),
});

const readCreate = (c: Cursor, start: number): Definition => {
  const replace = c.take('OR', 'REPLACE');
  // SingleStore: CREATE ROWSTORE REFERENCE TEMPORARY TABLE
  c.takeAny('ROWSTORE', 'COLUMNSTORE');
  const reference = c.take('REFERENCE');
  const temporary = c.take('TEMPORARY');
  if (c.take('TABLE')) {
    const ddl = readCreateTable(c, start, temporary);
    return defined(reference ? { ...ddl, options: { ...ddl.options, reference: 'true' } } : ddl, ddl.name);
  }
  if (c.atAny('INDEX', 'ONLINE', 'OFFLINE') || c.peek(1).upper === 'INDEX') {
    const ddl = readCreateIndex(c, start);
    return defined(ddl, ddl.table);
  }
  skipDefiner(c);
  if (c.take('VIEW')) {
    const ddl = readCreateView(c, start);
    return defined(ddl, ddl.name);
  }
  if (c.take('TRIGGER')) {
    const ddl = readCreateTrigger(c, start);
    return defined(ddl, ddl.table);
  }
  return readOther(c, replace ? 'create or replace' : 'create', start);
};

/** ALGORITHM = …, DEFINER = user@host, SQL SECURITY …, before VIEW, TRIGGER, PROCEDURE, FUNCTION, EVENT. */
const skipDefiner = (c: Cursor): void => {
  for (;;) {
    if (c.take('ALGORITHM')) {
      c.takeOp('=');
      c.next();
    } else if (c.take('SQL', 'SECURITY')) c.next();
    else if (c.take('DEFINER')) {
      c.takeOp('=');
      while (!c.atEnd() && !c.atAny('SQL', 'VIEW', 'TRIGGER', 'PROCEDURE', 'FUNCTION', 'EVENT', 'AGGREGATE')) c.next();
    } else return;
  }
};

const readCreateIndex = (c: Cursor, start: number): CreateIndex => {
  c.takeAny('ONLINE', 'OFFLINE');
  const unique = c.takeAny('UNIQUE', 'FULLTEXT', 'SPATIAL', 'VECTOR') === 'UNIQUE';
  c.expect('INDEX');
  c.take('IF', 'NOT', 'EXISTS');
  const name = c.anyName();
  if (c.take('USING')) c.anyName();
  c.expect('ON');
  const table = readName(c);
  const written = { list: bracketAhead(c) };
  const columns = readKeyParts(c);
  while (c.takeAny('ALGORITHM', 'LOCK', 'WAIT')) {
    c.takeOp('=');
    c.next();
  }
  c.take('NOWAIT');
  return { kind: 'create-index', name, table, unique, columns, written, span: c.since(start) };
};

const readCreateView = (c: Cursor, start: number): CreateView => {
  c.take('IF', 'NOT', 'EXISTS');
  const name = readName(c);
  const columns = c.atOp('(') ? readNameList(c) : undefined;
  c.expect('AS');
  const query = readQuery(c);
  if (c.take('WITH')) {
    c.takeAny('CASCADED', 'LOCAL');
    c.expect('CHECK', 'OPTION');
  }
  const named = columns ? { columns } : {};
  return { kind: 'create-view', name, ...named, query, materialized: false, span: c.since(start) };
};

const readCreateTrigger = (c: Cursor, start: number): CreateTrigger => {
  c.take('IF', 'NOT', 'EXISTS');
  const name = readName(c).parts.at(-1) ?? c.fail();
  while (!c.atEnd() && !c.at('ON')) c.next();
  c.expect('ON');
  const table = readName(c);
  c.skipToEnd();
  return { kind: 'create-trigger', name, table, span: c.since(start) };
};

const readAlter = (c: Cursor, start: number): Definition => {
  c.takeAny('ONLINE', 'OFFLINE');
  c.take('IGNORE');
  if (c.take('TABLE')) {
    const ddl = readAlterTable(c, start);
    return defined(ddl, ddl.name);
  }
  skipDefiner(c);
  if (c.take('VIEW')) {
    const ddl = readCreateView(c, start);
    return defined(ddl, ddl.name);
  }
  return readOther(c, 'alter', start);
};

const objects: Readonly<Record<string, DropObject['object']>> = {
  TABLE: 'table',
  TABLES: 'table',
  VIEW: 'view',
  DATABASE: 'schema',
  SCHEMA: 'schema',
  SEQUENCE: 'sequence',
  TRIGGER: 'trigger',
};

const readDrop = (c: Cursor, start: number): Definition => {
  c.take('TEMPORARY');
  c.takeAny('ONLINE', 'OFFLINE');
  if (c.take('INDEX')) {
    const ifExists = c.take('IF', 'EXISTS');
    const names = [readName(c)];
    c.expect('ON');
    const table = readName(c);
    c.skipToEnd();
    return defined({ kind: 'drop', object: 'index', names, ifExists, table, span: c.since(start) }, table);
  }
  const object = objects[c.peek().upper];
  if (!object) return readOther(c, 'drop', start);
  c.next();
  const ifExists = c.take('IF', 'EXISTS');
  const names = c.list(() => readName(c));
  const cascade = c.takeAny('RESTRICT', 'CASCADE') === 'CASCADE';
  if (c.takeAny('WAIT')) c.next();
  else c.take('NOWAIT');
  const tables = object === 'table' || object === 'view' ? names : [];
  const ddl: DropObject = { kind: 'drop', object, names, ifExists, ...(cascade && { cascade }), span: c.since(start) };
  return defined(ddl, ...tables);
};

/** RENAME TABLE a TO b, c TO d. */
const readRename = (c: Cursor, start: number): Definition => {
  if (!c.takeAny('TABLE', 'TABLES')) return readOther(c, 'rename', start);
  c.take('IF', 'EXISTS');
  const pairs = c.list(() => {
    const from = readName(c);
    c.expect('TO');
    return { from, to: readName(c) };
  });
  const ddl: RenameObject = { kind: 'rename-object', object: 'table', pairs, span: c.since(start) };
  return defined(ddl, ...pairs.map(({ from }) => from));
};

/** Databases, procedures, functions, events, users …: their words and name. */
const readOther = (c: Cursor, verb: string, start: number): Definition => {
  const { kind, text } = c.next();
  if (kind !== 'word') c.fail();
  if (!c.take('IF', 'NOT', 'EXISTS')) c.take('IF', 'EXISTS');
  const names = c.isName() ? [readName(c)] : [];
  c.skipToEnd();
  return defined({ kind: 'other-ddl', what: `${verb} ${text.toLowerCase()}`, names, span: c.since(start) });
};
