/**
 * Replays DDL in order into a `Schema`: what stands at the end of all migrations.
 *
 * Pure: equal changes give equal schemas. A statement about something that was never created is passed over; the
 * `missed` effect says so. Spans of the changes are offsets in the statement's text, locations of the result offsets in
 * its file.
 */
import type { AlterEnum, CreateIndex, Ddl, DropObject, RenameObject } from '../query/ddl';
import { alterTable } from './alter';
import { addIndex } from './constraints';
import { createTable, createView } from './create';
import { type Draft, dropForeignKeys, dropNamed, renameNamed } from './draft';
import { type Schema, type Table, tableKey } from './model';
import type { Naming } from './names';
import { renameSchema, renameTable, renameType } from './rename';
import { type Effect, ReplayState } from './state';

export type { Effect } from './state';

export interface SchemaChange {
  readonly ddl: Ddl;
  readonly file: string;
  /** Where the statement's text begins in the file; 0 where spans are offsets in the file already. */
  readonly offset?: number;
}

/** `SET search_path`, `USE`: where unqualified names are made and looked up from here on. */
export interface PathChange {
  /** Undefined: the database's default. */
  readonly searchPath: readonly string[] | undefined;
}

export interface ReplayOptions {
  readonly start?: Schema;
  readonly naming?: Naming;
}

/** A replay that others follow step by step. */
export interface Replay {
  apply(change: SchemaChange | PathChange): readonly Effect[];
  /** The table as it is now, checks and enum types not yet resolved. */
  find(name: readonly string[]): Table | undefined;
  children(table: Table): readonly Table[];
  /** All tables as they are now; cheap, unlike `schema`. */
  tables(): readonly Table[];
  schema(): Schema;
}

export function replay(changes: Iterable<SchemaChange | PathChange>, options: ReplayOptions = {}): Schema {
  const running = startReplay(options);
  for (const change of changes) running.apply(change);
  return running.schema();
}

export function startReplay(options: ReplayOptions = {}): Replay {
  const state = new ReplayState(options.naming ?? 'postgresql', options.start);
  return {
    apply(change) {
      if ('searchPath' in change) {
        state.path = change.searchPath;
        return [];
      }
      state.moveTo({ file: change.file, offset: change.offset ?? 0 });
      return applyDdl(state, change.ddl);
    },
    find: (name) => state.find(name),
    children: (table) => {
      const draft = state.find(table.name);
      return draft === undefined ? [] : state.children(draft);
    },
    tables: () => [...state.tables.values()],
    schema: () => state.schema(),
  };
}

function applyDdl(state: ReplayState, ddl: Ddl): readonly Effect[] {
  switch (ddl.kind) {
    case 'create-table':
      return createTable(state, ddl);
    case 'alter-table':
      return alterTable(state, ddl);
    case 'create-view':
      return createView(state, ddl);
    case 'create-index':
      return createIndex(state, ddl);
    case 'create-type':
      if (ddl.values !== undefined) state.enums.set(tableKey(state.created(ddl.name.parts)), ddl.values);
      return [];
    case 'alter-enum':
      alterEnum(state, ddl);
      return [];
    case 'create-trigger': {
      const draft = state.find(ddl.table.parts);
      if (draft === undefined) return [{ kind: 'missed', name: ddl.table.parts }];
      state.put({ ...draft, triggers: [...draft.triggers, { name: ddl.name, at: state.at(ddl.span) }] });
      return [];
    }
    case 'rename-object':
      return renameObjects(state, ddl);
    case 'drop':
      return drop(state, ddl);
    case 'other-ddl':
      return [];
  }
}

function createIndex(state: ReplayState, ddl: CreateIndex): readonly Effect[] {
  const draft = state.find(ddl.table.parts);
  if (draft === undefined) return [{ kind: 'missed', name: ddl.table.parts }];
  state.put(addIndex(draft, ddl, state.place()));
  return [];
}

