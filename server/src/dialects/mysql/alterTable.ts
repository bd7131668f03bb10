import type { AlterAction, AlterTable } from '../../query/ddl';
import type { Name } from '../../query/model';
import { readColumn, readConstraint, readIndex } from './column';
import { readPartitionBy, readTableOptions } from './createTable';
import type { Cursor } from './cursor';
import { readName } from './name';
import { readOperand } from './operand';

/** Behind ALTER TABLE. */
export const readAlterTable = (c: Cursor, start: number): AlterTable => {
  c.take('IF', 'EXISTS');
  const name = readName(c);
  if (c.takeAny('WAIT')) c.next();
  else c.take('NOWAIT');
  const actions: AlterAction[] = [];
  while (!c.atEnd() && !c.atOp(';')) {
    actions.push(...readAction(c, name));
    if (c.takeOp(',')) continue;
    // Partitioning stands behind the other actions without a comma.
    if (!c.atAny('PARTITION', 'REMOVE')) break;
  }
  return { kind: 'alter-table', name, actions, span: c.since(start) };
};

const readAction = (c: Cursor, table: Name): AlterAction[] => {
  const start = c.here();
  switch (c.peek().upper) {
    case 'ADD':
      c.next();
      return readAdd(c, table, start);
    case 'DROP':
      c.next();
      return [readDrop(c, start)];
    case 'MODIFY': {
      c.next();
      c.take('COLUMN');
      c.take('IF', 'EXISTS');
      const { column, constraints } = readColumn(c);
      const span = c.since(start);
      return [
        { kind: 'redefine-column', column: column.name, definition: column, span },
        ...constraints.map((constraint): AlterAction => ({ kind: 'add-constraint', constraint, span })),
      ];
    }
    case 'CHANGE': {
      c.next();
      c.take('COLUMN');
      c.take('IF', 'EXISTS');
      const old = c.anyName();
      const { column, constraints } = readColumn(c);
      const span = c.since(start);
      return [
        { kind: 'redefine-column', column: old, definition: column, span },
        ...constraints.map((constraint): AlterAction => ({ kind: 'add-constraint', constraint, span })),
      ];
    }
    case 'ALTER':
      c.next();
      return [readAlterColumn(c, start)];
    case 'RENAME':
      c.next();
      return [readRename(c, start)];
    case 'PARTITION':
      c.expect('PARTITION', 'BY');
      readPartitionBy(c);
      return [other(c, 'partition by', start)];
    default:
      return [readOther(c, start)];
  }
};

const other = (c: Cursor, what: string, start: number): AlterAction => ({ kind: 'other', what, span: c.since(start) });

/** What is no change of columns or keys: options, ORDER BY, ENABLE KEYS, partitions. */
const readOther = (c: Cursor, start: number): AlterAction => {
  const from = c.here();
  const what = c.peek().text.toLowerCase();
  const options: Record<string, string> = {};
  readTableOptions(c, options);
  if (c.lastEnd > from) return other(c, 'options', start);
  // Up to the next comma outside of brackets.
  while (!c.atEnd() && !c.atOp(',') && !c.atOp(';')) {
    if (c.atOp('(')) c.skipBracket();
    else c.next();
  }
  return c.lastEnd > from ? other(c, what, start) : c.fail();
};

const readAdd = (c: Cursor, table: Name, start: number): AlterAction[] => {
  if (c.at('PARTITION') || c.at('PERIOD') || c.at('SYSTEM', 'VERSIONING')) return [readOther(c, start)];
  const index = readIndex(c, table);
  if (index) return [{ kind: 'add-index', index, span: c.since(start) }];
  const constraint = readConstraint(c);
  if (constraint) return [{ kind: 'add-constraint', constraint, span: c.since(start) }];
  c.take('COLUMN');
  c.take('IF', 'NOT', 'EXISTS');
  const add = (): AlterAction => {
    const { column, constraints } = readColumn(c);
    return { kind: 'add-column', column, constraints, span: c.since(start) };
  };
  return c.atOp('(') ? c.bracketed(add) : [add()];
};

const readDrop = (c: Cursor, start: number): AlterAction => {
  if (c.take('PRIMARY', 'KEY'))
    return { kind: 'drop-constraint', name: 'PRIMARY', primary: true, span: c.since(start) };
  if (c.atAny('PARTITION', 'PERIOD') || c.at('SYSTEM', 'VERSIONING')) return readOther(c, start);
  const index = c.takeAny('INDEX', 'KEY');
  const constraint = !index && (c.take('FOREIGN', 'KEY') || !!c.takeAny('CONSTRAINT', 'CHECK'));
  if (!index && !constraint) c.take('COLUMN');
  c.take('IF', 'EXISTS');
  const name = c.anyName();
  c.takeAny('RESTRICT', 'CASCADE');
  const span = c.since(start);
  if (index) return { kind: 'drop-index', name, span };
  return constraint ? { kind: 'drop-constraint', name, span } : { kind: 'drop-column', column: name, span };
};

const readAlterColumn = (c: Cursor, start: number): AlterAction => {
  if (c.atAny('INDEX', 'KEY', 'CHECK', 'CONSTRAINT')) return readOther(c, start);
  c.take('COLUMN');
  const column = c.anyName();
  if (c.take('DROP', 'DEFAULT')) return { kind: 'drop-default', column, span: c.since(start) };
  c.expect('SET');
  if (c.takeAny('VISIBLE', 'INVISIBLE')) return other(c, 'visibility', start);
  c.expect('DEFAULT');
  const value = readOperand(c);
  return { kind: 'set-default', column, default: value, span: c.since(start) };
};

const readRename = (c: Cursor, start: number): AlterAction => {
  const what = c.takeAny('COLUMN', 'INDEX', 'KEY');
  if (!what) {
    c.takeAny('TO', 'AS');
    return { kind: 'rename', to: readName(c), span: c.since(start) };
  }
  const from = c.anyName();
  if (!c.takeAny('TO', 'AS')) c.fail();
  const to = c.anyName();
  return { kind: what === 'COLUMN' ? 'rename-column' : 'rename-index', from, to, span: c.since(start) };
};
