/** Column definitions and what is declared beside or within them: keys, constraints, references. */
import type { ColumnDef, ConstraintDef, CreateIndex, ForeignAction, IndexPart } from '../../query/ddl';
import type { Expr, Name } from '../../query/model';
import type { Span } from '../../text/span';
import type { Cursor } from './cursor';
import { readExpr } from './expression';
import { readName, readNameList } from './name';
import { readOperand, readPrimary } from './operand';
import { readType } from './type';

export interface Declared {
  readonly column: ColumnDef;
  /** Constraints that stand within the column's definition. */
  readonly constraints: readonly ConstraintDef[];
}

interface Open {
  notNull: boolean;
  default?: Expr;
  identity?: ColumnDef['identity'];
  generated?: Expr;
  collation?: string;
  position?: ColumnDef['position'];
}

/** `name type options…`; with FIRST or AFTER. */
export const readColumn = (c: Cursor): Declared => {
  const start = c.here();
  const name = c.anyName();
  const { type, modifiers, collation, serial } = readType(c);
  const open: Open = { notNull: !!serial, ...(collation !== undefined && { collation }) };
  if (serial) open.identity = 'auto-increment';
  const constraints: ConstraintDef[] = [];
  const key = (kind: 'primary' | 'unique', from: number, inline?: Span) =>
    constraints.push({
      kind,
      columns: [{ column: name }],
      ...(inline && { written: { inline } }),
      span: c.since(from),
    });
  if (serial) key('unique', start);
  while (readOption(c, open, name, constraints, key));
  // Only the last word of a definition can be moved out of it.
  const { end } = c.since(start);
  constraints.forEach((one, i) => {
    if ((one.kind !== 'primary' && one.kind !== 'unique') || one.written?.inline?.end === end) return;
    const { written: _, ...fixed } = one;
    constraints[i] = fixed;
  });
  return { column: { name, type, modifiers, ...open, span: c.since(start) }, constraints };
};

const readOption = (
  c: Cursor,
  open: Open,
  column: string,
  constraints: ConstraintDef[],
  key: (kind: 'primary' | 'unique', from: number, inline?: Span) => void,
): boolean => {
  const from = c.here();
  const before = c.lastEnd;
  if (c.take('NOT', 'NULL')) open.notNull = true;
  else if (c.take('NULL')) open.notNull = false;
  else if (c.take('DEFAULT')) open.default = readDefault(c);
  else if (c.take('ON', 'UPDATE')) readDefault(c);
  else if (c.take('AUTO_INCREMENT')) open.identity = 'auto-increment';
  else if (c.take('AUTO_RANDOM')) {
    open.identity = 'auto-random';
    if (c.atOp('(')) c.skipBracket();
  } else if (c.take('UNIQUE')) {
    c.take('KEY');
    key('unique', from, { start: before, end: c.lastEnd });
  } else if (c.at('PRIMARY', 'KEY') || c.at('KEY')) {
    // KEY alone is no table constraint, and CLUSTERED stands behind the columns there.
    const moves = c.take('PRIMARY', 'KEY');
    if (!moves) c.next();
    const plain = c.takeAny('CLUSTERED', 'NONCLUSTERED') === undefined;
    open.notNull = true;
    key('primary', from, moves && plain ? { start: before, end: c.lastEnd } : undefined);
  } else if (
    c.takeAny('COMMENT', 'COLUMN_FORMAT', 'STORAGE', 'ENGINE_ATTRIBUTE', 'SECONDARY_ENGINE_ATTRIBUTE', 'SRID')
  ) {
    c.takeOp('=');
    c.next();
  } else if (c.take('CHARACTER', 'SET') || c.take('CHARSET')) c.next();
  else if (c.take('COLLATE')) open.collation = c.next().text.toLowerCase();
  else if (c.takeAny('VISIBLE', 'INVISIBLE')) return true;
  else if (c.take('FIRST')) open.position = {};
  else if (c.take('AFTER')) open.position = { after: c.anyName() };
  else if (c.take('GENERATED', 'ALWAYS', 'AS') || c.take('AS')) {
    open.generated = c.bracketed(() => readExpr(c))[0];
    c.takeAny('VIRTUAL', 'STORED', 'PERSISTENT');
  } else if (c.at('REFERENCES')) constraints.push(readReferences(c, undefined, [column], from));
  else if (c.atAny('CONSTRAINT', 'CHECK')) constraints.push(readConstraint(c) ?? c.fail());
  else if (c.take('WITH', 'SYSTEM', 'VERSIONING') || c.take('WITHOUT', 'SYSTEM', 'VERSIONING')) return true;
  else return false;
  return true;
};

/** A literal, a function or an expression in brackets; a COLLATE behind it is the column's. */
const readDefault = (c: Cursor): Expr => (c.atOp('-') || c.atOp('+') ? readOperand(c) : readPrimary(c));

