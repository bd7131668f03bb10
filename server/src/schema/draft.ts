/** A table while its DDL is replayed: the public facts, and the checks that they are derived from at the end. */

import type { ColumnDef } from '../query/ddl';
import { own } from '../text/own';
import type { Location } from '../text/span';
import type { CheckFacts } from './checks';
import { emptyTable } from './emptyTable';
import type { ColumnFacts, ForeignKey, Table, UniqueKey } from './model';

export interface Draft extends Table {
  readonly checks: readonly CheckFacts[];
}

export const emptyDraft = (name: readonly string[], kind: Table['kind'], at: Location): Draft => ({
  ...emptyTable(name, kind, at),
  checks: [],
  columnsComplete: true,
});

const serials: Readonly<Record<string, string>> = {
  smallserial: 'smallint',
  serial2: 'smallint',
  serial: 'integer',
  serial4: 'integer',
  bigserial: 'bigint',
  serial8: 'bigint',
};

export function columnFacts(definition: ColumnDef, at: Location): ColumnFacts {
  const serial = own(serials, definition.type);
  const identity = definition.identity ?? (serial === undefined ? undefined : 'serial');
  return {
    name: definition.name,
    type: serial ?? definition.type,
    modifiers: definition.modifiers,
    nullable: !definition.notNull && identity !== 'serial' && identity !== 'identity',
    ...(identity !== undefined && { identity }),
    ...(definition.default !== undefined && { default: definition.default }),
    ...(definition.generated !== undefined && { generated: true }),
    at,
  };
}

export function withColumn(draft: Draft, column: ColumnFacts, replaces = column.name): Draft {
  const columns = new Map<string, ColumnFacts>();
  for (const [name, old] of draft.columns) {
    if (name === replaces) columns.set(column.name, column);
    else columns.set(name, old);
  }
  if (!columns.has(column.name)) columns.set(column.name, column);
  return { ...draft, columns };
}

/** INSERT without a column list goes by this order. */
export function moveColumn(draft: Draft, name: string, position: ColumnDef['position']): Draft {
  const column = draft.columns.get(name);
  if (position === undefined || column === undefined) return draft;
  const others = [...draft.columns].filter(([other]) => other !== name);
  const after = position.after === undefined ? undefined : columnNamed(draft, position.after)?.name;
  const at = others.findIndex(([other]) => other === after) + 1;
  return { ...draft, columns: new Map(others.toSpliced(at, 0, [name, column])) };
}

export function changeColumn(draft: Draft, name: string, change: (column: ColumnFacts) => ColumnFacts): Draft {
  const column = columnNamed(draft, name);
  return column === undefined ? draft : withColumn(draft, change(column), column.name);
}

/** MySQL's column names ignore case; PostgreSQL's are already folded. */
export function columnNamed(draft: Draft, name: string): ColumnFacts | undefined {
  const exact = draft.columns.get(name);
  if (exact !== undefined) return exact;
  const folded = name.toLowerCase();
  return [...draft.columns.values()].find((column) => column.name.toLowerCase() === folded);
}

/** Keys, indexes and checks go on meaning the column under its new name. */
export function renameColumn(draft: Draft, from: string, to: string): Draft {
  const column = columnNamed(draft, from);
  if (column === undefined) return draft;
  const rename = (name: string): string => (name === column.name ? to : name);
  const key = <K extends UniqueKey>({ written: _, ...unique }: K): Omit<K, 'written'> => ({
    ...unique,
    columns: unique.columns.map((part) => (part === undefined ? part : rename(part))),
  });
  return {
    ...withColumn(draft, { ...column, name: to }, column.name),
    ...(draft.primaryKey !== undefined && { primaryKey: key(draft.primaryKey) }),
    uniques: draft.uniques.map(key),
    indexes: draft.indexes.map(key),
    foreignKeys: draft.foreignKeys.map(({ written: _, ...foreign }) => ({
      ...foreign,
      columns: foreign.columns.map(rename),
    })),
    exclusions: draft.exclusions.map((exclusion) => ({
      ...exclusion,
      parts: exclusion.parts.map((part) =>
        part.column === undefined ? part : { ...part, column: rename(part.column) },
      ),
    })),
    checks: draft.checks.map((check) => ({
      ...check,
      columns: check.columns.map((checked) => ({ ...checked, column: rename(checked.column) })),
      ...(check.someNotNull !== undefined && { someNotNull: check.someNotNull.map(rename) }),
    })),
    ...(draft.partitionBy !== undefined && {
      partitionBy: { ...draft.partitionBy, columns: draft.partitionBy.columns.map(rename) },
    }),
  };
}

