import type { Name, OpaqueFrom, TableRef } from '../../query/model';
import type { Cursor } from './cursor';

/** `table`, `keyspace.table`, `.table`. */
export const readName = (c: Cursor): Name => {
  const start = c.here();
  const parts = [c.takeOp('.') ? c.anyName() : c.name()];
  while (c.takeOp('.')) parts.push(c.anyName());
  return { parts, span: c.since(start) };
};

/** A table's name, or an opaque source where a stand-in is all or the end of it: `${schema}.orders` is a known table. */
export const readTableName = (c: Cursor): Name | OpaqueFrom => {
  const start = c.here();
  const parts: string[] = [];
  let known = true;
  c.takeOp('.');
  do {
    if (c.peek().kind === 'stand') {
      c.next();
      known = false;
      parts.length = 0;
    } else {
      parts.push(parts.length || !known ? c.anyName() : c.name());
      known = true;
    }
  } while (c.takeOp('.'));
  const span = c.since(start);
  return known ? { parts, span } : { kind: 'opaque-from', why: 'a name that is known at run time', span };
};

export const isOpaqueFrom = (name: Name | OpaqueFrom): name is OpaqueFrom => 'kind' in name;

/** The table of a statement that takes a bare name. */
export const readBareTable = (c: Cursor): TableRef | OpaqueFrom => {
  const name = readTableName(c);
  return isOpaqueFrom(name) ? name : { kind: 'table', name, span: name.span };
};

/** `(a, b)` as names, dots allowed: `(t.a)`. */
export const readNameList = (c: Cursor): string[] =>
  c.bracketed(() => {
    let name = c.anyName();
    while (c.takeOp('.')) name = c.anyName();
    return name;
  });

/** `[AS] alias`; a string may be an alias in a select list. */
export const readAlias = (c: Cursor, strings = false): string | undefined => {
  const explicit = c.take('AS');
  if (strings && c.peek().kind === 'string') return c.next().text;
  if (explicit) return c.anyName();
  return c.isName() ? c.name() : undefined;
};
