import type { Expr, Window } from '../../query/model';
import type { Cursor, WindowParts } from './cursor';
import { readExpr } from './expression';
import { readOrderBy } from './tail';

interface OpenWindow {
  partitionBy: readonly Expr[];
  orderBy: readonly Expr[];
}

/** `OVER (…)` and `OVER name`. A window is declared behind the calls that name it, so it is filled in later. */
export const readOver = (c: Cursor): Window | undefined => {
  if (!c.take('OVER')) return undefined;
  const window: OpenWindow = { partitionBy: [], orderBy: [] };
  if (c.atOp('(')) return readSpecification(c, window);
  const name = c.name();
  c.pendingWindows.push({ name: name.toLowerCase(), fill: (declared) => Object.assign(window, declared) });
  return window;
};

const readSpecification = (c: Cursor, window: OpenWindow): Window => {
  c.expectOp('(');
  if (c.isName() && !c.at('PARTITION') && !c.atAny('ROWS', 'RANGE', 'GROUPS')) {
    const name = c.name().toLowerCase();
    c.pendingWindows.push({
      name,
      fill: ({ partitionBy, orderBy }) => {
        window.partitionBy = partitionBy;
        if (!window.orderBy.length) window.orderBy = orderBy;
      },
    });
  }
  if (c.take('PARTITION')) {
    c.expect('BY');
    window.partitionBy = c.list(() => readExpr(c));
  }
  if (c.at('ORDER', 'BY')) window.orderBy = readOrderBy(c).map(({ expr }) => expr);
  if (c.takeAny('ROWS', 'RANGE', 'GROUPS')) {
    if (c.take('BETWEEN')) {
      readFrameBound(c);
      c.expect('AND');
    }
    readFrameBound(c);
    if (c.take('EXCLUDE')) while (c.takeAny('CURRENT', 'ROW', 'GROUP', 'TIES', 'NO', 'OTHERS'));
  }
  c.expectOp(')');
  return window;
};

const readFrameBound = (c: Cursor): void => {
  if (c.take('CURRENT', 'ROW')) return;
  if (!c.take('UNBOUNDED')) readExpr(c);
  if (!c.takeAny('PRECEDING', 'FOLLOWING')) c.fail();
};

/** `WINDOW w AS (…), …`: fills the windows that were named since `since`; the rest belong to an outer query. */
export const readWindowClause = (c: Cursor, since: number): void => {
  if (!c.take('WINDOW')) return;
  const before = c.pendingWindows.splice(since);
  const declared = new Map<string, WindowParts>();
  c.list(() => {
    const name = c.name().toLowerCase();
    c.expect('AS');
    declared.set(name, readSpecification(c, { partitionBy: [], orderBy: [] }));
  });
  // A declared window that builds on an earlier one must be complete before the calls take it over.
  for (const { name, fill } of [...c.pendingWindows.splice(since), ...before]) {
    const parts = declared.get(name);
    if (parts) fill(parts);
  }
};
