/** CREATE TABLE and CREATE VIEW. */
import type { ConstraintDef, CreateTable, CreateView } from '../query/ddl';
import type { Query, Select } from '../query/model';
import { cover } from '../text/span';
import { addConstraint, addIndex } from './constraints';
import { columnFacts, type Draft, emptyDraft, withColumn } from './draft';
import { type ColumnFacts, tableKey } from './model';
import type { Effect, ReplayState } from './state';

export function createTable(state: ReplayState, ddl: CreateTable): readonly Effect[] {
  const existing = state.find(ddl.name.parts);
  // A scratch table stands beside the lasting one of the same name, which is what other statements mean.
  if (existing !== undefined && (ddl.ifNotExists || (ddl.temporary && existing.temporary !== true))) return [];
  const place = state.place();
  const name = state.created(ddl.name.parts);
  let draft: Draft = emptyDraft(name, 'table', state.at(ddl.name.span));
  if (ddl.temporary) draft = { ...draft, temporary: true };
  const parents = ddl.partitionOf === undefined ? ddl.inherits : [ddl.partitionOf, ...ddl.inherits];
  for (const parent of parents) draft = inherited(draft, state.find(parent.parts));
  if (ddl.partitionOf !== undefined) {
    draft = { ...draft, partitionOf: state.find(ddl.partitionOf.parts)?.name ?? ddl.partitionOf.parts };
  }
  if (ddl.inherits.length > 0) {
    draft = { ...draft, inherits: ddl.inherits.map(({ parts }) => state.find(parts)?.name ?? parts) };
  }
  if (ddl.like !== undefined) draft = copied(draft, state.find(ddl.like.parts), ddl.likeIncluding ?? [], state);
  if (ddl.as !== undefined) draft = { ...draft, ...outputColumns(ddl.as, state, draft) };
  for (const column of ddl.columns) {
    const known = draft.columns.get(column.name);
    const facts = columnFacts(column, state.at(column.span));
    // Column lists of PARTITION OF and CREATE TABLE … AS name columns without saying their types.
    draft = withColumn(draft, known !== undefined && facts.type === '' ? { ...facts, type: known.type } : facts);
  }
  const listed = [...ddl.columns, ...ddl.constraints].map(({ span }) => span);
  if (ddl.as === undefined && listed.length > 0) draft = { ...draft, list: state.at(listed.reduce(cover)) };
  if (ddl.partitionBy !== undefined) {
    const { strategy, columns, partitions } = ddl.partitionBy;
    const plain = columns.flatMap(({ column }) => (column === undefined ? [] : [column]));
    draft = { ...draft, partitionBy: { strategy, columns: plain, ...(partitions !== undefined && { partitions }) } };
  }
  for (const constraint of withoutRepeats(ddl.constraints)) draft = addConstraint(draft, constraint, place);
  for (const index of ddl.indexes ?? []) draft = addIndex(draft, index, place);
  state.put(resolvedReferences(draft, state));
  return [{ kind: 'created', table: name }];
}

/** Equal keys of one statement (`id int PRIMARY KEY UNIQUE`) are one, under the name that either has. */
function withoutRepeats(constraints: readonly ConstraintDef[]): readonly ConstraintDef[] {
  const kept: ConstraintDef[] = [];
  const keys = new Map<string, number>();
  const first = constraints.filter(({ kind }) => kind === 'primary');
  for (const constraint of [...first, ...constraints.filter(({ kind }) => kind !== 'primary')]) {
    const plain = constraint.kind === 'primary' || constraint.kind === 'unique' ? constraint.columns : [];
    const key = plain.every(({ column }) => column !== undefined) ? plain.map(({ column }) => column).join('\n') : '';
    const at = keys.get(key);
    const before = at === undefined ? undefined : kept[at];
    if (key === '' || at === undefined || before === undefined) {
      keys.set(key, kept.push(constraint) - 1);
      continue;
    }
    if (before.name === undefined && constraint.name !== undefined) kept[at] = { ...before, name: constraint.name };
  }
  return kept;
}

export function createView(state: ReplayState, ddl: CreateView): readonly Effect[] {
  const name = state.created(ddl.name.parts);
  let draft = emptyDraft(name, ddl.materialized ? 'materialized-view' : 'view', state.at(ddl.name.span));
  if (ddl.query === undefined) draft = { ...draft, columnsComplete: false };
  else draft = { ...draft, ...outputColumns(ddl.query, state, draft, ddl.columns), definition: ddl.query };
  state.put(draft);
  return [{ kind: 'created', table: name }];
}

/** Foreign keys name table and columns as the schema does, so that later renames and drops find them. */
export const resolvedReferences = (draft: Draft, state: ReplayState): Draft => ({
  ...draft,
  foreignKeys: draft.foreignKeys.map((foreign) => {
    const found = state.find(foreign.table) ?? (tableKey(foreign.table) === tableKey(draft.name) ? draft : undefined);
    if (found === undefined) return foreign;
    const target = tableKey(found.name) === tableKey(draft.name) ? draft : found;
    const key = target.primaryKey?.columns.filter((column) => column !== undefined) ?? [];
    return { ...foreign, table: target.name, referenced: foreign.referenced.length > 0 ? foreign.referenced : key };
  }),
});