/** `keepKeys`: MySQL takes the column out of its indexes, PostgreSQL drops every constraint and index that has it. */
export function dropColumn(draft: Draft, name: string, keepKeys: boolean): Draft {
  const column = columnNamed(draft, name);
  if (column === undefined) return draft;
  const columns = new Map(draft.columns);
  columns.delete(column.name);
  const left = <K extends UniqueKey>(keys: readonly K[]): K[] =>
    keys
      .filter((key) => keepKeys || !key.columns.includes(column.name))
      .map((key) => ({ ...key, columns: key.columns.filter((part) => part !== column.name) }))
      .filter((key) => key.columns.length > 0);
  const [primaryKey] = left(draft.primaryKey === undefined ? [] : [draft.primaryKey]);
  const { primaryKey: _, ...rest } = draft;
  return {
    ...rest,
    columns,
    ...(primaryKey !== undefined && { primaryKey }),
    uniques: left(draft.uniques),
    indexes: left(draft.indexes),
    foreignKeys: draft.foreignKeys.filter((foreign) => !foreign.columns.includes(column.name)),
    exclusions: draft.exclusions.filter((one) => !one.parts.some((part) => part.column === column.name)),
    checks: draft.checks.filter(
      (check) =>
        !check.columns.some((checked) => checked.column === column.name) && !check.someNotNull?.includes(column.name),
    ),
  };
}

/** Every name that a constraint or index of the table has. */
export function takenNames(draft: Draft): ReadonlySet<string> {
  const named: readonly { readonly name?: string }[] = [
    ...(draft.primaryKey === undefined ? [] : [draft.primaryKey]),
    ...draft.uniques,
    ...draft.indexes,
    ...draft.foreignKeys,
    ...draft.exclusions,
    ...draft.checks,
  ];
  return new Set(named.flatMap(({ name }) => (name === undefined ? [] : [name])));
}

/** Removes the constraint or index of that name, whatever it is. */
export function dropNamed(draft: Draft, name: string): Draft {
  const other = (one: { readonly name?: string }): boolean => one.name !== name;
  const { primaryKey, ...rest } = draft;
  return {
    ...rest,
    ...(primaryKey !== undefined && primaryKey.name !== name && { primaryKey }),
    uniques: draft.uniques.filter(other),
    indexes: draft.indexes.filter(other),
    foreignKeys: draft.foreignKeys.filter(other),
    exclusions: draft.exclusions.filter(other),
    checks: draft.checks.filter(other),
  };
}

export function renameNamed(draft: Draft, from: string, to: string): Draft {
  const rename = <N extends { readonly name?: string }>(one: N): N => (one.name === from ? { ...one, name: to } : one);
  return {
    ...draft,
    ...(draft.primaryKey !== undefined && { primaryKey: rename(draft.primaryKey) }),
    uniques: draft.uniques.map(rename),
    indexes: draft.indexes.map(rename),
    foreignKeys: draft.foreignKeys.map(rename),
    exclusions: draft.exclusions.map(rename),
    checks: draft.checks.map(rename),
  };
}

export const dropForeignKeys = (draft: Draft, dropped: (foreign: ForeignKey) => boolean): Draft =>
  draft.foreignKeys.some(dropped)
    ? { ...draft, foreignKeys: draft.foreignKeys.filter((foreign) => !dropped(foreign)) }
    : draft;

const booleans = { values: ['true', 'false'], by: 'boolean' } as const;

/** The public table: allowed values and NOT NULL follow from the checks and enum types that stand at the end. */
export function finished(draft: Draft, enumValues: (type: string) => readonly string[] | undefined): Table {
  const { checks, someNotNull: _, ...table } = draft;
  const columns = new Map<string, ColumnFacts>();
  for (const [name, column] of draft.columns) {
    const byCheck = checks
      .flatMap((check) => check.columns.map((facts) => ({ ...facts, constraint: check.name })))
      .filter((facts) => facts.column === name);
    const listed = byCheck.find((facts) => facts.values !== undefined);
    const values = column.type === 'enum' ? column.modifiers : enumValues(column.type);
    const allowed: ColumnFacts['allowed'] =
      listed?.values !== undefined
        ? { values: listed.values, by: 'check', constraint: listed.constraint }
        : values !== undefined
          ? { values, by: 'enum' }
          : column.type === 'boolean'
            ? booleans
            : column.allowed;
    const notNull = byCheck.some((facts) => facts.notNull) || draft.primaryKey?.columns.includes(name);
    columns.set(name, {
      ...column,
      nullable: column.nullable && !notNull,
      ...(allowed !== undefined && { allowed }),
    });
  }
  const someNotNull = checks.flatMap((check) => (check.someNotNull === undefined ? [] : [check.someNotNull]));
  return { ...table, columns, ...(someNotNull.length > 0 && { someNotNull }) };
}

/** Values that a check lists are derived anew from the check, so that dropping it forgets them. */
export function drafted(table: Table): Draft {
  const checks: CheckFacts[] = [];
  const columns = new Map<string, ColumnFacts>();
  for (const [name, { allowed, ...column }] of table.columns) {
    if (allowed?.by === 'check') {
      checks.push({ name: allowed.constraint, columns: [{ column: name, values: allowed.values }] });
    }
    columns.set(name, allowed?.by === 'enum' ? { ...column, allowed } : column);
  }
  for (const some of table.someNotNull ?? []) checks.push({ columns: [], someNotNull: some });
  return { ...table, columns, checks };
}
