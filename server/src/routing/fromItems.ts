/** Small questions about FROM items and CTEs that building scopes asks. */
import type { From, Join, Query } from '../query/model';
import { findOutput } from './names';
import { type Item, isScope, type Node, relNode, type Scope } from './scope';

export const aliasOf = (leaf: Exclude<From, { kind: 'join' }>): string =>
  (leaf.alias ?? (leaf.kind === 'table' ? (leaf.name.parts[leaf.name.parts.length - 1] ?? '') : '')).toLowerCase();

/** Tables and subqueries below a FROM item, with what they stand for. */
export function itemOf(from: From, scope: Scope): Item | undefined {
  if (from.kind === 'derived') return scope.children.find((child) => child.query === from.query);
  if (from.kind !== 'table') return undefined;
  const rel = scope.rels.find((one) => one.ref === from);
  if (rel) return rel;
  const named = scope.names.get(aliasOf(from));
  return named && named !== 'function' ? named : undefined;
}

export const isRead = (query: Query): boolean =>
  query.kind === 'select' || query.kind === 'set-operation' || query.kind === 'values';

export function isOwnUse(scope: Scope, body: Query): boolean {
  for (let at: Scope | undefined = scope; at; at = at.parent) if (at.query === body) return true;
  return false;
}

export function rename(scope: Scope, columns: readonly string[] | undefined): void {
  if (!columns || columns.length === 0) return;
  scope.outputs = scope.outputs.map((column, i) => ({ ...column, name: columns[i]?.toLowerCase() ?? column.name }));
}

/** NATURAL joins: columns that both sides are known to have. */
export function commonColumns(item: Join, left: readonly Item[], right: readonly Item[]): readonly string[] {
  if (!item.natural) return [];
  const names = (items: readonly Item[]) =>
    items.flatMap((one) =>
      isScope(one) ? one.outputs.map((column) => column.name) : [...(one.table?.columns.keys() ?? [])],
    );
  const others = new Set(names(right).map((name) => name.toLowerCase()));
  return names(left).filter((name) => others.has(name.toLowerCase()));
}

export function firstWith(items: readonly Item[], name: string): Node | undefined {
  for (const item of items) {
    const found = findOutput(item, name);
    if (found?.node) return found.node;
  }
  const [only] = items;
  return items.length === 1 && only && !isScope(only) ? relNode(only, name) : undefined;
}

/** How often each CTE is read, over the whole statement below its WITH. */
export function countUses(query: Query, ctes: ReadonlyMap<string, { uses: number }>): void {
  const seen = new Set<object>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (Array.isArray(value)) {
      for (const one of value) visit(one);
      return;
    }
    const node = value as { kind?: string; name?: { parts?: readonly string[] } };
    if (node.kind === 'table' && node.name?.parts?.length === 1) {
      const cte = ctes.get(node.name.parts[0]?.toLowerCase() ?? '');
      if (cte) cte.uses++;
    }
    for (const one of Object.values(value)) visit(one);
  };
  visit(query);
}

/** What `*` or `t.*` stands for. Says on the scope where columns are not all known. */
export function starOutputs(scope: Scope, qualifier: readonly string[]): Scope['outputs'] {
  const wanted = qualifier[qualifier.length - 1]?.toLowerCase();
  const found: Scope['outputs'] = [];
  for (const [alias, item] of scope.names) {
    if (wanted !== undefined && alias !== wanted) continue;
    if (item === 'function') scope.outputsComplete = false;
    else if (isScope(item)) {
      found.push(...item.outputs);
      if (!item.outputsComplete) scope.outputsComplete = false;
    } else {
      const columns = item.table ? [...item.table.columns.keys()] : [];
      if (!item.table?.columnsComplete) scope.outputsComplete = false;
      found.push(
        ...columns.map((column) => ({ name: column.toLowerCase(), expr: undefined, node: relNode(item, column) })),
      );
    }
  }
  return found;
}
