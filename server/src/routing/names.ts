/** Resolves column references: which column of which table use stands behind a name. */
import type { Column, Expr } from '../query/model';
import type { ShardTable } from '../shards/model';
import { type Item, isScope, type Node, relNode, rowNode, type Scope } from './scope';

/** `node` for a column of a table or set operation, `expr` (in `scope`) for a computed output of a derived table. */
export interface Resolved {
  readonly node?: Node;
  readonly expr?: Expr;
  /** The value of `expr` is not known here. */
  readonly hidden?: boolean;
}

/** Looks in the scope's FROM, then in the enclosing ones. Undefined where the name is ambiguous or not known. */
export function resolveColumn(column: Column, scope: Scope): Resolved | undefined {
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    if (column.qualifier.length === 0 && isOfOuter(column.name, at)) continue;
    const found = column.qualifier.length > 0 ? qualified(column, at) : unqualified(column.name, at);
    if (found === 'ambiguous') return undefined;
    if (found) {
      if (at !== scope) markCorrelated(scope, at);
      return found;
    }
  }
  return undefined;
}

/** No table here lists the column, even if none says that its list is whole, and one of a query around it does. */
function isOfOuter(name: string, scope: Scope): boolean {
  if (!scope.parent || scope.innerFirst || scope.names.size === 0) return false;
  for (const item of scope.names.values()) if (item === 'function' || !lists(item) || has(item, name)) return false;
  for (let at: Scope | undefined = scope.parent; at; at = at.parent)
    for (const item of at.names.values()) if (item !== 'function' && has(item, name)) return true;
  return false;
}

const lists = (item: Item): boolean => (isScope(item) ? item.outputsComplete : (item.table?.columns.size ?? 0) > 0);

function markCorrelated(from: Scope, to: Scope): void {
  for (let at: Scope | undefined = from; at && at !== to; at = at.parent) at.correlated = true;
}

function qualified(column: Column, scope: Scope): Resolved | undefined {
  const alias = column.qualifier[column.qualifier.length - 1]?.toLowerCase() ?? '';
  const item = scope.names.get(alias);
  if (!item) return undefined;
  if (item === 'function') return { node: rowNode(scope, alias, column.name) };
  return isScope(item) ? (findOutput(item, column.name) ?? {}) : { node: relNode(item, column.name) };
}

function unqualified(name: string, scope: Scope): Resolved | 'ambiguous' | undefined {
  if (scope.names.size < 2) {
    for (const item of scope.names.values()) return ofOnly(item, name);
    return undefined;
  }
  const merged = scope.merged.get(name.toLowerCase());
  if (merged !== undefined) return { node: merged };
  const items = [...scope.names.values()];
  const sure = items.filter((item): item is Item => item !== 'function' && has(item, name) === true);
  const [first] = sure;
  if (first && sure.length === 1) return findOutput(first, name) ?? undefined;
  // The same name on both sides of a USING is one column; otherwise the database itself calls it ambiguous.
  if (first)
    return scope.facts.some((fact) => fact.what.kind === 'equal')
      ? (findOutput(first, name) ?? 'ambiguous')
      : 'ambiguous';
  // `FROM generate_series(1, 9) g`: the function's one column bears its name.
  if (scope.names.get(name.toLowerCase()) === 'function') return { node: rowNode(scope, name.toLowerCase(), name) };
  const maybe = items.filter((item): item is Item => item !== 'function' && has(item, name) === undefined);
  const [only] = maybe;
  if (maybe.length > 0)
    return scope.parent === undefined || maybe.length > 1
      ? 'ambiguous'
      : isScope(only as Item)
        ? {}
        : { node: relNode(only as never, name) };
  return undefined;
}

/** Where one item alone stands in FROM, as in most statements. */
function ofOnly(item: Item | 'function', name: string): Resolved | undefined {
  if (item === 'function') return undefined;
  const found = has(item, name);
  if (found === undefined) return isScope(item) ? {} : { node: relNode(item, name) };
  return found ? findOutput(item, name) : undefined;
}

/** Whether an item has that column: true, false, or undefined where its columns are not all known. */
function has(item: Item, name: string): boolean | undefined {
  const wanted = name.toLowerCase();
  if (isScope(item)) {
    if (item.outputs.some((column) => column.name === wanted)) return true;
    return item.outputsComplete ? false : undefined;
  }
  const { table } = item;
  if (!table) return undefined;
  if (knownColumns(table).has(wanted)) return true;
  return table.columnsComplete ? false : undefined;
}

const columnsOf = new WeakMap<ShardTable, ReadonlySet<string>>();

/** The columns of a table that are known, those that only the shard map names included; lower case. */
function knownColumns(table: ShardTable): ReadonlySet<string> {
  const known = columnsOf.get(table);
  if (known) return known;
  const vindexed = (table.vindexes ?? []).flatMap((vindex) => vindex.columns);
  const names = [...table.columns.keys(), ...table.shardKey, ...vindexed];
  const found = new Set(names.map((name) => name.toLowerCase()));
  columnsOf.set(table, found);
  return found;
}

export function findOutput(item: Item, name: string): Resolved | undefined {
  if (!isScope(item)) return has(item, name) === false ? undefined : { node: relNode(item, name) };
  const wanted = name.toLowerCase();
  const column = item.outputs.find((one) => one.name === wanted);
  if (!column) return throughStar(item, name);
  if (column.node) return { node: column.node };
  return column.expr ? { expr: column.expr, hidden: column.hidden === true || item.hidesValues } : {};
}

/** A column that `*` lets through from the only source that can have it, though nobody has declared it there. */
function throughStar(scope: Scope, name: string): Resolved | undefined {
  const { query } = scope;
  if (scope.outputsComplete || query.kind !== 'select') return undefined;
  const stars = query.items.flatMap(({ expr }) => (expr.kind === 'star' ? [expr.qualifier.at(-1)?.toLowerCase()] : []));
  const open = [...scope.names].flatMap(([alias, item]) =>
    item !== 'function' && stars.some((star) => star === undefined || star === alias) ? [item] : [],
  );
  const sure = open.filter((item) => has(item, name) === true);
  const able = sure.length > 0 ? sure : open.filter((item) => has(item, name) === undefined);
  const [only] = able;
  return only && able.length === 1 ? findOutput(only, name) : undefined;
}