function inherited(draft: Draft, parent: Draft | undefined): Draft {
  if (parent === undefined) return { ...draft, columnsComplete: false };
  const columns = new Map([...draft.columns, ...parent.columns]);
  return {
    ...draft,
    columns,
    checks: [...draft.checks, ...parent.checks],
    columnsComplete: draft.columnsComplete && parent.columnsComplete,
  };
}

/** PostgreSQL's LIKE copies columns and NOT NULL, the rest on demand; MySQL's copies all but foreign keys. */
function copied(draft: Draft, source: Draft | undefined, including: readonly string[], state: ReplayState): Draft {
  if (source === undefined) return { ...draft, columnsComplete: false };
  const all = state.naming === 'mysql' || including.includes('all');
  const has = (word: string): boolean => all || including.includes(word);
  const columns = new Map(draft.columns);
  for (const column of source.columns.values()) columns.set(column.name, copiedColumn(column, has));
  const copy: Draft = {
    ...draft,
    columns,
    columnsComplete: draft.columnsComplete && source.columnsComplete,
    ...(has('constraints') && { checks: source.checks }),
  };
  if (!has('indexes')) return copy;
  if (state.naming === 'mysql') {
    const { primaryKey, uniques, indexes } = source;
    return { ...copy, ...(primaryKey !== undefined && { primaryKey }), uniques, indexes };
  }
  const place = { ...state.place(), at: () => draft.at };
  const key = (unique: { readonly columns: readonly (string | undefined)[] }) =>
    unique.columns.map((column) => (column === undefined ? {} : { column }));
  const span = { start: 0, end: 0 };
  let result = copy;
  if (source.primaryKey !== undefined) {
    result = addConstraint(result, { kind: 'primary', columns: key(source.primaryKey), span }, place);
  }
  for (const unique of source.uniques) {
    result = addConstraint(result, { kind: 'unique', columns: key(unique), span }, place);
  }
  for (const index of source.indexes) {
    const name = { parts: draft.name, span };
    const definition = { kind: 'create-index', table: name, unique: index.unique, columns: key(index), span } as const;
    result = addIndex(result, definition, place);
  }
  return result;
}

function copiedColumn(column: ColumnFacts, has: (word: string) => boolean): ColumnFacts {
  const { identity, default: standard, generated, ...rest } = column;
  return {
    ...rest,
    ...(identity !== undefined && has('identity') && { identity }),
    ...(standard !== undefined && has('defaults') && { default: standard }),
    ...(generated !== undefined && has('generated') && { generated }),
  };
}

/** The columns that a query gives, by name; types where they are plain columns of known tables. */
function outputColumns(
  query: Query,
  state: ReplayState,
  draft: Draft,
  names: readonly string[] = [],
): Pick<Draft, 'columns' | 'columnsComplete'> {
  let first = query;
  while (first.kind === 'set-operation') first = first.left;
  if (first.kind !== 'select') return { columns: new Map(), columnsComplete: false };
  const select = first;
  const found = select.items.flatMap((item) => selected(item, select, state));
  const columns = new Map<string, ColumnFacts>();
  found.forEach((column, index) => {
    const name = names[index] ?? column?.name;
    if (name === undefined) return;
    const facts = { name, type: column?.type ?? '', modifiers: column?.modifiers ?? [], nullable: true, at: draft.at };
    columns.set(name, facts);
  });
  return { columns, columnsComplete: columns.size === found.length && found.length > 0 };
}

/** `undefined` stands for a column whose name is not known, or for several. */
function selected(
  item: Select['items'][number],
  select: Select,
  state: ReplayState,
): readonly (ColumnLike | undefined)[] {
  const { expr, alias } = item;
  if (expr.kind === 'star') {
    const tables = sources(select, state).filter((one) => matches(one, expr.qualifier));
    if (tables.length === 0 || tables.some(({ draft }) => draft?.columnsComplete !== true)) return [undefined];
    return tables.flatMap(({ draft }) => [...(draft?.columns.values() ?? [])]);
  }
  if (expr.kind !== 'column') return [alias === undefined ? undefined : { name: alias, type: '', modifiers: [] }];
  const owner = sources(select, state).find((one) => matches(one, expr.qualifier) && one.draft?.columns.has(expr.name));
  const facts = owner?.draft?.columns.get(expr.name);
  return [{ name: alias ?? expr.name, type: facts?.type ?? '', modifiers: facts?.modifiers ?? [] }];
}

type ColumnLike = Pick<ColumnFacts, 'name' | 'type' | 'modifiers'>;

interface Source {
  readonly alias: string;
  readonly draft: Draft | undefined;
}

const matches = (source: Source, qualifier: readonly string[]): boolean =>
  qualifier.length === 0 || source.alias === qualifier.at(-1);

function sources(select: Select, state: ReplayState): readonly Source[] {
  const visit = (from: Select['from'][number]): readonly Source[] => {
    switch (from.kind) {
      case 'table':
        return [{ alias: from.alias ?? from.name.parts.at(-1) ?? '', draft: state.find(from.name.parts) }];
      case 'join':
        return [...visit(from.left), ...visit(from.right)];
      default:
        return [{ alias: from.alias ?? '', draft: undefined }];
    }
  };
  return select.from.flatMap(visit);
}
