/** Which FROM items a predicate filters so that no NULL-extended row passes: those outer joins are inner ones. */
import type { Expr, From, TableRef } from '../query/model';
import { normalize } from '../query/normalize';
import { leavesOf, partsOf } from '../query/walk';
import { aliasOf } from './fromItems';

/** The FROM item whose column an unqualified name is, where that is known. */
export type OwnerOf = (column: string) => string | undefined;

/** Aliases of items that the predicate tests strictly. */
export function strictItems(where: Expr | undefined, from: readonly From[], ownerOf: OwnerOf): ReadonlySet<string> {
  if (!where || !from.some(joinsOuter)) return nothing;
  const known = new Set(leavesOf(from).map(aliasOf));
  return new Set([...strict(normalize(where), ownerOf)].filter((alias) => known.has(alias)));
}

/** Unqualified names belong to the one table of FROM that is known to have such a column. */
export function ownerIn(
  from: readonly From[],
  columnsOf: (table: TableRef) => ReadonlyMap<string, unknown> | undefined,
): OwnerOf {
  return (column) => {
    const owners = leavesOf(from).filter((leaf) => leaf.kind === 'table' && columnsOf(leaf)?.has(column) === true);
    const [only] = owners;
    return only && owners.length === 1 ? aliasOf(only) : undefined;
  };
}

const nothing: ReadonlySet<string> = new Set();

export const joinsOuter = (from: From): boolean =>
  from.kind === 'join' &&
  ((from.type !== 'inner' && from.type !== 'cross') || joinsOuter(from.left) || joinsOuter(from.right));

function strict(expr: Expr, ownerOf: OwnerOf): ReadonlySet<string> {
  switch (expr.kind) {
    case 'and':
      return new Set(expr.args.flatMap((arg) => [...strict(arg, ownerOf)]));
    case 'or': {
      const [first, ...rest] = expr.args.map((arg) => strict(arg, ownerOf));
      return new Set([...(first ?? [])].filter((alias) => rest.every((one) => one.has(alias))));
    }
    case 'compare':
      return expr.op === '<=>' || expr.op.startsWith('is') ? new Set() : columnsOf(expr, ownerOf);
    case 'in':
      return expr.negated && !Array.isArray(expr.items) ? new Set() : columnsOf(expr.left, ownerOf);
    case 'between':
    case 'like':
      return columnsOf(expr.value, ownerOf);
    case 'is-null':
      return expr.negated ? columnsOf(expr.value, ownerOf) : new Set();
    default:
      return new Set();
  }
}

/** Aliases of columns that make the expression NULL when they are NULL. */
function columnsOf(expr: Expr, ownerOf: OwnerOf): ReadonlySet<string> {
  if (expr.kind === 'column') {
    const owner = expr.qualifier.length > 0 ? expr.qualifier.at(-1)?.toLowerCase() : ownerOf(expr.name);
    return new Set(owner === undefined ? [] : [owner]);
  }
  // Functions, CASE and boolean tests may turn NULL into something else.
  if (!['compare', 'cast', 'operation', 'row'].includes(expr.kind)) return new Set();
  return new Set(partsOf(expr).flatMap((part) => [...columnsOf(part, ownerOf)]));
}
