/** Tables and types under a new name: everything that means them follows. */
import type { Draft } from './draft';
import { tableKey } from './model';
import type { Effect, ReplayState } from './state';

export function renameTable(state: ReplayState, draft: Draft, to: readonly string[]): readonly Effect[] {
  const from = draft.name;
  const key = tableKey(from);
  if (key === tableKey(to)) return [];
  state.tables.delete(key);
  state.put({ ...draft, name: to });
  const renamed = (name: readonly string[]): readonly string[] => (tableKey(name) === key ? to : name);
  for (const [at, other] of state.tables) {
    const { foreignKeys, partitionOf, inherits } = other;
    const touched =
      foreignKeys.some((foreign) => tableKey(foreign.table) === key) ||
      (partitionOf !== undefined && tableKey(partitionOf) === key) ||
      inherits?.some((parent) => tableKey(parent) === key);
    if (touched !== true) continue;
    state.tables.set(at, {
      ...other,
      foreignKeys: foreignKeys.map((foreign) => ({ ...foreign, table: renamed(foreign.table) })),
      ...(partitionOf !== undefined && { partitionOf: renamed(partitionOf) }),
      ...(inherits !== undefined && { inherits: inherits.map(renamed) }),
    });
  }
  return [{ kind: 'renamed', from, to }];
}

export function renameSchema(state: ReplayState, from: string, to: string): readonly Effect[] {
  const inside = [...state.tables.values()].filter(({ name }) => name.length > 1 && name[0] === from);
  return inside.flatMap((draft) => renameTable(state, draft, [to, ...draft.name.slice(1)]));
}

/** Columns name their type as written; those that mean the renamed one get its new name. */
export function renameType(state: ReplayState, from: readonly string[], to: readonly string[]): void {
  const key = state.enumKey(from);
  const values = state.enums.get(key);
  if (values === undefined) return;
  const qualified = to.length > 1 ? to : [...key.split('.').slice(0, -1), ...to];
  const type = tableKey(qualified);
  for (const [at, draft] of state.tables) {
    const uses = [...draft.columns.values()].some((column) => state.enumValues(column.type) === values);
    if (!uses) continue;
    const columns = new Map(
      [...draft.columns].map(([name, column]) => [
        name,
        state.enumValues(column.type) === values ? { ...column, type } : column,
      ]),
    );
    state.tables.set(at, { ...draft, columns });
  }
  state.enums.delete(key);
  state.enums.set(type, values);
}
