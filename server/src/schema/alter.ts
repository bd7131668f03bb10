/** ALTER TABLE, one action after another. Partitions and inheriting tables follow their parent's columns. */
import type { AlterAction, AlterTable } from '../query/ddl';
import { addConstraint, addIndex } from './constraints';
import { resolvedReferences } from './create';
import {
  changeColumn,
  columnFacts,
  columnNamed,
  type Draft,
  dropColumn,
  dropForeignKeys,
  dropNamed,
  moveColumn,
  renameColumn,
  renameNamed,
  withColumn,
} from './draft';
import { tableKey } from './model';
import { renameTable } from './rename';
import type { Effect, ReplayState } from './state';

export function alterTable(state: ReplayState, ddl: AlterTable): readonly Effect[] {
  let draft = state.find(ddl.name.parts);
  if (draft === undefined) return [{ kind: 'missed', name: ddl.name.parts }];
  const effects: Effect[] = [];
  for (const action of ddl.actions) {
    const change = columnChange(state, action, draft);
    if (change === undefined) effects.push(...tableChange(state, draft, action));
    else {
      for (const child of [draft, ...state.children(draft)]) {
        effects.push(...columnEffects(child, action));
        state.put(resolvedReferences(change(child), state));
      }
      referencedColumns(state, draft, action);
    }
    const moved = effects.findLast((effect) => effect.kind === 'renamed');
    draft = state.find(draft.name) ?? (moved?.kind === 'renamed' ? state.find(moved.to) : undefined);
    if (draft === undefined) break;
  }
  return effects;
}

/** Actions on columns and constraints that change nothing but the table and its children. */
function columnChange(state: ReplayState, action: AlterAction, altered: Draft): ((draft: Draft) => Draft) | undefined {
  const place = state.place();
  switch (action.kind) {
    case 'add-column': {
      const { column, constraints } = action;
      // ADD COLUMN IF NOT EXISTS: the first declaration stands, in tables that inherit it too.
      if (altered.columns.has(column.name)) return (draft) => draft;
      const facts = columnFacts(column, state.at(column.span));
      return (draft) => {
        const old = draft.columns.get(column.name);
        // A child's own column is merged with the one that it now inherits.
        if (old !== undefined) return withColumn(draft, { ...old, nullable: old.nullable && facts.nullable });
        const added = moveColumn(withColumn(draft, facts), column.name, column.position);
        // Partitions get keys of their own; tables that merely inherit get checks alone.
        const whole = draft === altered || draft.partitionOf !== undefined;
        const wanted = whole ? constraints : constraints.filter(({ kind }) => kind === 'check');
        return wanted.reduce((next, one) => addConstraint(next, one, place), added);
      };
    }
    case 'drop-column':
      return (draft) => dropColumn(draft, action.column, state.naming === 'mysql');
    case 'rename-column':
      return (draft) => renameColumn(draft, action.from, action.to);
    case 'alter-type': {
      const { column, type, modifiers } = action;
      return (draft) => changeColumn(draft, column, (facts) => ({ ...facts, type, modifiers }));
    }
    case 'set-not-null':
    case 'drop-not-null': {
      const nullable = action.kind === 'drop-not-null';
      return (draft) => changeColumn(draft, action.column, (facts) => ({ ...facts, nullable }));
    }
    case 'set-default':
    case 'drop-default':
      return (draft) =>
        changeColumn(draft, action.column, ({ default: _, ...facts }) =>
          action.kind === 'set-default' && action.default !== undefined ? { ...facts, default: action.default } : facts,
        );
    case 'set-identity':
      return (draft) =>
        changeColumn(draft, action.column, ({ identity: _, ...facts }) =>
          action.identity === undefined ? facts : { ...facts, identity: action.identity },
        );
    case 'redefine-column': {
      const { column, definition } = action;
      const facts = columnFacts(definition, state.at(definition.span));
      return (draft) => {
        const old = columnNamed(draft, column);
        if (old === undefined) return draft;
        const renamed = renameColumn(draft, old.name, definition.name);
        return moveColumn(withColumn(renamed, facts, definition.name), definition.name, definition.position);
      };
    }
    default:
      return undefined;
  }
}

