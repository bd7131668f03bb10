/** Which common table expressions are run by themselves, and what counts as a call that differs each time. */
import type { Expr, Query } from '../../../query/model';
import { exprVolatility, type Volatility } from '../../keyValue';
import type { Scope } from '../../scope';
import { changesRows } from './changes';

/** Why a CTE is not merged into the query around it. */
export function cteObstacle(of: NonNullable<Scope['of']>, query: Query): string | undefined {
  if (of.kind !== 'cte') return undefined;
  if (changesRows(query)) return 'it changes rows';
  if (of.uses === 0) return undefined;
  if (of.materialized === true) return 'it is MATERIALIZED';
  if (of.uses > 1 && of.materialized !== false) return 'it is used more than once';
  if (changesByCall(query)) return 'it calls a volatile function';
  return 'lock' in query && query.lock ? 'it locks rows' : undefined;
}

/** Any volatile call anywhere in the query. */
export const changesByCall = (query: Query): boolean => holdsCall(query, ['volatile']);

/** Any call of such a volatility anywhere in the query. */
export function holdsCall(query: Query, volatilities: readonly Volatility[]): boolean {
  let found = false;
  const seen = new Set<object>();
  const visit = (value: unknown): void => {
    if (found || typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (Array.isArray(value)) {
      for (const one of value) visit(one);
      return;
    }
    const node = value as Partial<Expr>;
    if (node.kind === 'call' && volatilities.includes(exprVolatility(node as Expr))) found = true;
    for (const [key, one] of Object.entries(value)) if (key !== 'span') visit(one);
  };
  visit(query);
  return found;
}
