/** Which FROM items a predicate filters so that no NULL-extended row passes: those outer joins are inner ones. */
import type { Expr, From } from '../query/model';
import { normalize } from '../query/normalize';
import { leavesOf, partsOf } from '../query/walk';
import { aliasOf } from './fromItems';

/** Aliases of items that the predicate tests strictly. Unqualified columns count only where a single item stands in FROM. */
export function strictItems(where: Expr | undefined, from: readonly From[]): ReadonlySet<string> {
  if (!where || !from.some(joinsOuter)) return nothing;
  const known = new Set(leavesOf(from).map(aliasOf));
  return new Set([...strict(normalize(where))].filter((alias) => known.has(alias)));
}

const nothing: ReadonlySet<string> = new Set();

export const joinsOuter = (from: From): boolean =>
  from.kind === 'join' &&
  ((from.type !== 'inner' && from.type !== 'cross') || joinsOuter(from.left) || joinsOuter(from.right));

function strict(expr: Expr): ReadonlySet<string> {
  switch (expr.kind) {
    case 'and':
      return new Set(expr.args.flatMap((arg) => [...strict(arg)]));
    case 'or': {
      const [first, ...rest] = expr.args.map(strict);
      return new Set([...(first ?? [])].filter((alias) => rest.every((one) => one.has(alias))));
    }
    case 'compare':
      return expr.op === '<=>' || expr.op.startsWith('is') ? new Set() : columnsOf(expr);
    case 'in':
      return expr.negated && !Array.isArray(expr.items) ? new Set() : columnsOf(expr.left);
    case 'between':
    case 'like':
      return columnsOf(expr.kind === 'between' ? expr.value : expr.value);
    case 'is-null':
      return expr.negated ? columnsOf(expr.value) : new Set();
    default:
      return new Set();
  }
}

/** Aliases of columns that make the expression NULL when they are NULL. */
function columnsOf(expr: Expr): ReadonlySet<string> {
  if (expr.kind === 'column') return new Set(expr.qualifier.slice(-1).map((one) => one.toLowerCase()));
  // Functions, CASE and boolean tests may turn NULL into something else.
  if (!['compare', 'cast', 'operation', 'row'].includes(expr.kind)) return new Set();
  return new Set(partsOf(expr).flatMap((part) => [...columnsOf(part)]));
}
