import type { Delete, From, Name } from '../../query/model';
import type { Cursor } from './cursor';
import { readFromList, readTable } from './from';
import { readReturning } from './insert';

import { readWhere } from './select';
import { readTail } from './tail';
import { means, type Target, tablesOf } from './update';

/** `DELETE FROM t`, `DELETE t, u FROM …`, `DELETE FROM t, u USING …`. */
export const readDelete = (c: Cursor): Delete => {
  const start = c.here();
  c.expect('DELETE');
  while (c.takeAny('LOW_PRIORITY', 'QUICK', 'IGNORE'));
  const { targets, from } = readTables(c);
  const where = readWhere(c);
  const { orderBy, limit } = readTail(c);
  const returning = readReturning(c);
  return {
    kind: 'delete',
    targets,
    from,
    ...(where && { where }),
    orderBy,
    ...(limit && { limit }),
    ...(returning && { returning }),
    span: c.since(start),
  };
};

const readTables = (c: Cursor): { targets: readonly Target[]; from: readonly From[] } => {
  if (c.take('FROM')) {
    if (!namesTargets(c)) {
      const table = readTable(c);
      return { targets: [table], from: [table] };
    }
    const names = c.list(() => readTarget(c));
    c.expect('USING');
    return resolve(names, readFromList(c));
  }
  const names = c.list(() => readTarget(c));
  c.expect('FROM');
  return resolve(names, readFromList(c));
};

/** Behind DELETE FROM: whether a list of targets and USING follow rather than one table. */
const namesTargets = (c: Cursor): boolean => {
  for (let at = 0; ; at++) {
    const { kind, upper } = c.peek(at);
    if (upper === 'USING') return true;
    const goesOn =
      kind === 'name' || kind === 'stand' || c.isName(at) || (at > 0 && kind === 'word' && c.atOp('.', at - 1));
    if (!goesOn && !c.atOp('.', at) && !c.atOp(',', at) && !c.atOp('*', at)) return false;
  }
};

/** `t`, `ks.t`, `t.*`. */
const readTarget = (c: Cursor): Name => {
  const start = c.here();
  const parts = [c.name()];
  while (c.takeOp('.')) {
    if (c.takeOp('*')) break;
    parts.push(c.anyName());
  }
  return { parts, span: c.since(start) };
};

const resolve = (
  names: readonly Name[],
  sources: readonly From[],
): { targets: readonly Target[]; from: readonly From[] } => {
  const tables = tablesOf(sources);
  const from = [...sources];
  const targets = names.map((name): Target => {
    const found = tables.find((table) => means(table, name.parts));
    if (found) return found;
    const table: Target = { kind: 'table', name, span: name.span };
    from.push(table);
    return table;
  });
  return { targets, from };
};
