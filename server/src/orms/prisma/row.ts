/** `data` objects as rows: columns with their values, and what is written to related tables along with them. */
import type { Entry, ObjectShape, Ref, Shape } from '../../flow/flow';
import type { Assignment, Expr, InsertColumn } from '../../query/model';
import type { Span } from '../../text/span';
import { choice, param } from '../build/expr';
import type { Model, Relation } from '../build/model';
import { type Cell, isInAll, unset } from '../build/rows';
import { isNothing, isUndefined, valueExpr } from '../build/value';
import { type Context, keySpan, lastOf, shapesOf, targetOf } from './context';

/** A write to a related table: `posts: { create: … }`. */
export interface Nested {
  readonly relation: Relation;
  readonly target: Model;
  /** `create`, `connect`, `update` … */
  readonly what: string;
  readonly value: Ref;
  readonly span: Span;
}

export interface DataRow {
  readonly cells: readonly Cell[];
  readonly nested: readonly Nested[];
  /** Further columns may come from elsewhere. */
  readonly open: boolean;
}

export const rowOf = (c: Context, shape: ObjectShape, model: Model): DataRow => {
  const cells = new Map<string, Cell>();
  const nested: Nested[] = [];
  let open = shape.open;
  const put = (entry: Entry, column: string, value: Expr): void => {
    const span = keySpan(c, entry);
    const before = cells.get(column);
    const otherwise = before ? [before.value] : isInAll(shape.entries, entry.key ?? '') ? [] : [unset(span)];
    const either = entry.when.length > 0 ? choice([value, ...otherwise], span) : value;
    cells.set(column, { column, span, value: settled(either) });
  };
  for (const entry of shape.entries) {
    const { key, value } = entry;
    if (key === undefined) {
      open = true;
      continue;
    }
    const field = model.fields.get(key);
    const relation = model.relations.get(key);
    if (relation !== undefined) {
      const writes = nestedOf(c, relation, entry);
      nested.push(...writes);
      if (relation.owns) for (const [column, own] of connected(c, relation, writes)) put(entry, column, own);
    } else if (field !== undefined || !model.declared) {
      const shapes = c.flow.shapes(value);
      if (shapes.every(isUndefined)) continue;
      put(entry, field?.column ?? key, assigned(c, value, shapes));
    }
  }
  return { cells: [...cells.values()], nested, open };
};

/** Alternatives that all are values are one value that is known when the statement runs. */
const settled = (value: Expr): Expr => {
  if (value.kind !== 'choice') return value;
  const flat = value.options.flatMap((option) => (option.kind === 'choice' ? option.options : [option]));
  const [first] = flat;
  if (first?.kind === 'param' && flat.every((option) => option.kind === 'param' && option.id === first.id))
    return first;
  const plain = flat.every((option) => (option.kind === 'const' && option.value !== null) || option.kind === 'param');
  return plain
    ? param(
        flat.map((one) => (one.kind === 'param' ? one.id : String((one as { value?: unknown }).value))).join('|'),
        value.span,
      )
    : value;
};

/** `{ set: x }`, `{ increment: 1 }`, or the value itself. */
const assigned = (c: Context, ref: Ref, shapes: readonly Shape[]): Expr => {
  const [shape] = shapes;
  const set = shapes.length === 1 && shape?.kind === 'object' ? lastOf(shape, 'set') : undefined;
  return valueExpr(c, set?.value ?? ref);
};

const nestedOf = (c: Context, relation: Relation, entry: Entry): readonly Nested[] => {
  const target = targetOf(c, relation.target);
  return shapesOf(c, entry.value).flatMap((shape): readonly Nested[] => {
    if (shape.kind !== 'object') {
      if (!isNothing(shape)) c.notes.add(`nested write ${c.flow.print(shape.ref)}`);
      return [];
    }
    return shape.entries.flatMap((inner): readonly Nested[] => {
      const absent = inner.key === undefined || c.flow.shapes(inner.value).every(isNothing);
      return absent ? [] : [{ relation, target, what: inner.key ?? '', value: inner.value, span: keySpan(c, inner) }];
    });
  });
};

/** The foreign key of the row that `connect: { id }` or a nested `create` gives it. */
const connected = (c: Context, relation: Relation, writes: readonly Nested[]): readonly (readonly [string, Expr])[] =>
  writes.flatMap(({ what, value, target, span }) => {
    if (what === 'disconnect')
      return relation.on.map(({ own }) => [own, { kind: 'const', type: 'null', value: null, span }] as const);
    if (what !== 'connect' && what !== 'create' && what !== 'connectOrCreate') return [];
    const [shape] = shapesOf(c, value);
    const object = shape?.kind === 'object' ? shape : undefined;
    const source =
      what !== 'connectOrCreate' || object === undefined
        ? value
        : ((lastOf(object, 'create') ?? lastOf(object, 'where'))?.value ?? value);
    return relation.on.map(({ own, other }) => [own, columnValue(c, source, target, other, span)] as const);
  });

/** What a filter or row says of a column; otherwise a value that is looked up or made when the statement runs. */
export const columnValue = (c: Context, ref: Ref, model: Model, column: string, span: Span): Expr => {
  for (const shape of shapesOf(c, ref)) {
    const found = shape.kind === 'object' ? inFilter(c, shape, model, column) : undefined;
    if (found !== undefined) return found;
  }
  return param(`${c.flow.valueId(ref)}.${column}`, span, c.many);
};

const inFilter = (c: Context, shape: ObjectShape, model: Model, column: string): Expr | undefined => {
  for (const { key, value } of shape.entries) {
    if (key === undefined) continue;
    if (model.fields.get(key)?.column === column) {
      const [inner] = c.flow.shapes(value);
      if (inner?.kind !== 'object') return valueExpr(c, value);
      const equal = lastOf(inner, 'equals');
      return equal === undefined ? undefined : valueExpr(c, equal.value);
    }
    if (!model.keys.has(key)) continue;
    for (const inner of shapesOf(c, value)) {
      const found = inner.kind === 'object' ? inFilter(c, inner, model, column) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
};

export const columnsOf = (row: DataRow): readonly InsertColumn[] =>
  row.cells.map(({ column, span }) => ({ name: column, span }));

export const assignments = (row: DataRow): readonly Assignment[] =>
  row.cells.map(({ column, span, value }) => ({ column, qualifier: [], value, span }));
