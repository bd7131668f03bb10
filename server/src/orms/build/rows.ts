/** Host objects as rows of one table. */
import type { Entry, ObjectShape, Ref, Shape } from '../../flow/flow';
import type { Assignment, Expr, Insert, InsertColumn, OpaqueFrom, TableRef } from '../../query/model';
import type { Span } from '../../text/span';
import type { Build } from './build';
import { choice, opaque, param } from './expr';
import type { Model } from './model';
import { insert } from './statements';
import { isNothing, isUndefined, valueExpr } from './value';

export interface Cell {
  readonly column: string;
  readonly span: Span;
  readonly value: Expr;
}

export interface HostRow {
  readonly cells: readonly Cell[];
  /** Further columns may come from elsewhere. */
  readonly open: boolean;
  /** Stands for any number of rows. */
  readonly many?: boolean;
}

/** What one property gives to the row: nothing where it is no column of it. */
export type Placed = (build: Build, entry: Entry) => readonly Cell[];

export const unset = (span: Span): Expr => ({ kind: 'call', name: 'default', args: [], span });

/** A column's value; alternatives that all are values are one value that is known when the statement runs. */
export const cellOf = (build: Build, column: string, span: Span, ref: Ref): readonly Cell[] =>
  build.flow.shapes(ref).every(isUndefined) ? [] : [{ column, span, value: valueExpr(build, ref) }];

export const rowOf = (build: Build, entries: readonly Entry[], open: boolean, place: Placed): HostRow => {
  const cells = new Map<string, Cell>();
  let more = open;
  for (const entry of entries) {
    const key = entry.key ?? build.keyOf?.(entry);
    if (key === undefined) {
      more = true;
      continue;
    }
    for (const cell of place(build, { ...entry, key })) {
      const before = cells.get(cell.column);
      const value =
        entry.when.length === 0 || (before !== undefined && isValue(before.value) && isValue(cell.value))
          ? cell.value
          : choice(
              [cell.value, ...(before ? [before.value] : isInAll(entries, key) ? [] : [unset(cell.span)])],
              cell.span,
            );
      cells.set(cell.column, { ...cell, value });
    }
  }
  return { cells: [...cells.values()], open: more, ...(build.many ? { many: true } : {}) };
};

/** Every way through one branch gives the key a value: `{ ...(c ? { key: 1 } : { key: 2 }) }`. */
export const isInAll = (entries: readonly Entry[], key: string): boolean =>
  coverAll(entries.flatMap((entry) => (entry.key === key ? [entry.when] : [])));

const coverAll = (ways: readonly Entry['when'][]): boolean =>
  ways.some(([first]) => {
    if (first === undefined) return true;
    const { branch, of = 0 } = first;
    const own = ways.filter(([one]) => one?.branch === branch);
    const inArm = (arm: number): readonly Entry['when'][] =>
      own.flatMap(([one, ...rest]) => (one?.arm === arm ? [rest] : []));
    return of > 0 && Array.from({ length: of }, (_, arm) => inArm(arm)).every(coverAll);
  });

const isValue = (expr: Expr): boolean => expr.kind === 'param' || (expr.kind === 'const' && expr.value !== null);

/** How a value that is no plain object becomes a row: an entity that was made in place, for instance. */
export type Unpacked = (
  build: Build,
  shape: Shape,
) => { readonly entries: readonly Entry[]; readonly open: boolean } | undefined;

/** Undefined stands for rows that are not known. */
export const rowsOf = (
  build: Build,
  ref: Ref,
  place: Placed,
  unpacked: Unpacked = () => undefined,
): readonly (HostRow | undefined)[] =>
  build.flow.shapes(ref).flatMap((shape): readonly (HostRow | undefined)[] => {
    if (isNothing(shape)) return [];
    if (shape.kind === 'object') return [rowOf(build, shape.entries, shape.open, place)];
    if (shape.kind === 'list') {
      const items = shape.items.flatMap(({ value, many }) =>
        rowsOf(many ? { ...build, many } : build, value, place, unpacked),
      );
      return shape.open ? [...items, undefined] : items;
    }
    const made = unpacked(build, shape);
    return [made === undefined ? undefined : rowOf(build, made.entries, made.open, place)];
  });