function alterEnum(state: ReplayState, { name, action }: AlterEnum): void {
  const key = state.enumKey(name.parts);
  const values = state.enums.get(key);
  if (values === undefined) return;
  if (action.kind === 'rename') {
    const { from, to } = action;
    state.enums.set(
      key,
      values.map((value) => (value === from ? to : value)),
    );
    return;
  }
  if (values.includes(action.value)) return;
  const { before, after } = action;
  const neighbour = values.indexOf(before ?? after ?? '');
  const at = neighbour < 0 ? values.length : before === undefined ? neighbour + 1 : neighbour;
  state.enums.set(key, values.toSpliced(at, 0, action.value));
}

function renameObjects(state: ReplayState, { object, pairs }: RenameObject): readonly Effect[] {
  return pairs.flatMap(({ from, to }): readonly Effect[] => {
    switch (object) {
      case 'table':
      case 'view': {
        const draft = state.find(from.parts);
        if (draft === undefined) return [{ kind: 'missed', name: from.parts }];
        return renameTable(state, draft, to.parts.length > 1 ? to.parts : [...draft.name.slice(0, -1), ...to.parts]);
      }
      case 'schema':
        return renameSchema(state, from.parts.at(-1) ?? '', to.parts.at(-1) ?? '');
      case 'type':
        renameType(state, from.parts, to.parts);
        return [];
      case 'index':
        everyTable(state, (draft) => renameNamed(draft, from.parts.at(-1) ?? '', to.parts.at(-1) ?? ''));
        return [];
      default:
        return [];
    }
  });
}

function drop(state: ReplayState, ddl: DropObject): readonly Effect[] {
  return ddl.names.flatMap((name): readonly Effect[] => {
    const last = name.parts.at(-1) ?? '';
    switch (ddl.object) {
      case 'table':
      case 'view': {
        const draft = state.find(name.parts);
        return draft === undefined ? [] : dropTable(state, draft);
      }
      case 'schema':
        for (const key of [...state.enums.keys()]) if (key.startsWith(`${last}.`)) state.enums.delete(key);
        return [...state.tables.values()]
          .filter((draft) => draft.name.length > 1 && draft.name[0] === last)
          .flatMap((draft) => dropTable(state, draft));
      case 'type':
        state.enums.delete(state.enumKey(name.parts));
        return [];
      case 'index': {
        const owner = ddl.table === undefined ? undefined : state.find(ddl.table.parts);
        if (owner !== undefined) state.put(dropNamed(owner, last));
        else everyTable(state, (draft) => (inSchema(draft, name.parts) ? withoutIndex(draft, last) : draft));
        return [];
      }
      case 'trigger': {
        const owner = ddl.table === undefined ? undefined : state.find(ddl.table.parts);
        const without = (draft: Draft): Draft => ({
          ...draft,
          triggers: draft.triggers.filter((trigger) => trigger.name !== last),
        });
        if (owner !== undefined) state.put(without(owner));
        else everyTable(state, (draft) => (draft.triggers.some((one) => one.name === last) ? without(draft) : draft));
        return [];
      }
      default:
        return [];
    }
  });
}

function dropTable(state: ReplayState, draft: Draft): readonly Effect[] {
  // Without CASCADE a database refuses to drop what others rest on: a drop that stands in a migration took them along.
  const gone = [draft, ...state.children(draft)];
  for (const one of gone) {
    const key = tableKey(one.name);
    state.tables.delete(key);
    state.referrers(one.name, (other) => dropForeignKeys(other, (foreign) => tableKey(foreign.table) === key));
  }
  return gone.map(({ name }) => ({ kind: 'dropped', table: name }));
}

/** DROP INDEX does not reach the index of a constraint. */
const withoutIndex = (draft: Draft, name: string): Draft =>
  draft.indexes.some((index) => index.name === name)
    ? { ...draft, indexes: draft.indexes.filter((index) => index.name !== name) }
    : draft;

const inSchema = (draft: Draft, index: readonly string[]): boolean =>
  index.length < 2 || (draft.name.length > 1 ? draft.name[0] === index[0] : index[0] === 'public');

function everyTable(state: ReplayState, change: (draft: Draft) => Draft): void {
  for (const [key, draft] of state.tables) state.tables.set(key, change(draft));
}
