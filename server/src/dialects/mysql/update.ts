import type { Assignment, From, OpaqueFrom, TableRef, Update } from '../../query/model';
import { readAssignments } from './assignment';
import type { Cursor } from './cursor';
import { readSource } from './from';
import { readReturning } from './insert';
import { readWhere } from './select';
import { readTail } from './tail';

/** UPDATE of one table or of several. */
export const readUpdate = (c: Cursor): Update => {
  const start = c.here();
  c.expect('UPDATE');
  while (c.takeAny('LOW_PRIORITY', 'IGNORE'));
  const from = c.list(() => readSource(c));
  c.expect('SET');
  const { set, openSet } = readAssignments(c);
  const where = readWhere(c);
  const { orderBy, limit } = readTail(c);
  const returning = readReturning(c);
  return {
    kind: 'update',
    targets: updated(from, set),
    from,
    set,
    ...(openSet && { openSet }),
    ...(where && { where }),
    orderBy,
    ...(limit && { limit }),
    ...(returning && { returning }),
    span: c.since(start),
  };
};

export type Target = TableRef | OpaqueFrom;

/** The tables of a list of sources, those of derived tables left out. */
export const tablesOf = (from: readonly From[]): readonly Target[] =>
  from.flatMap((source): readonly Target[] => {
    switch (source.kind) {
      case 'join':
        return tablesOf([source.left, source.right]);
      case 'table':
      case 'opaque-from':
        return [source];
      default:
        return [];
    }
  });

/** Whether `path`, as written before a column or in a list of targets, means this table. */
export const means = (table: Target, path: readonly string[]): boolean => {
  const same = (a: string | undefined, b: string | undefined) => a?.toLowerCase() === b?.toLowerCase();
  const last = path.at(-1);
  if (table.alias !== undefined) return path.length === 1 && same(table.alias, last);
  if (table.kind !== 'table') return false;
  const parts = table.name.parts.slice(-path.length);
  return parts.length === path.length ? parts.every((part, i) => same(part, path[i])) : same(parts.at(-1), last);
};

/** Written are the tables whose columns are assigned; an unqualified column may be any table's. */
const updated = (from: readonly From[], set: readonly Assignment[]): readonly Target[] => {
  const tables = tablesOf(from);
  if (tables.length === 1) return tables;
  const named = tables.filter((table) => set.some(({ qualifier }) => qualifier.length > 0 && means(table, qualifier)));
  return named.length ? named : tables;
};
