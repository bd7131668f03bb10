/** Constraints and indexes, as written, on to a table; those without a name get the one that the database gives. */
import type { ConstraintDef, CreateIndex, IndexPart } from '../query/ddl';
import type { Location, Span } from '../text/span';
import { columnsIn, readCheck } from './checks';
import { changeColumn, columnNamed, type Draft, takenNames } from './draft';
import type { Places } from './model';
import { implicitName, type NamedThing, type Naming } from './names';

export interface Place {
  readonly naming: Naming;
  readonly at: (span: Span) => Location;
  /** Is there an index of that name on another table of the schema? PostgreSQL's indexes share one space of names. */
  readonly indexed: (draft: Draft, name: string) => boolean;
}

export function addConstraint(draft: Draft, constraint: ConstraintDef, place: Place): Draft {
  const at = place.at(constraint.span);
  const named = (thing: NamedThing, columns: readonly (string | undefined)[]): string =>
    constraint.name ?? nameFor(draft, thing, columns, place);
  switch (constraint.kind) {
    case 'primary':
    case 'unique': {
      const { key, rest } = keyOf(draft, constraint);
      // MySQL calls every primary key PRIMARY, whatever the statement says.
      const name = constraint.kind === 'primary' && place.naming === 'mysql' ? 'PRIMARY' : named(constraint.kind, key);
      const unique = { name, columns: key, ...writtenAt(constraint.written, place), at };
      if (constraint.kind === 'unique') return { ...rest, uniques: [...rest.uniques, unique] };
      return key.reduce<Draft>(
        (changed, column) =>
          column === undefined ? changed : changeColumn(changed, column, (facts) => ({ ...facts, nullable: false })),
        { ...rest, primaryKey: unique },
      );
    }
    case 'foreign': {
      const foreign = {
        name: named('foreign', constraint.columns),
        columns: constraint.columns,
        table: constraint.references.parts,
        referenced: constraint.referenced,
        ...(constraint.onDelete !== undefined && { onDelete: constraint.onDelete }),
        ...(constraint.onUpdate !== undefined && { onUpdate: constraint.onUpdate }),
        ...(constraint.sets !== undefined && { sets: constraint.sets }),
        ...writtenAt(constraint.written, place),
        at,
      };
      return { ...draft, foreignKeys: [...draft.foreignKeys, foreign] };
    }
    case 'check': {
      const columns = columnsIn(constraint.expr);
      const name = named('check', columns.length === 1 ? columns : []);
      return { ...draft, checks: [...draft.checks, readCheck(constraint.expr, name)] };
    }
    case 'exclude': {
      const parts = constraint.columns.map(({ column, operator }) => ({ column, operator }));
      const name = named('exclude', keyParts(draft, constraint.columns));
      return { ...draft, exclusions: [...draft.exclusions, { name, parts, at }] };
    }
  }
}

export function addIndex(draft: Draft, index: CreateIndex, place: Place): Draft {
  const columns = keyParts(draft, index.columns);
  const name = index.name ?? nameFor(draft, 'index', index.columns.map(partName), place);
  if (takenNames(draft).has(name)) return draft;
  const facts = {
    name,
    columns,
    unique: index.unique,
    ...(index.where !== undefined && { partial: true }),
    ...writtenAt(index.written, place),
    at: place.at(index.span),
  };
  return { ...draft, indexes: [...draft.indexes, facts] };
}

function writtenAt<W extends object>(written: W | undefined, { at }: Place): { readonly written?: Places<W> } {
  if (written === undefined) return {};
  const places = Object.entries(written).map(([what, span]: [string, Span]) => [what, at(span)] as const);
  return { written: Object.fromEntries(places) as Places<W> };
}

function nameFor(draft: Draft, thing: NamedThing, columns: readonly (string | undefined)[], place: Place): string {
  const own = takenNames(draft);
  const shared = place.naming === 'postgresql' && thing !== 'foreign' && thing !== 'check';
  const taken = (name: string): boolean => own.has(name) || (shared && place.indexed(draft, name));
  return implicitName(thing, draft.name.at(-1) ?? '', columns, taken, place.naming);
}

/** ADD CONSTRAINT … USING INDEX turns an index into the constraint. */
function keyOf(
  draft: Draft,
  constraint: Extract<ConstraintDef, { kind: 'primary' | 'unique' }>,
): { readonly key: readonly (string | undefined)[]; readonly rest: Draft } {
  const index = draft.indexes.find(({ name }) => name !== undefined && name === constraint.usingIndex);
  if (index === undefined) return { key: keyParts(draft, constraint.columns), rest: draft };
  return { key: index.columns, rest: { ...draft, indexes: draft.indexes.filter((other) => other !== index) } };
}

/** An expression part is called by its function. */
const partName = ({ column, expr }: IndexPart): string | undefined =>
  column ?? (expr?.kind === 'call' ? expr.name : undefined);

const keyParts = (draft: Draft, parts: readonly IndexPart[]): readonly (string | undefined)[] =>
  parts.map(({ column }) => (column === undefined ? undefined : (columnNamed(draft, column)?.name ?? column)));