export interface Supplied {
  readonly name: string;
  readonly columns: readonly string[];
}

/** The columns of a model that the library supplies where a row lacks them. */
export const suppliedBy = (model: Model | undefined): Supplied | undefined => {
  const columns = [...(model?.fields.values() ?? [])].flatMap((field) => (field.supplied ? [field.column] : []));
  return model === undefined || columns.length === 0 ? undefined : { name: model.name, columns };
};

/** The cells with those that are supplied, whose values are like no others. `nth` of the call's rows. */
export const withSupplied = (
  cells: readonly Cell[],
  from: Supplied | undefined,
  { nth, span, many }: { readonly nth: number; readonly span: Span; readonly many: boolean },
): readonly Cell[] => {
  if (from === undefined) return cells;
  const { name, columns } = from;
  // What is said of the columns stands where they are written: these stand nowhere.
  const at = cells[0]?.span ?? span;
  const id = nth === 0 ? '' : `[${nth}]`;
  const supplied = (column: string): Expr => param(`new ${name}${id}.${column}@${span.start}`, at, many);
  const given = new Set(cells.map(({ column }) => column));
  return [
    ...cells.map((cell) =>
      columns.includes(cell.column) ? { ...cell, value: orElse(cell.value, supplied(cell.column)) } : cell,
    ),
    ...columns.filter((column) => !given.has(column)).map((column) => ({ column, span: at, value: supplied(column) })),
  ];
};

/** The value, `otherwise` in the place of a default: one value that is known when the statement runs. */
const orElse = (value: Expr, otherwise: Expr): Expr => {
  if (value.kind === 'call' && value.name === 'default') return otherwise;
  if (value.kind !== 'choice') return value;
  const options = value.options.map((option) => orElse(option, otherwise));
  return options.every(isValue) ? otherwise : { ...value, options };
};

export const insertRows = (
  build: Build,
  table: TableRef | OpaqueFrom,
  rows: readonly (HostRow | undefined)[],
  ref: Ref | undefined,
  span: Span,
  supplied?: Supplied,
): Insert => {
  const known = rows.flatMap((row, i) => {
    if (row === undefined) return [];
    const own = { nth: i, span, many: row.many === true };
    return [{ ...row, cells: withSupplied(row.cells, supplied, own) }];
  });
  if (known.length < rows.length || (rows.length === 0 && ref !== undefined)) {
    const text = ref === undefined ? 'rows' : build.flow.print(ref);
    build.notes.add(`rows ${text}`);
    return insert(
      table,
      opaque(`the rows ${text} come from elsewhere`, span) as Extract<Insert['source'], { kind: 'opaque' }>,
      span,
    );
  }
  const columns = new Map<string, InsertColumn>();
  for (const { cells } of known)
    for (const { column, span: at } of cells) if (!columns.has(column)) columns.set(column, { name: column, span: at });
  const values = known.map(({ cells, open }) =>
    [...columns.keys()].map(
      (name): Expr =>
        cells.find((cell) => cell.column === name)?.value ??
        (open ? opaque('the row is put together elsewhere', span) : unset(span)),
    ),
  );
  const open = known.some((row) => row.open);
  const source: Insert['source'] =
    columns.size === 0 && !open ? 'default' : { kind: 'values', rows: values, orderBy: [], span };
  return insert(table, source, span, { columns: [...columns.values()], ...(open ? { openColumns: true } : {}) });
};

export const assignmentsOf = (
  rows: readonly (HostRow | undefined)[],
): { readonly set: readonly Assignment[]; readonly openSet?: boolean } => ({
  set: rows.flatMap((row) =>
    (row?.cells ?? []).map(({ column, span, value }): Assignment => ({ column, qualifier: [], value, span })),
  ),
  ...(rows.some((row) => row === undefined || row.open) ? { openSet: true } : {}),
});

export const entriesOf = (shape: ObjectShape, key: string): readonly Entry[] =>
  shape.entries.filter((entry) => entry.key === key);
