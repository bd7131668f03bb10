/** Rows that are saved under the key by which the same code read them: nothing moves, whatever the statement alone says. */
import { rowsLookedUp } from '../advice/keyAssignments';
import type { Update } from '../query/model';
import { keyValueOf } from '../routing/keyValue';
import type { Route } from '../routing/route';
import type { Statement } from './statement';

/** Statements of one file. What a router refuses, it refuses all the same. */
export function withKeptRows(statements: readonly Statement[]): readonly Statement[] {
  if (!statements.some(({ route }) => route.reasons.some(({ code }) => code === 'key-update'))) return statements;
  const lookedUp = rowsLookedUp(statements);
  return lookedUp.size === 0
    ? statements
    : statements.map((one) => (one.query?.kind === 'update' ? kept(one, one.query, lookedUp) : one));
}

function kept(statement: Statement, query: Update, lookedUp: ReadonlySet<string>): Statement {
  const { route } = statement;
  if (route.refused || query.from.length !== 1) return statement;
  const isKept = ({ code, span }: Route['reasons'][number]): boolean => {
    const change = code === 'key-update' ? query.set.find((one) => one.span.start === span?.start) : undefined;
    const id = change && keyValueOf(change.value)?.id;
    return route.bindings.some(({ table }) => lookedUp.has(`${table} ${id}`));
  };
  const reasons = route.reasons.filter((reason) => !isKept(reason));
  if (reasons.length === route.reasons.length || reasons.some(({ code }) => code === 'key-update')) return statement;
  return { ...statement, route: { ...route, crossShard: null, reasons } };
}