/** A constraint with or without a name; undefined if none is next. */
export const readConstraint = (c: Cursor): ConstraintDef | undefined => {
  const start = c.here();
  let name: string | undefined;
  const named = c.take('CONSTRAINT');
  if (named && !c.atAny('PRIMARY', 'UNIQUE', 'FOREIGN', 'CHECK')) name = c.anyName();
  if (c.take('PRIMARY', 'KEY')) {
    readIndexName(c);
    const written = { list: bracketAhead(c) };
    return { kind: 'primary', columns: readKeyParts(c), written, span: c.since(start) };
  }
  if (c.take('UNIQUE')) {
    c.takeAny('INDEX', 'KEY');
    name = readIndexName(c) ?? name;
    const written = { list: bracketAhead(c) };
    const columns = readKeyParts(c);
    return { kind: 'unique', ...(name !== undefined && { name }), columns, written, span: c.since(start) };
  }
  if (c.take('FOREIGN', 'KEY')) {
    if (!c.atOp('(')) {
      c.take('IF', 'NOT', 'EXISTS');
      const index = c.anyName();
      name ??= index;
    }
    const list = bracketAhead(c);
    return readReferences(c, name, readNameList(c), start, list);
  }
  if (c.take('CHECK')) {
    const expr = c.bracketed(() => readExpr(c))[0] ?? c.fail();
    if (!c.take('NOT', 'ENFORCED')) c.take('ENFORCED');
    return { kind: 'check', ...(name !== undefined && { name }), expr, span: c.since(start) };
  }
  return named ? c.fail() : undefined;
};

const readReferences = (
  c: Cursor,
  name: string | undefined,
  columns: readonly string[],
  start: number,
  list?: Span,
): ConstraintDef => {
  const keyword = c.here();
  c.expect('REFERENCES');
  const word = { start: keyword, end: c.lastEnd };
  const references = readName(c);
  const behind = { start: c.lastEnd, end: c.lastEnd };
  const place = c.atOp('(') ? bracketAhead(c) : behind;
  const referenced = c.atOp('(') ? readNameList(c) : [];
  c.take('MATCH') && c.next();
  const actions: { onDelete?: ForeignAction; onUpdate?: ForeignAction } = {};
  while (c.at('ON', 'DELETE') || c.at('ON', 'UPDATE')) {
    c.next();
    if (c.next().upper === 'DELETE') actions.onDelete = readAction(c);
    else actions.onUpdate = readAction(c);
  }
  const named = name === undefined ? {} : { name };
  // MySQL passes over REFERENCES in a column's definition: there is nothing to change in it.
  const written = list ? { written: { list, references: word, referenced: place } } : {};
  return { kind: 'foreign', ...named, columns, references, referenced, ...actions, ...written, span: c.since(start) };
};

/** What the bracket that is next holds; an empty span where it is never closed. */
export const bracketAhead = (c: Cursor): Span => {
  const length = c.bracketLength();
  const { end } = c.peek();
  return { start: end, end: length === undefined ? end : c.peek(length - 1).start };
};

const readAction = (c: Cursor): ForeignAction => {
  if (c.take('NO', 'ACTION')) return 'no action';
  if (c.take('SET', 'NULL')) return 'set null';
  if (c.take('SET', 'DEFAULT')) return 'set default';
  if (c.take('CASCADE')) return 'cascade';
  c.expect('RESTRICT');
  return 'restrict';
};

const readIndexType = (c: Cursor): void => {
  if (c.take('USING') || c.take('TYPE')) c.anyName();
};

const readIndexName = (c: Cursor): string | undefined => {
  c.take('IF', 'NOT', 'EXISTS');
  const name = c.atOp('(') || c.atAny('USING', 'TYPE') ? undefined : c.anyName();
  readIndexType(c);
  return name;
};

/** `(a, b(10) DESC, (lower(c)))` and the options behind it. */
export const readKeyParts = (c: Cursor): IndexPart[] => {
  const parts = c.bracketed((): IndexPart => {
    const expr = c.atOp('(') ? readExpr(c) : undefined;
    const column = expr ? undefined : c.anyName();
    if (!expr && c.atOp('(')) c.skipBracket();
    const descending = c.takeAny('ASC', 'DESC') === 'DESC';
    return { ...(column !== undefined && { column }), ...(expr && { expr }), ...(descending && { descending }) };
  });
  for (;;) {
    if (
      c.takeAny('USING', 'COMMENT', 'KEY_BLOCK_SIZE', 'ENGINE_ATTRIBUTE', 'SECONDARY_ENGINE_ATTRIBUTE', 'CLUSTERING')
    ) {
      c.takeOp('=');
      c.next();
    } else if (c.take('WITH', 'PARSER')) c.anyName();
    else if (!c.takeAny('VISIBLE', 'INVISIBLE', 'IGNORED', 'CLUSTERED', 'NONCLUSTERED') && !c.take('NOT', 'IGNORED'))
      return parts;
  }
};

/** `KEY name (…)`, `FULLTEXT INDEX …` within a table; undefined if none is next. */
export const readIndex = (c: Cursor, table: Name): CreateIndex | undefined => {
  const start = c.here();
  const kind = c.takeAny('FULLTEXT', 'SPATIAL', 'VECTOR');
  if (!c.takeAny('INDEX', 'KEY') && !kind) return undefined;
  const name = readIndexName(c);
  const columns = readKeyParts(c);
  return {
    kind: 'create-index',
    ...(name !== undefined && { name }),
    table,
    unique: false,
    columns,
    span: c.since(start),
  };
};
