import type { Assignment } from '../../query/model';
import type { Cursor } from './cursor';
import { readExpr } from './expression';

export interface Assignments {
  readonly set: readonly Assignment[];
  /** Some columns are not said by the source: `SET ?`, `SET ${fields}`. */
  readonly openSet: boolean;
}

/** `a = 1, t.b = 2`. */
export const readAssignments = (c: Cursor): Assignments => {
  const assignments = c.list(() => readAssignment(c));
  const set = assignments.filter((assignment) => assignment !== undefined);
  return { set, openSet: set.length < assignments.length };
};

/** Undefined where the source does not say which column is assigned. */
const readAssignment = (c: Cursor): Assignment | undefined => {
  const start = c.here();
  // mysql2's `SET ?` as it is written.
  if (c.peek().kind === 'bind' && !c.atOp('=', 1)) {
    c.next();
    return undefined;
  }
  const path: string[] = [];
  let known = true;
  do {
    if (c.peek().kind === 'stand') known = false;
    path.push(path.length ? c.anyName() : c.name());
  } while (c.takeOp('.'));
  if (!c.takeOp(':=')) c.expectOp('=');
  if (c.peek().stand?.kind === 'assignments') known = false;
  const value = readExpr(c);
  const column = path.pop();
  if (!known || column === undefined) return undefined;
  return { column, qualifier: path, value, span: c.since(start) };
};