function tableChange(state: ReplayState, draft: Draft, action: AlterAction): readonly Effect[] {
  const place = state.place();
  switch (action.kind) {
    case 'add-constraint':
      state.put(resolvedReferences(addConstraint(draft, action.constraint, place), state));
      if (action.constraint.kind === 'primary') notNullBelow(state, draft);
      return [];
    case 'drop-constraint':
      state.put(action.primary === true ? withoutPrimaryKey(draft) : dropNamed(draft, action.name));
      if (state.naming === 'postgresql') dropDependent(state, draft, action.name);
      return [];
    case 'rename-constraint':
    case 'rename-index':
      state.put(renameNamed(draft, action.from, action.to));
      return [];
    case 'add-index':
      state.put(addIndex(draft, action.index, place));
      return [];
    case 'drop-index':
      state.put(dropNamed(draft, action.name));
      return [];
    case 'rename': {
      const to = action.to.parts;
      return renameTable(state, draft, to.length > 1 ? to : [...draft.name.slice(0, -1), ...to]);
    }
    case 'set-schema':
      return renameTable(state, draft, [action.schema, ...draft.name.slice(-1)]);
    case 'attach-partition':
    case 'detach-partition': {
      const child = state.find(action.partition.parts);
      if (child === undefined) return [{ kind: 'missed', name: action.partition.parts }];
      const { partitionOf: _, ...alone } = child;
      state.put(action.kind === 'attach-partition' ? { ...alone, partitionOf: draft.name } : alone);
      return [];
    }
    default:
      return [];
  }
}

/** NOT NULL of a primary key is inherited, the key itself is not. */
function notNullBelow(state: ReplayState, parent: Draft): void {
  const key = state.find(parent.name)?.primaryKey?.columns ?? [];
  for (const child of state.children(parent)) {
    const changed = key.reduce<Draft>(
      (next, column) =>
        column === undefined ? next : changeColumn(next, column, (one) => ({ ...one, nullable: false })),
      child,
    );
    state.put(changed);
  }
}

/** A foreign key rests on the very key that it refers to, and goes with it. */
function dropDependent(state: ReplayState, before: Draft, name: string): void {
  const dropped = [before.primaryKey, ...before.uniques].find((key) => key?.name === name);
  if (dropped === undefined) return;
  const key = tableKey(before.name);
  const same = (columns: readonly (string | undefined)[]): boolean => sameSet(columns, dropped.columns);
  const after = state.find(before.name);
  if ([after?.primaryKey, ...(after?.uniques ?? [])].some((other) => other && same(other.columns))) return;
  state.referrers(before.name, (other) =>
    dropForeignKeys(other, (foreign) => tableKey(foreign.table) === key && same(foreign.referenced)),
  );
}

const sameSet = (a: readonly (string | undefined)[], b: readonly (string | undefined)[]): boolean =>
  a.length === b.length && a.every((one) => b.includes(one));

function withoutPrimaryKey(draft: Draft): Draft {
  const { primaryKey: _, ...rest } = draft;
  return rest;
}

function columnEffects(draft: Draft, action: AlterAction): readonly Effect[] {
  const table = draft.name;
  switch (action.kind) {
    case 'rename-column':
      return [{ kind: 'column-renamed', table, from: action.from, to: action.to }];
    case 'redefine-column':
      return action.column === action.definition.name
        ? []
        : [{ kind: 'column-renamed', table, from: action.column, to: action.definition.name }];
    case 'drop-column':
      return [{ kind: 'column-dropped', table, column: action.column }];
    default:
      return [];
  }
}

/** Foreign keys of other tables follow a renamed column, and go with a dropped one. */
function referencedColumns(state: ReplayState, draft: Draft, action: AlterAction): void {
  const key = tableKey(draft.name);
  if (action.kind === 'drop-column') {
    state.referrers(draft.name, (other) =>
      dropForeignKeys(
        other,
        (foreign) => tableKey(foreign.table) === key && foreign.referenced.includes(action.column),
      ),
    );
  }
  if (action.kind !== 'rename-column' && action.kind !== 'redefine-column') return;
  const [from, to] =
    action.kind === 'rename-column' ? [action.from, action.to] : [action.column, action.definition.name];
  state.referrers(draft.name, (other) => ({
    ...other,
    foreignKeys: other.foreignKeys.map(({ written, ...foreign }) =>
      tableKey(foreign.table) === key
        ? { ...foreign, referenced: foreign.referenced.map((column) => (column === from ? to : column)) }
        : { ...foreign, ...(written && { written }) },
    ),
  }));
}
